"""Markov models of DNA: the base after `order` bases, from counts. What a language model has to beat."""

from __future__ import annotations

from collections.abc import Sequence as Seq

import numpy as np
from numpy.typing import NDArray

from genoviz.training.genomes import complement

PRIOR = 16.0  # the next shorter context counts as so many observations


class Markov:
    """Interpolated Markov models of orders 0 to `order`, counted on both strands.

    The probability of a base after a context is its count plus `PRIOR` times its probability after the context that is
    one base shorter, so that rare contexts fall back on shorter ones.

    Parameters
    ----------
    pieces
        ASCII codes of the training sequences.
    order
        Length of the longest context in bases.
    """

    def __init__(self, pieces: Seq[NDArray[np.uint8]], order: int) -> None:
        self.tables: list[NDArray[np.float64]] = []
        longest = np.zeros(4 ** (order + 1))
        for piece in pieces:
            for strand in (piece, complement(piece)[::-1]):
                words = _words(strand, order + 1)
                longest += np.bincount(words[words >= 0], minlength=len(longest))
        below = np.full((1, 4), 0.25)
        for k in range(order + 1):
            counts = longest.reshape(-1, 4 ** (k + 1)).sum(0).reshape(-1, 4)  # the last k + 1 bases of each word
            prior = np.tile(below, (len(counts) // len(below), 1))
            below = (counts + PRIOR * prior) / (counts.sum(1, keepdims=True) + PRIOR)
            self.tables.append(below)

    def bits(self, rows: NDArray[np.uint8], *, two_sided: bool = False) -> NDArray[np.float64]:
        """Mean bits per base of each row of ASCII codes `(n, length)` without N; the first bases have shorter contexts.

        With `two_sided`, a base is predicted from both sides as if they were independent given the base: the product of
        the two predictions over the base's own frequency.
        """
        surprise = self._log2(rows)
        if two_sided:
            # Counted on both strands, so reading the other strand gives the prediction from the right.
            right = self._log2(complement(rows)[:, ::-1])[:, ::-1, ::-1]
            surprise = surprise + right - np.log2(self.tables[0][0])[:, None]
            surprise -= np.log2(np.exp2(surprise).sum(1, keepdims=True))
        own = np.take_along_axis(surprise, _DIGITS[rows][:, None], 1)[:, 0]
        return -own.mean(1)

    def _log2(self, rows: NDArray[np.uint8]) -> NDArray[np.float64]:
        """log2 of the probability of each base `(n, 4, length)` after the bases before it."""
        found = np.empty((len(rows), 4, rows.shape[1]))
        for position in range(rows.shape[1]):
            k = min(position, len(self.tables) - 1)
            context = _words(rows[:, position - k : position], k)[:, 0] if k else np.zeros(len(rows), dtype=np.int64)
            found[:, :, position] = np.log2(self.tables[k][context])
        return found


def _words(codes: NDArray[np.uint8], length: int) -> NDArray[np.int64]:
    """Numbers of overlapping words in base 4 along the last axis; -1 where a word holds another letter."""
    digits = _DIGITS[codes]
    n = codes.shape[-1] - length + 1
    words = np.zeros((*codes.shape[:-1], n), dtype=np.int64)
    known = np.ones(words.shape, dtype=bool)
    for i in range(length):
        part = digits[..., i : i + n]
        words = 4 * words + part
        known &= part >= 0
    return np.where(known, words, -1)


_DIGITS = np.full(256, -1, dtype=np.int64)
_DIGITS[np.frombuffer(b"ACGT", dtype=np.uint8)] = np.arange(4)
