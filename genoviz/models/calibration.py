"""Is a classifier right as often as it says? Reliability on its held-out data, and the probability that it should say.

Both come from the quantiles of the logits of positives and negatives that a card carries for its test, 101 of each, so they
are exact to the spacing of these. The calibrated probability is Platt's (Platt 1999, Adv Large Margin Classifiers 61): a
logistic curve of the logit, two numbers fitted to some hundred test sequences or more. It holds where positives are as
frequent as in the test.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genoviz.models.card import ModelCard

BINS = 10  # of the reliability curve, of as many test sequences each
DIFFERS = 0.05  # a calibrated probability this far from the raw one is said
_ROUNDS = 50


@dataclass(frozen=True)
class Calibration:
    """How predicted probabilities and shares of positives go together on held-out data.

    Attributes
    ----------
    slope, intercept
        The calibrated logit is slope times the logit, plus intercept; 1 and 0 where nothing is to be corrected.
    predicted, observed
        The reliability curve: mean predicted probability and share of positives, in bins of equally many sequences.
    share, n
        Share of positives in the test, and its number of sequences.
    """

    slope: float
    intercept: float
    predicted: tuple[float, ...]
    observed: tuple[float, ...]
    share: float
    n: int

    @property
    def error(self) -> float:
        """Mean distance of the reliability curve from the diagonal."""
        return float(np.abs(np.subtract(self.predicted, self.observed)).mean())

    def probability(self, logit: float) -> float:
        """The calibrated probability of a logit."""
        return float(_sigmoid(np.array([self.slope * logit + self.intercept]))[0])

    def sentence(self, logit: float) -> str:
        """What the calibrated probability is, where it differs from the raw one; else empty."""
        raw, calibrated = float(_sigmoid(np.array([logit]))[0]), self.probability(logit)
        if abs(raw - calibrated) < DIFFERS:
            return ""
        return (
            f"Calibrated: {calibrated:.2f}. Of its {self.n:,} test sequences, {100 * self.share:.0f} % positives, about "
            f"{100 * calibrated:.0f} % of those with this number are positive."
        )


@lru_cache(maxsize=256)
def calibration(card: ModelCard, track: str) -> Calibration | None:
    """The calibration of a track of a classifier; None where the card has no test of positives and negatives for it.

    Parameters
    ----------
    card
        Card with `background` and `held_out`.
    track
        A track of its first output.
    """
    row = card.scores(track, card.training.get("background")) or {}
    sets = list(card.background.get(track, {}).values())
    if card.outputs[0].activation != "sigmoid" or not row.get("positives") or len(sets) < 2:
        return None
    n, share = int(row["n"]), row["positives"] / row["n"]
    positive, negative = (_between(np.asarray(values, dtype=np.float64)) for values in sets[:2])
    logits = np.concatenate([positive, negative])
    labels = np.repeat([1.0, 0.0], [len(positive), len(negative)])
    weights = np.repeat([share / len(positive), (1 - share) / len(negative)], [len(positive), len(negative)])
    slope, intercept = _platt(logits, labels, weights, n)
    predicted, observed = _reliability(logits, labels, weights)
    return Calibration(slope, intercept, predicted, observed, share, n)


def log_odds(probability: float) -> float:
    """The logit of a probability; infinite at 0 and 1."""
    if not 0 < probability < 1:
        return math.inf if probability >= 1 else -math.inf
    return math.log(probability) - math.log1p(-probability)


def _between(quantiles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Typical values of the equally many sequences between neighbouring quantiles.

    Outside of the second and the last but one the gap beside is carried on by half: smallest and largest are outliers.
    """
    middles = (quantiles[:-1] + quantiles[1:]) / 2
    if len(quantiles) > 4:
        middles[0] = max(middles[0], quantiles[1] - (quantiles[2] - quantiles[1]) / 2)
        middles[-1] = min(middles[-1], quantiles[-2] + (quantiles[-2] - quantiles[-3]) / 2)
    return middles


def _platt(
    logits: NDArray[np.float64], labels: NDArray[np.float64], weights: NDArray[np.float64], n: int
) -> tuple[float, float]:
    """Slope and intercept of the logistic curve of least loss, by Newton's method.

    As in Platt's paper the aims are a little inside 0 and 1, so that classes that lie apart have a finite curve.
    """
    positives = n * float(weights[labels == 1].sum())
    aims = np.where(labels == 1, (positives + 1) / (positives + 2), 1 / (n - positives + 2))
    scale = max(1e-12, float(np.sqrt(weights @ (logits - weights @ logits) ** 2)))
    X = np.stack([(logits - weights @ logits) / scale, np.ones_like(logits)], 1)
    beta = np.zeros(2)
    for _ in range(_ROUNDS):
        p = _sigmoid(X @ beta)
        curvature = (X * (weights * p * (1 - p))[:, None]).T @ X + 1e-9 * np.eye(2)
        step = np.linalg.solve(curvature, X.T @ (weights * (p - aims)))
        beta = beta - step * min(1.0, 2.0 / max(1e-12, float(np.abs(step).max())))
        if np.abs(step).max() < 1e-10:
            break
    slope = float(beta[0]) / scale
    return slope, float(beta[1]) - slope * float(weights @ logits)


def _reliability(
    logits: NDArray[np.float64], labels: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean predicted probability and share of positives in `BINS` bins of equal weight, from the lowest on."""
    order = np.argsort(logits, kind="stable")
    p, y, w = _sigmoid(logits[order]), labels[order], weights[order]
    # each quantile stands for a stretch of sequences, which may reach over the border of two bins
    ends = np.concatenate([[0.0], w.cumsum()])
    borders = np.linspace(0, ends[-1], BINS + 1)
    inside = np.clip(np.minimum(ends[1:], borders[1:, None]) - np.maximum(ends[:-1], borders[:-1, None]), 0, None)
    total = inside.sum(1)
    return tuple((inside @ p / total).tolist()), tuple((inside @ y / total).tolist())


def _sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -math.log(1e300), math.log(1e300)))), dtype=np.float64)
