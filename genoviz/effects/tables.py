"""A variant's effect as JSON and as rows."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING, Any

import numpy as np

from genoviz.consequences.tables import finding_record, in_one_line
from genoviz.effects.motif_changes import MotifChange
from genoviz.files.tsv import finite
from genoviz.models.card import ModelCard
from genoviz.models.onehot import encode
from genoviz.models.provenance import identity
from genoviz.motifs.families import families_of
from genoviz.variants.windows import AlleleWindows

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.effects.effect import VariantEffect

Row = dict[str, Any]


def effect_record(
    card: ModelCard, effect: VariantEffect, *, genome: str = "", notices: Seq[str] | None = None
) -> dict[str, Any]:
    """One effect as in `genoviz variants --variant --json`; positions as in VCF, null where there is no finite number.

    Parameters
    ----------
    card, effect
        The model and what it says.
    genome
        The genome's title.
    notices
        Sentences to go with it; those of the effect if None.
    """
    windows = effect.windows
    return {
        **identity(card),
        "genome": genome,
        "assembly": windows.locus.assembly,
        "variant": str(windows.variant),
        "window": str(windows.locus),
        "strand": windows.locus.strand,
        "target": str(effect.target.resolved(card)),
        "unit": effect.unit,
        "reference": finite(effect.reference_value),
        "alternate": finite(effect.alternate_value),
        "delta": finite(effect.delta),
        "scores": [{"name": s.name, "formula": s.formula, "value": finite(s.value)} for s in effect.scores],
        **_agreement(effect),
        "parts": [{"variant": str(part.variant), "delta": finite(part.delta)} for part in effect.parts],
        "sentence": effect.sentence,
        "consequences": [finding_record(finding) for finding in effect.consequences],
        "notices": list(effect.notices if notices is None else notices),
    }


def _agreement(effect: VariantEffect) -> dict[str, Any]:
    """How many networks of an ensemble agree; empty for a single one."""
    own = effect.agreement
    if not own.short:
        return {}
    deltas = [finite(delta) for delta in own.deltas]
    return {"agreement": {"agreeing": own.agreeing, "of": len(deltas), "members": own.word, "deltas": deltas}}


def effect_row(effect: VariantEffect) -> Row:
    """One effect as one row, as `genoviz variants --variant` prints it: the target's numbers, then the scores by name."""
    row: Row = {
        "variant": str(effect.windows.variant),
        "window": str(effect.windows.locus),
        "reference": effect.reference_value,
        "alternate": effect.alternate_value,
        "delta": effect.delta,
        "unit": effect.unit,
    }
    row |= {score.name: score.value for score in effect.scores}
    if effect.agreement.short:
        row |= {"agree": effect.agreement.short}
    return row | {"consequences": in_one_line(effect.consequences)}


def effect_table(card: ModelCard, effect: VariantEffect) -> list[Row]:
    """One row per number: the target, its scores, each output's tracks (mean over bins), and single changes; then one for
    each thing that the variant does in words."""
    target, unit = effect.target.label(card), effect.unit
    rows: list[Row] = [
        {
            "what": "target",
            "name": target,
            "unit": unit,
            "reference": effect.reference_value,
            "alternate": effect.alternate_value,
            "effect": effect.delta,
        }
    ]
    rows += [{"what": "score", "name": s.name, "unit": s.formula, "effect": s.value} for s in effect.scores]
    if effect.agreement.short:
        own = effect.agreement
        rows += [
            {"what": own.word.removesuffix("s"), "name": str(i), "unit": unit, "effect": delta}
            for i, delta in enumerate(own.deltas, start=1)
        ]
    for name, before in effect.reference.items():
        after = effect.alternate[name]
        for track, one, two in zip(before.names, before.values.mean(1), after.values.mean(1), strict=True):
            values = {"reference": float(one), "alternate": float(two), "effect": float(two) - float(one)}
            rows.append({"what": f"output {name}", "name": track, "unit": before.unit, **values})
    rows += [
        {"what": "single change", "name": str(part.variant), "unit": unit, "effect": part.delta}
        for part in effect.parts
    ]
    rows += [{"what": "consequence", "name": f.words, "unit": f.more} for f in effect.consequences]
    return rows


def per_base_table(windows: AlleleWindows, reference: Attribution, alternate: Attribution) -> list[Row]:
    """One row per base of the reference window: both alleles' letters and scores, and the difference."""
    locus, partner = windows.locus, windows.partners
    before = (reference.per_base * encode(windows.reference)[0].numpy()).sum(0)
    after = (alternate.per_base * encode(windows.alternate)[0].numpy()).sum(0)
    rows: list[Row] = []
    for i, base in enumerate(windows.reference.bases):
        at = int(partner[i])
        there = i - windows.before if locus.strand == "+" else i
        row: Row = {"base": i + 1}
        if 0 <= there < len(locus):
            row["position"] = locus.to_genomic(there) + 1
        row |= {"reference": base, "reference_score": float(before[i])}
        if at >= 0:
            row |= {"alternate": windows.alternate.bases[at], "alternate_score": float(after[at])}
            row["difference"] = float(np.float32(after[at]) - np.float32(before[i]))
        rows.append(row)
    return rows


def change_table(changes: Seq[MotifChange]) -> list[dict[str, object]]:
    """Changes as rows for tables and files; the place is 1-based and both ends are included."""
    return [
        {
            "family": "; ".join(families_of(row.motif)),
            "motif": f"{row.motif.accession} {row.motif.name}".strip(),
            "factors": row.matching,
            "status": row.status,
            "allele": row.allele,
            "place": str(row.locus) if row.locus else f"base {row.start + 1}-{row.end} of the window",
            "strand": row.locus.strand if row.locus else row.strand,
            "REF score (bits)": row.reference_score,
            "ALT score (bits)": row.alternate_score,
            "change (bits)": row.change,
            "REF p-value": row.reference_p,
            "ALT p-value": row.alternate_p,
            "attribution": row.attribution,
        }
        for row in changes
    ]
