"""Costs that the pages name are measured with the models themselves, once for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import streamlit as st

from genoviz.models.catalogue import get_card
from genoviz.models.target import Target
from genoviz.ui.frame import estimate

CARD = get_card("toy.and")
TARGET = Target.default(CARD)

pytestmark = pytest.mark.clock


@pytest.fixture(autouse=True)
def nothing_measured_yet() -> Iterator[None]:
    st.cache_data.clear()
    yield
    st.cache_data.clear()


@pytest.mark.parametrize(
    "measure",
    [
        lambda: estimate.prediction(CARD),
        lambda: estimate.row(CARD),
        lambda: estimate.mutant(CARD, TARGET),
        lambda: estimate.placement(CARD, TARGET),
        lambda: estimate.convolutions(CARD, 1000),
        lambda: estimate.parts(CARD).prediction,
    ],
    ids=["prediction", "row", "mutant", "placement", "convolutions", "parts"],
)
def test_a_cost_is_measured_once(measure: Callable[[], float]) -> None:
    seconds = measure()
    assert 0 < seconds < 10  # a network of two filters
    assert measure() == seconds


def test_the_fastest_run_counts_and_the_first_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 0.1, 20.0, 20.5, 30.0, 37.0])
    monkeypatch.setattr(estimate, "time", SimpleNamespace(perf_counter=lambda: next(times)))
    assert estimate._fastest(lambda: None, runs=2) == 0.5
