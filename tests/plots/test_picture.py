"""Pictures with any name of a sequence or motif in them."""

from __future__ import annotations

import xml.dom.minidom

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from genoviz.motifs.motif import Motif
from genoviz.plots.motif_logo import motif_logo
from genoviz.plots.palette import colours
from genoviz.plots.picture import LONGEST, figure_bytes
from genoviz.plots.report import explanation_figure

NAMES = (
    "plain", "cost $5 and $6", r"$\foo{$", "a_b^c", "<script>alert(1)</script>", "x" * 5000, "a\x01b", "a\x00b", r"\frac",
    "$$", "$", "漢字🧬", "]]>", "\ud800", "&amp;\"'", "a\nb", "a\u2028b", "\uffff", "", "\x1b[31m", "%s {}", "\u202eabc",
)  # fmt: skip
SCORES = np.linspace(-1, 1, 20).astype(np.float32)


def named(name: str) -> Figure:
    return explanation_figure("ACGT" * 5, SCORES, None, title=f"{name} · model", score_label=name, delta_label="y")


@pytest.mark.parametrize("kind", ["svg", "png"])
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_name_gives_a_file(name: str, kind: str) -> None:
    content = figure_bytes(named(name), kind)
    if kind == "png":
        assert content.startswith(b"\x89PNG")
    else:
        xml.dom.minidom.parseString(content)
        assert b"<script" not in content


def test_a_dollar_is_a_letter() -> None:
    """As a formula `$x$` would be an italic x without its signs: a picture with fewer shapes."""
    shapes = [figure_bytes(named(name), "svg").count(b"<use ") for name in ("xx", "$xx$", "$$xx")]
    assert shapes[0] < shapes[1] == shapes[2]


def test_what_is_cut_and_left_out() -> None:
    figure = named("a\x00" + "b" * 5000)
    figure_bytes(figure, "png")
    title = next(text.get_text() for text in figure.findobj(Text) if text.get_text().startswith("abb"))
    assert title == "a" + "b" * (LONGEST - 1) + "..."


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_motif_has_a_logo(name: str) -> None:
    motif = Motif(name or "m", ((0.7, 0.1, 0.1, 0.1),) * 6)
    xml.dom.minidom.parseString(motif_logo(motif, colours(), title=name))
