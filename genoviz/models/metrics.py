"""Held-out scores, each with its bootstrap interval.

Every metric takes `(predicted, measured)` of equal length; for classes `predicted` are logits and `measured` labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genoviz.errors import BadInput

Score = Callable[[NDArray[Any], NDArray[Any]], float]


def auroc(scores: ArrayLike, labels: ArrayLike) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties counting half."""
    s, y = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=bool)
    _check(y)
    ranks = _ranks(s)
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


def mcc(scores: ArrayLike, labels: ArrayLike) -> float:
    """Matthews correlation between label and "logit above 0"; 0 where all are called alike."""
    said, y = np.asarray(scores) > 0, np.asarray(labels, dtype=bool)
    _check(y)
    return 0.0 if said.all() or not said.any() else float(np.corrcoef(said, y)[0, 1])


def accuracy(scores: ArrayLike, labels: ArrayLike) -> float:
    """Share of items whose logit is above 0 exactly where the label is positive."""
    return float(((np.asarray(scores) > 0) == np.asarray(labels, dtype=bool)).mean())


def pearson(predicted: ArrayLike, measured: ArrayLike) -> float:
    """Linear correlation; 0 where a side is constant."""
    a, b = np.asarray(predicted, dtype=np.float64), np.asarray(measured, dtype=np.float64)
    return float(np.corrcoef(a, b)[0, 1]) if a.std() > 0 and b.std() > 0 else 0.0


def spearman(predicted: ArrayLike, measured: ArrayLike) -> float:
    """Correlation of ranks, tied values sharing their mean rank."""
    return pearson(_ranks(predicted), _ranks(measured))


def r2(predicted: ArrayLike, measured: ArrayLike) -> float:
    """Share of variance explained by a straight line through the predictions: the square of Pearson's r."""
    return pearson(predicted, measured) ** 2


def mean(predicted: ArrayLike, measured: ArrayLike) -> float:
    """Mean of the first; for scores that each item has by itself, such as bits per base."""
    return float(np.asarray(predicted, dtype=np.float64).mean())


def recovered(predicted: ArrayLike, measured: ArrayLike) -> float:
    """Share of bases that are as predicted."""
    return float(np.equal(predicted, measured).mean())


@dataclass(frozen=True)
class Metric:
    """A row of `METRICS`: the function, its short title, what it says in one sentence, and which way is better."""

    score: Score
    title: str
    help: str
    lower_is_better: bool = False


METRICS = {
    "auroc": Metric(
        auroc,
        "AUROC",
        "the chance that a positive test sequence scores above a negative one (0.5 is guessing, 1 is perfect)",
    ),
    "auprc": Metric(auprc, "AUPRC", "average precision; guessing gives the share of positives in the test set"),
    "mcc": Metric(
        mcc, "MCC", "Matthews correlation of labels and calls at probability 0.5 (0 is guessing, 1 is perfect)"
    ),
    "accuracy": Metric(accuracy, "Accuracy", "share of right calls at probability 0.5"),
    "pearson": Metric(pearson, "Pearson r", "linear correlation of predicted and measured values"),
    "spearman": Metric(spearman, "Spearman", "correlation of the ranks of predicted and measured values"),
    "bits": Metric(
        mean,
        "Bits per base",
        "how surprising a base is, on average: 2 is guessing among four, lower is better",
        lower_is_better=True,
    ),
    "log_likelihood": Metric(
        mean,
        "Log-likelihood",
        "mean log-probability of a base in nats; 0 is certainty, -1.386 is guessing among four",
    ),
    "recovered": Metric(recovered, "Recovered", "share of bases that are the likeliest letter of the model"),
    "r2": Metric(r2, "r\u00b2", "share of the measured variance that a line through the predictions explains"),
}


def main_metric(row: Mapping[str, Any]) -> str | None:
    """The first metric of a held-out row that has an interval: the one that its recipe names first."""
    return next((name for name in row if name in METRICS and f"{name}_95" in row), None)


def bootstrap_interval(
    metric: Score,
    predicted: ArrayLike,
    measured: ArrayLike,
    *,
    families: ArrayLike | None = None,
    draws: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[float, float]:
    """Percentile interval of `metric` over `draws` resamples of whole families.

    Rows that are related (mutants of one promoter, overlapping windows, both alleles of a variant) say less than as many
    independent ones: drawn row by row they give an interval that is too narrow (Field and Welsh 2007, J R Stat Soc B
    69:369). Where `measured` is boolean, families of positives only, of negatives only and of both are drawn separately.

    Parameters
    ----------
    metric
        Score of `(predicted, measured)`.
    predicted, measured
        Equal length `(n, ...)`.
    families
        Label of each row `(n,)`; None: no two rows are related.
    draws, level, seed
        Number of resamples, share of them inside the interval, seed.

    Raises
    ------
    BadInput
        If there are fewer than two families: nothing tells how another one would score.

    Examples
    --------
    Two families of equal rows: a resample has the rows of one of them twice, or of both.

    >>> bootstrap_interval(mean, [0, 0, 0, 1], [0, 0, 0, 0], families=["a", "a", "a", "b"])
    (0.0, 1.0)
    """
    s, y = np.asarray(predicted, dtype=np.float64), np.asarray(measured)
    family = np.arange(len(y)) if families is None else np.unique(np.asarray(families), return_inverse=True)[1]
    sizes = np.bincount(family, minlength=1)
    if len(sizes) < 2:
        raise BadInput(
            f"All {len(y):,} rows are of one family.",
            "An interval needs at least two that are independent.",
            "Score more sequences.",
        )
    members, starts = np.argsort(family, kind="stable"), np.append(0, sizes.cumsum())
    strata = [np.arange(len(sizes))]
    if y.dtype == bool:
        positives = np.bincount(family, y)
        kind = np.where(positives == sizes, 0, np.where(positives == 0, 1, 2))
        strata = [np.flatnonzero(kind == k) for k in range(3)]
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        drawn = np.concatenate([rng.choice(stratum, len(stratum)) for stratum in strata if len(stratum)])
        ends = sizes[drawn].cumsum()
        rows = members[np.arange(ends[-1]) + np.repeat(starts[drawn] - ends + sizes[drawn], sizes[drawn])]
        values.append(metric(s[rows], y[rows]))
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _ranks(values: ArrayLike) -> NDArray[np.float64]:
    """Ranks from 1; tied values share their mean rank."""
    _, inverse, counts = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (counts.cumsum() - (counts - 1) / 2)[inverse]
    return ranks


def _check(labels: NDArray[np.bool_]) -> None:
    if labels.all() or not labels.any():
        raise BadInput("All labels are equal.", "A score needs positives and negatives.", "Check the label column.")
