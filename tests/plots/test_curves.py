"""ROC and precision-recall points from quantiles."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve, roc_auc_score

from genoviz.plots.curves import precision_points, roc_points


def test_by_hand() -> None:
    thresholds, false, true = roc_points([3, 1], [2, 0])
    assert thresholds.tolist() == [np.inf, 3, 2, 1, 0, -np.inf]
    assert false.tolist() == [0, 0, 0.5, 0.5, 1, 1]
    assert true.tolist() == [0, 0.5, 0.5, 1, 1, 1]
    thresholds, recall, precision = precision_points([3, 1], [2, 0], 0.25)
    assert recall[:3].tolist() == [0.5, 0.5, 1]
    assert precision[:3] == pytest.approx([1, 0.25, 0.4])  # at 2: half of a quarter against half of three quarters


def test_against_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    positive, negative = rng.normal(1, 1, 60), rng.normal(0, 1, 60)
    labels, scores = np.repeat([1, 0], 60), np.concatenate([positive, negative])
    _, false, true = roc_points(positive, negative)
    assert np.trapezoid(true, false) == pytest.approx(roc_auc_score(labels, scores))
    thresholds, recall, precision = precision_points(positive, negative, 0.5)
    theirs, their_recall, their_thresholds = precision_recall_curve(labels, scores)
    ours = {float(t): (r, p) for t, r, p in zip(thresholds, recall, precision, strict=True)}
    for t, r, p in zip(their_thresholds, their_recall, theirs, strict=False):
        assert ours[float(t)] == pytest.approx((r, p))
