"""Splice sites over a gene model, as plotly figures: along a stretch, and gained or lost by a variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from genoviz.plots.palette import HIGHER, LOWER, Colours
from genoviz.plots.words import in_plotly

if TYPE_CHECKING:
    from genoviz.genes.transcripts import Transcript
    from genoviz.sequences.locus import Locus
    from genoviz.splicing.along import SpliceAlong, SpliceSite
    from genoviz.splicing.effect import SpliceEffect

SYMBOLS = {"acceptor": "circle", "donor": "square"}
LEAST = 0.05  # a site that stays below it with both alleles is not drawn
CHANGED = 0.05  # a site that changes less is grey
_ARROWS = 12  # along the introns of a gene, at most
_CODING, _UNTRANSLATED = 0.9, 0.45  # half heights of exons, of 1


def along_figure(result: SpliceAlong, look: Colours) -> go.Figure:
    """Sites of a stretch as stems, filled where the transcript has them, over its exons; coordinates of the plus strand."""
    figure = go.Figure()
    groups: tuple[tuple[str, tuple[SpliceSite, ...], str, bool], ...] = (
        ("annotated", result.found, look.bases["A"], True),
        ("annotated, below the threshold", result.missed, look.bases["T"], False),
        ("not annotated" if result.transcript else "predicted", result.others, look.bases["C"], False),
    )
    for name, sites, colour, filled in groups:
        _stems(figure, name, sites, in_plotly(result.locus.chrom), colour, filled=filled)
    figure.add_hline(y=result.threshold, line={"color": look.muted, "dash": "dot", "width": 1})
    return _over_gene(figure, result.locus, result.transcript, look)


def effect_figure(effect: SpliceEffect, look: Colours) -> go.Figure:
    """Sites near a variant with the reference allele (open) and the alternate one (filled), over the transcript's exons.

    Blue sites lose, red ones gain, grey ones hardly change; coordinates are those of the plus strand.
    """
    from genoviz.sequences.locus import Locus
    from genoviz.splicing.effect import SITES

    figure, variant = go.Figure(), effect.windows.variant
    low, high = variant.pos + int(effect.distances.min()), variant.pos + int(effect.distances.max())
    for column, site in enumerate(SITES):
        before, after = effect.reference[:, column], effect.alternate[:, column]
        shown = np.flatnonzero(np.maximum(before, after) >= LEAST)
        places = [variant.pos + int(effect.distances[i]) for i in shown]
        texts = [
            f"{site} at {in_plotly(variant.chrom)}:{place:,}<br>{before[i]:.3f} to {after[i]:.3f} ({after[i] - before[i]:+.3f})"
            for i, place in zip(shown, places, strict=True)
        ]
        shades = [
            look.muted if abs(after[i] - before[i]) < CHANGED else HIGHER if after[i] > before[i] else LOWER
            for i in shown
        ]
        for place, i, shade in zip(places, shown, shades, strict=True):
            figure.add_scatter(
                x=[place, place], y=[before[i], after[i]], mode="lines", line={"color": shade, "width": 3},
                hoverinfo="skip", showlegend=False,
            )  # fmt: skip
        for name, values, filled in (("reference", before, False), ("alternate", after, True)):
            figure.add_scatter(
                x=places, y=values[shown], mode="markers", name=f"{site}, {name}", text=texts,
                hovertemplate="%{text}<extra></extra>",
                marker={
                    "symbol": SYMBOLS[site], "size": 10, "color": shades if filled else look.background,
                    "line": {"color": shades, "width": 2},
                },
            )  # fmt: skip
    last = variant.pos + len(variant.ref) - 1
    figure.add_vrect(
        x0=variant.pos - 0.5, x1=last + 0.5, line_width=0, fillcolor=look.muted, opacity=0.35, layer="below",
        annotation={"text": "variant", "font": {"color": look.text, "size": 12}}, annotation_position="top left",
    )  # fmt: skip
    return _over_gene(figure, Locus(variant.chrom, max(0, low - 1), high, effect.strand), effect.transcript, look)


def _stems(
    figure: go.Figure, name: str, sites: tuple[SpliceSite, ...], chrom: str, colour: str, *, filled: bool
) -> None:
    if not sites:
        return
    x, y = [site.position for site in sites], [site.probability for site in sites]
    figure.add_scatter(
        x=[place for at in x for place in (at, at, None)], y=[value for top in y for value in (0, top, None)],
        mode="lines", line={"color": colour, "width": 1.5}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=y, mode="markers", name=name, hovertemplate="%{text}<extra></extra>",
        text=[
            f"{s.site} {s.probability:.3f}<br>{chrom}:{s.position:,}" + (f"<br>exon {s.exon}" if s.exon else "")
            for s in sites
        ],
        marker={
            "symbol": [SYMBOLS[s.site] + ("" if filled else "-open") for s in sites], "size": 9, "color": colour,
            "line": {"color": colour, "width": 2},
        },
    )  # fmt: skip


def _over_gene(figure: go.Figure, locus: Locus, transcript: Transcript | None, look: Colours) -> go.Figure:
    """Axes: probabilities above, the transcript below, cut to the stretch."""
    if transcript is not None:
        _gene(figure, locus, transcript, look)
    axis = {"gridcolor": look.empty, "zerolinecolor": look.muted, "fixedrange": True}
    figure.update_layout(
        height=360 if transcript is not None else 290,
        margin={"l": 0, "r": 10, "t": 10, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": look.text, "size": 13},
        xaxis={
            "title": in_plotly(
                f"{locus.chrom}{f' ({locus.assembly})' if locus.assembly else ''}, transcript on {locus.strand}"
            ),
            "range": [locus.start + 0.5, locus.end + 0.5],
            "tickformat": ",d",
            "nticks": 5,
            "showgrid": False,
            "anchor": "y2" if transcript is not None else "y",
        },
        yaxis={
            **axis,
            "title": "probability",
            "range": [0, 1.08],
            "domain": [0.3, 1] if transcript is not None else [0, 1],
        },
        yaxis2={"domain": [0, 0.2], "range": [-1, 1], "visible": False, "fixedrange": True},
        legend={"orientation": "h", "y": 1.14, "x": 0},
        hovermode="closest",
    )
    return figure


def _gene(figure: go.Figure, locus: Locus, transcript: Transcript, look: Colours) -> None:
    low, high = max(locus.start, transcript.locus.start), min(locus.end, transcript.locus.end)
    if low >= high:
        return
    figure.add_scatter(
        x=[low + 0.5, high + 0.5], y=[0, 0], yaxis="y2", mode="lines", line={"color": look.muted, "width": 1.5},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    step = (locus.end - locus.start) / _ARROWS
    figure.add_scatter(
        x=np.arange(low + step / 2, high, step), y=np.zeros(len(np.arange(low + step / 2, high, step))), yaxis="y2",
        mode="markers", showlegend=False, hoverinfo="skip",
        marker={"symbol": "triangle-right" if transcript.strand == "+" else "triangle-left", "size": 8, "color": look.muted},
    )  # fmt: skip
    coding = [(part.start, part.end) for part in transcript.coding]
    for number, exon in enumerate(transcript.exons, start=1):
        for start, end, height in _heights(exon.start, exon.end, coding):
            left, right = max(start, low) + 0.5, min(end, high) + 0.5
            if left < right:
                figure.add_scatter(
                    x=[left, right, right, left, left], y=[-height, -height, height, height, -height], yaxis="y2",
                    mode="lines", fill="toself", fillcolor=look.muted, line={"color": look.muted, "width": 1},
                    text=in_plotly(f"{transcript.gene} exon {number} ({transcript.identifier})"), hoveron="fills", hoverinfo="text",
                    showlegend=False,
                )  # fmt: skip


def _heights(start: int, end: int, coding: list[tuple[int, int]]) -> list[tuple[int, int, float]]:
    """Parts of an exon (0-based, half-open) with their half heights; all of it is high where no part is coding."""
    if not coding:
        return [(start, end, _CODING)]
    parts, at = [], start
    for low, high in sorted((max(low, start), min(high, end)) for low, high in coding if low < end and start < high):
        parts += [(at, low, _UNTRANSLATED), (low, high, _CODING)]
        at = high
    return [part for part in (*parts, (at, end, _UNTRANSLATED)) if part[0] < part[1]]
