"""Reliability and calibrated probabilities from the quantiles of a card."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genoviz.models.calibration import BINS, calibration
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card, list_models

TFBIND = get_card("tfbind.encode10")


def card_of(positive: np.ndarray, negative: np.ndarray) -> ModelCard:
    """A card whose test has these logits of positives and negatives."""
    levels = np.linspace(0, 1, 101)
    sets = {"bound": tuple(np.quantile(positive, levels)), "shuffled": tuple(np.quantile(negative, levels))}
    row = {"track": "GABPA", "n": len(positive) + len(negative), "positives": len(positive)}
    return replace(TFBIND, background={"GABPA": sets}, held_out=(row,), training={})


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.4, -1.0), (2.0, 0.5)])
def test_a_classifier_of_known_faults_is_set_right(slope: float, intercept: float) -> None:
    """Labels are drawn with the probability sigmoid(slope * logit + intercept): that is to be found again."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, 40_000)
    truth = 1 / (1 + np.exp(-(slope * logits + intercept)))
    labels = rng.random(len(logits)) < truth
    found = calibration(card_of(logits[labels], logits[~labels]), "GABPA")
    assert found is not None
    assert (found.slope, found.intercept) == pytest.approx((slope, intercept), abs=0.08)
    assert found.share == pytest.approx(labels.mean())
    order = np.argsort(logits).reshape(BINS, -1)  # the curve, counted from the sequences themselves
    assert found.observed == pytest.approx([labels[part].mean() for part in order], abs=0.04)
    assert found.predicted == pytest.approx([(1 / (1 + np.exp(-logits[part]))).mean() for part in order], abs=0.02)
    assert (found.error < 0.02) == (slope == 1)


def test_a_right_classifier_is_left_alone_and_a_boastful_one_is_told() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 3, 20_000)
    labels = rng.random(len(logits)) < 1 / (1 + np.exp(-logits / 3))
    found = calibration(card_of(logits[labels], logits[~labels]), "GABPA")
    assert found is not None
    assert found.probability(3.0) == pytest.approx(1 / (1 + np.exp(-1)), abs=0.04)
    assert found.sentence(3.0).startswith("Calibrated: 0.7")
    assert "50 % positives" in found.sentence(3.0)
    assert found.sentence(0.0) == ""


def test_classes_that_lie_apart_have_a_finite_curve() -> None:
    found = calibration(card_of(np.linspace(4, 6, 300), np.linspace(-6, -4, 300)), "GABPA")
    assert found is not None
    assert 0 < found.slope < 10
    assert found.probability(6) > 0.99 > 0.01 > found.probability(-6)


def test_cards_of_classifiers_have_one_and_others_none() -> None:
    assert calibration(TFBIND, "GABPA") is not None
    assert calibration(get_card("promoter.yeast"), get_card("promoter.yeast").outputs[0].tracks[0]) is None
    for card in list_models():
        for track in card.background:
            if (found := calibration(card, track)) is not None:
                assert found.slope > 0
                assert len(found.predicted) == len(found.observed) == BINS
                assert sorted(found.predicted) == list(found.predicted)
