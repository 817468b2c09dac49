"""Curves of grammar, with their intervals as bands, and maps of what two changes do beyond their sum."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from plotly.subplots import make_subplots

from genoviz.grammar.dependence import Dependence
from genoviz.grammar.mean_interval import Spread
from genoviz.grammar.results import Copies, Slide, Spacing
from genoviz.mutagenesis.epistasis import Epistasis
from genoviz.plots.figure import diverging, faint, styled, zero_line
from genoviz.plots.heatmap import effect_limit
from genoviz.plots.palette import Colours
from genoviz.plots.words import in_plotly
from genoviz.sequences.bases import BASES

_SHORT = 8  # letters of a name in the title of half a figure
_STRANDS = ("plus strand", "minus strand")


def slide_figure(result: Slide, look: Colours) -> go.Figure:
    """Effect at every place, a curve per strand; x is the first base of the site (from 1)."""
    figure = go.Figure()
    x = result.positions + 1
    for strand, (name, colour, dash) in enumerate(_strands(look)):
        _curve(figure, x, result.effect[strand], name=name, colour=colour, dash=dash, hover="first base %{x}")
    zero_line(figure, look)
    return styled(figure, look, "first base of the site", f"with site - without ({in_plotly(result.unit)})")


def spacing_figure(result: Spacing, look: Colours) -> go.Figure:
    """Above the joint effect (lines) and the sum of both single effects (dotted); below the difference.

    Left: B before A, with the gap growing to the left, as on the sequence; right: A before B.
    """
    # Long names would run into each other on a phone.
    a, b = (
        in_plotly(site.name if 0 < len(site.name) <= _SHORT else letter)
        for site, letter in zip((result.site_a, result.site_b), "AB", strict=True)
    )
    figure = make_subplots(
        2, 2, shared_yaxes="rows", shared_xaxes="columns", horizontal_spacing=0.03, vertical_spacing=0.07,
        subplot_titles=(f"{b} before {a}", f"{a} before {b}"),
    )  # fmt: skip
    for column, order in ((1, 1), (2, 0)):
        for strand, (name, colour, dash) in enumerate(_strands(look)):
            first = column == 2
            _curve(
                figure, result.gaps, result.joint[order, strand], name=f"both, B on the {name}", colour=colour, dash=dash,
                hover="gap %{x} bp", legend=first, row=1, col=column,
            )  # fmt: skip
            figure.add_scatter(
                x=result.gaps, y=result.expected.mean[order, strand], mode="lines", name=f"sum, B on the {name}",
                line={"color": colour, "dash": "dot", "width": 1.5}, showlegend=first,
                hovertemplate="gap %{x} bp: sum %{y:.3g}<extra></extra>", row=1, col=column,
            )  # fmt: skip
            _curve(
                figure, result.gaps, result.cooperation[order, strand], name=name, colour=colour, dash=dash,
                hover="gap %{x} bp", legend=False, row=2, col=column,
            )  # fmt: skip
    for row in (1, 2):
        for column in (1, 2):
            figure.add_hline(y=0, line={"color": look.muted, "width": 1}, row=row, col=column)
    styled(figure, look, "", "", height=560)
    figure.update_xaxes(gridcolor=look.empty, fixedrange=True, zeroline=False)
    figure.update_yaxes(gridcolor=look.empty, fixedrange=True, zeroline=False)
    figure.update_xaxes(autorange="reversed", col=1)
    figure.update_layout(margin={"t": 90}, legend={"y": 1.08})  # above the titles of both halves
    figure.update_xaxes(title="bases between the sites", row=2)
    figure.update_yaxes(title=f"with - without ({in_plotly(result.unit)})", row=1, col=1)
    figure.update_yaxes(title=f"both - sum ({in_plotly(result.unit)})", row=2, col=1)
    return figure


def copies_figure(result: Copies, look: Colours) -> go.Figure:
    """Effect of 1 to n copies, beside the sum of each alone."""
    figure = go.Figure()
    x = np.arange(1, len(result.positions) + 1)
    blue, orange = look.bases["C"], look.bases["G"]
    _curve(figure, x, result.joint, name="together", colour=blue, hover="%{x} copies", mode="lines+markers")
    _curve(figure, x, result.expected, name="sum of each alone", colour=orange, dash="dot", hover="%{x} copies")
    zero_line(figure, look)
    styled(figure, look, "copies", f"with copies - without ({in_plotly(result.unit)})")
    figure.update_xaxes(dtick=1)
    return figure


def dependence_figure(result: Dependence, look: Colours) -> go.Figure:
    """What the block of a row adds while the block of a column is taken away; on the diagonal, with all there."""
    names = [in_plotly(str(block)) for block in result.blocks]
    worth, (low, high) = result.worth.mean, result.worth.interval
    limit = effect_limit(worth)
    figure = go.Figure()
    figure.add_heatmap(
        z=worth, x=names, y=names, colorscale=diverging(look), zmin=-limit, zmax=limit,
        text=[[f"{v:+.2g}" for v in row] for row in worth], texttemplate="%{text}",
        customdata=np.stack([low, high], -1),
        hovertemplate="%{y} adds %{z:.3g} without %{x}<br>95 % interval %{customdata[0]:.3g} to %{customdata[1]:.3g}"
        "<extra></extra>",
        colorbar={"title": in_plotly(result.unit), "thickness": 12}, xgap=2, ygap=2,
    )  # fmt: skip
    styled(figure, look, "taken away (diagonal: nothing else)", "what this block adds", height=140 + 60 * len(names))
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(type="category")
    return figure


def epistasis_figure(result: Epistasis, look: Colours) -> go.Figure:
    """For each pair of positions the pair of changes with the largest |observed - expected|.

    Plotly tells a page of clicks on markers only, so every cell carries an invisible one; its `customdata` is the two
    positions (from 1) and the two bases.
    """
    found, chosen = result.strongest
    places = np.arange(result.window[0], result.window[1]) + 1
    limit = effect_limit(found)
    lower = np.where(np.tri(len(places), k=-1, dtype=bool), found, np.nan)  # each pair once
    figure = go.Figure()
    figure.add_heatmap(
        z=lower, x=places, y=places, colorscale=diverging(look), zmin=-limit, zmax=limit, hoverinfo="skip",
        colorbar={"title": {"text": f"observed<br>- expected<br>({in_plotly(result.unit)})"}, "thickness": 12},
    )  # fmt: skip
    cells = []
    for j, i in np.argwhere(np.isfinite(lower)).tolist():
        first, second = (BASES[int(base)] for base in chosen[:, i, j])
        numbers = result.four(places[i] - 1, first, places[j] - 1, second)
        cells.append((int(places[i]), first, int(places[j]), second, *numbers, float(lower[j, i])))
    bases = result.sequence.bases
    figure.add_scatter(
        x=[cell[0] for cell in cells], y=[cell[2] for cell in cells], mode="markers",
        marker={"symbol": "square", "size": 9, "opacity": 0}, customdata=[cell[:4] for cell in cells],
        text=[
            f"{bases[c[0] - 1]}{c[0]}{c[1]} with {bases[c[2] - 1]}{c[2]}{c[3]}<br>as given {c[4]:.3g}, first {c[5]:.3g}, "
            f"second {c[6]:.3g}, both {c[7]:.3g}<br>observed - expected {c[8]:+.3g}"
            for c in cells
        ],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    styled(figure, look, "position of one change", "position of the other", height=520)
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(showlegend=False)
    return figure


def _strands(look: Colours) -> Iterable[tuple[str, str, str]]:
    """Name, colour and dash of the two strands: they differ in more than colour."""
    return zip(_STRANDS, (look.bases["C"], look.bases["G"]), ("solid", "dash"), strict=True)


def _curve(
    figure: go.Figure, x: ArrayLike, y: Spread, *, name: str, colour: str, hover: str, dash: str = "solid",
    mode: str = "lines", legend: bool = True, row: int | None = None, col: int | None = None,
) -> None:  # fmt: skip
    """Mean with its interval as a band."""
    place = {} if row is None else {"row": row, "col": col}
    kept = np.isfinite(y.mean)
    low, high = (end[kept] for end in y.interval)
    at = np.asarray(x)[kept]
    figure.add_scatter(
        x=np.concatenate([at, at[::-1]]), y=np.concatenate([high, low[::-1]]), fill="toself", fillcolor=faint(colour),
        line={"width": 0}, hoverinfo="skip", showlegend=False, mode="lines", **place,
    )  # fmt: skip
    figure.add_scatter(
        x=at, y=y.mean[kept], mode=mode, name=name, line={"color": colour, "dash": dash, "width": 2.5},
        customdata=np.stack([low, high], -1), showlegend=legend,
        hovertemplate=f"{hover}: %{{y:.3g}} (%{{customdata[0]:.3g}} to %{{customdata[1]:.3g}})<extra>{name}</extra>",
        **place,
    )  # fmt: skip
