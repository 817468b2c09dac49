"""Windows of sequences under each other, as HTML: letters coloured, with where they lie."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from html import escape
from typing import TYPE_CHECKING

from genoviz.plots.palette import colours
from genoviz.sequences.sequence import Sequence

if TYPE_CHECKING:
    from genoviz.discover.sites import RecordSite


def aligned(top: Seq[RecordSite], sequences: Seq[Sequence], dark: bool, value: str = "activation") -> str:
    """The best windows of sequences, each on the strand on which it is read; `value` names what ranks them."""
    look = colours("classic", dark)
    rows = []
    for site in top:
        sequence = sequences[site.record]
        locus = site.locus(sequence)
        where = f"{locus} {locus.assembly}" if locus else f"{sequence.name}:{site.start + 1}-{site.end} ({site.strand})"
        letters = "".join(
            f'<span style="color:{look.bases.get(base, look.muted)}">{base}</span>' for base in site.bases
        )
        rows.append(
            f'<tr><td style="font-family:monospace;font-weight:600;letter-spacing:.08em">{letters}</td>'
            f'<td style="padding-left:1rem">{site.value:.3g}</td>'
            f'<td style="padding-left:1rem;color:{look.muted}">{escape(where)}</td></tr>'
        )
    head = "".join(
        f'<th style="text-align:left;font-weight:500;color:{look.muted};padding-left:{pad}">{name}</th>'
        for name, pad in (("Best window per sequence", "0"), (escape(value), "1rem"), ("place", "1rem"))
    )
    return (
        f'<div style="overflow-x:auto"><table style="font-size:.85rem;border-collapse:collapse"><tr>{head}</tr>'
        f"{''.join(rows)}</table></div>"
    )
