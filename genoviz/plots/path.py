"""The path of a design, step by step, as a plotly figure."""

from __future__ import annotations

from collections.abc import Sequence as Seq

import plotly.graph_objects as go

from genoviz.plots.palette import Colours
from genoviz.plots.words import in_plotly


def path_curve(
    labels: Seq[str],
    values: Seq[float],
    *,
    name: str,
    unit: str,
    look: Colours,
    accent: str,
    other: Seq[float] = (),
    other_name: str = "",
    other_unit: str = "",
    level: float | None = None,
    level_name: str = "",
) -> go.Figure:
    """Values after each step, and those of a second model on a scale of its own on the right.

    Parameters
    ----------
    labels
        One for each value; the first is the start.
    values, name, unit
        Of the model that made the design.
    look, accent
        Colours of the page, and of the first curve.
    other, other_name, other_unit
        Values of a second model along the same path; left out if empty.
    level, level_name
        A dotted line on the first scale, such as the goal.
    """
    shown = [in_plotly(label) for label in labels]
    name, unit, level_name = in_plotly(name), in_plotly(unit), in_plotly(level_name)
    other_name, other_unit = in_plotly(other_name), in_plotly(other_unit)
    figure, second, places = go.Figure(), look.bases["G"], list(range(len(values)))
    rows = [(values, name, unit, accent, "y", "solid", "circle")]
    if len(other):
        rows.append((other, other_name, other_unit, second, "y2", "dash", "diamond"))
    for series, title, of, colour, scale, dash, symbol in rows:
        figure.add_scatter(
            x=places,
            y=list(series),
            yaxis=scale,
            mode="lines+markers",
            name=title,
            text=shown,
            line={"color": colour, "width": 2.5, "dash": dash},
            marker={"size": 8, "symbol": symbol},
            hovertemplate="%{text}: %{y:.3g} " + of + "<extra>" + title + "</extra>",
        )
    if level is not None:
        figure.add_hline(
            y=level, line={"color": look.muted, "dash": "dot", "width": 1.5}, annotation_text=level_name,
            annotation_font_color=look.text,
        )  # fmt: skip
    axis = {"gridcolor": look.empty, "zeroline": False, "fixedrange": True}
    figure.update_layout(
        height=340,
        margin={"l": 0, "r": 0, "t": 10, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": look.text, "size": 13},
        xaxis={**axis, "tickvals": places, "ticktext": shown, "showgrid": False},
        yaxis={**axis, "title": {"text": unit, "font": {"color": accent}}, "tickfont": {"color": accent}},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        showlegend=True,
    )
    if len(other):
        figure.update_layout(
            yaxis2={
                **axis,
                "title": {"text": other_unit, "font": {"color": second}},
                "tickfont": {"color": second},
                "overlaying": "y",
                "tickmode": "auto",
                "side": "right",
                "showgrid": False,
            }
        )
    return figure
