"""The picture of a variant for a report, as SVG on white: its sites with either allele, or both alleles base by base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from genoviz.plots.logo import draw_logo
from genoviz.plots.palette import HIGHER, LOWER, Colours, colours
from genoviz.plots.words import figure_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from genoviz.genes.transcripts import Transcript
    from genoviz.splicing.effect import SpliceEffect

AROUND = 25  # bases on either side of the variant in a logo
LEAST = 0.02  # probability from which on a site is drawn
MARKERS = {"acceptor": "o", "donor": "s"}
SPLICE_CAPTION = (
    "Sites near the variant: open with the reference allele, filled with the alternate one; red gains, blue losses, grey where "
    "nothing changes. Circles are acceptors, squares donors. Below, the exons of the transcript; the grey line is the variant."
)
ALLELES_CAPTION = (
    "How much each base counts for the prediction, with the reference and with the alternate allele, on one scale."
)
VALUES_CAPTION = "The prediction for either allele."


def splice_picture(effect: SpliceEffect) -> str:
    """Sites near a variant with either allele, over the exons of the transcript."""
    from genoviz.splicing.effect import SITES

    look, figure = colours("classic"), _figure(3.2)
    axes = figure.add_axes((0.08, 0.3, 0.9, 0.66))
    pos, rows = effect.windows.variant.pos, range(len(effect.distances))
    for column, site in enumerate(SITES):
        for row in rows:
            before, after = float(effect.reference[row, column]), float(effect.alternate[row, column])
            if max(before, after) < LEAST:
                continue
            change = after - before
            shade = look.muted if abs(change) < LEAST else HIGHER if change > 0 else LOWER
            place = pos + int(effect.distances[row])
            axes.plot([place, place], [before, after], color=shade, linewidth=2.5, zorder=1)
            axes.plot(place, before, MARKERS[site], color=shade, markerfacecolor="white", markersize=7, zorder=2)
            axes.plot(place, after, MARKERS[site], color=shade, markersize=7, zorder=3)
    low, high = pos + int(effect.distances.min()), pos + int(effect.distances.max())
    _frame(axes, look, "probability")
    axes.set_ylim(-0.03, 1.05)
    below = figure.add_axes((0.08, 0.16, 0.9, 0.1))
    for one in (axes, below):
        one.axvline(pos, color=look.muted, linewidth=1, zorder=0)
        one.set_xlim(low - 1, high + 1)
    axes.tick_params(labelbottom=False)
    _exons(below, effect.transcript, look)
    below.set_xlabel(f"{effect.windows.variant.chrom}, {effect.strand} strand")
    below.ticklabel_format(axis="x", style="plain", useOffset=False)
    below.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    below.locator_params(axis="x", nbins=5)
    return _svg(figure)


def alleles_picture(
    bases: str, reference: NDArray[np.floating], alternate: NDArray[np.floating], span: tuple[int, int], unit: str
) -> str:
    """Logos of both alleles around the variant.

    Parameters
    ----------
    bases
        The reference window.
    reference, alternate
        Scores `(length,)` of its bases with either allele; the alternate aligned, nan where a base is deleted.
    span
        Bases of the variant (0-based, half-open).
    unit
        Of the scores.
    """
    low, high = max(0, span[0] - AROUND), min(len(bases), span[1] + AROUND)
    look, figure = colours("classic"), _figure(3.4)
    shown = [np.asarray(scores[low:high], dtype=np.float64) for scores in (reference, alternate)]
    top = max(float(np.nanmax(row, initial=0)) for row in shown) or 1.0
    least = min(float(np.nanmin(row, initial=0)) for row in shown)
    for i, (name, row) in enumerate(zip(("reference", "alternate"), shown, strict=True)):
        axes = figure.add_axes((0.1, 0.55 - 0.44 * i, 0.88, 0.4))
        axes.axvspan(span[0] + 0.5, span[1] + 0.5, color=look.empty, zorder=0)
        draw_logo(axes, bases[low:high], row, look, start=low + 1)
        axes.set_ylim(1.05 * least, 1.05 * top)
        _frame(axes, look, name)
    axes.set_xlabel(f"base of the window; {unit}")
    return _svg(figure)


def values_picture(reference: float, alternate: float, unit: str) -> str:
    """Two bars, where nothing was explained base by base."""
    look, figure = colours("classic"), _figure(1.4)
    axes = figure.add_axes((0.14, 0.34, 0.84, 0.6))
    axes.barh(
        [1, 0], [reference, alternate], color=[look.muted, HIGHER if alternate > reference else LOWER], height=0.6
    )
    axes.axvline(0, color=look.muted, linewidth=0.8)
    axes.set_yticks([1, 0], ["reference", "alternate"])
    _frame(axes, look, "")
    axes.set_xlabel(unit)
    return _svg(figure)


def _figure(tall: float) -> Figure:
    return Figure(figsize=(7.5, tall), facecolor="white")


def _frame(axes: Axes, look: Colours, label: str) -> None:
    axes.set_ylabel(label)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=look.text, labelsize=8)
    axes.set_facecolor("white")


def _exons(axes: Axes, transcript: Transcript | None, look: Colours) -> None:
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(colors=look.text, labelsize=8)
    if transcript is None:
        return
    axes.plot([transcript.locus.start + 1, transcript.locus.end], [0.5, 0.5], color=look.text, linewidth=1)
    for exon in transcript.exons:
        axes.axvspan(exon.start + 0.5, exon.end + 0.5, 0.15, 0.85, color=look.text, alpha=0.75)


def _svg(figure: Figure) -> str:
    """The drawing alone, to stand in a page of HTML."""
    text = figure_bytes(figure, "svg").decode()
    return text[text.index("<svg") :]
