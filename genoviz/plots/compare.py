"""Pictures of comparisons: which base drives which bin, mean maps with their intervals, how alike explanations are."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from genoviz.compare.comparison import Comparison
from genoviz.compare.influence import Influence
from genoviz.compare.mean_map import MeanMap
from genoviz.plots.figure import diverging, faint, styled, zero_line
from genoviz.plots.palette import Colours
from genoviz.plots.words import in_plotly

MOST_COLUMNS = 1500  # bases drawn as one column each; of more, the strongest of some neighbours is drawn


def influence_figure(result: Influence, look: Colours, chosen: int) -> go.Figure:
    """Bins by bases; a marker at each bin's own place can be clicked, and the chosen one is filled.

    Plotly tells a page of clicks on markers only; `customdata` is the row of the map.
    """
    scores, places = _columns(result.scores)
    limit = float(np.nanquantile(np.abs(scores), 0.999)) if np.isfinite(scores).any() else 1.0
    limit = limit or float(np.nanmax(np.abs(scores))) or 1.0
    y = result.first + np.arange(len(scores)) * result.step + 1
    figure = go.Figure()
    figure.add_heatmap(
        z=scores, x=places + 1, y=y, colorscale=diverging(look), zmin=-limit, zmax=limit, hoverongaps=False,
        hovertemplate="base %{x}, bin %{y}: %{z:.3g}<extra></extra>",
        colorbar={"title": {"text": in_plotly(result.unit).replace(" ", "<br>")}, "thickness": 12},
    )  # fmt: skip
    own = result.places.mean(1) + 0.5
    figure.add_scatter(
        x=own, y=y, mode="markers", customdata=[[row] for row in range(len(y))],
        marker={
            "size": [11 if row == chosen else 6 for row in range(len(y))],
            "color": [look.text if row == chosen else look.background for row in range(len(y))],
            "line": {"width": 1, "color": look.muted},
        },
        hovertemplate="bin %{y}: click to see what drives it<extra></extra>",
    )  # fmt: skip
    styled(figure, look, "base of the input", "bin of the output", height=520)
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(showlegend=False)
    return figure


def mean_figure(result: MeanMap, look: Colours) -> go.Figure:
    """Mean score at each place with its interval, a curve per label; x counts from the place of the alignment."""
    figure = go.Figure()
    colours = [look.bases[base] for base in "CGTA"] + [look.muted, look.text]
    dashes = ("solid", "dash", "dot", "dashdot", "longdash", "solid")
    for group, colour, dash in zip(result.groups, colours, dashes, strict=False):
        x = np.arange(len(group.mean)) - result.at
        kept = np.isfinite(group.mean)
        band = kept & np.isfinite(group.low)
        name = in_plotly(f"{group.label} ({group.records})")
        figure.add_scatter(
            x=np.concatenate([x[band], x[band][::-1]]), y=np.concatenate([group.high[band], group.low[band][::-1]]),
            fill="toself", fillcolor=faint(colour), line={"width": 0}, hoverinfo="skip", showlegend=False, mode="lines",
        )  # fmt: skip
        figure.add_scatter(
            x=x[kept], y=group.mean[kept], mode="lines", name=name, line={"color": colour, "dash": dash, "width": 2},
            customdata=np.stack([group.low[kept], group.high[kept]], -1),
            hovertemplate=f"%{{x:+d}}: %{{y:.3g}} (%{{customdata[0]:.3g}} to %{{customdata[1]:.3g}})<extra>{name}</extra>",
        )  # fmt: skip
    zero_line(figure, look)
    figure.add_vline(x=0, line={"color": look.muted, "width": 1, "dash": "dot"})
    return styled(
        figure, look, "distance from the place of the alignment (bp)", f"mean score ({in_plotly(result.unit)})"
    )


def pairs_figure(result: Comparison, look: Colours) -> go.Figure:
    """Correlation of every pair of explanations, rows numbered as in the picture above it."""
    n = len(result.rows)
    table = np.eye(n)
    for i, j, found in result.pairs:
        table[i, j] = table[j, i] = found.pearson
    names = [str(i + 1) for i in range(n)]
    said = [[f"{a.label}<br>{b.label}" for b in result.rows] for a in result.rows]
    figure = go.Figure()
    figure.add_heatmap(
        z=table, x=names, y=names, colorscale=diverging(look), zmin=-1, zmax=1, customdata=said, showscale=False,
        text=[["" if v != v else f"{v:.2f}" for v in row] for row in table], texttemplate="%{text}",
        hovertemplate="%{customdata}<br>correlation %{z:.2f}<extra></extra>",
    )  # fmt: skip
    styled(figure, look, "", "", height=90 + 44 * n)
    figure.update_xaxes(type="category", side="top")
    figure.update_yaxes(type="category", autorange="reversed")
    return figure


def _columns(scores: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Scores and the bases (from 0) of their columns; of neighbours that share a column the strongest score is kept."""
    computed = np.flatnonzero(np.isfinite(scores).any(0))
    if not len(computed):
        return scores, np.arange(scores.shape[1])
    scores, places = scores[:, computed[0] : computed[-1] + 1], np.arange(computed[0], computed[-1] + 1)
    width = -(-scores.shape[1] // MOST_COLUMNS)
    if width == 1:
        return scores, places
    whole = scores.shape[1] // width * width
    groups = np.nan_to_num(scores[:, :whole]).reshape(len(scores), -1, width)
    strongest = np.take_along_axis(groups, np.abs(groups).argmax(2)[:, :, None], 2)[:, :, 0]
    return strongest, places[:whole:width] + width // 2
