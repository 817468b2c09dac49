"""Dinucleotide shuffles: brute-force counting, and a uniform draw among all arrangements."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadInput
from genoviz.sequences.shuffle import dinucleotide_shuffle, shuffle_rows


def pairs(text: str) -> Counter[tuple[str, str]]:
    return Counter(pairwise(text))


@given(st.text("ACGTN", min_size=1, max_size=60), st.integers(0, 2**32))
def test_counts_and_ends_are_kept(text: str, seed: int) -> None:
    for shuffled in dinucleotide_shuffle(text, 3, seed=seed):
        assert pairs(shuffled) == pairs(text)
        assert Counter(shuffled) == Counter(text)
        assert (shuffled[0], shuffled[-1]) == (text[0], text[-1])


@pytest.mark.parametrize("text", ["A", "AC", "ACA", "AAAAAA", "ACACACAC"])
def test_sequences_with_one_arrangement(text: str) -> None:
    assert dinucleotide_shuffle(text, 2) == [text, text]


def test_seeded() -> None:
    text = "".join(np.random.default_rng(1).choice(list("ACGT"), 101))
    assert dinucleotide_shuffle(text, 4, seed=7) == dinucleotide_shuffle(text, 4, seed=7)
    assert dinucleotide_shuffle(text, 4, seed=7) != dinucleotide_shuffle(text, 4, seed=8)
    assert len({text, *dinucleotide_shuffle(text, 20)}) == 21


def test_shuffles_move_most_bases() -> None:
    text = "".join(np.random.default_rng(2).choice(list("ACGT"), 200))
    same = [sum(a == b for a, b in zip(text, s, strict=True)) / 200 for s in dinucleotide_shuffle(text, 50)]
    assert 0.15 < np.mean(same) < 0.4  # a quarter for unrelated sequences


@pytest.mark.parametrize("text", ["ACGTACAG", "AACGATCA", "GATTACAG"])
def test_every_arrangement_is_equally_likely(text: str) -> None:
    # Brute force: all orders of the inner letters that keep the pair counts.
    possible = {t for p in permutations(text[1:-1]) if pairs(t := text[0] + "".join(p) + text[-1]) == pairs(text)}
    n = 400 * len(possible)
    drawn = Counter(dinucleotide_shuffle(text, n, seed=3))
    assert set(drawn) == possible
    expected = n / len(possible)
    chi2 = sum((drawn[t] - expected) ** 2 / expected for t in possible)
    df = max(len(possible) - 1, 1)
    assert chi2 < df + 5 * (2 * df) ** 0.5  # five standard deviations; the seed is fixed


def test_rows_are_shuffled_one_by_one() -> None:
    rng = np.random.default_rng(4)
    rows = rng.choice(np.frombuffer(b"ACGT", dtype=np.uint8), (6, 50))
    before = rows.copy()
    shuffled = shuffle_rows(rows, rng)
    assert np.array_equal(rows, before)
    assert shuffled.dtype == np.uint8
    for old, new in zip(rows, shuffled, strict=True):
        assert pairs(new.tobytes().decode()) == pairs(old.tobytes().decode())


def test_at_least_one() -> None:
    with pytest.raises(BadInput, match="At least 1"):
        dinucleotide_shuffle("ACGT", 0)
