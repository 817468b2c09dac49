"""Turns at computing: a few pieces of work at a time for the whole server, short ones first, and nobody twice before others.

Many pieces of work at once make each other slow, and each holds its memory. So what takes long waits in one line. Whoever is
first in it is decided by three rules:

1. Those of sessions that have less running come first.
2. Among them the one that would have ended first had it begun when it was asked for. So short work overtakes long work, but
   long work is overtaken for no longer than it takes itself.
3. Work of more than `LONG` seconds leaves one place free, so that short work never waits for all of it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from genoviz.sequences.numbers import whole_number

VARIABLE = "GENOVIZ_JOBS"
LONG = 10.0  # seconds from which work leaves a place free
MOST_WAITING = 8  # pieces of work that one session may have in the line


def places() -> int:
    """How many pieces of work run at once: `GENOVIZ_JOBS`, else one for each processor; 2 at least."""
    return max(2, min(64, whole_number(os.environ.get(VARIABLE, "").strip()) or os.cpu_count() or 2))


@dataclass(eq=False)
class Turn:
    """A place in the line.

    Attributes
    ----------
    session
        Whose it is.
    seconds
        How long the work is thought to take.
    begin
        Called once its turn has come; must return at once.
    due
        When it would end had it begun at once, on the clock of the line.
    """

    session: str
    seconds: float
    begin: Callable[[], None]
    due: float


@dataclass
class Line:
    """The line of a server; safe to share by threads.

    Parameters
    ----------
    places
        How many run at once.
    clock
        Seconds.
    """

    places: int
    clock: Callable[[], float] = time.monotonic
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _waiting: list[Turn] = field(default_factory=list)
    _running: list[Turn] = field(default_factory=list)

    def turn(self, session: str, seconds: float, begin: Callable[[], None]) -> Turn:
        """A turn that has not lined up yet."""
        return Turn(session, seconds, begin, self.clock() + seconds)

    def ask(self, turn: Turn) -> None:
        """Line up; its `begin` is called once there is a place, which may be now."""
        with self._lock:
            self._waiting.append(turn)
            self._go_on()

    def full(self, session: str) -> bool:
        """Whether a session has as much in the line as it may."""
        with self._lock:
            return sum(turn.session == session for turn in self._waiting) >= MOST_WAITING

    def leave(self, turn: Turn) -> None:
        """Give the place back, or go out of the line; others move up."""
        with self._lock:
            for turns in (self._waiting, self._running):
                if turn in turns:
                    turns.remove(turn)
            self._go_on()

    def ahead(self, turn: Turn) -> int | None:
        """How many come first in the line; None for work that runs or has ended."""
        with self._lock:
            ordered = sorted(self._waiting, key=self._rank)
            return ordered.index(turn) if turn in ordered else None

    def _rank(self, turn: Turn) -> tuple[int, float]:
        return sum(other.session == turn.session for other in self._running), turn.due

    def _go_on(self) -> None:
        """Begin whatever has a place now."""
        while len(self._running) < self.places:
            long = sum(turn.seconds > LONG for turn in self._running)
            ready = [turn for turn in self._waiting if turn.seconds <= LONG or long < self.places - 1]
            if not ready:
                return
            turn = min(ready, key=self._rank)
            self._waiting.remove(turn)
            self._running.append(turn)
            turn.begin()


LINE = Line(places())
