"""Designs as rows, as JSON, and what their files begin with."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING, Any

from genoviz.design.rules import range_text
from genoviz.files.tsv import Row, plain_record
from genoviz.models.provenance import provenance, table_record
from genoviz.motifs.families import families_of

if TYPE_CHECKING:
    from genoviz.design.check import Check, SiteChange
    from genoviz.design.counterfactual import Ladder
    from genoviz.design.fewest_edits import Design
    from genoviz.models.card import ModelCard


def step_table(result: Design) -> list[Row]:
    """Steps as rows for tables and files, the start first; positions from 1."""
    first: dict[str, object] = {"step": 0, "edit": "", "position": None, "from": "", "to": "", "delta": None}
    rows: list[Row] = [first | {"value": result.value, "gc": result.start.gc}]
    for number, step in enumerate(result.steps, start=1):
        row: dict[str, object] = {"step": number, "edit": step.label, "position": step.position + 1}
        row |= {"from": step.before, "to": step.after, "delta": step.delta, "value": step.value, "gc": step.gc}
        rows.append(row)
    return rows


def change_table(changes: Seq[SiteChange]) -> list[Row]:
    """Motif changes as rows for tables and files; places from 1, both ends included."""
    return [
        {
            "family": "; ".join(families_of(row.motif)),
            "motif": f"{row.motif.accession} {row.motif.name}".strip(),
            "factors": row.matching,
            "status": row.status,
            "step": row.step,
            "first base": row.start + 1,
            "last base": row.end,
            "strand": row.strand,
            "score (bits)": row.score,
            "p-value": row.p_value,
        }
        for row in changes
    ]


def rung_table(ladder: Ladder) -> list[Row]:
    """Rungs of a counterfactual as rows."""
    return [
        {
            "edits": len(rung.edits),
            "set": ", ".join(rung.labels),
            "value": rung.value,
            "off": rung.value <= ladder.threshold,
        }
        for rung in ladder.rungs
    ]


def design_table(result: Design, check: Check) -> list[Row]:
    """`step_table` with what the second model says of each sequence of the path, where there is one."""
    rows = step_table(result)
    if check.other is None:
        return rows
    return [{**row, "second_model": value} for row, value in zip(rows, check.other.values, strict=True)]


def design_provenance(card: ModelCard, result: Design, check: Check, ladder: Ladder | None = None) -> dict[str, object]:
    """What was asked for, by which rules, and who checked it; of a counterfactual also its threshold and its rungs."""
    rules, other = result.rules, check.other
    return provenance(
        card,
        sequence=result.start.name or None,
        target=result.target.resolved(card),
        unit=result.unit,
        goal=result.goal,
        method=result.method,
        width=result.width,
        seed=result.seed,
        locked=range_text(rules.locked) or None,
        gc=f"{rules.gc[0]:g}-{rules.gc[1]:g}",
        forbidden=", ".join(rules.forbidden) or None,
        stopped=result.stopped,
        second_model=f"{other.card.name} {other.card.sha256} {other.unit}" if other else "none",
        second_model_verdict=check.verdict,
        threshold=f"{ladder.threshold:.9g} ({ladder.because})" if ladder else None,
        ladder="; ".join(f"{', '.join(r.labels)}: {r.value:.9g}" for r in ladder.rungs) if ladder else None,
        start=result.start,
        designed=result.sequence,
    )


def design_record(
    card: ModelCard, result: Design, check: Check, ladder: Ladder | None = None, **details: object
) -> dict[str, Any]:
    """One design as in `genoviz design --json`: settings, steps, rungs of a counterfactual, the check, motif changes."""
    other = check.other
    header = design_provenance(card, result, check) | {"start": result.start.bases, "designed": result.sequence.bases}
    header["second_model"] = other.card.name if other else None
    if ladder:
        header |= {"threshold": ladder.threshold, "threshold_because": ladder.because, "off": ladder.off}
        header |= {"minimal": ladder.minimal, "smallest": ladder.smallest, "rungs": rung_table(ladder)}
    said = {
        "sentence": (ladder or result).sentence,
        "check": check.sentence,
        "warnings": check.warnings,
        "motifs": plain_record({}, change_table(check.changes))["rows"],
    }
    return table_record(card, header, design_table(result, check), **said, **details)
