"""How well a model does on held-out data, as plotly figures with the current sequence marked."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Seq

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from genoviz.plots.palette import Colours
from genoviz.plots.words import in_plotly

Points = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def roc_points(positive: ArrayLike, negative: ArrayLike) -> Points:
    """ROC curve from quantiles of the logits of positives and negatives.

    Returns
    -------
    thresholds, false positive rates, true positive rates
        From the highest threshold (nothing is called) to the lowest; exact to the spacing of the quantiles.
    """
    p, n = np.sort(np.asarray(positive, dtype=float)), np.sort(np.asarray(negative, dtype=float))
    thresholds = np.unique(np.concatenate([p, n, [np.inf, -np.inf]]))[::-1]
    return thresholds, _share_from(n, thresholds), _share_from(p, thresholds)


def precision_points(positive: ArrayLike, negative: ArrayLike, share: float) -> Points:
    """Precision-recall curve from the same quantiles, where `share` of the test items are positive.

    Returns
    -------
    thresholds, recalls, precisions
        Without the threshold at which nothing is called.
    """
    thresholds, false, true = roc_points(positive, negative)
    called = true * share + false * (1 - share)
    some = called > 0
    return thresholds[some], true[some], (true * share)[some] / called[some]


def curve(
    x: ArrayLike,
    y: ArrayLike,
    *,
    x_title: str,
    y_title: str,
    level: float,
    look: Colours,
    accent: str,
    mark: tuple[float, float] | None = None,
) -> go.Figure:
    """A curve in the unit square, guessing dotted; `level` is the height of guessing at its right end.

    `mark` is the place of the threshold at which the current sequence would just be called.
    """
    figure = go.Figure()
    start = 0.0 if level == 1 else level
    figure.add_scatter(
        x=[0, 1],
        y=[start, level],
        mode="lines",
        line={"color": look.muted, "dash": "dot", "width": 1},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=np.asarray(x),
        y=np.asarray(y),
        mode="lines",
        line={"color": accent, "width": 2.5},
        hovertemplate="%{x:.3f}, %{y:.3f}<extra></extra>",
    )
    if mark is not None:
        figure.add_scatter(
            x=[mark[0]], y=[mark[1]], mode="markers+text", text=["this sequence"], textposition="bottom center",
            marker={"color": look.text, "size": 11, "symbol": "diamond"},
            hovertemplate="called from here on: %{x:.3f}, %{y:.3f}<extra></extra>",
        )  # fmt: skip
    return _styled(figure, x_title, y_title, look, limits=(0, 1.02))


def scatter(points: Seq[Seq[float]], *, unit: str, look: Colours, accent: str, mark: float | None = None) -> go.Figure:
    """Measured against predicted values of held-out sequences; `mark` is the prediction for the current sequence."""
    values = np.asarray(points, dtype=float)
    figure = go.Figure()
    figure.add_scatter(
        x=values[:, 0],
        y=values[:, 1],
        mode="markers",
        marker={"color": accent, "size": 6, "opacity": 0.55},
        hovertemplate="predicted %{x:.3g}, measured %{y:.3g}<extra></extra>",
    )
    if mark is not None:
        figure.add_vline(x=mark, line={"color": look.text, "width": 1.5}, annotation_text="this sequence")
    return _styled(figure, f"predicted ({in_plotly(unit)})", f"measured ({in_plotly(unit)})", look)


def distributions(sets: Mapping[str, Seq[float]], *, unit: str, look: Colours, mark: float | None = None) -> go.Figure:
    """Cumulative distributions from quantiles (0, 1, ... 100 %) of named sets; `mark` is the current sequence's value."""
    figure = go.Figure()
    colours = (look.bases["C"], look.bases["G"], look.bases["A"], look.bases["T"], look.muted)
    for (name, values), colour in zip(sets.items(), colours, strict=False):
        figure.add_scatter(
            x=np.asarray(values, dtype=float),
            y=np.linspace(0, 100, len(values)),
            mode="lines",
            name=in_plotly(name),
            line={"color": colour, "width": 2.5},
            hovertemplate="%{y:.0f} % are below %{x:.4g}",
        )
    if mark is not None:
        figure.add_vline(x=mark, line={"color": look.text, "width": 1.5}, annotation_text="this sequence")
    _styled(figure, in_plotly(unit), "share below (%)", look)
    figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.12, "x": 0})
    return figure


def _share_from(values: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the sorted `values` that are at least each threshold."""
    return 1 - np.searchsorted(values, thresholds, side="left") / len(values)


def _styled(
    figure: go.Figure, x_title: str, y_title: str, look: Colours, limits: tuple[float, float] | None = None
) -> go.Figure:
    axis = {"gridcolor": look.empty, "zerolinecolor": look.muted, "range": limits, "fixedrange": True}
    figure.update_layout(
        height=320,
        margin={"l": 0, "r": 10, "t": 10, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": look.text, "size": 13},
        xaxis={**axis, "title": x_title},
        yaxis={**axis, "title": y_title},
        showlegend=False,
    )
    return figure
