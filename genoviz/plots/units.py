"""Pictures of units: a tile of the grid, selectivity beside that of a random network, the mutation map of one."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from genoviz.motifs.motif import Motif
from genoviz.plots.figure import styled
from genoviz.plots.heatmap import draw_mutations, effect_limit
from genoviz.plots.palette import Colours, colours
from genoviz.plots.small_logo import small_logo
from genoviz.plots.words import figure_bytes, in_plotly

if TYPE_CHECKING:
    from genoviz.mutagenesis.saturation import Mutagenesis

_AROUND = 8  # bases shown on each side of a window
_BINS = 24


def unit_tile(motif: Motif | None, title: str, likeness: str, verdict: str, *, strong: bool, dark: bool) -> str:
    """A unit in a few square centimetres, as HTML: logo, nearest motif, and the control in words, faint unless `strong`."""
    look = colours("classic", dark)
    logo = (
        small_logo(motif.heights(), look, limit=2.0, label=f"{title}: {motif.consensus}", tall="3.4rem")
        if motif
        else f'<span style="color:{look.muted}">constant</span>'
    )
    colour = look.text if strong else look.muted
    return (
        f'<div style="height:3.6rem">{logo}</div>'
        f'<div style="font-size:.8rem;color:{look.text};min-height:3.8em;overflow-wrap:anywhere">{escape(likeness)}</div>'
        f'<div style="font-size:.75rem;color:{colour};min-height:2.4em">{escape(verdict)}</div>'
    )


def selectivity_figure(
    trained: Seq[float], random: NDArray[np.floating], look: Colours, *, title: str, value: float, line: float
) -> go.Figure:
    """How selective the units are, beside those of a random network; lines mark what 5 % of those exceed, and one unit."""
    figure = go.Figure()
    both = np.concatenate([np.asarray(trained), random])
    edges = np.linspace(float(both.min()), float(both.max()) + 1e-6, _BINS + 1)
    middles, width = (edges[1:] + edges[:-1]) / 2, edges[1] - edges[0]
    for values, name, colour in ((random, "random network", look.muted), (trained, "this network", look.bases["C"])):
        heights = np.histogram(values, edges)[0]
        figure.add_bar(
            x=middles, y=heights, width=width, name=name, marker={"color": colour}, opacity=0.65,
            hovertemplate=f"%{{y}} units of the {name}<extra></extra>",
        )  # fmt: skip
    figure.add_vline(line, line={"dash": "dot", "color": look.text, "width": 1})
    figure.add_vline(value, line={"color": look.text, "width": 2}, annotation_text=in_plotly(title))
    styled(figure, look, "selectivity (standard deviations)", "units", height=280)
    figure.update_layout(barmode="overlay")
    return figure


def unit_map_picture(found: Mutagenesis, window: tuple[int, int], dark: bool) -> bytes:
    """The mutation map of a unit around a window (0-based, half-open), as SVG."""
    look = colours("classic", dark)
    low, high = max(0, window[0] - _AROUND), min(len(found.sequence), window[1] + _AROUND)
    part = found.delta[:, low:high]
    figure = Figure(figsize=(max(6.0, 0.24 * (high - low) + 1), 1.7), layout="constrained")
    figure.patch.set_alpha(0)
    axes = figure.subplots()
    axes.patch.set_alpha(0)
    image = draw_mutations(axes, found.sequence.bases[low:high], part, look, limit=effect_limit(part), start=low + 1)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.tick_params(colors=look.muted, labelsize=7, length=2)
    axes.set_xlabel("base", color=look.muted, fontsize=8)
    for side in axes.spines.values():
        side.set_visible(False)
    bar = figure.colorbar(image, ax=axes, pad=0.01, aspect=8)
    bar.ax.tick_params(colors=look.muted, labelsize=7, length=2)
    bar.outline.set_visible(False)
    return figure_bytes(figure, "svg")
