"""Numbers along hundreds of thousands of bases, as areas over bins."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from genoviz.plots.palette import HIGHER, LOWER, Colours
from genoviz.plots.words import in_plotly


def bin_figure(
    starts: NDArray[np.integer],
    values: NDArray[np.floating],
    look: Colours,
    *,
    x_title: str,
    y_title: str,
    mark: tuple[int, int],
    signed: bool = False,
    height: int = 240,
) -> go.Figure:
    """One value per bin along a stretch.

    Parameters
    ----------
    starts, values
        `(bins,)`: first place of each bin, in the numbering of the axis, and its value.
    look
        Colours of the page.
    x_title, y_title
        Titles of the axes; each may have two lines.
    mark
        First and last place of the stretch in question, shaded.
    signed
        Draw what is below 0 apart, in the colours of lower and higher.
    height
        Pixels.
    """
    figure = go.Figure()
    parts = [(np.maximum(values, 0), HIGHER), (np.minimum(values, 0), LOWER)] if signed else [(values, look.bases["C"])]
    for part, colour in parts:
        figure.add_scatter(
            x=starts,
            y=part,
            line={"shape": "hv", "width": 1, "color": colour},
            fill="tozeroy",
            hovertemplate="%{x:,}: %{y:.3g}<extra></extra>",
            showlegend=False,
        )
    figure.add_vrect(x0=mark[0], x1=mark[1], fillcolor=look.muted, opacity=0.35, line_width=1, line_color=look.muted)
    axis = {"gridcolor": look.empty, "zeroline": False}
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 10, "t": 10, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": look.text, "size": 13},
        xaxis={**axis, "title": _title(x_title), "tickformat": ",d"},
        yaxis={**axis, "title": _title(y_title), "fixedrange": True},
    )
    return figure


def _title(words: str) -> str:
    return "<br>".join(map(in_plotly, words.split("\n")))
