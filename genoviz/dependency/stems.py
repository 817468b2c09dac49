"""What to look for in a dependency map: blocks at the diagonal (motifs) and lines across it (stems of an RNA).

Near bases depend on each other more than far ones in every map. So a cell is compared with all cells of its distance.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from genoviz.dependency.dependency_map import Dependency

LOOP = 3  # bases that a hairpin needs between the two sides of its innermost pair
SHORTEST = 4  # pairs of a stem, bases of a block
ABOVE = 1.0  # standard deviations over the mean of a distance that each cell of a stem reaches
NEAR = 10  # distance up to which bases of one motif are looked for
PAIRS = frozenset({"AT", "TA", "CG", "GC", "GT", "TG"})  # Watson-Crick, and G with U


@dataclass(frozen=True)
class Stem:
    """A line across the diagonal: each base of `left` with one of `right`, read backwards.

    Attributes
    ----------
    left, right
        0-based, half-open, in the sequence.
    score
        Sum over its cells of how many standard deviations they lie above other cells of the same distance.
    pairs
        How many of its bases could pair (G with U, too). The map does not know which can; six of sixteen pairs of bases can.
    chance
        Probability that at least one of the lines that were looked at has so many bases that can pair by chance, from how often any
        two bases of the window can (the binomial distribution, times the number of lines).
    """

    left: tuple[int, int]
    right: tuple[int, int]
    score: float
    pairs: int
    chance: float

    @property
    def words(self) -> str:
        """For lists: `bases 1-7 with 66-72, 7 of 7 can pair`."""
        n = self.left[1] - self.left[0]
        return f"bases {self.left[0] + 1}-{self.left[1]} with {self.right[0] + 1}-{self.right[1]}, {self.pairs} of {n} can pair"


def both_ways(found: Dependency) -> NDArray[np.float64]:
    """The map with each pair once: the mean of j on i and i on j `(window, window)`, of one where only that is known."""
    two = np.stack([found.map, found.map.T]).astype(np.float64)
    known = np.isfinite(two)
    return np.where(known.any(0), np.nan_to_num(two).sum(0) / np.maximum(known.sum(0), 1), np.nan)


def above_distance(found: Dependency) -> NDArray[np.float64]:
    """How many standard deviations each pair lies above all pairs of its distance `(window, window)`; nan where there are
    fewer than `2 * SHORTEST`."""
    level = both_ways(found)
    width, above = len(level), np.full(level.shape, np.nan)
    for distance in range(1, width):
        cells = np.diagonal(level, distance)
        known = cells[np.isfinite(cells)]
        if len(known) < 2 * SHORTEST or known.std() == 0:
            continue
        i = np.arange(width - distance)
        above[i, i + distance] = above[i + distance, i] = (cells - known.mean()) / known.std()
    return above


def stems(found: Dependency, *, n: int = 5) -> list[Stem]:
    """The `n` longest and clearest lines across the diagonal, best first: runs of at least `SHORTEST` cells that all lie `ABOVE`.

    Of lines that share bases on both sides the better one is kept. Every map has such runs: bases on which much depends make them,
    too. What tells a stem is that its bases can pair, see `Stem.chance`.
    """
    above, start, bases = above_distance(found), found.window[0], found.sequence.bases
    inside = bases[start : found.window[1]]
    shares = np.mean([a + b in PAIRS for a in inside for b in inside])
    kept: list[tuple[tuple[int, int], tuple[int, int], float, int]] = []
    for first, last, total, score in sorted(_lines(above), key=lambda line: -line[3]):
        left = (start + first, start + last + 1)
        right = (start + total - last, start + total - first + 1)
        pairs = sum(bases[start + k] + bases[start + total - k] in PAIRS for k in range(first, last + 1))
        if not any(_overlap(left, k[0]) and _overlap(right, k[1]) for k in kept):
            kept.append((left, right, score, pairs))
    return [
        Stem(
            left, right, score, pairs, min(1.0, min(n, len(kept)) * _at_least(pairs, left[1] - left[0], float(shares)))
        )
        for left, right, score, pairs in kept[:n]
    ]


def _at_least(k: int, n: int, share: float) -> float:
    """Probability that of `n` pairs of bases at least `k` can pair."""
    return sum(comb(n, m) * share**m * (1 - share) ** (n - m) for m in range(k, n + 1))


def _lines(above: NDArray[np.float64]) -> list[tuple[int, int, int, float]]:
    """Runs of high cells on lines i + j = total: first and last i, total, and the sum of the cells."""
    width, made = len(above), list[tuple[int, int, int, float]]()
    for total in range(LOOP + 1, 2 * width - 1):
        left = np.arange(max(0, total - width + 1), (total - LOOP - 1) // 2 + 1)
        cells = above[left, total - left]
        edges = np.flatnonzero(np.diff(np.concatenate([[0], cells > ABOVE, [0]])))
        for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            if b - a >= SHORTEST:
                made.append((int(left[a]), int(left[b - 1]), total, float(cells[a:b].sum())))
    return made


def blocks(found: Dependency, *, n: int = 5) -> list[tuple[int, int, float]]:
    """Stretches whose bases depend on each other, the best first: `(start, end, mean dependency)`, 0-based and half-open.

    A base belongs to one where the mean dependency between it and those up to `NEAR` bases away is more than a standard deviation
    above the window's mean.
    """
    level = both_ways(found)
    places = np.arange(len(level))
    near = np.abs(places[:, None] - places) <= NEAR
    known = near & np.isfinite(level)
    mean = np.where(known.any(1), np.where(known, level, 0).sum(1) / np.maximum(known.sum(1), 1), 0)
    some = mean[known.any(1)]
    high = known.any(1) & (mean > some.mean() + some.std()) if some.size else known.any(1)
    made, run = list[tuple[int, int, float]](), list[int]()
    for i, is_high in enumerate([*high.tolist(), False]):
        if is_high:
            run.append(i)
            continue
        if len(run) >= SHORTEST:
            made.append((found.window[0] + run[0], found.window[0] + run[-1] + 1, float(mean[run].mean())))
        run = []
    return sorted(made, key=lambda block: -block[2])[:n]


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
