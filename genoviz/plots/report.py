"""The explanation as one figure: attribution logo above, mutation map below, lines wrapped, for files and papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from genoviz.plots.heatmap import draw_mutations, effect_limit
from genoviz.plots.logo import draw_logo
from genoviz.plots.palette import Colours, colours
from genoviz.plots.words import figure_bytes

if TYPE_CHECKING:
    from genoviz.trust.null_band import NullBand

__all__ = ["PER_LINE", "explanation_figure", "figure_bytes"]

PER_LINE = 101


def explanation_figure(
    bases: str,
    scores: NDArray[np.floating] | None,
    delta: NDArray[np.floating] | None,
    *,
    title: str,
    score_label: str,
    delta_label: str,
    palette: str = "classic",
    dark: bool = False,
    per_line: int = PER_LINE,
    band: NullBand | None = None,
) -> Figure:
    """Logo and mutation map of one sequence.

    Parameters
    ----------
    bases
        The sequence.
    scores
        `(length,)` attribution of the observed bases, or None.
    delta
        `(4, length)` mutation effects, or None.
    title, score_label, delta_label
        Texts; the labels name quantity and unit. `figure_bytes` shows them letter by letter.
    palette, dark
        See `genoviz.plots.palette`.
    per_line
        Bases per line.
    band
        Scores and effects within it are faded.
    """
    look = colours(palette, dark)
    letters, cells = (band.letters or 0.0, band.cells or (0.0, 0.0)) if band is not None else (0.0, (0.0, 0.0))
    kinds = [k for k, values in (("logo", scores), ("map", delta)) if values is not None]
    lines = [(i, min(i + per_line, len(bases))) for i in range(0, len(bases), per_line)]
    heights = [1.5 if k == "logo" else 1.0 for _ in lines for k in kinds]
    figure = Figure(figsize=(11, 0.7 + 1.25 * sum(heights)), facecolor=look.background, layout="constrained")
    figure.suptitle(title, color=look.text, fontsize=10, x=0.01, ha="left")
    grid = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
    limit = effect_limit(delta) if delta is not None else 1.0
    tall = (
        [float(np.nanmin(scores, initial=0)), float(np.nanmax(scores, initial=0))] if scores is not None else [0.0, 1.0]
    )
    margin = 0.06 * ((tall[1] - tall[0]) or 1.0)
    axes = iter(grid)
    for start, end in lines:
        for kind in kinds:
            ax = next(axes)
            if kind == "logo" and scores is not None:
                draw_logo(ax, bases[start:end], scores[start:end], look, start=start + 1, band=letters)
                ax.set_ylim(tall[0] - margin, tall[1] + margin)
                ax.set_ylabel(score_label, fontsize=8)
            elif delta is not None:
                image = draw_mutations(
                    ax, bases[start:end], delta[:, start:end], look, limit=limit, start=start + 1, band=cells
                )
                bar = figure.colorbar(image, ax=ax, pad=0.01, aspect=8)
                bar.set_label(delta_label, fontsize=7, color=look.text)
                bar.ax.tick_params(labelsize=7, colors=look.muted)
                bar.outline.set_visible(False)
            ax.set_xlim(start + 0.5, start + (per_line if len(lines) > 1 else end - start) + 0.5)
            _style(ax, look)
    grid[-1].set_xlabel("position (5' to 3')", fontsize=8, color=look.text)
    return figure


def _style(ax: Axes, look: Colours) -> None:
    ax.set_facecolor(look.background)
    ax.tick_params(labelsize=7, colors=look.muted)
    ax.yaxis.label.set_color(look.text)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(look.muted)
