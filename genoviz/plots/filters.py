"""First-layer filters as logos (logomaker)."""

from __future__ import annotations

import io

import logomaker
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from genoviz.plots.palette import Colours
from genoviz.sequence import BASES


def strongest_filters(kernels: NDArray[np.float32], n: int) -> NDArray[np.int64]:
    """Numbers of the `n` kernels `(filters, 4, width)` that can tell bases apart best, the strongest first.

    The measure is the largest response to any sequence minus the mean one: what the best base at each position adds.
    """
    centred = kernels - kernels.mean(1, keepdims=True)
    return np.argsort(-centred.max(1).sum(1), kind="stable")[:n]


def filter_logos(kernels: NDArray[np.float32], look: Colours, *, n: int = 12, columns: int = 3) -> bytes:
    """SVG with the `n` strongest kernels `(filters, 4, width)`, each centred per position.

    A letter above the line raises the filter's response compared with the mean of the four bases.
    """
    chosen = strongest_filters(kernels, n)
    rows = -(-len(chosen) // columns)
    figure = Figure(figsize=(3.3 * columns, 1.25 * rows), layout="constrained")
    figure.patch.set_alpha(0)
    axes = np.atleast_1d(figure.subplots(rows, columns)).ravel()
    for ax in axes:
        ax.set_axis_off()
    for ax, number in zip(axes, chosen, strict=False):
        table = pd.DataFrame((kernels[number] - kernels[number].mean(0)).T, columns=list(BASES))
        ax.set_axis_on()
        logo = logomaker.Logo(table, ax=ax, color_scheme=look.bases, flip_below=False, baseline_width=0.6)
        logo.style_spines(visible=False)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.patch.set_alpha(0)
        ax.set_title(f"filter {number}", fontsize=8, color=look.muted, loc="left")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()
