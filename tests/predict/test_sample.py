"""Drawing sequences: the verb, what it refuses, and which models it names."""

from __future__ import annotations

import pytest

from genoviz.errors import BadInput
from genoviz.models.abilities import models_with
from genoviz.models.base import lock_of
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.predict.sample import sample
from genoviz.sequences.sequence import Sequence, read_sequences

VAE = "vae.ecoli-promoters"


class Stub:
    """Says which call reached it."""

    card = get_card("toy.sum")

    def sample(self, count: int, *, seed: int) -> list[Sequence]:
        assert lock_of(self)._is_owned()  # type: ignore[attr-defined]
        return [Sequence("ACGT", f"{seed}-{i}") for i in range(count)]

    def logits(self, X):
        raise AssertionError("not needed")


def test_the_models_own_method_draws_under_its_lock() -> None:
    assert [s.name for s in sample(Stub(), 2, seed=7)] == ["7-0", "7-1"]


def test_a_model_that_cannot_is_told_which_can() -> None:
    with pytest.raises(BadInput, match=r"`toy.sum` can't draw sequences.*`vae\.ecoli-promoters`"):
        sample(load_model("toy.sum"), 1)


def test_models_with_a_method_are_found_without_their_weights() -> None:
    assert VAE in models_with("sample")
    assert not {"toy.sum", "tfbind.encode10", "kmer.ecoli", "promoter.yeast"} & set(models_with("sample"))
    everything = models_with("logits")
    assert {"toy.sum", "tfbind.encode10", VAE} <= set(everything)
    assert models_with("no_such_method") == []
    for name in models_with("sample"):
        assert hasattr(load_model(name), "sample")


@pytest.mark.parametrize(("count", "seed"), [(0, 0), (-1, 0), (10**9, 0), (1, -1), (1, 2**63)])
def test_numbers_out_of_range(count: int, seed: int) -> None:
    with pytest.raises(BadInput, match="accepted"):
        sample(Stub(), count, seed=seed)


def test_fasta_is_read_back() -> None:
    drawn = [Sequence("ACGT" * 40, "one"), Sequence("A", "two > words"), Sequence("CC")]
    text = "".join(s.fasta("note") for s in drawn)
    assert text.splitlines()[0] == ">one note"
    assert [len(line) for line in text.splitlines()[1:4]] == [60, 60, 40]
    records = read_sequences(text)
    assert [r.sequence.bases for r in records if r.sequence] == [s.bases for s in drawn]
    assert [r.name for r in records] == ["one note", "two words note", "sequence note"]
