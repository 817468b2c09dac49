"""Rows of scores worked out by hand."""

import numpy as np
import pytest

from genoviz.compare.similarity import scaled, similarity, top_decile, votes

nan = np.nan


def row(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_three_numbers_by_hand() -> None:
    """20 bases: the top decile is two. A: bases 0 and 1; B: bases 1 and 2."""
    a, b = np.zeros(20, dtype=np.float32), np.zeros(20, dtype=np.float32)
    a[:3], b[:3] = (4, -2, 1), (1, 3, 5)
    found = similarity(a, b)
    assert found.overlap == 0.5
    assert found.sign == pytest.approx(2 / 3)  # bases 0, 1, 2 are in either; they differ at base 1
    assert found.pearson == pytest.approx(np.corrcoef(a, b)[0, 1])
    assert found.bases == 20
    assert similarity(a, a).sentence.startswith(
        "Correlation 1.00; the strongest tenth of the bases is the same for 100 %"
    )


def test_only_bases_that_both_score_count() -> None:
    a, b = row(9, 1, 2, nan, 0), row(nan, 2, 4, 7, 0)
    found = similarity(a, b)
    assert (found.bases, found.overlap, found.sign) == (3, 1, 1)
    assert found.pearson == pytest.approx(1)
    nothing = similarity(row(1, nan), row(nan, 1))
    assert nothing.bases == 0
    assert nothing.sentence == "There is no base that both score."
    assert np.isnan([nothing.pearson, nothing.overlap, nothing.sign]).all()


def test_what_is_zero_is_never_among_the_strongest() -> None:
    assert not top_decile(np.zeros(30, dtype=np.float32)).any()
    one = np.zeros(30, dtype=np.float32)
    one[7] = -1
    assert np.flatnonzero(top_decile(one)).tolist() == [7]
    assert np.isnan(similarity(one, 0 * one).overlap)
    assert np.flatnonzero(top_decile(np.ones(30, dtype=np.float32))).tolist() == [0, 1, 2]


def test_votes_and_a_common_axis() -> None:
    rows = np.stack([row(0, 0, 5, 0), row(0, 1, -9, 0), row(3, nan, nan, 1)])
    assert votes(rows).tolist() == [1, 0, 2, 0]
    assert scaled(rows)[1].tolist() == pytest.approx([0, 1 / 9, -1, 0])
    assert scaled(np.zeros((1, 3), dtype=np.float32)).tolist() == [[0, 0, 0]]
