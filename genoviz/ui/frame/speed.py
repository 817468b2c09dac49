"""Seconds that work takes on this computer: measured, taken again after a while, and lowered where a run was faster.

All sessions share the measurements. One that was taken while the computer was busy must not stand for ever: seconds are those
of the thread that works, without waiting for others, and expire.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

Value = TypeVar("Value")
KEPT = 600.0  # seconds that a measurement is kept at least
COSTLY = 50  # times as long as it took it is kept, where that is more
MOST = 512  # measurements
MANY_RUNS, ENOUGH = (
    3,
    0.5,
)  # a measurement is the fastest of up to so many runs, as long as they took less than so many seconds


@dataclass(frozen=True)
class _Measured:
    value: Any  # seconds, or several of them
    until: float  # on the clock of `time.monotonic`


class Speeds:
    """Measurements by what was measured; safe to share by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._measured: dict[Hashable, _Measured] = {}

    def get(self, key: Hashable, measure: Callable[[], Value]) -> Value:
        """What was measured for this key; measured now if it is not known or old."""
        began = time.monotonic()
        with self._lock:
            known = self._measured.get(key)
        if known is not None and began < known.until:
            found: Value = known.value
            return found
        value = measure()
        ended = time.monotonic()
        self._keep(key, value, ended + max(KEPT, COSTLY * (ended - began)))
        return value

    def ran(self, key: Hashable, seconds: float) -> None:
        """Say what real work took; it counts where it was faster than what was measured."""
        with self._lock:
            known = self._measured.get(key)
        if known is not None and isinstance(known.value, float) and 0 < seconds < known.value:
            self._keep(key, seconds, max(known.until, time.monotonic() + KEPT))

    def forget(self) -> None:
        """Drop all measurements."""
        with self._lock:
            self._measured.clear()

    def _keep(self, key: Hashable, value: object, until: float) -> None:
        with self._lock:
            self._measured.pop(key, None)
            self._measured[key] = _Measured(value, until)
            while len(self._measured) > MOST:
                del self._measured[next(iter(self._measured))]


SPEEDS = Speeds()


def worked(work: Callable[[], object]) -> float:
    """Seconds of this thread that some work takes; of the clock, where a thread's are too coarse."""
    clock, mine = time.perf_counter(), time.thread_time()
    work()
    spent = time.thread_time() - mine
    return spent if spent > 0 else time.perf_counter() - clock


def fastest(work: Callable[[], object], runs: int = MANY_RUNS) -> float:
    """Seconds of the fastest of some runs after a first one, which pays for what is made once."""
    work()
    times = [worked(work)]
    while len(times) < runs and sum(times) < ENOUGH:
        times.append(worked(work))
    return min(times)
