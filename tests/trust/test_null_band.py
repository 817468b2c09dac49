"""The null band: what the tallest scores of shuffled sequences reach."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genoviz.attribute.attribution import attribute
from genoviz.errors import BadInput
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.sequences.sequence import Sequence
from genoviz.trust.null_band import band_rows, band_table, null_band, null_sequences, stored_band
from genoviz.trust.out_of_distribution import kmer_frequencies

BLANK = Sequence("C" * 60)
SITE = Sequence("C" * 27 + "GATAAG" + "C" * 27)


def test_the_band_of_two_sequences_by_hand() -> None:
    """The site's bases score 0.5 and cost 1 each, three different ones (see `saturate`); C alone scores nothing."""
    model = load_model("toy.sum")
    band = null_band(model, Target("activity"), [BLANK, SITE], method="deeplift", baseline="zeros")
    assert band.letters == pytest.approx(0.95 * 0.5)  # the 95 % quantile of 0 and 0.5
    assert band.cells is not None
    lowering = -min(saturate(model, s, Target("activity")).delta.min() for s in (BLANK, SITE))
    assert lowering == 1
    assert band.cells[0] == pytest.approx(0.95)
    assert band.means == pytest.approx(0.95)
    assert "In 95 % of shuffled sequences nothing lies beyond" in band.sentence


def test_each_part_is_scored_only_when_wanted() -> None:
    model = load_model("toy.sum")
    letters = null_band(model, Target("activity"), [SITE], cells=False)
    assert (letters.cells, letters.means) == (None, None)
    assert letters.letters == pytest.approx(np.abs(attribute(model, SITE, Target("activity")).per_base).max())
    assert null_band(model, Target("activity"), [SITE], letters=False).letters is None
    with pytest.raises(BadInput, match="No shuffled sequences"):
        null_band(model, Target("activity"), [])


def test_null_sequences_are_like_the_training_sequences_and_the_same_for_a_seed() -> None:
    card = get_card("promoter.ecoli")
    made = null_sequences(card, 120)
    assert {len(s) for s in made} == {card.length}
    assert null_sequences(card, 3) == null_sequences(card, 3, seed=0) != null_sequences(card, 3, seed=1)
    gc = np.mean([(s.bases.count("G") + s.bases.count("C")) / len(s) for s in made])
    words = np.asarray(card.inputs["mean"]).reshape(4, 4, 4)
    expected = words[1:3].sum()  # share of words that begin with C or G
    assert gc == pytest.approx(expected, abs=0.01)
    found = np.mean([kmer_frequencies(s.bases) for s in made], axis=0).reshape(16, 4).sum(1)
    assert found == pytest.approx(words.reshape(16, 4).sum(1), abs=0.01)  # dinucleotides


def test_a_card_gives_its_band_on_the_scale_it_was_made_on() -> None:
    model = load_model("toy.sum")
    card = replace(model.card, null_band=band_rows(model, n=2))
    target = Target("activity", card.outputs[0].tracks)
    band = stored_band(card, target, "deepliftshap", None)
    assert band is not None
    assert band.letters is not None
    by_hand = null_band(model, target, null_sequences(card, 2))
    assert band.letters == pytest.approx(by_hand.letters, rel=1e-3)
    assert band.cells == pytest.approx(by_hand.cells, rel=1e-3)
    other = stored_band(card, target, "saliency", None)
    assert other is not None
    assert (other.letters, other.cells) == (None, band.cells)
    assert stored_band(card, replace(target, reduction="sum"), "deepliftshap", None) is None
    assert stored_band(model.card, target, "deepliftshap", None) is None
    assert band_table(card)[0]["tallest_letter"] == band.letters


@pytest.mark.parametrize("name", [c.name for c in list_models() if c.null_band])
def test_bundled_bands_cover_every_track(name: str) -> None:
    card = get_card(name)
    assert not card.files, "made for the bundled models"
    for output in card.outputs:
        for track in output.tracks:
            band = stored_band(card, Target(output.name, (track,)), card.null_band["method"], None)
            assert band is not None
            assert band.cells is not None
            assert all(value is not None and np.isfinite(value) and value > 0 for value in (band.letters, *band.cells))
    sigmoid = next((o for o in card.outputs if o.activation == "sigmoid"), None)
    if sigmoid is not None:  # the band of a probability is another one
        assert stored_band(card, Target(sigmoid.name, sigmoid.tracks[:1], scale="value"), "deepliftshap", None) is None
