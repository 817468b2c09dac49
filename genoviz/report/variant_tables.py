"""Tables of one variant's effect, for files and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from genoviz.models.onehot import encode

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.effects.effect import VariantEffect
    from genoviz.models.card import ModelCard
    from genoviz.splicing.effect import SpliceEffect
    from genoviz.variants.windows import AlleleWindows

Row = dict[str, Any]


def effect_table(card: ModelCard, effect: VariantEffect, splice: SpliceEffect | None = None) -> list[Row]:
    """One row per number: the target, each output's tracks (mean over bins), single changes and splice scores."""
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
    for name, before in effect.reference.items():
        after = effect.alternate[name]
        for track, one, two in zip(before.names, before.values.mean(1), after.values.mean(1), strict=True):
            values = {"reference": float(one), "alternate": float(two), "effect": float(two) - float(one)}
            rows.append({"what": f"output {name}", "name": track, "unit": before.unit, **values})
    rows += [
        {"what": "single change", "name": str(part.variant), "unit": unit, "effect": part.delta}
        for part in effect.parts
    ]
    if splice is not None:
        rows += [
            {
                "what": f"splice, at {s.distance:+d} bp",
                "name": f"{s.site} {s.change}",
                "unit": "probability",
                "effect": s.value,
            }
            for s in splice.scores
        ]
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
