"""Attention maps: a row per position that reads, a column per position that is read; and what bases receive beside what they do."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from genoviz.dependency.attention import AttentionMap
from genoviz.plots.figure import styled
from genoviz.plots.palette import HIGHER, Colours

FULL = 0.995  # share of the cells below the full colour


def attention_figure(weights: NDArray[np.float64], look: Colours) -> go.Figure:
    """Weights `(positions, positions)`, rows read columns."""
    places = np.arange(len(weights)) + 1
    top = max(float(np.quantile(weights, FULL)), 1e-9)
    figure = go.Figure()
    figure.add_heatmap(
        z=weights, x=places, y=places, colorscale=[(0.0, look.zero), (1.0, HIGHER)], zmin=0, zmax=top,
        hovertemplate="position %{y} reads %{x}: %{z:.3f}<extra></extra>",
        colorbar={
            "title": {"text": "share of what is read", "side": "top"}, "thickness": 10, "len": 0.5,
            "orientation": "h", "y": 1.0, "yanchor": "bottom",
        },
    )  # fmt: skip
    styled(figure, look, "position that is read", "position that reads")
    figure.update_layout(height=None)  # of its frame
    first, last = 0.5, len(weights) + 0.5
    figure.update_yaxes(range=[last, first], scaleanchor="x", constrain="domain", constraintoward="top", showgrid=False)
    figure.update_xaxes(range=[first, last], constrain="domain", showgrid=False)
    return figure


def received_figure(found: AttentionMap, look: Colours) -> go.Figure:
    """What each base receives through all layers, and below it the mean size of its substitutions' effects."""
    places = np.arange(len(found.received)) + 1
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08)
    for row, (values, name, colour) in enumerate(
        ((found.received, "attention received", look.muted), (found.effect, "effect of mutations", HIGHER)), 1
    ):
        figure.add_bar(
            x=places, y=values, name=name, marker_color=colour, customdata=list(found.sequence.bases),
            hovertemplate="%{customdata}%{x}: %{y:.3g}<extra>" + name + "</extra>", row=row, col=1,
        )  # fmt: skip
    styled(figure, look, "", "", height=300)
    figure.update_layout(bargap=0)
    figure.update_xaxes(gridcolor=look.empty, fixedrange=True)
    figure.update_yaxes(gridcolor=look.empty, fixedrange=True)
    figure.update_xaxes(title="base, from 1", row=2, col=1)
    return figure
