"""Bar chart over the tracks of an output (plotly)."""

from __future__ import annotations

import plotly.graph_objects as go

from genoviz.plots.palette import Colours


def track_bars(
    names: tuple[str, ...],
    values: list[float],
    labels: list[str],
    *,
    unit: str,
    chosen: tuple[str, ...],
    look: Colours,
    accent: str,
) -> go.Figure:
    """Horizontal bars, largest on top, the chosen tracks in the accent colour, `labels` beside the bars."""
    order = sorted(range(len(names)), key=lambda i: values[i])
    figure = go.Figure(
        go.Bar(
            x=[values[i] for i in order],
            y=[names[i] for i in order],
            orientation="h",
            marker_color=[accent if names[i] in chosen else look.empty for i in order],
            text=[labels[i] for i in order],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.6g} " + unit + "<extra></extra>",
        )
    )
    top = 1.0 if unit == "probability" else None
    figure.update_layout(
        height=max(120, 26 * len(names) + 50),
        margin={"l": 0, "r": 84, "t": 6, "b": 34},
        bargap=0.25,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": look.text, "size": 13},
        xaxis={
            "title": unit,
            "range": [0, top] if top else None,
            "gridcolor": look.empty,
            "zerolinecolor": look.muted,
            "fixedrange": True,
        },
        yaxis={"automargin": True, "fixedrange": True},
        showlegend=False,
    )
    return figure
