"""Held-out scores against scikit-learn and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from genoviz.errors import BadInput
from genoviz.models.metrics import auprc, auroc, bootstrap_interval, mean

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


def test_families_by_hand() -> None:
    """Families {0, 0, 0} and {1}: drawn twice with replacement they have the mean 0, 1/4 or 1, once, twice, once in four."""
    values: list[float] = []

    def noted(predicted: np.ndarray, measured: np.ndarray) -> float:
        values.append(mean(predicted, measured))
        return values[-1]

    rows, families = [0, 1, 0, 0], ["b", "a", "b", "b"]
    assert bootstrap_interval(noted, rows, [0] * 4, families=families, draws=4000) == (0, 1)
    found, counts = np.unique(values, return_counts=True)
    assert found.tolist() == [0, 0.25, 1]
    assert counts / 4000 == pytest.approx([0.25, 0.5, 0.25], abs=0.03)


def test_families_of_one_row_each_are_rows() -> None:
    rng = np.random.default_rng(2)
    labels = rng.random(60) < 0.5
    scores = rng.normal(size=60) + labels
    alone = bootstrap_interval(auroc, scores, labels, draws=100)
    assert alone == bootstrap_interval(auroc, scores, labels, families=np.arange(60), draws=100)


def test_every_draw_has_positives_and_negatives() -> None:
    """A family of positives, one of negatives, one of both: none of the three can go missing."""
    labels = np.array([True, True, False, False, True, False])
    bootstrap_interval(auroc, np.arange(6), labels, families=[0, 0, 1, 1, 2, 2], draws=50)
    bootstrap_interval(auroc, np.arange(4), labels[[0, 2, 4, 5]], families=[0, 0, 1, 1], draws=50)  # mixed ones only


def test_families_are_drawn_where_rows_are_too_narrow() -> None:
    """30 families of 20 rows whose mean is the family's: the mean of all is 0, and rows miss it in most simulations."""
    rng = np.random.default_rng(3)
    families = np.repeat(np.arange(30), 20)
    held = np.zeros(2)
    for _ in range(100):
        values = rng.normal(size=30)[families] + 0.3 * rng.normal(size=600)
        for which, own in enumerate((None, families)):
            low, high = bootstrap_interval(mean, values, values, families=own, draws=100)
            held[which] += low <= 0 <= high
    assert held[0] < 60
    assert held[1] >= 85


@pytest.mark.parametrize("families", [[1, 1, 1], ["x"] * 3])
def test_one_family_has_no_interval(families: list[int] | list[str]) -> None:
    with pytest.raises(BadInput, match="one family"):
        bootstrap_interval(mean, [1, 2, 3], [1, 2, 3], families=families)
