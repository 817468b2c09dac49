"""Held-out scores of binary predictions with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genoviz.errors import BadInput

Metric = Callable[[NDArray[np.float64], NDArray[np.bool_]], float]


def auroc(scores: ArrayLike, labels: ArrayLike) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties counting half."""
    s, y = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=bool)
    _check(y)
    _, inverse, counts = np.unique(s, return_inverse=True, return_counts=True)
    ranks = (counts.cumsum() - (counts - 1) / 2)[inverse]  # mean rank of tied scores, from 1
    n_pos, n_neg = int(y.sum()), int((~y).sum())
    return float((ranks[y].sum() - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg))


def auprc(scores: ArrayLike, labels: ArrayLike) -> float:
    """Average precision: the area under the precision-recall curve as a step function; tied scores are one step."""
    s, y = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=bool)
    _check(y)
    order = np.argsort(-s, kind="stable")
    s, hits = s[order], y[order].cumsum()
    step = np.append(s[1:] != s[:-1], True)
    found, taken = hits[step], (np.flatnonzero(step) + 1)
    return float((np.diff(found, prepend=0) * found / taken).sum() / y.sum())


def bootstrap_interval(
    metric: Metric, scores: ArrayLike, labels: ArrayLike, *, draws: int = 1000, level: float = 0.95, seed: int = 0
) -> tuple[float, float]:
    """Percentile interval of `metric` over `draws` resamples, drawn within positives and negatives separately."""
    s, y = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=bool)
    rng = np.random.default_rng(seed)
    groups = [np.flatnonzero(y), np.flatnonzero(~y)]
    values = []
    for _ in range(draws):
        rows = np.concatenate([rng.choice(group, len(group)) for group in groups])
        values.append(metric(s[rows], y[rows]))
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _check(labels: NDArray[np.bool_]) -> None:
    if labels.all() or not labels.any():
        raise BadInput("All labels are equal.", "A score needs positives and negatives.", "Check the label column.")
