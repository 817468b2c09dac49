"""Figures and files of the grammar bench: what they hold are the numbers of the results."""

from __future__ import annotations

import numpy as np
import pytest

from genoviz.files.tsv import tsv
from genoviz.grammar.backgrounds import Backgrounds, random_bases
from genoviz.grammar.dependence import SequenceBlock, ablate_blocks
from genoviz.grammar.placements import copies, slide, spacing
from genoviz.grammar.tables import Grammar, grammar_provenance, grammar_table
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A, SITE_B
from genoviz.mutagenesis.epistasis import epistasis
from genoviz.plots.grammar import copies_figure, dependence_figure, epistasis_figure, slide_figure, spacing_figure
from genoviz.plots.palette import colours
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

TARGET = Target("activity", ("activity",))
A, B = Sequence(SITE_A, "GATA"), Sequence(SITE_B, "E-box")
BOTH = Sequence("T" * 10 + SITE_A + "T" * 20 + SITE_B + "T" * 18, "both sites")
LOOKS = [colours("colour-safe", dark) for dark in (False, True)]


def backgrounds() -> Backgrounds:
    return random_bases(60, n=3, seed=2)


def results() -> dict[str, Grammar]:
    model = load_model("toy.and")
    blocks = [SequenceBlock(10, 16, "GATA"), SequenceBlock(36, 42)]
    return {
        "slide": slide(model, TARGET, A, backgrounds()),
        "spacing": spacing(model, TARGET, A, B, backgrounds()),
        "copies": copies(model, TARGET, A, backgrounds(), n=3),
        "blocks": ablate_blocks(model, TARGET, BOTH, blocks, n=3),
        "pairs": epistasis(model, TARGET, BOTH, window=(8, 20)),
    }


@pytest.mark.parametrize("kind", ["slide", "spacing", "copies", "blocks", "pairs"])
def test_files_hold_every_number_once_with_its_provenance(kind: str) -> None:
    found = results()[kind]
    rows = grammar_table(found)
    expected = {"slide": 2 * 55, "spacing": 4 * 21, "copies": 3, "blocks": 1, "pairs": 9 * 66}
    assert len(rows) == expected[kind]
    text = tsv(rows, grammar_provenance(load_model("toy.and").card, found))
    assert "# model: toy.and\n" in text
    assert "# unit: arbitrary units\n" in text
    assert "nan" not in text
    for row in rows:
        if kind == "spacing":
            assert row["joint"] == pytest.approx(row["sum"] + row["cooperation"], abs=1e-6)
            assert row["cooperation_low"] <= row["cooperation"] + 1e-9 <= row["cooperation_high"] + 2e-9
        if kind == "pairs":
            parts = row["first_alone"] + row["second_alone"] + row["interaction"]
            assert row["both"] == pytest.approx(parts, abs=1e-6)


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark"])
def test_curves_are_the_means_and_bands_the_intervals(look) -> None:
    found = spacing(load_model("toy.and"), TARGET, A, B, backgrounds())
    lines = [t for t in spacing_figure(found, look).data if t.name == "both, B on the plus strand"]
    # Left half: B before A; right half: A before B.
    for line, order in zip(lines, (1, 0), strict=True):
        assert np.allclose(line.y, found.joint.mean[order, 0])
        assert np.allclose(np.asarray(line.customdata).T, np.stack([end[order, 0] for end in found.joint.interval]))
    figure = slide_figure(slide(load_model("toy.sum"), TARGET, A, backgrounds()), look)
    assert figure.data[1].x[0] == 1
    assert "arbitrary units" in figure.layout.yaxis.title.text
    copied = copies(load_model("toy.sum"), TARGET, A, backgrounds(), n=3)
    names = {t.name: t.y for t in copies_figure(copied, look).data if t.name}
    assert np.allclose(names["together"], copied.joint.mean)
    assert np.allclose(names["sum of each alone"], copied.expected.mean)


@pytest.mark.parametrize("look", LOOKS, ids=["light", "dark"])
def test_maps(look) -> None:
    blocks = [SequenceBlock(10, 16, "GATA"), SequenceBlock(36, 42)]
    found = ablate_blocks(load_model("toy.and"), TARGET, BOTH, blocks, n=3)
    figure = dependence_figure(found, look)
    assert np.allclose(np.asarray(figure.data[0].z, dtype=float), found.worth.mean)
    assert list(figure.data[0].x) == ["GATA (11-16)", "37-42"]
    pairs = epistasis(load_model("toy.and"), TARGET, BOTH, window=(8, 20))
    cells = epistasis_figure(pairs, look).data[1]
    assert len(cells.x) == 66  # each pair of twelve positions once
    strongest, _ = pairs.strongest
    for i, a, j, b in cells.customdata:
        four = pairs.four(int(i) - 1, str(a), int(j) - 1, str(b))
        assert four[3] - four[1] - four[2] + four[0] == close(strongest[int(i) - 9, int(j) - 9], beside=four)


def test_names_of_sites_and_blocks_are_no_markup() -> None:
    model, look = load_model("toy.and"), LOOKS[0]
    blocks = [SequenceBlock(10, 16, "<b>$a$"), SequenceBlock(36, 42)]
    shown = dependence_figure(ablate_blocks(model, TARGET, BOTH, blocks, n=3), look).to_json()
    assert "&#60;b&#62;&#36;a&#36; (11-16)" in shown
    found = spacing(model, TARGET, Sequence(SITE_A, "<i>%{x}"), B, backgrounds())
    titles = [note.text for note in spacing_figure(found, look).layout.annotations]
    assert titles[0] == "E-box before &#60;i&#62;&#37;{x}"
