"""How alike two maps of scores are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FLAT = 1e-9  # spread, as a share of the largest score, below which a map has no pattern


def likeness(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Pearson correlation of two maps `(length,)` over the bases that both score; 0 where one of them is flat.

    Heights count as they are seen: a map of one tall site is like another that has the site, whatever the small letters do.
    """
    both = np.isfinite(one) & np.isfinite(other)
    a, b = one[both].astype(np.float64), other[both].astype(np.float64)
    if is_flat(a) or is_flat(b):
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def rank_likeness(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Spearman correlation of two maps `(length,)`: like `likeness`, of the ranks of the scores."""
    both = np.isfinite(one) & np.isfinite(other)
    a, b = one[both].astype(np.float64), other[both].astype(np.float64)
    return 0.0 if is_flat(a) or is_flat(b) else likeness(_ranks(a), _ranks(b))


def is_flat(scores: NDArray[np.floating]) -> bool:
    """Whether all scores are the same up to float rounding, so that the map says nothing."""
    known = scores[np.isfinite(scores)]
    return len(known) < 2 or bool(np.ptp(known) <= FLAT * np.abs(known).max())


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 0; equal values share the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = count.cumsum()
    return np.asarray((last - (count + 1) / 2)[place.reshape(values.shape)], dtype=np.float64)
