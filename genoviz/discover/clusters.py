"""A light clustering of seqlets into patterns, for up to some hundred sequences; TF-MoDISco is the thorough way.

Seqlets are the windows of largest summed contribution, above a threshold that dinucleotide shuffles rarely reach.
Two seqlets are as similar as the cosine of their hypothetical contributions at the best of all shifts on the better
strand. The seqlet with most similar ones becomes a pattern: they are aligned and averaged, all others are compared with
the average, twice over; then the next. Patterns that look alike are merged. Unlike TF-MoDISco there are no gapped
k-mers, no graph communities and no splitting of variants of one motif.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH, FLANK = 11, 7  # core whose contributions are summed, and what is added on each side
SHIFT = 7  # largest shift between two seqlets
ALIKE = 0.6  # cosine from which a seqlet belongs to a pattern
SAME = 0.75  # cosine from which two patterns are one
FALSE_SHARE = 0.1  # of seqlets that shuffles would give as well
ROUNDS = 3
MOST_SEQLETS = 3000  # the strongest are kept: time and memory grow with their square

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Places:
    """Windows: numbers of their sequences, first bases (may lie outside), and whether read on the minus strand."""

    record: Ints
    start: Ints
    minus: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.record)

    def pick(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Places:
        """Some of them."""
        return Places(self.record[which], self.start[which], self.minus[which])


def seqlet_places(scores: Floats, null: Floats, *, sign: int) -> tuple[Places, float]:
    """Windows `WIDTH` wide of large summed score, and the threshold.

    Parameters
    ----------
    scores, null
        Scores per base `(sequences, length)`, of the sequences and of shuffled ones.
    sign
        1 for windows that raise the output, -1 for those that lower it.

    Returns
    -------
    Places, float
        The lowest threshold at which shuffles (one more than counted) give at most `FALSE_SHARE` as many windows per
        sequence; infinite, with no window, where there is none. Windows of one sequence do not overlap.
    """
    found, shuffled = _peaks(sign * scores), _peaks(sign * null)
    order = np.argsort(-found[2], kind="stable")
    record, start, total = found[0][order], found[1][order], found[2][order]
    false = (np.searchsorted(np.sort(-shuffled[2]), -total, side="right") + 1) / len(null)
    passing = np.flatnonzero((false <= FALSE_SHARE * np.arange(1, len(total) + 1) / len(scores)) & (total > 0))
    if not len(passing):
        return Places(record[:0], start[:0], np.zeros(0, dtype=bool)), float("inf")
    threshold, kept = float(total[passing[-1]]), min(int(passing[-1]) + 1, MOST_SEQLETS)
    return Places(record[:kept], start[:kept] - FLANK, np.zeros(kept, dtype=bool)), threshold


def cluster(
    places: Places, hypothetical: Floats, *, least: int, progress: Callable[[float], None] | None = None
) -> list[Places]:
    """Patterns of at least `least` aligned seqlets, largest first.

    `hypothetical` is `(sequences, 4, length)`. Windows of one pattern show it at the same place and strand.
    """
    if len(places) < least:
        return []
    padded = _padded(hypothetical)
    shapes = _unit(cut(padded, places))
    alike = similarity(shapes, shapes)[0] >= ALIKE
    left = np.ones(len(places), dtype=bool)
    patterns: list[Places] = []
    while True:
        near = (alike & left).sum(1) * left
        seed = int(near.argmax())
        if near[seed] < least:
            break
        members, aligned = np.array([seed]), places.pick(np.array([seed]))
        for _ in range(ROUNDS):
            template = _unit(cut(padded, aligned).mean(0)[None])
            members, aligned = _members(shapes, places, template, np.flatnonzero(left))
            if not len(members):
                break
        left[members] = False
        left[seed] = False
        if len(members) >= least:
            patterns.append(aligned)
        if progress:
            progress(1 - float(left.mean()))
    return _merged(patterns, padded)


def cut(padded: Floats, places: Places) -> Floats:
    """Windows `(places, 4, WIDTH + 2 FLANK)` of sequences padded by `_padded`, reverse-complemented where on minus."""
    span = np.arange(WIDTH + 2 * FLANK)
    columns = places.start[:, None] + span + WIDTH + 2 * FLANK
    columns = np.clip(columns, 0, padded.shape[2] - 1)  # padding at both ends
    found = np.moveaxis(padded[places.record[:, None], :, columns], 2, 1)
    found[places.minus] = found[places.minus][:, ::-1, ::-1]
    return np.ascontiguousarray(found)


def _padded(rows: Floats) -> Floats:
    edge = WIDTH + 2 * FLANK
    return np.pad(rows, ((0, 0), (0, 0), (edge, edge)))


def similarity(a: Floats, b: Floats) -> tuple[Floats, Ints, NDArray[np.bool_]]:
    """Cosine of every window of `a` with every window of `b` `(n, 4, width)`, both of unit length.

    Returns
    -------
    best, shift, minus
        `(a, b)` each: the largest cosine; how many columns of `a` (on the strand that fits) stand before the first of
        `b`; and whether `a` is turned over.
    """
    width = a.shape[2]
    best = np.full((len(a), len(b)), -np.inf, dtype=np.float32)
    shift, minus = np.zeros(best.shape, dtype=np.int64), np.zeros(best.shape, dtype=bool)
    for turned in (False, True):
        read = a[:, ::-1, ::-1] if turned else a
        for d in sorted(range(-SHIFT, SHIFT + 1), key=abs):
            left, right = read[:, :, max(0, d) : width + min(0, d)], b[:, :, max(0, -d) : width - max(0, d)]
            cosine = left.reshape(len(a), -1) @ right.reshape(len(b), -1).T
            better = cosine > best
            best[better], shift[better], minus[better] = cosine[better], d, turned
    return best, shift, minus


def _members(shapes: Floats, places: Places, template: Floats, among: Ints) -> tuple[Ints, Places]:
    """Those of `among` that look like the template, and their windows moved to where they show it."""
    best, shift, minus = similarity(shapes[among], template)
    chosen = best[:, 0] >= ALIKE
    return among[chosen], _moved(places.pick(among[chosen]), shift[chosen, 0], minus[chosen, 0])


def _moved(places: Places, shift: Ints, turn: NDArray[np.bool_]) -> Places:
    """Windows turned over where `turn`, then moved `shift` bases along the strand they are read on."""
    minus = places.minus ^ turn
    return Places(places.record, places.start + np.where(minus, -shift, shift), minus)


def _merged(patterns: list[Places], padded: Floats) -> list[Places]:
    """Patterns that look alike become one; largest first, each window once."""
    kept: list[Places] = []
    for pattern in sorted(patterns, key=len, reverse=True):
        for i, other in enumerate(kept):
            shape, template = (_unit(cut(padded, p).mean(0)[None]) for p in (pattern, other))
            best, shift, minus = similarity(shape, template)
            if best[0, 0] >= SAME:
                n = len(pattern)
                moved = _moved(pattern, np.repeat(shift[0], n), np.repeat(minus[0], n))
                kept[i] = Places(
                    np.concatenate([other.record, moved.record]),
                    np.concatenate([other.start, moved.start]),
                    np.concatenate([other.minus, moved.minus]),
                )
                break
        else:
            kept.append(pattern)
    return sorted((_once(pattern) for pattern in kept), key=len, reverse=True)


def _once(places: Places) -> Places:
    """Each window once: seqlets side by side may have moved to the same place, on either strand."""
    _, first = np.unique(np.stack([places.record, places.start]), axis=1, return_index=True)
    return places.pick(np.sort(first))


def _unit(rows: Floats) -> Floats:
    """Centred on the mean of the four bases at each position, and scaled to length 1."""
    centred = rows - rows.mean(1, keepdims=True)
    norm = np.sqrt((centred**2).sum((1, 2), keepdims=True))
    return np.asarray(centred / np.maximum(norm, 1e-12), dtype=np.float32)


def _peaks(scores: Floats) -> tuple[Ints, Ints, Floats]:
    """Record, start and sum of windows `WIDTH` wide, best first within each record and not overlapping."""
    n, length = scores.shape
    if length < WIDTH:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    sums = np.lib.stride_tricks.sliding_window_view(scores, WIDTH, axis=1).sum(2)
    records, starts, totals = [], [], []
    rows = np.arange(n)
    place = np.arange(sums.shape[1])
    for _ in range(-(-length // WIDTH)):
        best = sums.argmax(1)
        total = sums[rows, best]
        good = total > 0
        records.append(rows[good])
        starts.append(best[good])
        totals.append(total[good])
        sums[np.abs(place[None] - best[:, None]) < WIDTH] = -np.inf
    return np.concatenate(records), np.concatenate(starts), np.concatenate(totals)
