"""Which bases each place of a layer reads: every base of a few random sequences is changed, and the units are watched."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.units.layers import UnitModel, one_hot, random_codes
from genoviz.units.options import WIDEST

_SEQUENCES, _FEW, _LONG = 2, 1, 150  # sequences whose bases are changed, and that of models of more bases than that
_BATCH = 64
_MOST_OF_IT = 0.8  # of the effect, for units that read everything
_ENOUGH = 1 / 3  # of the places must have their context inside
_NEAR = 0.1  # of a whole number of bases
_NOTHING = 1e-5  # share of the largest effect that is rounding


@dataclass(frozen=True)
class Reach:
    """What a unit of a layer reads.

    Attributes
    ----------
    width
        Bases of a context.
    step
        Bases from one place to the next.
    first
        Start of the context of place 0 on each strand (0-based, may lie outside the sequence).
    whole
        Whether units read nothing beyond the context. Else it holds 95 % of what changed bases do, or is `WIDEST` long.
    """

    width: int
    step: int
    first: tuple[int, ...]
    whole: bool

    def start(self, strand: int, place: NDArray[np.int64]) -> NDArray[np.int64]:
        """First base of the contexts of places on a strand (0 plus, 1 minus), on the sequence as given."""
        return self.first[strand] + (self.step if strand == 0 else -self.step) * place

    def inside(self, length: int, places: int) -> NDArray[np.bool_]:
        """Which of `strands * places` have their whole context in a sequence; all where those were fewer than a third.

        Beyond an end there is padding, which drives some units more than any bases do.
        """
        number = np.arange(places)
        starts = np.concatenate([self.start(strand, number) for strand in range(len(self.first))])
        found = (starts >= 0) & (starts + self.width <= length)
        return np.asarray(found if found.mean() >= _ENOUGH else np.ones_like(found))


def reach_of(model: UnitModel) -> Reach:
    """Change every base, and see which places notice."""
    length, layer = model.card.length, model.layer
    effect = np.zeros((length, layer.strands, layer.places))
    for number in range(_SEQUENCES if length <= _LONG else _FEW):
        codes = random_codes(1, length, seed=number + 1)
        rows = np.repeat(codes, length + 1, 0)
        rows[np.arange(1, length + 1), np.arange(length)] = (codes[0] + 1 + number % 3) % 4
        X = one_hot(rows)
        zero = model.drives(X[:1])
        parts = [np.abs(model.drives(part) - zero).mean(1) for part in X[1:].split(_BATCH)]
        effect += np.concatenate(parts).reshape(effect.shape)
    return _fitted(effect)


def _fitted(effect: NDArray[np.float64]) -> Reach:
    """A width, and a line from places to starts, from effects `(base, strand, place)`."""
    length, strands, places = effect.shape
    effect = np.where(effect > _NOTHING * effect.max(), effect, 0)
    bounds = np.array([[_all(effect[:, s, p]) for p in range(places)] for s in range(strands)])  # (strand, place, 2)
    sizes = bounds[..., 1] - bounds[..., 0]
    whole = bool(sizes.max() <= WIDEST)
    if not whole:  # what a base does to all places alike says nothing about where a unit looks
        effect = np.clip(effect - np.median(effect, axis=2, keepdims=True), 0, None)
        bounds = np.array([[_most(effect[:, s, p]) for p in range(places)] for s in range(strands)])
        sizes = bounds[..., 1] - bounds[..., 0]
    width = int(sizes.max() if whole else min(WIDEST, np.median(sizes[sizes > 0])))
    lines = []
    for strand in range(strands):
        full = sizes[strand] == width if whole else (sizes[strand] > 0) & (sizes[strand] < 2 * width)
        lines.append((np.flatnonzero(full), bounds[strand, full].mean(1)))
    slope = float(np.median(np.concatenate([_slopes(*line) for line in lines] or [np.ones(1)])))
    near = slope >= 1 and abs(slope - round(slope)) <= _NEAR
    step, signs = round(slope if near else max(1, length / places)), (1, -1)
    starts = [float(np.median(y - signs[i] * step * x)) - width / 2 for i, (x, y) in enumerate(lines)]
    return Reach(width, step, tuple(math.floor(start + 0.5) for start in starts), whole)


def _slopes(places: NDArray[np.int64], middles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bases from one place to the next, from all pairs (Theil-Sen), whichever way they run."""
    i, j = np.triu_indices(len(places), 1)
    return np.asarray(np.abs((middles[j] - middles[i]) / (places[j] - places[i])))


def _all(row: NDArray[np.float64]) -> tuple[int, int]:
    found = np.flatnonzero(row)
    return (int(found[0]), int(found[-1]) + 1) if len(found) else (0, 0)


def _most(row: NDArray[np.float64]) -> tuple[int, int]:
    """The shortest stretch that holds most of the effect."""
    total = row.sum()
    if total <= 0:
        return 0, 0
    sums = np.concatenate([[0.0], np.cumsum(row)])
    ends = np.searchsorted(sums, sums[:-1] + _MOST_OF_IT * total - 1e-12)
    good = np.flatnonzero(ends < len(sums))
    best = good[np.argmin((ends - np.arange(len(ends)))[good])]
    return int(best), int(ends[best])
