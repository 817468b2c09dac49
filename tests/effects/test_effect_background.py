"""Backgrounds of random substitutions: names, seeds, percentiles, and what they are made of."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from genoviz.effects.background import BANDS, EffectBackground, effect_background
from genoviz.errors import BadInput, Cancelled
from genoviz.models.base import NetModel
from genoviz.models.load import load_model
from genoviz.models.onehot import decode
from genoviz.models.target import Target
from genoviz.models.toy_cards import LENGTH, TOY_CARDS
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from tests.variants.test_allele_windows import Genome

SUM = Target("activity", ("activity",))
TEXT = "".join(np.random.default_rng(1).choice(list("ACGT"), 500))


class Listening(torch.nn.Module):
    """Remembers what it reads; its number is how many A there are."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        self.read += decode(X)
        return X[:, 0].sum(1, keepdim=True)


def drawn(**options: object) -> tuple[EffectBackground, list[str], list[str]]:
    """A background of 40, the sequences before and after the change."""
    net = Listening()
    found = effect_background(NetModel(net, TOY_CARDS[0]), SUM, n=40, batch_size=40, **options)  # type: ignore[arg-type]
    return found, net.read[:40], net.read[40:]


def test_from_a_genome() -> None:
    found, before, after = drawn(genome=Genome(TEXT))
    assert found.name == "40 random substitutions at base 30 of random stretches of toy genome (seed 0)"
    assert all(text in TEXT for text in before)
    assert len(set(before)) > 30
    for old, new in zip(before, after, strict=True):
        assert [i for i in range(LENGTH) if old[i] != new[i]] == [29]
    assert found.deltas.tolist() == sorted(a.count("A") - b.count("A") for b, a in zip(before, after, strict=True))
    assert found.unit == "arbitrary units"


def test_from_shuffles_of_a_sequence() -> None:
    window = Sequence(TEXT[:LENGTH])
    found, before, _ = drawn(window=window, position=10)
    assert found.name == "40 random substitutions at base 11 of dinucleotide shuffles of this sequence (seed 0)"
    pairs = sorted(window.bases[i : i + 2] for i in range(LENGTH - 1))
    assert all(sorted(text[i : i + 2] for i in range(LENGTH - 1)) == pairs for text in before)
    assert window.bases not in before


def test_a_seed_repeats_everything() -> None:
    first, again, other = (drawn(genome=Genome(TEXT), seed=seed)[1:] for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_stretches_with_n_and_gaps_are_left_out() -> None:
    _, before, _ = drawn(genome=Genome("A" * 70 + "N" * 200 + "C" * 70))
    assert {text[0] for text in before} == {"A", "C"}
    assert not any("N" in text for text in before)

    pieces = Genome(TEXT)
    pieces.stored = (Locus("chr1", 400, 470),)
    _, before, _ = drawn(genome=pieces)
    assert all(text in TEXT[400:470] for text in before)


def test_what_is_refused() -> None:
    model = load_model("toy.sum")
    with pytest.raises(BadInput, match="gave 0 windows of 60 bases"):
        effect_background(model, SUM, genome=Genome("N" * 100), n=3)
    with pytest.raises(BadInput, match="gave 0 windows"):
        effect_background(model, SUM, genome=Genome("ACGT"))
    with pytest.raises(BadInput, match="one of them only"):
        effect_background(model, SUM)
    with pytest.raises(BadInput, match="The position: 60"):
        effect_background(model, SUM, genome=Genome(TEXT), position=60)
    with pytest.raises(BadInput, match="has 4 bases"):
        effect_background(model, SUM, window=Sequence("ACGT"))

    def stop(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        effect_background(model, SUM, genome=Genome(TEXT), progress=stop)


def test_percentiles_by_hand() -> None:
    found = EffectBackground("ten changes", np.array([-4.0, -1, 0, 0, 0, 0, 0.5, 1, 2, 3]), "logit")
    assert [found.percentile(d) for d in (0, 0.5, -1, 3, -3.5, 5)] == [0, 40, 50, 80, 90, 100]
    assert found.words(-1) == "within the range of random changes"
    assert found.words(-3.5) == "larger than 90 % of random changes"
    assert found.words(5) == "larger than every random change tried"
    assert found.sentence(-3.5) == (
        "The effect of -3.5 logit is larger in size than 90 % of ten changes: larger than 90 % of random changes."
    )
    assert "larger in size than none of" in found.sentence(0)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=50), st.floats(-6, 6))
def test_percentile_counts(deltas: list[float], delta: float) -> None:
    found = EffectBackground("x", np.sort(np.array(deltas)), "u")
    assert found.percentile(delta) == pytest.approx(100 * sum(abs(d) < abs(delta) for d in deltas) / len(deltas))
    assert found.percentile(delta) == found.percentile(-delta)


def test_no_band_speaks_of_health() -> None:
    words = " ".join(text for _, text in BANDS).lower()
    assert not any(word in words for word in ("pathogenic", "benign", "damaging", "deleterious", "disease", "risk"))
    assert [least for least, _ in BANDS] == sorted(least for least, _ in BANDS)
    assert BANDS[0][0] == 0
