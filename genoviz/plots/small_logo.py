"""Small logos as SVG: quick enough for a grid of a hundred.

Letters are simple shapes of our own in a square of 100, so a logo needs neither a font nor matplotlib.
"""

from __future__ import annotations

import base64
import html

import numpy as np
from numpy.typing import NDArray

from genoviz.plots.palette import Colours
from genoviz.sequences.bases import BASES

_SHAPES = {
    "A": "M0 100L37 0H63L100 100H77L70 79H30L23 100ZM36 61H64L50 20Z",
    "C": "M97 33A50 50 0 1 0 97 67L75 61A27 31 0 1 1 75 39Z",
    "G": "M97 32A50 50 0 1 0 98 74V46H54V62H77V68A27 31 0 1 1 75 39Z",
    "T": "M0 0H100V18H61V100H39V18H0Z",
}
_COLUMN, _HEIGHT, _GAP = 12.0, 60.0, 0.8
_LEAST = 0.01  # share of the height below which a letter is left out


def small_logo(
    heights: NDArray[np.floating], look: Colours, *, limit: float | None = None, label: str = "", tall: str = "7rem"
) -> str:
    """A logo of letters `(length, 4)`, columns A C G T, as an `<img>` element that holds an SVG.

    Parameters
    ----------
    heights
        Letters of negative height hang below the line, upright.
    look
        See `genoviz.plots.palette.colours`.
    limit
        Height of the tallest possible stack; the tallest one if None.
    label
        What it shows, for screen readers.
    tall
        CSS height that the picture has at most; else it is as wide as what it stands in.
    """
    table = np.asarray(heights, dtype=np.float64)
    above, below = np.clip(table, 0, None).sum(1).max(initial=0), -np.clip(table, None, 0).sum(1).min(initial=0)
    top, bottom = (limit, below) if limit is not None else (above, below)
    scale = _HEIGHT / ((top + bottom) or 1.0)
    line = top * scale
    parts = []
    for i, column in enumerate(table):
        up = down = line
        for j in np.argsort(np.abs(column), kind="stable"):
            size = abs(float(column[j])) * scale
            if size < _LEAST * _HEIGHT:
                continue
            if column[j] > 0:
                up -= size
                y = up
            else:
                y, down = down, down + size
            parts.append(_letter(BASES[j], i * _COLUMN, y, size, look))
    total = len(table) * _COLUMN
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{4 * total:g}" height="{4 * (_HEIGHT + 1):g}" '
        f'viewBox="0 0 {total:g} {_HEIGHT + 1:g}">{"".join(parts)}'
        f'<path d="M0 {line:.2f}H{total:g}" stroke="{look.muted}" stroke-width="0.6"/></svg>'
    )
    # Streamlit strips SVG elements from HTML, but not pictures.
    coded = base64.b64encode(svg.encode("ascii")).decode("ascii")
    return (
        f'<img src="data:image/svg+xml;base64,{coded}" alt="{html.escape(label)}" '
        f'style="max-width:100%;max-height:{tall};display:block">'
    )


def _letter(base: str, x: float, y: float, tall: float, look: Colours) -> str:
    line = f' stroke="{look.outline}" vector-effect="non-scaling-stroke"' if look.outline else ""
    place = f"translate({x + _GAP / 2:.2f} {y:.2f})scale({(_COLUMN - _GAP) / 100:.4f} {tall / 100:.4f})"
    return f'<path transform="{place}" d="{_SHAPES[base]}" fill="{look.bases[base]}" fill-rule="evenodd"{line}/>'
