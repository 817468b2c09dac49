"""Attribution logos: letters whose height is the score of the base.

Logomaker draws motifs (a dozen columns) well but needs seconds for a hundred bases. Here all letters of one kind are
one path, so a logo of any length is four patches.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from numpy.typing import NDArray

from genoviz.plots.palette import Colours

FADED = 0.25  # opacity of what could be chance


@cache
def _glyph(letter: str) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Vertices `(points, 2)` of a letter in the unit square, and their path codes."""
    path = TextPath((0, 0), letter, size=10, prop=FontProperties(family="DejaVu Sans", weight="bold"))
    vertices = np.asarray(path.vertices, dtype=np.float64)
    low, high = vertices.min(0), vertices.max(0)
    codes = path.codes if path.codes is not None else np.full(len(vertices), Path.LINETO)
    return (vertices - low) / (high - low), np.asarray(codes, dtype=np.uint8)


def draw_logo(
    axes: Axes, bases: str, scores: NDArray[np.floating], colours: Colours, *, start: int = 1, band: float = 0.0
) -> None:
    """Draw the observed bases at the height of their scores.

    Parameters
    ----------
    axes
        Axes of a matplotlib figure; its x limits are set to the positions.
    bases, scores
        Letters and their scores `(length,)`; nan draws nothing. Letters of negative scores hang below the axis,
        upright.
    colours
        See `genoviz.plots.palette.colours`.
    start
        Position of the first base.
    band
        Smaller scores are faded: those of shuffled sequences reach as much.
    """
    places: dict[tuple[str, bool], list[tuple[float, float, float]]] = {}
    for i, (letter, value) in enumerate(zip(bases, scores, strict=True)):
        score = float(value)
        if np.isfinite(score) and score != 0:
            places.setdefault((letter, abs(score) < band), []).append((start + i - 0.5, min(score, 0.0), abs(score)))
    for (letter, faded), boxes in places.items():
        glyph, codes = _glyph(letter)
        x, base, height = (np.array(column)[:, None] for column in zip(*boxes, strict=True))
        vertices = np.stack([x + 0.05 + 0.9 * glyph[None, :, 0], base + height * glyph[None, :, 1]], -1)
        path = Path(vertices.reshape(-1, 2), np.tile(codes, len(boxes)))
        line = {"edgecolor": colours.outline, "linewidth": 0.6} if colours.outline else {"linewidth": 0}
        axes.add_patch(
            PathPatch(path, facecolor=colours.bases.get(letter, colours.muted), alpha=FADED if faded else 1.0, **line)
        )
    axes.axhline(0, color=colours.muted, linewidth=0.6)
    axes.set_xlim(start - 0.5, start + len(bases) - 0.5)
    low, high = float(np.nanmin(scores, initial=0)), float(np.nanmax(scores, initial=0))
    span = (high - low) or 1.0
    axes.set_ylim(low - 0.06 * span, high + 0.06 * span)
