"""Motif logos: heights by hand, colours and strands in the SVG, and notes that give the numbers."""

from __future__ import annotations

import re
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from genoviz.errors import UnknownName
from genoviz.motifs.motif import Motif
from genoviz.plots.motif_logo import UNITS, logo_heights, logo_note, motif_logo
from genoviz.plots.palette import PALETTES, colours

MOTIF = Motif("m", ((1.0, 0.0, 0.0, 0.0), (0.5, 0.5, 0.0, 0.0), (0.25, 0.25, 0.25, 0.25)), sites=10)


def fills(svg: bytes) -> set[str]:
    return set(re.findall(r"fill: (#\w{6})", svg.decode()))


def test_heights_by_hand() -> None:
    by_hand: list[list[float]] = [[2, 0, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0, 0]]
    np.testing.assert_allclose(logo_heights(MOTIF), by_hand)
    np.testing.assert_allclose(logo_heights(MOTIF, "probability"), MOTIF.matrix)
    weights = logo_heights(MOTIF, "weight", pseudocount=2)
    np.testing.assert_allclose(weights[0], np.log2(np.array([10.5, 0.5, 0.5, 0.5]) / 12 / 0.25))
    with pytest.raises(UnknownName, match="weight"):
        logo_heights(MOTIF, "weights")


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("dark", [False, True])
def test_svg_has_the_colours_of_the_page(unit: str, palette: str, dark: bool) -> None:
    look = colours(palette, dark)
    svg = motif_logo(MOTIF, look, unit, title="A & B")
    ElementTree.fromstring(svg)
    assert {look.bases["A"], look.bases["C"]} <= fills(svg)
    if look.outline:
        assert f"stroke: {look.outline}" in svg.decode()


def test_other_strand_has_the_complement() -> None:
    look = colours()
    certain = Motif("m", ((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0)))
    forward, reverse = fills(motif_logo(certain, look)), fills(motif_logo(certain, look, reverse=True))
    a, c, g, t = (look.bases[base] for base in "ACGT")
    assert {a, c} <= forward
    assert {g, t} <= reverse
    assert not {g, t} & forward
    assert not {a, c} & reverse


def test_notes_give_the_numbers() -> None:
    assert "10 sites" in logo_note(MOTIF)
    assert "0.22 bits" in logo_note(MOTIF)  # 3 / (2 ln 2 * 10)
    assert "uniform" in logo_note(MOTIF)
    assert "A 0.3" in logo_note(MOTIF, background=(0.3, 0.2, 0.2, 0.3))
    assert "pseudocount 0.5" in logo_note(MOTIF, "weight", pseudocount=0.5)
    assert "counted as 20" in logo_note(Motif("x", MOTIF.probabilities), "weight")
    assert "no pseudocount" in logo_note(MOTIF, "probability")
    with pytest.raises(UnknownName):
        logo_note(MOTIF, "nats")


def test_no_pyplot_figure_is_left_open() -> None:
    motif_logo(MOTIF, colours())
    pyplot = sys.modules.get("matplotlib.pyplot")  # logomaker imports it, but no figure may be registered there
    assert pyplot is None or pyplot.get_fignums() == []
