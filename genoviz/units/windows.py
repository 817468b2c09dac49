"""The bases under a unit's best places, aligned, and how well other windows fit them."""

from __future__ import annotations

from collections.abc import Sequence as Seq

import numpy as np
from numpy.typing import NDArray

from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence
from genoviz.units.reach import Reach

_ROUNDS = 4  # of the alignment
_PSEUDOCOUNT = 1.0
_UNKNOWN = len(BASES)
_HOT = np.concatenate([np.eye(4), np.zeros((1, 4))])  # rows: A C G T, then unknown
_TURNED = np.array([3, 2, 1, 0, _UNKNOWN])


def codes_of(sequences: Seq[Sequence]) -> NDArray[np.int64]:
    """Bases as numbers `(records, length)`: 0 to 3, 4 for any other letter."""
    table = np.full(256, _UNKNOWN)
    for i, base in enumerate(BASES):
        table[ord(base)] = i
    rows = [np.frombuffer(one.bases.encode("ascii"), dtype=np.uint8) for one in sequences]
    return np.asarray(table[np.stack(rows)])


def cut(
    codes: NDArray[np.int64],
    records: NDArray[np.int64],
    starts: NDArray[np.int64],
    minus: NDArray[np.bool_],
    width: int,
) -> NDArray[np.int64]:
    """Windows `(n, width)` of records, read on their strand; unknown outside the records."""
    at = starts[:, None] + np.arange(width)
    inside = (at >= 0) & (at < codes.shape[1])
    found = np.where(inside, codes[records[:, None], np.clip(at, 0, codes.shape[1] - 1)], _UNKNOWN)
    found[minus] = _TURNED[found[minus][:, ::-1]]
    return found


def placed(reach: Reach, places: NDArray[np.int64], per_strand: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Starts, and whether they are on the minus strand, of places of `strands * places`."""
    strand, place = np.divmod(places, per_strand)
    starts = np.where(strand == 0, reach.start(0, place), reach.start(len(reach.first) - 1, place))
    return starts, strand > 0


def counts(windows: NDArray[np.int64]) -> NDArray[np.float64]:
    """How often each base stands in each column `(width, 4)`."""
    return np.asarray(_HOT[windows].sum(0))


def log_odds(table: NDArray[np.float64], background: NDArray[np.float64]) -> NDArray[np.float64]:
    """log2 of the share of each base over its share in the records `(width, 4)`; one count is shared out as in the records."""
    shares = (table + _PSEUDOCOUNT * background) / (table.sum(1, keepdims=True) + _PSEUDOCOUNT)
    return np.asarray(np.log2(shares / background))


def fit(weights: NDArray[np.float64], windows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum of log-odds of windows `(n, width)`."""
    return np.asarray(np.einsum("nwb,wb->n", _HOT[windows], weights))


def moved(wide: NDArray[np.int64], room: int, background: NDArray[np.float64]) -> NDArray[np.int64]:
    """How far to move each window so that all lie best on each other: `(n,)` from 0 to `2 * room`.

    `wide` `(n, width + 2 * room)` has `room` more bases on both sides. A pooling layer tells a place only to its step.
    """
    width, n = wide.shape[1] - 2 * room, len(wide)
    shift = np.full(n, room)
    if room == 0:
        return shift
    views = np.lib.stride_tricks.sliding_window_view(wide, width, axis=1)  # (n, shifts, width)
    hot = _HOT[views]
    for _ in range(_ROUNDS):
        weights = log_odds(hot[np.arange(n), shift].sum(0), background)
        better = np.einsum("nswb,wb->ns", hot, weights).argmax(1)
        if (better == shift).all():
            break
        shift = better
    return np.asarray(shift)
