"""An explanation as the thing to measure: scores of chosen bases in place of the prediction."""

from __future__ import annotations

import numpy as np
import pytest

from genoviz.attribute.attribution import attribute
from genoviz.attribute.explained import Explained
from genoviz.errors import BadInput, UnknownName
from genoviz.grammar.backgrounds import Backgrounds, random_bases
from genoviz.grammar.dependence import SequenceBlock, ablate_blocks
from genoviz.grammar.placements import copies, marginalise, slide, spacing
from genoviz.grammar.tables import grammar_provenance
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A, SITE_B
from genoviz.mutagenesis.ablation import shuffle_stretch
from genoviz.mutagenesis.epistasis import epistasis
from genoviz.mutagenesis.tables import epistasis_provenance
from genoviz.sequences.sequence import Sequence
from tests.cli.calls import bad, good, header_of, rows_of

TARGET = Target("activity", ("activity",))
A, B = Sequence(SITE_A, "GATA"), Sequence(SITE_B, "E-box")
EMPTY = Backgrounds(("C" * 60, "C" * 60), "C only", 0)
OF_SITE = Explained(27, 33, "deeplift", baseline="zeros")


def test_scores_of_a_site_by_hand() -> None:
    """Where matches add up a site keeps all its 3 whatever is beside it, and moves with nothing."""
    model = load_model("toy.sum")
    alone = marginalise(model, TARGET, A, EMPTY, of=OF_SITE)
    assert alone.effect.values == pytest.approx([3, 3])
    assert alone.sentence.startswith(
        "GATA at bases 28 to 33 on the plus strand raises the scores of bases 28 to 33 for"
    )
    beside = spacing(model, TARGET, A, A, EMPTY, max_gap=12, step=6, of=OF_SITE)
    assert beside.cooperation.values[:, :, 0, 1:] == pytest.approx(np.zeros((2, 2, 2)), abs=1e-6)
    assert beside.engine == "plain"
    moved = slide(model, TARGET, A, EMPTY, start=21, end=39, step=6, of=OF_SITE)
    assert moved.effect.mean[0] == pytest.approx([0, 3, 0], abs=1e-6)
    two = copies(model, TARGET, A, EMPTY, n=1, of=OF_SITE)
    assert two.joint.mean == pytest.approx([3])


def test_a_site_that_needs_another_gets_scores_only_beside_it() -> None:
    """`toy.and` is the smaller of both best matches: GATA has no scores without an E-box."""
    found = spacing(load_model("toy.and"), TARGET, A, B, EMPTY, max_gap=10, step=10, of=OF_SITE)
    assert float(found.single_a.mean) == pytest.approx(0, abs=1e-6)
    assert found.cooperation.mean[:, :, 1] == pytest.approx(np.full((2, 2), found.cooperation.mean[0, 0, 1]))
    assert float(found.cooperation.mean[0, 0, 1]) > 0.5


def test_pairs_of_mutations_are_those_of_single_explanations() -> None:
    """Every number is that of one explained mutant, and the mutants of a site add up where matches do."""
    model, text = load_model("toy.sum"), "C" * 27 + SITE_A + "C" * 27
    found = epistasis(model, TARGET, Sequence(text), window=(28, 31), of=OF_SITE)
    value = OF_SITE.numbers(model, TARGET, [text])[0]
    both = text[:28] + "C" + text[29:30] + "G" + text[31:]
    alone = text[:28] + "C" + text[29:]
    expected = OF_SITE.numbers(model, TARGET, [both, alone]) - value
    assert found.value == pytest.approx(value) == 3
    assert [found.double[1, 0, 2, 2], found.single[1, 0]] == pytest.approx(expected.tolist())
    assert found.complete
    assert epistasis_provenance(model.card, found)["of"] == OF_SITE


def test_every_verb_measures_what_attribute_gives() -> None:
    model, sequence = load_model("toy.sum"), random_bases(60, n=2, seed=3)
    text = sequence.sequences[0]
    of = Explained(10, 40, seed=2, references=4)
    by_hand = attribute(model, Sequence(text), TARGET, references=4, seed=2).per_base[10:40].sum()
    assert of.numbers(model, TARGET, [text]) == pytest.approx([by_hand])
    blocks = (SequenceBlock(10, 20), SequenceBlock(30, 40))
    gone = ablate_blocks(model, TARGET, Sequence(text), blocks, n=2, of=of)
    assert gone.value == pytest.approx(by_hand)
    assert grammar_provenance(model.card, gone)["of"] == of
    assert len(shuffle_stretch(model, Sequence(text), TARGET, 10, 20, n=3, of=of)) == 3


def test_an_explanation_is_read_from_text() -> None:
    card = load_model("toy.sum").card
    assert Explained.parse("ig[3-8]", card) == Explained(2, 8, "ig")
    assert str(Explained.parse(" ig [3-8]", card)) == "ig[3-8]"
    for text in ("ig", "ig[8-3]", "ig[0-3]", "ig[50-61]"):
        with pytest.raises(BadInput):
            Explained.parse(text, card)
    with pytest.raises(UnknownName, match="method"):
        Explained.parse("magic[1-2]", card)


def test_the_command_measures_the_same() -> None:
    asked = (
        "grammar",
        "marginalise",
        "toy.sum",
        SITE_A,
        "--backgrounds",
        "50",
        "--seed",
        "1",
        "--of",
        "inputxgradient[28-33]",
    )
    printed = good(*asked)
    found = marginalise(
        load_model("toy.sum"), TARGET, Sequence(SITE_A), random_bases(60, n=50, seed=1), of=Explained(27, 33, "inputxgradient")
    )  # fmt: skip
    assert float(rows_of(printed)[0]["effect"]) == pytest.approx(float(found.effect.mean))
    assert header_of(printed)["of"] == "inputxgradient[28-33]"
    assert "METHOD[START-END]" in bad(*asked[:-1], "28-33")
