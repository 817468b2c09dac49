"""One-hot coding: worked-out columns, and reading back what was written."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadSequence
from genoviz.models.onehot import decode, encode, reverse_complement
from genoviz.sequences.bases import BASES, IUPAC
from genoviz.sequences.sequence import Sequence


def test_columns_are_a_c_g_t() -> None:
    assert encode("ACGTN")[0].T.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]


@pytest.mark.parametrize("letter", sorted(IUPAC))
def test_ambiguity_is_the_average_of_what_is_allowed(letter: str) -> None:
    allowed = [] if letter == "N" else list(IUPAC[letter])
    expected = [1 / len(allowed) if base in allowed else 0 for base in BASES]
    assert encode(letter)[0, :, 0].tolist() == pytest.approx(expected)


def test_layout_and_type() -> None:
    X = encode([Sequence("ACG", "one"), "TTT"])
    assert X.shape == (2, 4, 3)
    assert X.dtype == torch.float32
    assert X.is_contiguous()


@given(st.lists(st.text("ACGTN", min_size=7, max_size=7), min_size=1, max_size=5))
def test_decode_inverts_encode(texts: list[str]) -> None:
    assert decode(encode(texts)) == texts


@given(st.text("ACGTRYSWKMBDHVN", min_size=1, max_size=30))
def test_ambiguous_columns_are_read_back_as_n(text: str) -> None:
    assert decode(encode(text)) == ["".join(c if c in BASES else "N" for c in text)]


@given(st.text("".join(IUPAC), min_size=1, max_size=40))
def test_reverse_complement_agrees_with_letters(text: str) -> None:
    # Two implementations: on tensors, and on letters with a translation table.
    assert torch.equal(reverse_complement(encode(text)), encode(Sequence(text).reverse_complement()))
    assert torch.equal(reverse_complement(reverse_complement(encode(text))), encode(text))


def test_result_belongs_to_the_caller() -> None:
    X = encode("ACGT")
    X.zero_()
    assert encode("ACGT").sum() == 4


@pytest.mark.parametrize("given_", [[], ["ACG", "AC"]])
def test_batches_need_one_length(given_: list[str]) -> None:
    with pytest.raises(BadSequence, match="equal length"):
        encode(given_)


def test_codes_match_a_loop() -> None:
    text = "".join(np.random.default_rng(0).choice(list(BASES), 200))
    slow = [[float(letter == base) for letter in text] for base in BASES]
    assert encode(text)[0].tolist() == slow
