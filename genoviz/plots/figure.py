"""What interactive figures share: colours of an interval and of differences, axes that look like the page."""

from __future__ import annotations

import plotly.graph_objects as go

from genoviz.plots.palette import HIGHER, LOWER, Colours

BAND = 0.22  # opacity of an interval


def faint(colour: str) -> str:
    """A colour `#rrggbb` as that of an interval."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{BAND})"


def diverging(look: Colours) -> list[tuple[float, str]]:
    """Blue lowers, red raises, nothing in between."""
    return [(0.0, LOWER), (0.5, look.zero), (1.0, HIGHER)]


def zero_line(figure: go.Figure, look: Colours) -> None:
    """A line at 0."""
    figure.add_hline(y=0, line={"color": look.muted, "width": 1})


def styled(figure: go.Figure, look: Colours, x_title: str, y_title: str, height: int = 380) -> go.Figure:
    """The figure with titles of its axes, without what distracts; it can't be zoomed, so that a page scrolls over it."""
    axis = {"gridcolor": look.empty, "zeroline": False, "fixedrange": True}
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 10, "t": 40, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": look.text, "size": 13},
        xaxis={**axis, "title": x_title},
        yaxis={**axis, "title": y_title},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hoverlabel={"align": "left"},
    )
    return figure
