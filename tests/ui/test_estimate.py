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
def nothing_measured_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    st.cache_data.clear()
    monkeypatch.setattr(estimate, "TIMES", estimate.Times())
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
    monkeypatch.setattr(estimate, "time", SimpleNamespace(thread_time=lambda: next(times)))
    assert estimate._fastest(lambda: None, runs=2) == 0.5


def test_a_slow_moment_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that turned out faster lowers the estimate at once, slower work does not raise it, and time mends both."""
    now = [1000.0]
    monkeypatch.setattr(estimate, "time", SimpleNamespace(monotonic=lambda: now[0]))
    times, measured = estimate.Times(), iter([9.0, 0.2])
    assert times.of("map", lambda: next(measured)) == 9.0
    times.saw("map", 20.0)
    times.saw("another map", 0.1)  # nothing is known of it, so that nothing is to be mended
    assert times.of("map", lambda: next(measured)) == 9.0
    times.saw("map", 0.5)
    now[0] += estimate.KEPT - 1
    assert times.of("map", lambda: next(measured)) == 0.5
    now[0] += 2
    assert times.of("map", lambda: next(measured)) == 0.2


def test_waiting_for_the_processor_is_no_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other work on the computer, here a sleep, takes time from the clock on the wall, not from that of the thread."""
    import time

    assert estimate._fastest(lambda: time.sleep(0.2)) < 0.05


def test_a_map_that_was_faster_brings_the_live_map_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate, "_mutant", lambda *_: 1.0)
    assert estimate.mutant(CARD, TARGET) == 1.0
    estimate.saw_mutants(CARD, TARGET, 300, 0.3)
    assert estimate.mutant(CARD, TARGET) == pytest.approx(0.001)
