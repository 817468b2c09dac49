"""Mutation maps as heatmaps: a row per base, blue lowers the output, red raises it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from genoviz.plots.palette import HIGHER, LOWER, Colours
from genoviz.sequences.bases import BASES


def effect_limit(delta: NDArray[np.floating]) -> float:
    """Symmetric colour limit: the largest finite |value|, at least a tiny positive number."""
    finite = np.abs(delta[np.isfinite(delta)])
    return max(float(finite.max()) if finite.size else 0.0, 1e-9)


def draw_mutations(
    axes: Axes,
    bases: str,
    delta: NDArray[np.floating],
    colours: Colours,
    *,
    limit: float,
    start: int = 1,
    band: tuple[float, float] = (0.0, 0.0),
) -> AxesImage:
    """Draw `(4, length)` effects; the observed base's cell is grey with its letter, cells without a value are hatched.

    Effects within `band` are faded: what lowers the output by less than the first number, or raises it by less than the second.
    Returns the image, for a colour bar.
    """
    length = delta.shape[1]
    observed = np.array([[b == base for b in bases] for base in BASES])
    diverging = LinearSegmentedColormap.from_list("effect", [LOWER, colours.zero, HIGHER])
    palette = diverging.with_extremes(bad=colours.background)
    shown = np.ma.masked_where(observed | ~np.isfinite(delta), delta)
    extent = (start - 0.5, start + length - 0.5, 3.5, -0.5)
    image = axes.imshow(
        shown, cmap=palette, vmin=-limit, vmax=limit, aspect="auto", extent=extent, interpolation="none",
        alpha=np.where((delta > -band[0]) & (delta < band[1]), 0.35, 1.0),
    )  # fmt: skip
    letters = length <= 130
    for i, base in enumerate(bases):
        column = delta[:, i]
        if base in BASES:
            row = BASES.index(base)
            axes.add_patch(Rectangle((start + i - 0.5, row - 0.5), 1, 1, facecolor=colours.empty, linewidth=0))
            if letters:
                axes.text(start + i, row, base, ha="center", va="center", fontsize=5.5, color=colours.text)
        if not np.isfinite(column).any():
            hatch = Rectangle(
                (start + i - 0.5, -0.5), 1, 4, fill=False, hatch="////", edgecolor=colours.empty, linewidth=0
            )
            axes.add_patch(hatch)
    axes.set_yticks(range(4), list(BASES))
    return image
