"""Ridge regression of a measured value on features of sequences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.models.metrics import pearson

PENALTIES = 10.0 ** np.arange(-1, 7)

Features = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ridge:
    """`predict(features)` is linear in the features, each scaled to the spread that it had in training."""

    weights: NDArray[np.float64]
    intercept: float
    penalty: float

    def predict(self, features: Features) -> NDArray[np.float64]:
        """From `(n, features)` to `(n,)`."""
        return np.asarray(features @ self.weights + self.intercept)


def fit_ridge(
    train: Features,
    measured: NDArray[np.float64],
    validation: Features,
    validation_measured: NDArray[np.float64],
) -> Ridge:
    """Fit on the training items for each of `PENALTIES`; keep what correlates best on the validation items.

    Features `(n, features)`, values `(n,)`. Features that never vary in training get no weight.
    """
    centre, spread = train.mean(0), train.std(0)
    scale = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 0)
    scaled, mean = (train - centre) * scale, float(measured.mean())
    gram, moment = scaled.T @ scaled, scaled.T @ (measured - mean)

    def solved(penalty: float) -> Ridge:
        weights = np.linalg.solve(gram + penalty * np.eye(len(gram)), moment) * scale
        return Ridge(weights, mean - float(centre @ weights), penalty)

    candidates = [solved(float(penalty)) for penalty in PENALTIES]
    return max(candidates, key=lambda ridge: pearson(ridge.predict(validation), validation_measured))
