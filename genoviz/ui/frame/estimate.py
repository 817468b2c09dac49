"""What work costs on this computer, in seconds: measured for each model, the source of every estimate of the pages.

Times are those of the fastest run after a first one, which pays for what is made once, on the clock of the thread, which
stands still while other work has the processor. They expire, and give way to that of work which was faster: one measurement
in a bad moment would else make everybody wait for a button where the work is short.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache

if TYPE_CHECKING:
    from genoviz.models.target import Target
    from genoviz.predict.cost import Cost

_ROWS = 16  # sequences of a batch that is timed
_POSITIONS = 32  # of a mutation map that is timed: it has a fixed cost, which few positions would overstate
_SITE, _PLACEMENTS = 8, 40  # bases of a site that is timed, and how often it is written


KEPT = 600.0  # seconds until a time is measured anew
_MOST = 500  # times that are kept


class Times:
    """Seconds by what they were measured of, for all sessions."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[Hashable, tuple[float, float]] = {}  # seconds, and when they were measured

    def of(self, key: Hashable, measure: Callable[[], float]) -> float:
        """The time of a key, measured where none is known that is younger than `KEPT`."""
        with self._lock:
            seconds, measured = self._found.get(key, (0.0, -KEPT))
        if time.monotonic() - measured < KEPT:
            return seconds
        seconds = measure()
        with self._lock:
            self._found.pop(key, None)
            self._found[key] = (seconds, time.monotonic())
            while len(self._found) > _MOST:
                del self._found[next(iter(self._found))]
        return seconds

    def saw(self, key: Hashable, seconds: float) -> None:
        """Work of this kind took so long: what is known gives way if it is more."""
        with self._lock:
            known = self._found.get(key)
            if known is not None and seconds < known[0]:
                self._found[key] = (seconds, time.monotonic())


TIMES = Times()


def _fastest(work: Callable[[], object], runs: int = 1) -> float:
    times = []
    for _ in range(runs + 1):
        began = time.thread_time()
        work()
        times.append(time.thread_time() - began)
    return min(times[1:])


def _bases(length: int) -> str:
    return ("ACGT" * (length // 4 + 1))[:length]


def prediction(card: ModelCard) -> float:
    """One prediction of one sequence."""
    from genoviz.models.size import is_long

    if is_long(card):
        return parts(card).prediction
    key = ("prediction", card.name, card.sha256)
    return TIMES.of(key, lambda: _prediction(card.name, card.sha256, card.length))


def _prediction(name: str, sha256: str, length: int) -> float:
    from genoviz.predict.prediction import predict

    return _fastest(lambda: predict(cache.model(name, sha256), Sequence(_bases(length))), runs=5)


def row(card: ModelCard) -> float:
    """One prediction among those of a batch."""
    from genoviz.models.size import is_long

    if is_long(card):
        return parts(card).prediction
    return TIMES.of(("row", card.name, card.sha256), lambda: _row(card.name, card.sha256, card.length))


def _row(name: str, sha256: str, length: int) -> float:
    from genoviz.predict.prediction import predict

    rows = [Sequence(_bases(length + i)[i:]) for i in range(_ROWS)]
    return _fastest(lambda: predict(cache.model(name, sha256), rows)) / _ROWS


def mutant(card: ModelCard, target: Target) -> float:
    """One substitution of a mutation map."""
    from genoviz.models.size import is_long

    if is_long(card):
        return parts(card).mutant
    return TIMES.of(_mutants(card, target), lambda: _mutant(card.name, card.sha256, card.length, target))


def saw_mutants(card: ModelCard, target: Target, number: int, seconds: float) -> None:
    """A mutation map of so many substitutions took so long, on the clock of its thread."""
    TIMES.saw(_mutants(card, target), seconds / max(1, number))


def _mutants(card: ModelCard, target: Target) -> Hashable:
    return "mutant", card.name, card.sha256, target


def _mutant(name: str, sha256: str, length: int, target: Target) -> float:
    from genoviz.mutagenesis.saturation import count_variants, saturate

    sequence, low = Sequence(_bases(length)), max(0, (length - _POSITIONS) // 2)
    window = (low, min(length, low + _POSITIONS))
    work = _fastest(lambda: saturate(cache.model(name, sha256), sequence, target, window=window))
    return work / count_variants(sequence, window=window)


def placement(card: ModelCard, target: Target) -> float:
    """One site written into a background."""
    key = ("placement", card.name, card.sha256, target)
    return TIMES.of(key, lambda: _placement(card.name, card.sha256, card.length, target))


def _placement(name: str, sha256: str, length: int, target: Target) -> float:
    from genoviz.grammar.backgrounds import random_bases
    from genoviz.grammar.bench import Bench, written

    bench = Bench(cache.model(name, sha256), target)
    text = random_bases(length, n=2).sequences[0]
    places = [i % max(1, length - _SITE) for i in range(_PLACEMENTS)]
    sets = [[written(text, place, _bases(min(_SITE, length)))] for place in places]
    return _fastest(lambda: bench.values(text, sets)) / _PLACEMENTS  # the first run chooses the faster way


def parts(card: ModelCard) -> Cost:
    """What a long input costs, from its parts; see `genoviz.predict.cost.cost_of`."""
    return _parts(card.name, card.sha256)


@st.cache_data(ttl=KEPT, max_entries=16, show_spinner="Measuring the speed of this computer ...")
def _parts(name: str, sha256: str) -> Cost:
    from genoviz.predict.cost import cost_of

    return cost_of(cache.model(name, sha256))


def convolutions(card: ModelCard, bases: int) -> float:
    """Reading so many bases with a network of convolutions; the context of each stretch must be among them."""
    return card.parameters * bases / _multiplications()


@st.cache_data(ttl=KEPT, show_spinner=False)
def _multiplications() -> float:
    """Multiplications a second of a convolution like those of the splice networks."""
    import torch

    layer, X = torch.nn.Conv1d(32, 32, 11), torch.zeros(1, 32, 5000)
    with torch.no_grad():
        return layer.weight.numel() * 5000 / _fastest(lambda: layer(X), runs=3)
