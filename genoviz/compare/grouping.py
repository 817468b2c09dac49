"""Rows of numbers put into groups: k-means with a fixed seed, and how many groups there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_GROUPS = 8
SAMPLE = 400  # rows on which numbers of groups are compared: time grows with the square
STARTS, ROUNDS = 8, 50
APART = 0.1  # mean silhouette below which there is one group: random rows have about 0.01, clusters from 0.3 on

Rows = NDArray[np.float64]
Labels = NDArray[np.int64]


def grouped(rows: Rows, groups: int, *, seed: int = 0) -> Labels:
    """The group of each row `(n,)` by k-means: the best of several starts; group 0 is the largest.

    Starts are drawn as in k-means++ (Arthur and Vassilvitskii 2007): rows far from those drawn before are likelier.
    """
    rng = np.random.default_rng(seed)
    best, least = np.zeros(len(rows), dtype=np.int64), np.inf
    squares = (rows**2).sum(1)
    for _ in range(STARTS):
        centres = _drawn(rows, squares, groups, rng)
        labels = np.full(len(rows), -1)
        for _ in range(ROUNDS):
            nearest = _distances(rows, centres, squares).argmin(1)
            if (nearest == labels).all():
                break
            labels = nearest
            for group in range(groups):
                if (labels == group).any():
                    centres[group] = rows[labels == group].mean(0)
        total = float(_distances(rows, centres, squares)[np.arange(len(rows)), labels].sum())
        if total < least * (1 - 1e-9):
            best, least = labels, total
    order = np.argsort(-np.bincount(best, minlength=groups), kind="stable")
    return np.asarray(np.argsort(order)[best], dtype=np.int64)


def number_of_groups(rows: Rows, *, most: int = MOST_GROUPS, seed: int = 0) -> int:
    """The number of groups from 2 on whose mean silhouette is largest (Rousseeuw 1987), on a sample of the rows; 1 where that
    is below `APART`."""
    sample = rows[_sample(len(rows), seed)]
    different = len(np.unique(sample, axis=0))
    if different < 2:
        return 1
    distance = np.sqrt(_distances(sample, sample))
    scores = {k: _silhouette(distance, grouped(sample, k, seed=seed)) for k in range(2, min(most, different) + 1)}
    best = max(scores, key=lambda k: (round(scores[k], 9), -k))
    return best if scores[best] >= APART else 1


def silhouette(rows: Rows, labels: Labels, *, seed: int = 0) -> float:
    """How far groups stand apart, -1 to 1: the mean silhouette of a sample of the rows; 0 for a single group."""
    chosen = _sample(len(rows), seed)
    sample, own = rows[chosen], labels[chosen]
    return _silhouette(np.sqrt(_distances(sample, sample)), own) if len(np.unique(own)) > 1 else 0.0


def _sample(n: int, seed: int) -> Labels:
    if n <= SAMPLE:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, SAMPLE, replace=False))


def _silhouette(distance: Rows, labels: Labels) -> float:
    """Mean over rows of (distance to the next group - distance in the own) / the larger; 0 for a row alone."""
    sizes = np.bincount(labels)
    sums = np.stack([distance[:, labels == group].sum(1) for group in range(len(sizes))], 1)
    own = np.arange(len(labels)), labels
    inside = sums[own] / np.maximum(sizes[labels] - 1, 1)
    means = sums / np.maximum(sizes, 1)
    means[own] = np.inf
    means[:, sizes == 0] = np.inf
    other = means.min(1)
    larger = np.maximum(inside, other)
    value = np.where(
        (sizes[labels] > 1) & (larger > 0) & np.isfinite(other), (other - inside) / np.maximum(larger, 1e-300), 0
    )
    return float(value.mean())


def _drawn(rows: Rows, squares: Rows, groups: int, rng: np.random.Generator) -> Rows:
    chosen = [int(rng.integers(len(rows)))]
    nearest = _distances(rows, rows[chosen], squares)[:, 0]
    while len(chosen) < groups:
        total = nearest.sum()
        chances = nearest / total if total > 0 else None
        chosen.append(int(rng.choice(len(rows), p=chances)))
        nearest = np.minimum(nearest, _distances(rows, rows[chosen[-1:]], squares)[:, 0])
    return rows[chosen].copy()


def _distances(rows: Rows, centres: Rows, squares: Rows | None = None) -> Rows:
    """Squared distances `(rows, centres)`; `squares` has the squared length of each row, where it is known."""
    found = (
        ((rows**2).sum(1) if squares is None else squares)[:, None] + (centres**2).sum(1)[None] - 2 * rows @ centres.T
    )
    return np.asarray(np.maximum(found, 0))
