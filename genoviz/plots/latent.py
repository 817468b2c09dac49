"""Pictures of a latent space: points, scores along a walk, what each dimension does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from genoviz.plots.figure import faint, styled, zero_line
from genoviz.plots.palette import HIGHER, LOWER, Colours
from genoviz.plots.words import in_plotly

if TYPE_CHECKING:
    from genoviz.grammar.mean_interval import Spread
    from genoviz.latent.dimensions import Dimensions
    from genoviz.latent.walk import WalkScores


def point_figure(point: ArrayLike, look: Colours) -> go.Figure:
    """The numbers of a latent point as bars, one for each dimension (from 1)."""
    values = np.asarray(point, dtype=np.float64)
    figure = go.Figure()
    figure.add_bar(
        x=np.arange(1, len(values) + 1),
        y=values,
        marker={"color": [HIGHER if v > 0 else LOWER for v in values]},
        hovertemplate="dimension %{x}: %{y:.2f}<extra></extra>",
    )
    zero_line(figure, look)
    return styled(figure, look, "dimension", "place (standard deviations of the prior)", height=260)


def walk_figure(scores: WalkScores, look: Colours) -> go.Figure:
    """Score at each step: drawn from the decoder, mixed letter by letter, and the likeliest bases; both given ends as marks."""
    figure = go.Figure()
    x = np.arange(1, len(scores.likeliest) + 1)
    blue, orange = look.bases["C"], look.bases["G"]
    band(figure, x, scores.drawn, "drawn from the decoder", blue, "solid", "step %{x}")
    band(figure, x, scores.mixed, "mixed letter by letter", orange, "dash", "step %{x}")
    figure.add_scatter(
        x=x, y=scores.likeliest, mode="lines+markers", name="likeliest bases",
        line={"color": look.muted, "dash": "dot", "width": 1.5},
        hovertemplate="step %{x}: %{y:.3g}<extra>likeliest bases</extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[x[0], x[-1]], y=list(scores.given), mode="markers", name="as given",
        marker={"color": look.text, "size": 11, "symbol": "diamond"},
        hovertemplate="as given: %{y:.3g}<extra></extra>",
    )  # fmt: skip
    styled(figure, look, "step of the walk", in_plotly(scores.scorer))
    figure.update_xaxes(dtick=1 if len(x) < 20 else 5)
    return figure


def effect_figure(found: Dimensions, look: Colours) -> go.Figure | None:
    """Effect of each dimension on the prediction with its interval, the largest first; None without a supervised model."""
    if found.effect is None:
        return None
    order, mean = found.order, found.effect.mean
    low, high = found.effect.interval
    telling = (low > 0) | (high < 0)
    figure = go.Figure()
    figure.add_scatter(
        x=[str(i + 1) for i in order], y=mean[order], mode="markers",
        marker={
            "color": [(HIGHER if mean[i] > 0 else LOWER) if telling[i] else look.muted for i in order],
            "symbol": ["circle" if telling[i] else "circle-open" for i in order], "size": 9,
        },
        error_y={
            "type": "data", "symmetric": False, "array": (high - mean)[order], "arrayminus": (mean - low)[order],
            "color": look.muted, "thickness": 1.5, "width": 0,
        },
        customdata=np.stack([low[order], high[order]], -1),
        hovertemplate="dimension %{x}: %{y:+.3g} (%{customdata[0]:+.3g} to %{customdata[1]:+.3g})<extra></extra>",
    )  # fmt: skip
    zero_line(figure, look)
    styled(figure, look, "dimension, the largest effect first", f"effect ({in_plotly(found.unit)})", height=320)
    figure.update_xaxes(type="category")
    return figure


def change_figure(found: Dimensions, look: Colours) -> go.Figure:
    """Where each dimension changes the sequence: share of the probability that moves at each position."""
    order = found.order
    table: NDArray[np.float64] = found.change[order]
    figure = go.Figure()
    figure.add_heatmap(
        z=table, x=np.arange(1, table.shape[1] + 1), y=[str(i + 1) for i in order],
        colorscale=[(0.0, look.zero), (1.0, look.bases["C"])], zmin=0, zmax=max(float(table.max()), 1e-6),
        hovertemplate="dimension %{y}, position %{x}: %{z:.2f} of the probability moves<extra></extra>",
        colorbar={"thickness": 12},
    )  # fmt: skip
    styled(figure, look, "position", "dimension", height=140 + 12 * len(order))
    figure.update_yaxes(autorange="reversed", type="category")
    return figure


def band(
    figure: go.Figure,
    x: ArrayLike,
    y: Spread,
    name: str,
    colour: str,
    dash: str,
    hover: str,
    mode: str = "lines+markers",
) -> None:
    """A mean with its interval as a band."""
    at, (low, high) = np.asarray(x), y.interval
    figure.add_scatter(
        x=np.concatenate([at, at[::-1]]), y=np.concatenate([high, low[::-1]]), fill="toself", fillcolor=faint(colour),
        line={"width": 0}, hoverinfo="skip", showlegend=False, mode="lines",
    )  # fmt: skip
    figure.add_scatter(
        x=at, y=y.mean, mode=mode, name=name, line={"color": colour, "dash": dash, "width": 2.5},
        customdata=np.stack([low, high], -1),
        hovertemplate=f"{hover}: %{{y:.3g}} (%{{customdata[0]:.3g}} to %{{customdata[1]:.3g}})<extra>{name}</extra>",
    )  # fmt: skip
