"""Baselines: worked-out columns, seeds, and messages."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from genoviz.attribute.baselines import BASELINES, changed_share, make_references
from genoviz.errors import BadInput, UnknownName
from genoviz.models.onehot import decode, encode
from genoviz.sequences.sequence import Sequence

SEQUENCE = Sequence("GGCAATGCATTTACGGCCAT" * 3)


@pytest.mark.parametrize(
    ("name", "bases", "column"),
    [
        ("zeros", "ACGT", [0, 0, 0, 0]),
        ("uniform", "AAAA", [0.25, 0.25, 0.25, 0.25]),
        ("gc", "GGGA", [0.125, 0.375, 0.375, 0.125]),
        ("gc", "GGNA", [1 / 6, 1 / 3, 1 / 3, 1 / 6]),
    ],
)
def test_average_columns(name: str, bases: str, column: list[float]) -> None:
    references = make_references(name, Sequence(bases))
    assert references.shape == (1, 4, len(bases))
    assert references.dtype == torch.float32
    for position in [i for i, base in enumerate(bases) if base != "N"]:
        assert references[0, :, position].tolist() == pytest.approx(column)


@pytest.mark.parametrize("name", ["dinucleotide", "zeros", "uniform", "gc", "sequence"])
@given(st.text("ACGTNRY", min_size=1, max_size=30))
def test_ambiguous_letters_stay_as_they_are(name: str, bases: str) -> None:
    """A score at a letter that nobody knows would be explained by nothing in the picture."""
    sequence = Sequence(bases)
    references = make_references(name, sequence, n=3, other=Sequence("A" * len(bases)))
    unknown = list(sequence.ambiguous)
    assert torch.equal(references[:, :, unknown], encode(sequence).expand_as(references)[:, :, unknown])


@given(st.text("ACGTN", min_size=1, max_size=40), st.integers(1, 5))
def test_shuffles_keep_pairs(bases: str, n: int) -> None:
    references = decode(make_references("dinucleotide", Sequence(bases), n=n, seed=2))
    assert len(references) == n
    assert all(Counter(pairwise(r)) == Counter(pairwise(bases)) for r in references)


def test_shuffles_are_seeded() -> None:
    draw = [make_references("dinucleotide", SEQUENCE, n=3, seed=s) for s in (5, 5, 6)]
    assert torch.equal(draw[0], draw[1])
    assert not torch.equal(draw[0], draw[2])


def test_sequence_of_ones_own() -> None:
    other = Sequence("A" * len(SEQUENCE))
    assert torch.equal(make_references("sequence", SEQUENCE, other=other), encode(other))


@pytest.mark.parametrize("other", [None, Sequence("ACGT")])
def test_sequence_of_ones_own_must_fit(other: Sequence | None) -> None:
    with pytest.raises(BadInput, match="60 bases"):
        make_references("sequence", SEQUENCE, other=other)


@pytest.mark.parametrize("n", [0, 1001, -3])
def test_number_of_references(n: int) -> None:
    with pytest.raises(BadInput, match="1 to 1,000"):
        make_references("dinucleotide", SEQUENCE, n=n)


def test_unknown_name() -> None:
    with pytest.raises(UnknownName, match="dinucleotide"):
        make_references("dinuc", SEQUENCE)


def test_changed_share() -> None:
    poly = Sequence("A" * 30)
    assert changed_share(poly, make_references("dinucleotide", poly)) == 0
    assert changed_share(SEQUENCE, make_references("dinucleotide", SEQUENCE)) > 0.5
    assert changed_share(Sequence("AACC"), encode("AAGG")) == 0.5


@pytest.mark.parametrize("name", BASELINES)
def test_rows_say_what_pages_show(name: str) -> None:
    row = BASELINES[name]
    assert row.name == name
    assert row.title
    assert row.note.endswith(".")


def test_two_alleles_can_share_the_shuffles_of_one() -> None:
    other = Sequence("A" + SEQUENCE.bases[1:])
    shared = make_references("dinucleotide", other, n=5, seed=3, other=SEQUENCE)
    assert torch.equal(shared, make_references("dinucleotide", SEQUENCE, n=5, seed=3))
    assert not torch.equal(shared, make_references("dinucleotide", other, n=5, seed=3))
    with pytest.raises(BadInput, match="60 bases"):
        make_references("dinucleotide", SEQUENCE, other=Sequence("ACGT"))
