"""A seqlet and the motif that it matches, one under the other."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from genoviz.motifs.match import Block, Match
from genoviz.plots.motif_logo import draw_motif
from genoviz.plots.palette import Colours
from genoviz.plots.words import figure_bytes


def match_logos(block: Block, match: Match, look: Colours) -> bytes:
    """SVG of both logos in bits: the matrix that the test used, and the motif on the strand that matches.

    The axis counts the bases of the scored sequence from 1, so that letters above each other were compared.
    """
    seqlet = block.seqlet
    low, high = min(seqlet.start, match.start), max(seqlet.end, match.end)
    figure = Figure(figsize=(0.9 + 0.3 * max(high - low, 10), 3.2), layout="constrained")
    figure.patch.set_alpha(0)
    upper, lower = figure.subplots(2, sharex=True)
    motif = match.motif.reverse_complement() if match.strand == "-" else match.motif
    side = ", reverse complement" if match.strand == "-" else ""
    title = f"{match.motif.accession} {match.motif.name}".strip() + side
    for axes, drawn, start, text in (
        (upper, block.matrix, seqlet.start, f"Seqlet, bases {seqlet.start + 1}-{seqlet.end}: what was compared"),
        (lower, motif, match.start, title),
    ):
        draw_motif(axes, drawn, look, "bits", start=start + 1)
        axes.set_title(text, fontsize=9, color=look.text, loc="left")
    lower.set_xlim(low + 0.5, high + 0.5)
    lower.xaxis.set_major_locator(MaxNLocator(nbins=12, integer=True))
    upper.tick_params(labelbottom=False)
    return figure_bytes(figure, "svg")
