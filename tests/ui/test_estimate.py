"""Costs that the pages name are measured with the models themselves, once for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import streamlit as st

from genoviz.models.catalogue import get_card
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache, estimate, speed

CARD = get_card("toy.and")
TARGET = Target.default(CARD)

pytestmark = pytest.mark.clock


@pytest.fixture(autouse=True)
def nothing_measured_yet() -> Iterator[None]:
    st.cache_data.clear()
    speed.SPEEDS.forget()
    yield
    st.cache_data.clear()
    speed.SPEEDS.forget()


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


class Clocks:
    """Clocks that go as a test says: the time of the thread, of the wall, and of the computer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.thread = self.wall = self.now = 0.0
        clocks = SimpleNamespace(
            thread_time=lambda: self.thread, perf_counter=lambda: self.wall, monotonic=lambda: self.now
        )
        monkeypatch.setattr(speed, "time", clocks)

    def work(self, *seconds: float) -> Callable[[], None]:
        """Work that takes the thread so many seconds, one number a run, and the wall ten times as many."""
        runs = iter(seconds)

        def run() -> None:
            spent = next(runs)
            self.thread += spent
            self.wall += 10 * spent

        return run


def test_the_fastest_run_counts_and_the_first_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = Clocks(monkeypatch)
    # 7 pays for what is made once; runs end when there were three, or half a second is over
    assert speed.fastest(clocks.work(7, 0.2, 0.1, 0.3)) == pytest.approx(0.1)
    assert speed.fastest(clocks.work(7, 0.6)) == pytest.approx(0.6)


def test_seconds_are_those_of_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for others is not what the model costs."""
    clocks = Clocks(monkeypatch)
    assert speed.worked(clocks.work(0.25)) == 0.25
    monkeypatch.setattr(f"{speed.__name__}.time.thread_time", lambda: 0.0)  # a thread clock that is too coarse
    assert speed.worked(clocks.work(0.25)) == 2.5


def test_a_measurement_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks, speeds = Clocks(monkeypatch), speed.Speeds()
    assert speeds.get("a", lambda: 9.0) == 9  # taken while the computer was busy
    clocks.now = speed.KEPT - 1
    assert speeds.get("a", lambda: 0.1) == 9
    clocks.now = speed.KEPT + 1
    assert speeds.get("a", lambda: 0.1) == 0.1

    def slowly() -> float:
        clocks.now += 100
        return 1.0

    began = clocks.now
    speeds.get("b", slowly)  # what took long is kept longer, or measuring would take a tenth of the time
    clocks.now = began + 100 + 50 * 100 - 1
    assert speeds.get("b", lambda: 2.0) == 1


def test_a_run_that_was_faster_counts_at_once() -> None:
    speeds = speed.Speeds()
    speeds.get("a", lambda: 9.0)
    speeds.ran("a", 12.0)
    assert speeds.get("a", lambda: 0.0) == 9
    speeds.ran("a", 0.5)
    assert speeds.get("a", lambda: 0.0) == 0.5
    speeds.ran("never measured", 0.5)
    assert speeds.get("never measured", lambda: 3.0) == 3


def test_a_real_map_lowers_the_estimate() -> None:
    """One slow first measurement must not switch the live map off until the app is started anew."""
    key = cache.mutant_key(CARD.name, CARD.sha256, TARGET)
    speed.SPEEDS.get(key, lambda: 100.0)
    assert estimate.mutant(CARD, TARGET) == 100
    cache.mutation_map(CARD.name, CARD.sha256, Sequence("ACGT" * 15), TARGET, (0, 20), False)
    assert 0 < estimate.mutant(CARD, TARGET) < 1
