"""Correlations of related changes, what replicates allow, and sites that a model misses."""

from __future__ import annotations

import numpy as np
import pytest

from genoviz.measured.agreement import Missed, agreement, by_region, ceiling, in_words, missed_sites
from genoviz.measured.relatives import relatives


def effects(seed: int = 0, bases: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three changes a base; measured effects are those of sites of 10 bases, predicted ones these with noise."""
    random = np.random.default_rng(seed)
    sites = np.repeat(random.normal(size=bases // 10), 10)
    places = np.repeat(np.arange(bases), 3)
    measured = sites[places] + random.normal(size=3 * bases)
    return sites[places] + random.normal(size=3 * bases) * 2, measured, places


def test_correlations_and_line_are_those_of_numpy() -> None:
    predicted, measured, places = effects()
    predicted[4] = measured[9] = np.nan
    found = agreement(predicted, measured, places)
    known = np.isfinite(predicted) & np.isfinite(measured)
    assert found.changes == known.sum() == 598
    p, m = predicted[known], measured[known]
    assert found.pearson == pytest.approx(np.corrcoef(p, m)[0, 1])
    ranks = [values.argsort().argsort() for values in (p, m)]  # no two are equal
    assert found.spearman == pytest.approx(np.corrcoef(*ranks)[0, 1])
    slope, intercept = np.polyfit(p, m, 1)
    assert found.slope == pytest.approx(slope)
    assert found.intercept == pytest.approx(intercept)
    assert found.pearson_95[0] < found.pearson < found.pearson_95[1]


def test_neighbours_are_drawn_together() -> None:
    """The truth changes once in ten bases: there are 20 independent pieces, not 600, and the interval is as wide."""
    predicted, measured, places = effects()
    together = agreement(predicted, measured, places)
    alone = agreement(predicted, measured, np.arange(600), block=1)
    assert (together.blocks, alone.blocks) == (20, 600)
    assert np.ptp(together.pearson_95) > 1.5 * np.ptp(alone.pearson_95)


def test_too_few_or_constant_effects_have_no_correlation() -> None:
    for n, said in ((5, "too few"), (30, "the same for all")):
        found = agreement([1.0] * n, list(range(n)), np.arange(n))
        assert np.isnan(found.pearson)
        assert said in found.sentence
    one = agreement(np.arange(12.0), np.arange(12.0), np.zeros(12))
    assert one.pearson == pytest.approx(1)
    assert np.isnan(one.pearson_95[0])


def test_words_of_a_correlation() -> None:
    assert in_words(0.3, (-0.1, 0.6)) == "this could be chance"
    assert in_words(-0.3, (-0.5, -0.1)) == "the prediction goes the wrong way"
    assert in_words(0.5, (0.4, 0.6)) == "moderate agreement, 25 % of the measured variance"


def test_regions_are_correlated_apart() -> None:
    places = np.arange(45)
    measured = np.sin(places)
    predicted = np.where(places < 20, measured, -measured)
    found = by_region(predicted, measured, places, 45, width=20)
    assert [(one.start, one.end) for one in found] == [(0, 20), (20, 40), (40, 45)]
    assert [round(one.agreement.pearson, 6) for one in found[:2]] == [1, -1]
    assert np.isnan(found[2].agreement.pearson)  # five changes are too few


def test_the_ceiling_is_what_a_perfect_prediction_reaches() -> None:
    random = np.random.default_rng(1)
    truth = random.normal(size=20_000)
    replicates = truth + random.normal(size=(3, 20_000)) * 1.5
    found = ceiling(list(replicates))
    assert found.between == pytest.approx(1 / (1 + 1.5**2), abs=0.02)
    assert found.best == pytest.approx(np.corrcoef(truth, replicates.mean(0))[0, 1], abs=0.01)
    assert "3 replicates" in found.sentence
    assert ceiling([truth]) is None
    assert ceiling([truth, -truth]) is None


def test_a_site_that_is_measured_and_not_predicted_is_missed() -> None:
    measured = np.zeros(100)
    measured[20:30], measured[60:70] = -1, -2
    fitted = np.zeros(100)
    fitted[20:30] = -0.9
    (found,) = missed_sites(measured, fitted)
    assert found.start <= 60 < 70 <= found.end
    assert found.measured < -1.2
    assert found.predicted == 0
    assert "misses the site at bases" in found.sentence("A" * 100)
    assert missed_sites(measured, measured) == ()
    assert missed_sites(measured, -measured)[0].predicted > 0  # the wrong way is a miss as well
    assert missed_sites(measured, np.full(100, np.nan)) == ()
    assert Missed(0, 30, 1.0, 0.0).sentence("ACGT" * 10).count("...") == 1


def test_relatives_share_bases_and_constant_ends_do_not_count() -> None:
    random = np.random.default_rng(0)
    ends = "".join(random.choice(list("ACGT"), 30))
    loose = ["".join(random.choice(list("ACGT"), 60)) for _ in range(40)]
    mutant = loose[3][:50] + "ACGTACGTAC"
    found = relatives([ends + bases for bases in [*loose, mutant]])
    assert found[3] == found[40]
    assert len(set(found.tolist())) == 40
