"""Pictures of measured beside predicted effects: the scatter, correlations by region, models beside each other."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure
from numpy.typing import NDArray

from genoviz.measured.agreement import Agreement, Region
from genoviz.measured.several import SideBySide
from genoviz.plots.figure import styled, zero_line
from genoviz.plots.palette import Colours
from genoviz.plots.words import in_plotly

MOST_POINTS = 6000  # drawn; of more, evenly spread ones


def scatter_figure(
    predicted: NDArray[np.float64],
    measured: NDArray[np.float64],
    names: list[str],
    overall: Agreement,
    look: Colours,
    *,
    x_title: str,
    y_title: str,
    chosen: NDArray[np.bool_] | None = None,
) -> go.Figure:
    """Predicted against measured, a point per change, with the line of least squares; `chosen` are drawn in full colour."""
    known = np.flatnonzero(np.isfinite(predicted) & np.isfinite(measured))
    known = known[:: max(1, len(known) // MOST_POINTS)]
    figure = go.Figure()
    parts = [(known, 0.55 if chosen is None else 0.25, look.bases["C"])]
    if chosen is not None:
        parts.append((known[chosen[known]], 0.9, look.bases["T"]))
    for rows, opacity, colour in parts:
        figure.add_scattergl(
            x=predicted[rows], y=measured[rows], mode="markers", text=[in_plotly(names[i]) for i in rows],
            marker={"color": colour, "size": 6, "opacity": opacity}, showlegend=False,
            hovertemplate="%{text}<br>predicted %{x:.3g}<br>measured %{y:.3g}<extra></extra>",
        )  # fmt: skip
    if np.isfinite(overall.slope) and len(known):
        x = np.array([predicted[known].min(), predicted[known].max()])
        figure.add_scatter(
            x=x, y=overall.intercept + overall.slope * x, mode="lines", line={"color": look.text, "width": 1.5},
            hoverinfo="skip", showlegend=False,
        )  # fmt: skip
    zero_line(figure, look)
    return styled(figure, look, in_plotly(x_title), in_plotly(y_title), height=420)


def region_figure(regions: tuple[Region, ...], look: Colours) -> go.Figure:
    """Pearson correlation in each stretch, a bar each."""
    values = [one.agreement.pearson for one in regions]
    figure = go.Figure()
    figure.add_bar(
        x=[(one.start + one.end + 1) / 2 for one in regions], y=values, width=[0.9 * (r.end - r.start) for r in regions],
        marker={"color": look.bases["C"]},
        customdata=[[one.start + 1, one.end, one.agreement.changes] for one in regions],
        hovertemplate="bases %{customdata[0]}-%{customdata[1]}: %{y:.2f} over %{customdata[2]} changes<extra></extra>",
    )  # fmt: skip
    zero_line(figure, look)
    styled(figure, look, "base of the element", "Pearson r", height=260)
    figure.update_yaxes(range=[-1, 1])
    return figure


def standing_figure(found: SideBySide, look: Colours, *, ceiling: float | None = None) -> go.Figure:
    """Correlation of each model with its interval, best on top; the replicate ceiling as a line."""
    shown = [s for s in found.standings if s.agreement is not None and np.isfinite(s.agreement.pearson)][::-1]
    names = [in_plotly(s.asked.label) for s in shown]
    figure = go.Figure()
    said = [s.agreement for s in shown if s.agreement is not None]
    low = [a.pearson - a.pearson_95[0] if np.isfinite(a.pearson_95[0]) else 0 for a in said]
    high = [a.pearson_95[1] - a.pearson if np.isfinite(a.pearson_95[1]) else 0 for a in said]
    figure.add_scatter(
        x=[a.pearson for a in said], y=names, mode="markers", marker={"color": look.bases["C"], "size": 9},
        error_x={"type": "data", "symmetric": False, "array": high, "arrayminus": low, "color": look.muted},
        hovertemplate="%{y}: %{x:.2f}<extra></extra>", showlegend=False,
    )  # fmt: skip
    figure.add_vline(x=0, line={"color": look.muted, "width": 1})
    if ceiling is not None:
        figure.add_vline(x=ceiling, line={"color": look.bases["G"], "width": 1.5, "dash": "dash"})
    return styled(figure, look, "Pearson r with the measurement", "", height=90 + 24 * len(shown))


def scatter_picture(
    predicted: NDArray[np.float64],
    measured: NDArray[np.float64],
    look: Colours,
    *,
    title: str,
    x_title: str,
    y_title: str,
) -> Figure:
    """The scatter for files and papers."""
    figure = Figure(figsize=(5.2, 4.6), facecolor=look.background, layout="constrained")
    axes = figure.subplots()
    axes.scatter(predicted, measured, s=7, color=look.bases["C"], alpha=0.5, linewidths=0)
    axes.axhline(0, color=look.muted, linewidth=0.8)
    axes.axvline(0, color=look.muted, linewidth=0.8)
    axes.set_facecolor(look.background)
    axes.set_xlabel(x_title, color=look.text)
    axes.set_ylabel(y_title, color=look.text)
    axes.tick_params(colors=look.muted)
    figure.suptitle(title, color=look.text, fontsize=9)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure
