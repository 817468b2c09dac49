"""Dependency maps: a row per base that is changed, a column per base that is read."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from genoviz.dependency.dependency_map import Dependency
from genoviz.dependency.stems import Stem
from genoviz.plots.figure import styled
from genoviz.plots.palette import HIGHER, Colours
from genoviz.plots.words import in_plotly

CLICKED = 3_000  # cells that can be clicked, the strongest: each carries a marker, which a browser has to draw
FULL = 0.995  # share of the cells below the full colour, so that a few neighbours don't leave all else pale
LETTERS, ROWS = 60, 30  # bases up to which the columns show them, and the rows, which lie closer on a phone


def dependency_figure(
    found: Dependency, look: Colours, stems: Iterable[Stem] = (), *, clicks: bool = True
) -> go.Figure:
    """The map, with stems framed on both sides of the diagonal.

    Plotly tells a page of clicks on markers only, so the strongest cells carry an invisible one; its `customdata` is the changed and
    the read place (from 1). Without `clicks` there are none: what changes twice a second is drawn faster so.
    """
    level = found.map
    places = np.arange(found.window[0], found.window[1]) + 1
    known = level[np.isfinite(level)]
    top = max(float(np.quantile(known, FULL)) if known.size else 0.0, 1e-9)
    figure = go.Figure()
    unit, second = in_plotly(found.unit), _second(found)
    figure.add_heatmap(
        z=level, x=places, y=places, colorscale=[(0.0, look.zero), (1.0, HIGHER)], zmin=0, zmax=top,
        hovertemplate=f"%{{y}} changed, %{{x}} {second}: %{{z:.2f}} {unit}<extra></extra>",
        colorbar={
            "title": {"text": f"dependency ({unit})", "side": "top"}, "thickness": 10, "len": 0.5,
            "orientation": "h", "y": 1.0, "yanchor": "bottom",
        },
    )  # fmt: skip
    if clicks:
        figure.add_trace(_markers(found, level, places))
    for stem in stems:
        left, right = ((side[0] + 0.5, side[1] + 0.5) for side in (stem.left, stem.right))
        for (x0, x1), (y0, y1) in ((left, right), (right, left)):
            figure.add_shape(type="rect", x0=x0, x1=x1, y0=y0, y1=y1, line={"color": look.text, "width": 1.5})
    axes = ("base that is read", "base that is changed") if found.target is None else ("the other change", "one change")
    styled(figure, look, *axes)
    figure.update_layout(height=None)  # of its frame
    # Ranges of our own: for its markers Plotly would leave a margin around the map.
    first, last = float(places[0]) - 0.5, float(places[-1]) + 0.5
    figure.update_yaxes(range=[last, first], scaleanchor="x", constrain="domain", constraintoward="top", showgrid=False)
    figure.update_xaxes(range=[first, last], constrain="domain", showgrid=False)
    if len(places) <= LETTERS:
        letters = list(found.sequence.bases[found.window[0] : found.window[1]])
        shown = [
            f"{letter}<br>{place}" if place % 10 == 0 else letter
            for letter, place in zip(letters, places.tolist(), strict=True)
        ]
        figure.update_xaxes(tickvals=places, ticktext=shown, tickangle=0)
    if len(places) <= ROWS:
        figure.update_yaxes(tickvals=places, ticktext=[text.replace("<br>", " ") for text in shown])
    return figure


def _markers(found: Dependency, level: NDArray[np.float32], places: NDArray[np.int64]) -> go.Scatter:
    """What can be clicked: the strongest cells."""
    order = np.argsort(-np.nan_to_num(level, nan=-1), axis=None)[: min(CLICKED, int(np.isfinite(level).sum()))]
    i, j = np.unravel_index(order, level.shape)
    return go.Scatter(
        x=places[j], y=places[i], mode="markers", marker={"symbol": "square", "size": 8, "opacity": 0},
        customdata=np.stack([places[i], places[j]], -1).tolist(), text=[_said(found, level, int(a), int(b)) for a, b in zip(i, j, strict=True)],
        hovertemplate="%{text}<extra></extra>", showlegend=False,
    )  # fmt: skip


def _said(found: Dependency, level: NDArray[np.float32], i: int, j: int) -> str:
    start, bases = found.window[0], found.sequence.bases
    one, other = (f"{bases[start + k]}{start + k + 1}" for k in (i, j))
    return f"{one} changed, {other} {_second(found)}: {level[i, j]:.2f}"


def _second(found: Dependency) -> str:
    """What happens at the second base of a pair."""
    return "read" if found.target is None else "changed, too"
