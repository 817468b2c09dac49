"""Measured beside predicted as rows, as JSON, and what their files begin with."""

from __future__ import annotations

from typing import Any

from genoviz.files.tsv import Row, finite, plain_record
from genoviz.measured.against import Against
from genoviz.measured.agreement import BLOCK, Agreement
from genoviz.measured.along import Along
from genoviz.measured.assay_against import AssayAgainst
from genoviz.measured.reading import Found
from genoviz.measured.several import SideBySide
from genoviz.models.provenance import provenance, table_record
from genoviz.version import __version__

INTERVAL = f"95 %, bootstrap over stretches of {BLOCK} neighbouring bases"


def _numbers(found: Agreement) -> dict[str, object]:
    return {
        "changes": found.changes,
        "pearson": finite(found.pearson),
        "pearson_low": finite(found.pearson_95[0]),
        "pearson_high": finite(found.pearson_95[1]),
        "spearman": finite(found.spearman),
        "spearman_low": finite(found.spearman_95[0]),
        "spearman_high": finite(found.spearman_95[1]),
    }


# -- one model on one element ---------------------------------------------------------------------------------------------


def change_table(found: Against) -> list[Row]:
    """One row per change: what was measured, what is predicted, and the residual on the measured scale."""
    exp = found.experiment
    rows: list[Row] = []
    locus = exp.sequence.locus
    for i, change in enumerate(exp.changes):
        row: dict[str, object] = {"change": change.name, "position": change.start + 1}
        if locus is not None:
            inside = change.start if locus.strand == "+" else len(exp.sequence) - change.start - max(len(change.ref), 1)
            row |= {"chrom": locus.chrom, "chrom_position": locus.start + inside + 1}
        row |= {"ref": change.ref or "-", "alt": change.alt or "-"}
        row |= {"measured": float(exp.effects[i]), "predicted": finite(float(found.predicted.effects[i]))}
        row |= {
            "predicted_measured_scale": finite(float(found.fitted[i])),
            "residual": finite(float(found.residuals[i])),
        }
        if exp.barcodes is not None:
            row["barcodes"] = finite(float(exp.barcodes[i]))
        if exp.p_values is not None:
            row["p_value"] = finite(float(exp.p_values[i]))
        rows.append(row)
    return rows


def region_table(found: Against, width: int) -> list[Row]:
    """One row per stretch of the element."""
    return [
        {"start": one.start + 1, "end": one.end}
        | {k: v for k, v in _numbers(one.agreement).items() if not k.endswith(("_low", "_high"))}
        for one in found.regions(width)
    ]


def missed_table(found: Against) -> list[Row]:
    """One row per site that was measured and is not predicted, the strongest first."""
    bases = found.experiment.sequence.bases
    return [
        {
            "start": m.start + 1,
            "end": m.end,
            "bases": bases[m.start : m.end],
            "measured": m.measured,
            "predicted": m.predicted,
        }
        for m in found.missed
    ]


def against_provenance(found: Against) -> dict[str, object]:
    """What was held against what; conventions are said."""
    exp, overall = found.experiment, found.overall
    return provenance(
        found.card,
        target=found.target.resolved(found.card),
        method=found.method,
        element=exp.name,
        locus=exp.sequence.locus,
        bases=exp.sequence.bases,
        measured=exp.unit,
        predicted=f"new minus old, {found.predicted.unit}",
        **_numbers(overall),
        interval=INTERVAL,
        slope=finite(overall.slope),
        replicate_ceiling=finite(found.ceiling.best) if found.ceiling else None,
        complete=found.complete,
        notice=" ".join((*exp.notices, *found.notices)),
    )


def against_record(found: Against, width: int) -> dict[str, Any]:
    """One element against one model as in `genoviz measured changes --json`."""
    ceiling = found.ceiling
    return table_record(
        found.card,
        against_provenance(found),
        change_table(found),
        sentence=found.sentence,
        missed_sentence=found.missed_sentence,
        unseen_sentence=found.unseen_sentence,
        regions=[dict(row) for row in region_table(found, width)],
        missed=[dict(row) for row in missed_table(found)],
        ceiling=None
        if ceiling is None
        else {"replicates": ceiling.replicates, "between": ceiling.between, "reliability": ceiling.reliability, "best": ceiling.best},
    )  # fmt: skip


# -- several models and methods -------------------------------------------------------------------------------------------


def standing_table(found: SideBySide) -> list[Row]:
    """One row per model, number and method, best first."""
    return [
        {"model": s.asked.card.name, "target": str(s.asked.target), "method": s.asked.method}
        | (_numbers(s.agreement) if s.agreement is not None else {})
        | {"problem": s.problem}
        for s in found.standings
    ]


def side_provenance(found: SideBySide) -> dict[str, object]:
    """What all were held against."""
    exp = found.experiment
    models = {s.asked.card.name: s.asked.card.sha256 or "set by hand" for s in found.standings}
    return {
        "genoviz": __version__,
        "models": "; ".join(f"{name} {sha256}" for name, sha256 in models.items()),
        "element": exp.name,
        "locus": exp.sequence.locus or "",
        "measured": exp.unit,
        "interval": INTERVAL,
        "complete": found.complete,
    }


def side_record(found: SideBySide) -> dict[str, Any]:
    """All of them as in `genoviz measured models --json`."""
    return plain_record(side_provenance(found), standing_table(found), sentence=found.sentence)


# -- libraries and pairs --------------------------------------------------------------------------------------------------


def assay_table(found: AssayAgainst) -> list[Row]:
    """One row per sequence or pair."""
    return [
        {"name": name, "group": group, "measured": float(value), "predicted": finite(float(said))}
        for name, group, value, said in zip(
            found.assay.names, found.assay.groups, found.assay.values, found.predicted, strict=True
        )
    ]


def group_table(found: AssayAgainst) -> list[Row]:
    """One row per group."""
    return [
        {"group": name, "rows": one.changes, "pearson": finite(one.pearson), "spearman": finite(one.spearman)}
        for name, one in found.groups.items()
    ]


def assay_provenance(found: AssayAgainst) -> dict[str, object]:
    """What was held against what."""
    return {
        "genoviz": __version__,
        "model": found.label,
        "kind": found.assay.kind,
        "measured": found.assay.unit,
        "predicted": found.unit,
        **{("rows_compared" if k == "changes" else k): v for k, v in _numbers(found.overall).items()},
        "interval": "95 %, bootstrap over families of related sequences",
        "complete": found.complete,
        "notice": " ".join(found.notices),
    }


def assay_record(found: AssayAgainst) -> dict[str, Any]:
    """A library or pairs as in `genoviz measured assay --json`."""
    groups = [dict(row) for row in group_table(found)]
    said = {"sentence": f"{found.sentence} {found.direction_sentence}".strip(), "groups": groups}
    return plain_record(assay_provenance(found), assay_table(found), **said)


# -- tracks ---------------------------------------------------------------------------------------------------------------


def along_table(found: Along) -> list[Row]:
    """One row per bin: its bases (from 1, both included), what was measured, what is predicted."""
    return [
        {
            "start": found.start + i * found.step + 1,
            "end": found.start + (i + 1) * found.step,
            "measured": finite(float(one)),
            "predicted": finite(float(other)),
        }
        for i, (one, other) in enumerate(zip(found.measured, found.predicted, strict=True))
    ]


def along_provenance(found: Along) -> dict[str, object]:
    """What was held against what."""
    numbers = {("bins" if k == "changes" else k): v for k, v in _numbers(found.overall).items()}
    return provenance(
        found.card,
        target=found.target.resolved(found.card),
        locus=found.signal.locus,
        measured=found.signal.name,
        predicted=f"{found.what}, {found.unit}",
        **numbers,
        interval="95 %, bootstrap over stretches of 50 neighbouring bases",
        complete=found.complete,
        notice=found.signal.sentence,
    )


def along_record(found: Along) -> dict[str, Any]:
    """A track as in `genoviz measured track --json`."""
    return table_record(found.card, along_provenance(found), along_table(found), sentence=found.sentence)


# -- what a table holds ---------------------------------------------------------------------------------------------------


def element_table(found: Found) -> list[Row]:
    """One row per element of a table, with the number of its rows."""
    return [{"element": name, "rows": len(rows)} for name, rows in found.elements.items()]
