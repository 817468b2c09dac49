"""Pictures of embedded records: the map, and the learning curve of a probe."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from genoviz.plots.figure import styled
from genoviz.plots.latent import band
from genoviz.plots.palette import Colours
from genoviz.plots.words import in_plotly

if TYPE_CHECKING:
    from genoviz.grammar.mean_interval import Spread

# Told apart by anybody (after Okabe and Ito 2008), and by their shape.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_SHAPES = ("circle", "diamond", "square", "triangle-up", "cross", "x")
_NO_LABEL = "no label"


def map_figure(
    points: NDArray[np.float64],
    names: Seq[str],
    look: Colours,
    *,
    axes: tuple[str, str],
    labels: Seq[str] = (),
    values: NDArray[np.floating] | None = None,
    value_name: str = "",
    chosen: int | None = None,
    near: Seq[int] = (),
) -> go.Figure:
    """Records as points; `customdata` of each is its number (from 0).

    Parameters
    ----------
    points
        `(records, 2)`.
    names
        For the tooltip.
    look
        See `genoviz.plots.palette.colours`.
    axes
        Titles of the axes.
    labels
        Each label gets a colour and a shape; those after the sixth share the last ones.
    values
        `(records,)`: colours by a number instead.
    value_name
        What the number is.
    chosen, near
        A record that was clicked, and its neighbours: ringed.
    """
    figure = go.Figure()
    tips = [in_plotly(name or f"record {i}") for i, name in enumerate(names, start=1)]
    if values is not None:
        marker = {
            "color": values, "colorscale": "Viridis", "size": 7, "opacity": 0.8, "showscale": True,
            "colorbar": {"title": {"text": in_plotly(value_name)}, "thickness": 12},
        }  # fmt: skip
        _points(figure, points, tips, np.arange(len(points)), in_plotly(value_name), marker, values)
    else:
        given = np.array([label or _NO_LABEL for label in labels] or [_NO_LABEL] * len(points))
        for number, label in enumerate(dict.fromkeys(given.tolist())):
            kind = min(number, len(_COLOURS) - 1)
            marker = {"color": _COLOURS[kind], "symbol": _SHAPES[kind], "size": 7, "opacity": 0.7}
            _points(figure, points, tips, np.flatnonzero(given == label), in_plotly(label), marker)
    for ringed, size, width in ((list(near), 13, 1.5), ([] if chosen is None else [chosen], 17, 3)):
        if ringed:
            figure.add_scatter(
                x=points[ringed, 0], y=points[ringed, 1], mode="markers", hoverinfo="skip", showlegend=False,
                marker={"symbol": "circle-open", "size": size, "color": look.text, "line": {"width": width}},
                customdata=[[i] for i in ringed],
            )  # fmt: skip
    styled(figure, look, *axes, height=520)
    if values is not None:
        figure.update_layout(showlegend=False)
    return figure


def learning_figure(
    sizes: Seq[int], embedding: Spread, words: Spread, look: Colours, *, metric: str, word: int, guessing: float
) -> go.Figure:
    """Held-out score over the number of training records, for the probe on the embedding and the one on words."""
    figure = go.Figure()
    band(figure, sizes, embedding, "probe on the embedding", look.bases["C"], "solid", "%{x} records")
    band(figure, sizes, words, f"probe on {word}-base words", look.bases["G"], "dash", "%{x} records")
    figure.add_hline(
        y=guessing, line={"color": look.muted, "width": 1, "dash": "dot"}, annotation_text="guessing",
        annotation_position="bottom right",
    )  # fmt: skip
    styled(figure, look, "training records", f"held-out {in_plotly(metric)}", height=340)
    figure.update_xaxes(type="log", tickvals=list(sizes), ticktext=[f"{size:,}" for size in sizes])
    return figure


def _points(
    figure: go.Figure, points: NDArray[np.float64], tips: Seq[str], rows: NDArray[np.int64], name: str,
    marker: dict[str, object], values: NDArray[np.floating] | None = None,
) -> None:  # fmt: skip
    said = f"{name} %{{marker.color:.3g}}" if values is not None else name
    figure.add_scatter(
        x=points[rows, 0], y=points[rows, 1], mode="markers", name=name, marker=marker,
        text=[tips[i] for i in rows], customdata=rows[:, None].tolist(),
        hovertemplate=f"%{{text}}<br>{said}<extra></extra>",
    )  # fmt: skip
