"""Users' words in pictures: no name is mathematics, markup or a reason to fail."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.text import Text

from genoviz.motifs.match import name_blocks
from genoviz.motifs.motif import Motif
from genoviz.plots.curves import distributions, scatter
from genoviz.plots.long_tracks import bin_figure
from genoviz.plots.match_logo import match_logos
from genoviz.plots.motif_logo import motif_logo
from genoviz.plots.palette import colours
from genoviz.plots.path import path_curve
from genoviz.plots.report import explanation_figure, figure_bytes
from genoviz.plots.words import LONGEST, MISSING, drawable, in_plotly
from genoviz.sequences.sequence import Sequence

LOOK = colours()
NAMES = [
    "cost $5 and $6", r"$\foo{$", "$$", "$", r"\$", r"\frac", "a_b^c", "a{b}c%{x}", "<b>bold</b>", "<script>alert(1)</script>",
    "&amp; &lt;\"'", "]]>", "-- -->", "a\x00b\x01c\x1b[31m", "\ud800", "\ufffe\uffff", "\u202eabc", "漢字 🧬", "\U0001f9ec",
    "x" * 5_000, "line\none", "tab\there", "", " ",
]  # fmt: skip


def figure(title: str) -> Figure:
    scores = np.linspace(-1, 1, 8, dtype=np.float32)
    delta = np.tile(scores, (4, 1))
    return explanation_figure(
        "ACGTACGT", scores, delta, title=f"{title} · model", score_label=f"{title}\nper base", delta_label=title
    )


@pytest.mark.parametrize("name", NAMES)
def test_figures_of_any_name(name: str) -> None:
    """No exception and no warning (of a missing glyph, for one); what is written is well-formed."""
    svg = figure_bytes(figure(name), "svg")
    ET.fromstring(svg)
    assert b"<script" not in svg
    assert figure_bytes(figure(name), "png").startswith(b"\x89PNG")
    motif = Motif(name, ((0.9, 0.1, 0.0, 0.0), (0.0, 0.1, 0.9, 0.0)))
    ET.fromstring(motif_logo(motif, LOOK, title=name))


def test_a_match_of_any_name() -> None:
    rows = tuple((0.97, 0.01, 0.01, 0.01) if b == "A" else (0.01, 0.01, 0.97, 0.01) for b in "AAGGAAGG")
    motifs = [Motif(name, rows[i % 4 :], accession=name) for i, name in enumerate(NAMES * 2)]
    scores = np.zeros(60, dtype=np.float32)
    scores[20:28] = 1
    (block, *_) = name_blocks(Sequence("CT" * 10 + "AAGGAAGG" + "CT" * 16), scores, motifs)
    for match in block.matches:
        ET.fromstring(match_logos(block, match, LOOK))


@given(st.text())
@settings(max_examples=50)
def test_words_that_can_be_drawn(text: str) -> None:
    shown = drawable(text)
    assert shown.count("\n") == text.count("\n")
    assert all(len(line) <= LONGEST and (line.isprintable() or line.isspace()) for line in shown.split("\n"))
    ET.fromstring(f"<t>{in_plotly(text)}</t>")
    assert not set(in_plotly(text)) & set("<>$%\"'")


def test_words_are_shown_as_they_are() -> None:
    assert drawable(r"cost $5, a_b^c \frac <b>é µ α</b>") == r"cost $5, a_b^c \frac <b>é µ α</b>"
    assert drawable("漢a\x00b\ud800c") == f"{MISSING}a b c"
    long = drawable("a" * 3_000 + " · model")
    assert long.startswith("aaa")
    assert long.endswith("aa · model")
    assert len(long) == LONGEST
    saved = figure("cost $5 and $6")
    figure_bytes(saved, "svg")
    texts = [text for text in saved.findobj(Text) if isinstance(text, Text)]
    assert "cost $5 and $6 · model" in [text.get_text() for text in texts]
    assert not any(text.get_parse_math() for text in texts)
    # Escaped for plotly, and unescaped by a browser: the same words.
    name = "<b>x</b> & $a$ 50%{x} \"q\" 'z'"
    assert ET.fromstring(f"<t>{in_plotly(name)}</t>").text == name


@pytest.mark.parametrize("name", ["<b>x</b>", "$a$", "%{x}", '<a href="javascript:alert(1)">x</a>'])
def test_no_markup_reaches_plotly(name: str) -> None:
    values = np.arange(4.0)
    figures = [
        scatter([[0, 1], [1, 2]], unit=name, look=LOOK, accent="#000000"),
        distributions({name: values.tolist()}, unit=name, look=LOOK),
        path_curve([name, name], [0, 1], name=name, unit=name, look=LOOK, accent="#000000", other=[1, 2], other_name=name,
                   other_unit=name, level=0.5, level_name=name),
        bin_figure(np.arange(4), values, LOOK, x_title=name, y_title=f"{name}\nper base", mark=(1, 2)),
    ]  # fmt: skip
    for one in figures:
        said = json.dumps(json.loads(one.to_json()), ensure_ascii=False).replace('\\"', '"')
        assert in_plotly(name) in said
        assert name not in said.replace("%{x}: ", "").replace("%{x:", "")
