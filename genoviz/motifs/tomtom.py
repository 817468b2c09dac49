"""The statistic of Tomtom (Gupta et al. 2007, Genome Biol 8:R24): how surprising is the likeness of two motifs?

Written in numpy, so that the first comparison takes no longer than the next. The score of two columns is minus their
Euclidean distance, shifted so that the median over all columns of the collection is 0; that is also the score
of a query column that nothing is aligned to. The null distribution of a sum follows exactly from the scores of each
query column with all columns of the collection, taken as independent; the best offset is compared with the
best of as many independent offsets, the better strand with the better of two.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genoviz.motifs.motif import Motif

SCORE_BINS = 100
MEDIAN_STEPS = 4096  # per unit of distance


@dataclass(frozen=True, eq=False)
class Targets:
    """All motifs, then all of them on the other strand: columns `(4, all)` one after the other, and their lengths."""

    columns: NDArray[np.float32]
    lengths: NDArray[np.int64]


@lru_cache(maxsize=8)
def targets_of(motifs: Seq[Motif]) -> Targets:
    """A collection (a tuple, which is kept) ready for `best_matches`."""
    matrices = [motif.matrix for motif in motifs]
    matrices += [matrix[::-1, ::-1] for matrix in matrices]
    columns = np.concatenate(matrices).T.astype(np.float32, order="C")
    return Targets(columns, np.array([len(matrix) for matrix in matrices]))


def best_matches(
    query: NDArray[np.float32], targets: Targets
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    """p-value, start and strand of every motif's best alignment with one query `(length, 4)`.

    Returns
    -------
    tuple
        Three arrays `(motifs,)`: probability that a motif with columns drawn from the collection is as similar at its
        best offset on its better strand; the motif's first column counted from the query's first, negative where it
        begins before; whether it is the motif's reverse complement.
    """
    scores, unaligned = _column_scores(query, targets.columns)
    best, starts = _best_offsets(scores - unaligned, targets)
    chances = np.stack([np.bincount(row, minlength=SCORE_BINS + 1) for row in scores]) / scores.shape[1]
    tail = _tails(chances, unaligned, int(targets.lengths.max()))
    p = np.minimum(*np.split(tail[targets.lengths, best + len(query) * unaligned], 2))
    forward, backward = np.split(best, 2)
    minus = backward > forward
    return p * (2 - p), np.where(minus, *np.split(starts, 2)[::-1]), minus


def _column_scores(query: NDArray[np.float32], columns: NDArray[np.float32]) -> tuple[NDArray[np.int32], int]:
    """Scores `(query length, columns)` in whole steps from 0 to `SCORE_BINS`, and the step of the median."""
    half = (columns**2).sum(axis=0) / 2
    scores = np.empty((len(query), columns.shape[1]), dtype=np.float32)
    for column, row in zip(query, scores, strict=True):  # one at a time, so that it stays in the processor's cache
        np.subtract(half + (column**2).sum() / 2, column @ columns, out=row)
        np.sqrt(np.maximum(row, 0, out=row) * 2, out=row)
        # Counting is faster than sorting; two columns are at most the square root of 2 apart.
        counted = np.bincount((row * MEDIAN_STEPS).astype(np.int32))
        np.subtract(np.searchsorted(counted.cumsum(), len(row) / 2) / MEDIAN_STEPS, row, out=row)
    low = int(np.floor(scores.min()))
    scale = int(SCORE_BINS // max(scores.max() - low, 1))
    return ((scores - low) * scale + 0.5).astype(np.int32), -low * scale


@lru_cache(maxsize=64)
def _layout(targets: Targets, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], int]:
    """For queries of `n` columns, all motifs in one row with gaps of `n - 1` before each.

    Returns the place of every column, the first offset of every motif, and for each offset a rank below the last number:
    of equal sums the offset with more columns aligned is better, then the first.
    """
    lengths, spans = targets.lengths, targets.lengths + n - 1  # offsets at which query and motif share a column
    first = np.cumsum(spans) - spans
    place = np.arange(lengths.sum()) + np.repeat(first - (np.cumsum(lengths) - lengths), lengths) + n - 1
    k = np.arange(spans.sum()) - np.repeat(first, spans)
    shared = np.minimum(np.minimum(k + 1, n), np.repeat(np.minimum(lengths, n), spans))
    shared = np.minimum(shared, np.repeat(spans, spans) - k)
    most = int(spans.max())
    return place, first, (shared * most + (most - 1 - k)).astype(np.int32), most


def _best_offsets(scores: NDArray[np.int32], targets: Targets) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The largest sum over all offsets, and where the motif then begins, for each motif `(motifs,)`.

    Outside a motif the query finds zeros, so each query column is added to all offsets of all motifs at once.
    """
    n = len(scores)
    place, first, rank, most = _layout(targets, n)
    sums, padded = np.zeros(len(rank), dtype=np.int32), np.zeros(len(rank) + n - 1, dtype=np.int32)
    for i, row in enumerate(scores):
        padded[place] = row
        sums += padded[i : i + len(sums)]
    levels = (n + 1) * most
    top = np.maximum.reduceat(sums.astype(np.int64) * levels + rank, first)
    k = most - 1 - top % levels % most  # the query begins at column k - (n - 1) of the motif
    return top // levels, n - 1 - k


def _tails(chances: NDArray[np.float64], unaligned: int, longest: int) -> NDArray[np.float64]:
    """`tails[t, s]`: probability that a motif of `t` random columns scores at least `s` at its best offset.

    `chances[i, x]` is the probability that a random column scores `x` with query column `i`. A score counts `unaligned`
    for each query column without a partner, so it is from 0 to `SCORE_BINS` times the query's length.
    """
    n, size = len(chances), SCORE_BINS * len(chances) + 1
    # log P(score < s) of each stretch of the query, summed over stretches of one length: all, and those at an end.
    inner, ends = np.zeros((n + 1, size)), np.zeros((n + 1, size))
    sums = np.ones((n, 1))  # how the score of the stretch that begins at each query column is distributed
    for length in range(1, n + 1):
        pairs = zip(sums, chances[length - 1 :], strict=False)
        sums = np.stack([np.convolve(stretch, column) for stretch, column in pairs])
        reached = np.minimum(1, sums[:, ::-1].cumsum(axis=1)[:, ::-1])
        with np.errstate(divide="ignore"):
            below = np.log1p(-reached)
        added = unaligned * (n - length)
        held = slice(added, added + below.shape[1])
        inner[length, :added] = -np.inf
        inner[length, held] = below.sum(axis=0)
        if length < n:
            ends[length, :added] = -np.inf
            ends[length, held] = below[0] + below[-1]
    partial = np.cumsum(ends, axis=0)
    tails = np.ones((longest + 1, size))
    for t in range(1, longest + 1):
        aligned = min(t, n)
        tails[t] = -np.expm1(partial[aligned - 1] + inner[aligned] * max(1, t - n + 1))
    return tails
