"""Designs, their motif changes, and ladders of counterfactuals as rows for pages and files."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genoviz.design.check import SiteChange
    from genoviz.design.counterfactual import Ladder
    from genoviz.design.fewest_edits import Design

Row = dict[str, object]


def step_table(result: Design) -> list[Row]:
    """Steps as rows for tables and files, the start first; positions from 1."""
    first: dict[str, object] = {"step": 0, "edit": "", "position": "", "from": "", "to": "", "delta": ""}
    rows = [first | {"value": result.value, "gc": result.start.gc}]
    for number, step in enumerate(result.steps, start=1):
        row: dict[str, object] = {"step": number, "edit": step.label, "position": step.position + 1}
        row |= {"from": step.before, "to": step.after, "delta": step.delta, "value": step.value, "gc": step.gc}
        rows.append(row)
    return rows


def change_table(changes: Seq[SiteChange]) -> list[Row]:
    """Motif changes as rows for tables and files; places from 1, both ends included."""
    return [
        {
            "motif": row.motif,
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
    """Rungs as rows for tables and files."""
    return [
        {
            "edits": len(rung.edits),
            "set": ", ".join(rung.labels),
            "value": rung.value,
            "off": rung.value <= ladder.threshold,
        }
        for rung in ladder.rungs
    ]
