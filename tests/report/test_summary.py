"""Sentences: they say the numbers that were computed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genoviz.attribute.attribution import attribute
from genoviz.models.card import ModelCard, Output
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A
from genoviz.models.words import background_sentence, first_rows, held_out_sentence, percentiles, prediction_sentence
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import predict
from genoviz.receipts.made import attribution_receipt, mutagenesis_receipt, prediction_receipt
from genoviz.report.methods_text import methods_paragraph
from genoviz.sequences.sequence import Sequence
from genoviz.version import __version__

ONE_SITE = Sequence(SITE_A.center(60, "N"), "one site")
TARGET = Target("activity", ("activity",))
OUTPUT = Output("o", ("T",), "probability", quantity="probability that {track} binds")
QUANTILES = tuple(float(q) for q in range(101))
CARD: ModelCard = replace(
    get_card("toy.sum"),
    outputs=(OUTPUT,),
    held_out=({"track": "T", "n": 300, "positives": 100, "auroc": 0.91234, "auroc_95": (0.9, 0.93)},),
    background={"T": {"bound": QUANTILES, "shuffled": tuple(q / 2 for q in QUANTILES)}},
)


def test_prediction_in_words() -> None:
    sentence = prediction_sentence(OUTPUT, "T", 0.97123)
    assert "0.971" in sentence
    assert sentence.count("probability") == 1  # the unit is part of the quantity here
    assert sentence.endswith("T binds")
    sentence = prediction_sentence(get_card("toy.sum").outputs[0], "activity", 3)
    for part in ("sum of site matches", "3", "arbitrary units"):
        assert part in sentence


def test_percentiles_by_hand() -> None:
    assert percentiles(CARD, "T", 25) == {"bound": 25, "shuffled": 50}
    assert percentiles(CARD, "T", -5) == {"bound": 0, "shuffled": 0}
    assert percentiles(CARD, "T", 1000) == {"bound": 100, "shuffled": 100}
    assert percentiles(CARD, "other", 0) == {}
    assert background_sentence(CARD, "T", 25) == (
        "Higher than 25 % of the bound and 50 % of the shuffled test sequences."
    )
    assert background_sentence(CARD, "other", 25) == ""


def test_percentiles_of_the_shipped_model_count_test_sequences() -> None:
    """The median bound test sequence is higher than half of the bound ones, and than most shuffles."""
    card = get_card("tfbind.encode10")
    for track, sets in card.background.items():
        share = percentiles(card, track, sets["bound"][50])
        assert share["bound"] == pytest.approx(50, abs=1)
        assert share["shuffled"] > 70


def test_held_out_in_words() -> None:
    assert held_out_sentence(CARD, "T") == (
        "On 300 held-out sequences this output has AUROC 0.912 (95 % interval 0.900 to 0.930)."
    )
    assert "Not trained" in held_out_sentence(get_card("toy.sum"), "activity")
    assert "no held-out score" in held_out_sentence(replace(CARD, file="w"), "other")
    sets = ({"track": "yeast", "n": 9, "bits": 1.9, "bits_95": (1.8, 2.0)}, {"track": "E. coli", "n": 9})
    assert held_out_sentence(replace(CARD, held_out=sets), "T") == (
        "On 9 held-out sequences (yeast) this output has Bits per base 1.900 (95 % interval 1.800 to 2.000)."
    )


def test_held_out_scores_of_several_tests_are_named_and_families_counted() -> None:
    rows = tuple(
        {"track": "T", "test": test, "n": 40, "families": families, "mcc": value, "mcc_95": (0.1, 0.9)}
        for test, families, value in (("official", 7, 0.7), ("dev", 40, 0.5))
    )
    card = replace(CARD, held_out=rows, training={"background": "dev"})
    assert held_out_sentence(card, "T") == (
        "On 40 held-out sequences in 7 families (official) this output has MCC 0.700 (95 % interval 0.100 to 0.900); on 40 "
        "others (dev) MCC 0.500 (95 % interval 0.100 to 0.900)."
    )
    assert background_sentence(card, "T", 25) == (
        "Higher than 25 % of the bound and 50 % of the shuffled sequences of dev."
    )
    assert first_rows(card) == [rows[0]]
    assert first_rows(get_card("toy.sum")) == []


def test_held_out_scores_of_another_kind_do_not_break_the_page() -> None:
    """A regression model's card reports a correlation, not an AUROC."""
    card = replace(CARD, held_out=({"track": "T", "n": 300, "pearson": 0.8},))
    assert held_out_sentence(card, "T") == "On held-out sequences this output has pearson 0.8."
    card = replace(CARD, held_out=({"track": "T", "n": 300, "r2": 0.7, "r2_95": (0.65, 0.75)},))
    assert "r² 0.700 (95 % interval 0.650 to 0.750)" in held_out_sentence(card, "T")


@pytest.mark.parametrize("card", list_models(), ids=lambda c: c.name)
def test_every_track_has_its_sentences(card: ModelCard) -> None:
    for output in card.outputs:
        for track in output.tracks:
            assert prediction_sentence(output, track, 0.5)
            assert held_out_sentence(card, track).endswith(".")
            assert "nan" not in background_sentence(card, track, 0.0)


def test_attribution_in_words() -> None:
    result = attribute(load_model("toy.sum"), ONE_SITE, TARGET, "inputxgradient")
    start, end = result.strongest_block(6)
    assert (start, end) == (27, 33)
    sentence = result.sentence
    assert SITE_A in sentence
    assert "100 %" in sentence
    assert "raises" in sentence
    assert result.completeness_sentence == ""


def test_completeness_in_words() -> None:
    result = attribute(load_model("toy.sum"), ONE_SITE, TARGET, "deeplift", baseline="zeros")
    assert "below 0.01 %" in result.completeness_sentence
    assert result.completeness_sentence.endswith("the scores add up to what they explain.")
    red = replace(result, gap=1.5, relative_gap=0.5)
    assert "50 %" in red.completeness_sentence
    assert "do not add up" in red.completeness_sentence
    assert "nearly" in replace(result, gap=0.1, relative_gap=0.03).completeness_sentence


def test_blocks_are_never_longer_than_the_sequence() -> None:
    result = attribute(load_model("toy.sum"), ONE_SITE, TARGET, "saliency")
    assert result.strongest_block(200) == (0, 60)


def test_mutations_in_words() -> None:
    result = saturate(load_model("toy.sum"), Sequence("GATTAG".center(60, "N")), TARGET)
    top = result.strongest(100)
    assert len(top) == 16  # fifteen break a base that is right, one mends the wrong one
    assert {abs(effect) for _, effect in top} == {1}
    assert ("T31A", 1.0) in top
    assert ("G28A", -1.0) in top
    sentence = result.sentence
    assert "6 positions" in sentence
    assert "from 2 to" in sentence
    none = saturate(load_model("toy.sum"), Sequence("N" * 30 + "C" * 30), TARGET)
    assert none.sentence == "No substitution at the 30 computed positions changes the output."


def test_methods_paragraph_names_everything() -> None:
    model = load_model("tfbind.encode10")
    sequence = Sequence("".join(np.random.default_rng(0).choice(list("ACGT"), 101)))
    target = Target("binding", ("MYC",))
    result = attribute(model, sequence, target, "deepliftshap", references=3, seed=9)
    mutations = saturate(model, sequence, target, window=(4, 20))
    made = [attribution_receipt(model.card, result), mutagenesis_receipt(model.card, mutations)]
    text = methods_paragraph([model.card], made)
    for part in (
        f"genoviz {__version__}",
        "tfbind.encode10",
        model.card.sha256[:16],
        "Shrikumar",
        "binding:MYC@logit",
        "seed 9",
        "5-20",
    ):
        assert part in text
    toy = load_model("toy.sum")
    predicted = prediction_receipt(toy.card, [ONE_SITE], predict(toy, ONE_SITE))
    assert "weights sha256 set by hand" in methods_paragraph([toy.card], [predicted])
