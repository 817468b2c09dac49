"""Pictures of the sandbox: the curve of a training, and how fast each method finds planted bases."""

from __future__ import annotations

from collections.abc import Sequence as Seq

import plotly.graph_objects as go

from genoviz.plots.figure import styled
from genoviz.plots.palette import HIGHER, Colours
from genoviz.sandbox.recovery import Recovery, roc_curve
from genoviz.sandbox.train import Epoch

# Lines that are told apart by anybody (after Okabe and Ito 2008); the dash tells the second round apart.
_LINES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_DASHES = ("solid", "dash", "dot")


def curve_figure(curve: Seq[Epoch], look: Colours, *, epochs: int = 0) -> go.Figure:
    """Loss of training and of unseen sequences over the epochs."""
    figure = go.Figure()
    x = [epoch.number for epoch in curve]
    for name, y, colour, dash in (
        ("training sequences", [epoch.loss for epoch in curve], _LINES[0], "solid"),
        ("unseen sequences", [epoch.test_loss for epoch in curve], HIGHER, "dash"),
    ):
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines+markers",
            name=name,
            line={"color": colour, "dash": dash, "width": 2.5},
            hovertemplate=f"{name}, epoch %{{x}}: %{{y:.3f}}<extra></extra>",
        )
    figure.add_hline(y=0.693, line={"color": look.muted, "width": 1, "dash": "dot"}, annotation_text="guessing")
    styled(figure, look, "epoch", "loss (nats)", height=260)
    figure.update_xaxes(range=[0.7, max(epochs, len(x), 2) + 0.3])
    figure.update_yaxes(rangemode="tozero")
    return figure


def roc_figure(result: Recovery, look: Colours) -> go.Figure:
    """One ROC curve for each method, over the bases of all explained sequences."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        name="guessing",
        line={"color": look.muted, "dash": "dot", "width": 1},
        hoverinfo="skip",
    )
    for i, row in enumerate(result.methods):
        false, true = roc_curve(row, result.sequences)
        figure.add_scatter(
            x=false,
            y=true,
            mode="lines",
            name=row.title,
            line={"color": _LINES[i % len(_LINES)], "dash": _DASHES[i // len(_LINES)], "width": 2},
            hovertemplate=f"{row.title}: %{{y:.2f}} found, %{{x:.2f}} false<extra></extra>",
        )
    styled(figure, look, "share of other bases above the threshold", "share of planted bases found", height=430)
    figure.update_layout(legend={"orientation": "h", "y": -0.2, "yanchor": "top"})
    figure.update_yaxes(range=[0, 1.02])
    return figure
