"""Held-out scores against scikit-learn and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from genoviz.errors import BadInput
from genoviz.models.metrics import auprc, auroc, bootstrap_interval

# Few different values, so that ties are the rule.
rows = st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=40).filter(
    lambda r: 0 < sum(y for _, y in r) < len(r)
)


@given(rows)
def test_against_scikit_learn(table: list[tuple[int, bool]]) -> None:
    scores, labels = map(list, zip(*table, strict=True))
    assert auroc(scores, labels) == pytest.approx(roc_auc_score(labels, scores))
    assert auprc(scores, labels) == pytest.approx(average_precision_score(labels, scores))


def test_without_ties_against_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    labels = rng.random(500) < 0.3
    scores = rng.normal(size=500) + labels
    assert auroc(scores, labels) == pytest.approx(roc_auc_score(labels, scores))
    assert auprc(scores, labels) == pytest.approx(average_precision_score(labels, scores))


@pytest.mark.parametrize(
    ("scores", "labels", "area", "precision"),
    [
        ([4, 3, 2, 1], [1, 1, 0, 0], 1, 1),
        ([1, 2, 3, 4], [1, 1, 0, 0], 0, 0.5 * 1 / 3 + 0.5 * 2 / 4),
        ([1, 1, 1, 1], [1, 0, 1, 0], 0.5, 0.5),
        ([3, 2, 1], [1, 0, 1], 0.5, 0.5 * 1 + 0.5 * 2 / 3),
    ],
)
def test_by_hand(scores: list[int], labels: list[int], area: float, precision: float) -> None:
    assert auroc(scores, labels) == pytest.approx(area)
    assert auprc(scores, labels) == pytest.approx(precision)


@pytest.mark.parametrize("metric", [auroc, auprc])
@pytest.mark.parametrize("labels", [[1, 1, 1], [0, 0, 0]])
def test_both_kinds_are_needed(metric, labels: list[int]) -> None:
    with pytest.raises(BadInput, match="positives and negatives"):
        metric([1, 2, 3], labels)


def test_interval_is_seeded_holds_the_score_and_shrinks() -> None:
    rng = np.random.default_rng(1)
    labels = np.repeat([True, False], 200)
    scores = rng.normal(size=400) + labels
    low, high = bootstrap_interval(auroc, scores, labels, draws=200, seed=3)
    assert (low, high) == bootstrap_interval(auroc, scores, labels, draws=200, seed=3)
    assert low < auroc(scores, labels) < high
    few = np.r_[0:30, 200:230]
    low_few, high_few = bootstrap_interval(auroc, scores[few], labels[few], draws=200, seed=3)
    assert high_few - low_few > high - low
    # Hanley and McNeil 1982: standard error of an AUROC A with n positives and n negatives.
    A = auroc(scores, labels)
    q1, q2 = A / (2 - A), 2 * A * A / (1 + A)
    error = ((A * (1 - A) + 199 * (q1 - A * A) + 199 * (q2 - A * A)) / 200**2) ** 0.5
    assert high - low == pytest.approx(2 * 1.96 * error, rel=0.25)
