"""How far measured and predicted effects agree: correlations with intervals, by region, and what the measurements allow.

Effects of neighbouring bases are related (they lie in one site), so that they say less than as many independent ones: the
bootstrap draws stretches of `BLOCK` neighbouring bases with all their changes, never single changes.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genoviz.models.metrics import bootstrap_interval, pearson, spearman

BLOCK = 10  # bases: about the length of a site
DRAWS = 400
FEWEST = 10  # changes that a correlation needs
REGION = 50  # bases of a region, unless told otherwise

Interval = tuple[float, float]
UNKNOWN: Interval = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Agreement:
    """How far two series of effects agree.

    Attributes
    ----------
    changes, blocks
        Changes with both numbers, and independent stretches they lie in.
    pearson, spearman
        Correlation of the effects, and of their ranks; nan with fewer than `FEWEST` changes.
    pearson_95, spearman_95
        Bootstrap intervals over stretches of neighbouring bases; nan with fewer than two.
    slope, intercept
        Line of least squares: measured = intercept + slope * predicted.
    """

    changes: int
    blocks: int
    pearson: float
    pearson_95: Interval
    spearman: float
    spearman_95: Interval
    slope: float
    intercept: float

    @property
    def sentence(self) -> str:
        """The correlations in words."""
        if self.changes >= FEWEST and not np.isfinite(self.pearson):
            return f"Of {self.changes:,} changes one side is the same for all: there is nothing to correlate."
        if not np.isfinite(self.pearson):
            return f"{self.changes:,} changes have both numbers: too few for a correlation ({FEWEST} are needed)."
        low, high = self.pearson_95
        between = f" (95 % interval {low:.2f} to {high:.2f})" if np.isfinite(low) else ""
        return (
            f"Pearson {self.pearson:.2f}{between}, Spearman {self.spearman:.2f} over {self.changes:,} changes: "
            f"{in_words(self.pearson, self.pearson_95)}."
        )


def in_words(r: float, interval: Interval) -> str:
    """What a correlation says: whether there is any, and how strong it is."""
    low, high = interval
    if np.isfinite(low) and low <= 0 <= high:
        return "this could be chance"
    if r < 0:
        return "the prediction goes the wrong way"
    strength = "weak" if r < 0.3 else "moderate" if r < 0.6 else "strong"
    return f"{strength} agreement, {100 * r * r:.0f} % of the measured variance"


def agreement(
    predicted: ArrayLike,
    measured: ArrayLike,
    places: ArrayLike,
    *,
    block: int = BLOCK,
    draws: int = DRAWS,
    seed: int = 0,
) -> Agreement:
    """Correlate predicted with measured effects.

    Parameters
    ----------
    predicted, measured
        `(changes,)`; pairs with nan are left out.
    places
        `(changes,)`: base at which each change begins, or the number of the family it belongs to where `block` is 1.
    block
        Neighbouring bases that are drawn together.
    draws, seed
        Resamples of the intervals (0 computes none), and what their chance begins with.

    Examples
    --------
    >>> measured = [0.0, -0.5, -1.0, -0.1] * 10
    >>> found = agreement([2 * m + 1 for m in measured], measured, range(40))
    >>> round(found.pearson, 6), found.blocks, round(found.slope, 6)
    (1.0, 4, 0.5)
    """
    p, m = np.asarray(predicted, dtype=np.float64), np.asarray(measured, dtype=np.float64)
    known = np.isfinite(p) & np.isfinite(m)
    p, m, at = p[known], m[known], np.asarray(places)[known] // block
    blocks = len(np.unique(at))
    if len(p) < FEWEST or p.std() == 0 or m.std() == 0:
        nan = float("nan")
        return Agreement(len(p), blocks, nan, UNKNOWN, nan, UNKNOWN, nan, nan)
    slope = float(np.cov(p, m, bias=True)[0, 1] / p.var())
    intervals = [UNKNOWN, UNKNOWN]
    if draws and blocks > 1:
        intervals = [
            bootstrap_interval(score, p, m, families=at, draws=draws, seed=seed) for score in (pearson, spearman)
        ]
    return Agreement(
        len(p),
        blocks,
        pearson(p, m),
        intervals[0],
        spearman(p, m),
        intervals[1],
        slope,
        float(m.mean() - slope * p.mean()),
    )


@dataclass(frozen=True)
class Region:
    """Agreement in one stretch of the element: `start` to `end`, 0-based and half-open."""

    start: int
    end: int
    agreement: Agreement


def by_region(
    predicted: ArrayLike, measured: ArrayLike, places: ArrayLike, length: int, *, width: int = REGION
) -> tuple[Region, ...]:
    """Agreement in stretches of `width` bases from the element's first base on; the last one may be shorter."""
    p, m, at = np.asarray(predicted), np.asarray(measured), np.asarray(places)
    found = []
    for start in range(0, length, width):
        end = min(start + width, length)
        inside = (at >= start) & (at < end)
        found.append(Region(start, end, agreement(p[inside], m[inside], at[inside], draws=0)))
    return tuple(found)


@dataclass(frozen=True)
class Ceiling:
    """What replicates allow.

    Attributes
    ----------
    replicates
        How many there are.
    between
        Mean Pearson correlation of two of them.
    reliability
        Correlation that the mean of the replicates is expected to have with the mean of as many others (Spearman-Brown).
    best
        Correlation with the mean of the replicates that a perfect prediction of the truth is expected to have: the square
        root of the reliability.
    """

    replicates: int
    between: float
    reliability: float
    best: float

    @property
    def sentence(self) -> str:
        """The ceiling in words."""
        return (
            f"{self.replicates} replicates correlate with {self.between:.2f}: a perfect prediction would reach about "
            f"{self.best:.2f} with their mean, no prediction much more."
        )


def ceiling(replicates: Seq[ArrayLike]) -> Ceiling | None:
    """The replicate ceiling from effects `(changes,)` in two replicates or more; None with fewer, or where they don't
    correlate."""
    rows = [np.asarray(row, dtype=np.float64) for row in replicates]
    found = []
    for one, other in combinations(rows, 2):
        known = np.isfinite(one) & np.isfinite(other)
        if known.sum() >= FEWEST:
            found.append(pearson(one[known], other[known]))
    if not found or float(np.mean(found)) <= 0:
        return None
    k, r = len(rows), float(np.mean(found))
    reliability = k * r / (1 + (k - 1) * r)
    return Ceiling(k, r, reliability, float(np.sqrt(reliability)))


@dataclass(frozen=True)
class Missed:
    """A site that was measured and is not predicted.

    Attributes
    ----------
    start, end
        0-based, half-open.
    measured, predicted
        Mean measured effect in it, and mean predicted one on the scale of the measurement.
    """

    start: int
    end: int
    measured: float
    predicted: float

    def sentence(self, bases: str) -> str:
        """In words, with the bases of the element."""
        letters = bases[self.start : self.end]
        shown = letters if len(letters) <= 24 else f"{letters[:21]}..."
        return (
            f"The model misses the site at bases {self.start + 1}-{self.end} ({shown}): changes there have a mean effect of "
            f"{self.measured:+.2f}, and the model says {self.predicted:+.2f}."
        )


SMOOTH = 7  # bases over which means are taken before sites are looked for
SHARE = 1 / 3  # of a site's measured effect that a prediction must reach, or the site counts as missed


def missed_sites(measured: NDArray[np.float64], fitted: NDArray[np.float64]) -> tuple[Missed, ...]:
    """Sites that stand out in the measurement and not in the prediction, the strongest first.

    Parameters
    ----------
    measured, fitted
        `(length,)`: mean effect at each base, and the predicted one on the scale of the measurement; nan where nothing is
        known. Both lie around 0.

    Returns
    -------
    tuple of Missed
        Stretches whose smoothed measured effect is among the strongest tenth of the element, of which the prediction
        reaches less than `SHARE`. Those shorter than 4 bases are left out.
    """
    m, f = _smoothed(measured), _smoothed(fitted)
    known = np.isfinite(m) & np.isfinite(f)
    if not known.any():
        return ()
    strong = known & (np.abs(m) >= np.quantile(np.abs(m[known]), 0.9)) & (np.abs(m) > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        missing = strong & (f / m < SHARE)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], missing, [False])).astype(np.int8)))
    runs = [(int(a), int(b)) for a, b in edges.reshape(-1, 2) if b - a >= 4]
    found = [
        Missed(a, b, float(np.nanmean(measured[a:b])), float(np.nanmean(fitted[a:b])))
        for a, b in runs
        if np.isfinite(measured[a:b]).any() and np.isfinite(fitted[a:b]).any()
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.measured) * (one.end - one.start)))


def _smoothed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over `SMOOTH` neighbours, of those that are known."""
    known = np.isfinite(values)
    window = np.ones(SMOOTH)
    total = np.convolve(np.where(known, values, 0), window, "same")
    count = np.convolve(known.astype(np.float64), window, "same")
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
