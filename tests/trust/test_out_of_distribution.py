"""What a model's training sequences are like, and sentences about a sequence that is not."""

from __future__ import annotations

import numpy as np
import pytest

from genoviz.models.catalogue import list_models
from genoviz.sequences.sequence import Sequence
from genoviz.trust.out_of_distribution import input_profile, kmer_distance, kmer_frequencies, unusual

RNG = np.random.default_rng(0)
USUAL = ["".join(RNG.choice(list("ACGT"), 100)) for _ in range(300)]
PROFILE = input_profile(USUAL)


def test_kmers_by_hand() -> None:
    found = kmer_frequencies("ACGACGN")  # ACG CGA GAC ACG; words with N do not count
    assert found[0b000110] == 0.5
    assert found.sum() == pytest.approx(1)
    assert (found > 0).sum() == 3
    assert kmer_frequencies("NN").sum() == 0
    assert kmer_distance(kmer_frequencies("AAAA"), kmer_frequencies("CCCC")) == 1
    assert kmer_distance(found, found) == 0


def test_quantiles_by_hand() -> None:
    profile = input_profile(["ACGT" * 5] * 50 + ["AAAA" * 5] * 50)
    assert profile["gc"] == [0, 0.5]
    assert profile["length"] == [20, 20]
    assert profile["sequences"] == 100


def test_most_training_sequences_are_usual() -> None:
    """Outside 98 % in at least one of three properties: a few per cent, never many."""
    said = [unusual(PROFILE, Sequence(s)) for s in USUAL]
    assert 0 < sum(bool(s) for s in said) < 0.08 * len(USUAL)


@pytest.mark.parametrize(
    ("bases", "word"),
    [
        ("GC" * 50, "GC content is 100 %"),
        ("ACGT" * 20 + "N" * 20, "20 % of its letters"),
        ("ACGT" * 50, "200 known bases (training: 100)"),
        ("ACGT" * 25, "3-letter words"),
    ],
)
def test_each_property_is_named(bases: str, word: str) -> None:
    assert any(word in sentence for sentence in unusual(PROFILE, Sequence(bases)))


def test_cards_without_a_profile_say_nothing() -> None:
    assert unusual({}, Sequence("ACGT")) == []


@pytest.mark.parametrize("card", [c for c in list_models() if c.file], ids=lambda c: c.name)
def test_every_trained_model_knows_its_inputs(card) -> None:
    assert card.inputs["sequences"] >= 100
    assert len(card.inputs["mean"]) == 64
    assert sum(card.inputs["mean"]) == pytest.approx(1, abs=1e-3)
    assert unusual(card.inputs, Sequence("N" * card.length))
