"""Motif logos as SVG (logomaker): bits, probability or weight, either strand."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from math import log

import logomaker
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from genoviz.errors import UnknownName
from genoviz.motifs.motif import UNIFORM, Motif
from genoviz.plots.palette import Colours
from genoviz.plots.words import figure_bytes
from genoviz.sequences.bases import BASES

UNITS = {"bits": "Bits", "probability": "Probability", "weight": "Weight (log-odds)"}
_AXES = {"bits": "bits", "probability": "probability", "weight": "log-odds (bits)"}
PSEUDOCOUNT = 0.1


def logo_heights(
    motif: Motif, unit: str = "bits", *, background: Seq[float] = UNIFORM, pseudocount: float = PSEUDOCOUNT
) -> np.ndarray:
    """Heights of the letters `(length, 4)`.

    `bits`: probability times the position's relative entropy to the background; `probability`: the probabilities;
    `weight`: log-odds in bits, below the line where a letter is rarer than in the background. The pseudocount enters
    only the weights.

    Raises
    ------
    UnknownName
        If the unit is not a key of `UNITS`.
    BadMotif
        If background or pseudocount are out of range.
    """
    if unit not in UNITS:
        raise UnknownName.among("unit", unit, UNITS)
    if unit == "weight":
        return motif.log_odds(background, pseudocount)
    return motif.heights(background) if unit == "bits" else motif.matrix


def logo_note(
    motif: Motif, unit: str = "bits", *, background: Seq[float] = UNIFORM, pseudocount: float = PSEUDOCOUNT
) -> str:
    """What the heights mean, in one or two sentences to show below a logo."""
    if unit not in UNITS:
        raise UnknownName.among("unit", unit, UNITS)
    even = tuple(background) == UNIFORM
    shares = ", ".join(f"{base} {share:g}" for base, share in zip(BASES, background, strict=True))
    against = "a uniform background" if even else f"the background {shares}"
    made = f"{motif.sites:,} sites" if motif.sites else "an unknown number of sites"
    if unit == "probability":
        return f"Share of each base, from {made}; no pseudocount."
    if unit == "weight":
        counted = "" if motif.sites else ", counted as 20"
        return f"log2 of probability over {against}; from {made}{counted}, pseudocount {pseudocount:g} per position."
    # Schneider et al. 1986, J Mol Biol 188:415: (letters - 1) / (2 ln 2 sites) bits are expected of no motif at all.
    by = f"; it would take {3 / (2 * log(2) * motif.sites):.2g} bits off each position" if motif.sites else ""
    return f"Information against {against}, from {made}; no pseudocount and no small-sample correction{by}."


def draw_motif(
    axes: Axes,
    motif: Motif,
    look: Colours,
    unit: str = "bits",
    *,
    background: Seq[float] = UNIFORM,
    pseudocount: float = PSEUDOCOUNT,
    start: int = 1,
) -> None:
    """Draw a motif with its first position at `start`; see `logo_heights` for the units.

    The axis of bits always goes to 2 (or to the tallest stack, if the background makes it taller), that of
    probabilities to 1, so that logos can be compared.
    """
    heights = logo_heights(motif, unit, background=background, pseudocount=pseudocount)
    table = pd.DataFrame(heights, columns=list(BASES), index=range(start, start + len(motif)))
    outline = {"edgecolor": look.outline, "edgewidth": 0.6} if look.outline else {}
    scheme = {base: look.bases[base] for base in BASES}
    logo = logomaker.Logo(table, ax=axes, color_scheme=scheme, flip_below=False, baseline_width=0.6, **outline)
    logo.style_spines(visible=False)
    logo.style_spines(spines=["left"], visible=True, color=look.muted)
    logo.ax.axhline(0, color=look.muted, linewidth=0.6)
    axes.set_ylabel(_AXES[unit], color=look.muted, fontsize=8)
    axes.tick_params(colors=look.muted, labelsize=7, length=2)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=15, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3))
    axes.patch.set_alpha(0)
    if unit != "weight":
        axes.set_ylim(0, max(2.0 if unit == "bits" else 1.0, float(heights.sum(1).max())))


def motif_logo(
    motif: Motif,
    look: Colours,
    unit: str = "bits",
    *,
    reverse: bool = False,
    background: Seq[float] = UNIFORM,
    pseudocount: float = PSEUDOCOUNT,
    title: str = "",
) -> bytes:
    """A logo as SVG; letters stay vectors and the background is transparent.

    Parameters
    ----------
    motif
        What to draw.
    look
        See `genoviz.plots.palette.colours`.
    unit
        Key of `UNITS`, see `logo_heights`.
    reverse
        Draw the reverse complement.
    background, pseudocount
        See `genoviz.motifs.motif`.
    title
        Drawn above; none if empty.

    Raises
    ------
    UnknownName, BadMotif
        As `logo_heights`.
    """
    figure = Figure(figsize=(0.7 + 0.28 * max(len(motif), 6), 1.6), layout="constrained")
    figure.patch.set_alpha(0)
    axes = figure.subplots()
    shown = motif.reverse_complement() if reverse else motif
    draw_motif(axes, shown, look, unit, background=background, pseudocount=pseudocount)
    if title:
        axes.set_title(title, fontsize=9, color=look.text, loc="left")
    return figure_bytes(figure, "svg")
