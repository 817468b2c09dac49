"""Seqlets against hand-made rows, against tangermeme, and back to the genome."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadInput, BadLocus
from genoviz.motifs.seqlets import Seqlet, call_seqlets, joined
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence


def noisy(*planted: tuple[int, int, float], length: int = 200, seed: int = 0) -> np.ndarray:
    row = np.random.default_rng(seed).normal(0, 0.05, length)
    for start, end, height in planted:
        row[start:end] += height
    return row


def test_planted_blocks_are_found_with_their_sums_and_signs() -> None:
    row = noisy((40, 52, 1.0), (120, 130, -1.0))
    up, down = call_seqlets(row)
    for seqlet, (start, end) in ((up, (40, 52)), (down, (120, 130))):
        assert abs(seqlet.start - start) <= 2
        assert abs(seqlet.end - end) <= 2
        assert seqlet.total == pytest.approx(row[seqlet.start : seqlet.end].sum())
        assert seqlet.p_value < 0.01
    assert (up.sign, down.sign) == (1, -1)
    assert call_seqlets(row, negative=False) == (up,)


def test_p_value_by_hand() -> None:
    """Two of ten values are 1, so two draws are both 1 with the chance 0.2 * 0.2."""
    row = np.array([0, 0, 0, 0, 1.0, 1.0, 0, 0, 0, 0])
    (seqlet,) = call_seqlets(row, threshold=0.05, shortest=2, longest=2, bins=2, negative=False)
    assert (seqlet.start, seqlet.end, seqlet.total) == (4, 6, 2.0)
    assert seqlet.p_value == pytest.approx(0.04)
    assert call_seqlets(row, threshold=0.03, shortest=2, longest=2, bins=2, negative=False) == ()


@pytest.mark.long
@given(
    st.integers(0, 2**32 - 1),
    st.integers(30, 300),
    st.sampled_from([2, 4, 6]),
    st.sampled_from([12, 25]),
    st.sampled_from([0.001, 0.01, 0.05]),
)
def test_same_calls_as_tangermeme(seed: int, length: int, shortest: int, longest: int, threshold: float) -> None:
    seqlet = pytest.importorskip("tangermeme.seqlet")
    rng = np.random.default_rng(seed)
    row = rng.laplace(0, 0.1, length)
    for start in rng.integers(0, length - 12, size=3):
        row[start : start + 12] += rng.uniform(0, 0.6)
    table = seqlet.recursive_seqlets(
        row[None], threshold=threshold, min_seqlet_len=shortest, max_seqlet_len=longest, n_bins=100
    ).sort_values("start")
    ours = call_seqlets(row, threshold=threshold, shortest=shortest, longest=longest, bins=100, negative=False)
    assert [(s.start, s.end) for s in ours] == list(zip(table["start"], table["end"], strict=True))
    np.testing.assert_allclose([s.total for s in ours], table["attribution"], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose([s.p_value for s in ours], table["p-value"], rtol=1e-6, atol=1e-14)


@given(st.integers(0, 2**32 - 1), st.integers(1, 120))
def test_spans_never_overlap_and_negating_turns_the_signs(seed: int, length: int) -> None:
    row = np.random.default_rng(seed).laplace(0, 1, length)
    row[np.random.default_rng(seed + 1).random(length) < 0.05] = np.nan
    found = call_seqlets(row, threshold=0.05)
    covered = [i for s in found for i in range(s.start, s.end)]
    assert len(covered) == len(set(covered))
    assert np.isfinite(row[covered]).all()
    positive = call_seqlets(row, threshold=0.05, negative=False)
    assert [s for s in found if s in positive] == list(positive)
    turned = call_seqlets(-row, threshold=0.05, negative=False)
    assert all(any((s.start, s.end) == (t.start, t.end) for t in turned) for s in found if s not in positive)


def test_no_seqlet_covers_a_base_without_a_score() -> None:
    row = noisy((40, 52, 1.0))
    row[46] = np.nan
    found = call_seqlets(row)
    assert {(s.start, s.end) for s in found} <= {(s.start, s.end) for s in found if s.end <= 46 or s.start > 46}
    assert any(s.end == 46 for s in found)
    assert any(s.start == 47 for s in found)


@pytest.mark.parametrize("edge", [(0, 10), (190, 200)])
def test_blocks_at_the_ends_are_found(edge: tuple[int, int]) -> None:
    (found,) = call_seqlets(noisy((*edge, 1.0)), negative=False)
    assert (found.start == 0) if edge[0] == 0 else (found.end == 200)


@pytest.mark.parametrize("row", [np.zeros(50), np.full(50, np.nan), np.zeros(0), np.ones(1), np.array([1.0, 2.0])])
def test_rows_that_hold_nothing_give_nothing(row: np.ndarray) -> None:
    assert call_seqlets(row) == ()


@given(st.integers(0, 90), st.integers(1, 10), st.sampled_from("+-"), st.integers(0, 10**9))
def test_coordinates_map_back_to_the_bases(start: int, n: int, strand: str, where: int) -> None:
    """What the genome has at a seqlet's locus are the seqlet's letters, and the locus leads back to its positions."""
    genome = "".join(np.random.default_rng(where).choice(list("ACGTN"), 100))
    locus = Locus("chr1", where, where + 100, strand, "GRCh38")
    sequence = Sequence(genome, locus=locus)
    if strand == "-":
        sequence = Sequence(Sequence(genome).reverse_complement().bases, locus=locus)
    seqlet = Seqlet(start, start + n, 1.0, 0.001)
    place = seqlet.locus(locus)
    assert len(place) == len(seqlet) == n
    assert (place.strand, place.assembly) == (strand, "GRCh38")
    letters = Sequence(genome[place.start - where : place.end - where])
    read = letters if strand == "+" else letters.reverse_complement()
    assert read.bases == sequence.bases[seqlet.start : seqlet.end]
    back = sorted((locus.to_relative(place.start), locus.to_relative(place.end - 1)))
    assert back == [seqlet.start, seqlet.end - 1]


def test_a_seqlet_outside_its_locus_is_refused() -> None:
    with pytest.raises(BadLocus):
        Seqlet(5, 15, 1.0, 0.01).locus(Locus("chr1", 100, 110))


@pytest.mark.parametrize(
    "wrong", [{"threshold": 0}, {"threshold": 1}, {"shortest": 0}, {"shortest": 9, "longest": 8}, {"bins": 1}]
)
def test_options_outside_their_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(BadInput) as error:
        call_seqlets(np.arange(30.0), **wrong)  # type: ignore[arg-type]
    assert error.value.accepted
    assert error.value.fix


@pytest.mark.parametrize("row", [np.zeros((4, 30)), np.array([0, np.inf, 1])])
def test_other_shapes_and_infinite_scores_are_refused(row: np.ndarray) -> None:
    with pytest.raises(BadInput, match="scores"):
        call_seqlets(row)


def test_near_seqlets_of_one_sign_are_joined() -> None:
    row = np.arange(60.0)
    parts = (
        Seqlet(0, 5, 1.0, 0.003),
        Seqlet(7, 12, 2.0, 0.001),
        Seqlet(15, 20, 3.0, 0.002),
        Seqlet(20, 24, -1.0, 0.001),
    )
    first, *rest = joined(parts, row)
    assert first == Seqlet(0, 12, float(sum(range(12))), 0.001)
    assert tuple(rest) == parts[2:]  # three bases apart, and of the other sign
    assert joined(parts[:2], row, longest=11) == parts[:2]
    assert joined(parts[:2], row, gap=1) == parts[:2]
    assert joined((), row) == ()
