"""Long work in a thread: it waits for its turn, tells its progress, and a cancel keeps what is done.

What several sessions ask for at the same time is computed once: work with the same key is shared. It goes on as long as one of
them wants it, and ends when none does or when the pages of all have been closed for a while.
"""

from __future__ import annotations

import atexit
import itertools
import threading
import time
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar
from weakref import WeakSet, WeakValueDictionary

from genoviz.errors import BadInput, Cancelled
from genoviz.ui.frame.pace import Pace
from genoviz.ui.frame.turns import LINE, MOST_WAITING, Line, Turn
from genoviz.ui.frame.visitor import is_here

Result = TypeVar("Result")
Progress = Callable[[float], None]
_PATIENCE = 10.0  # seconds that the end of the program waits for its threads
AWAY = 60.0  # seconds without a browser after which nobody is thought to wait: connections break and come back
_LOOK = 1.0  # seconds between two looks for browsers


class Shared(Generic[Result]):
    """Work that one or more sessions wait for.

    Attributes
    ----------
    pace, result, error
        How far it is, and what came of it.
    began
        When its turn came, on the clock of `time.monotonic`; 0 before.
    ended
        Set when it is over.
    """

    def __init__(self, work: Callable[[Progress], Result], line: Line, here: Callable[[str], bool]) -> None:
        self.pace, self.began, self.ended = Pace(), 0.0, threading.Event()
        self.result: Result | None = None
        self.error: Exception | None = None
        self.stopped = threading.Event()
        self._work, self._line, self._here = work, line, here
        self._sessions: dict[int, str] = {}  # of those who wait
        self._seen = self._looked = time.monotonic()
        self.turn: Turn | None = None
        self._lock = threading.Lock()
        _begun.add(self)

    def start(self, session: str, seconds: float, computes: bool) -> None:
        """Line up, or begin at once where the work is none for the processor, such as a download."""
        if computes:
            self.turn = self._line.turn(session, seconds, self.begin)
            self._line.ask(self.turn)
        else:
            self.begin()

    def begin(self) -> None:
        """The turn has come."""
        self.began = time.monotonic()
        threading.Thread(target=self._run, daemon=True).start()

    def ahead(self) -> int | None:
        """How many come first; None once it runs or is over."""
        return None if self.turn is None or self.began else self._line.ahead(self.turn)

    def join(self, who: int, session: str) -> bool:
        """Wait for this work, too; False if it ends without being done."""
        with self._lock:
            if self.stopped.is_set() or self.error is not None:
                return False
            self._sessions[who] = session
            return True

    def part(self, who: int) -> bool:
        """Wait no more; whether the work ends for it."""
        with self._lock:
            self._sessions.pop(who, None)
            if self._sessions:
                return False
            self.stopped.set()
        if not self.began and self.turn is not None:
            self._line.leave(self.turn)
            if not self.began:  # it had no turn, and gets none
                self.error = Cancelled()
                self.ended.set()
        return True

    def _run(self) -> None:
        try:
            self._progress(0.0)
            self.result = self._work(self._progress)
        except Exception as error:  # handed to the page, which shows it
            self.error = error
        finally:
            self.ended.set()
            if self.turn is not None:
                self._line.leave(self.turn)

    def _progress(self, share: float) -> None:
        now = time.monotonic()
        self.pace = self.pace.then(share, now - self.began)
        if now - self._looked >= _LOOK:
            self._looked = now
            with self._lock:
                sessions = set(self._sessions.values())
                if any(map(self._here, sessions)):
                    self._seen = now
                elif now - self._seen > AWAY:
                    self.stopped.set()
        if self.stopped.is_set():
            raise Cancelled


_begun: WeakSet[Shared[Any]] = WeakSet()
_shared: WeakValueDictionary[Hashable, Shared[Any]] = WeakValueDictionary()
_sharing = threading.Lock()
_numbers = itertools.count()


class Job(Generic[Result]):
    """One piece of work, as the session sees it that asked for it.

    Parameters
    ----------
    work
        Called with a `progress` function that raises `Cancelled` after `cancel()`; what it returns is the result.
    seconds
        How long it is thought to take.
    session
        Whose it is.
    shared
        What it computes, where that is all that the work depends on; None for work of this session alone.
    computes
        Whether it needs the processor; else it doesn't wait for a turn.
    line, here
        The line that it waits in, and whether a browser is connected to a session.

    Raises
    ------
    BadInput
        If the session has too much in the line.
    """

    def __init__(
        self,
        work: Callable[[Progress], Result],
        *,
        seconds: float = 0.0,
        session: str = "",
        shared: Hashable | None = None,
        computes: bool = True,
        line: Line = LINE,
        here: Callable[[str], bool] = is_here,
    ) -> None:
        self._left, self._who = False, next(_numbers)
        with _sharing:
            known = _shared.get(shared) if shared is not None else None
            if known is not None and known.join(self._who, session):
                self._work: Shared[Result] = known
                return
            if session and computes and line.full(session):
                raise BadInput(
                    f"{MOST_WAITING} pieces of work of this page wait for their turn.",
                    f"A page may have {MOST_WAITING} in the line.",
                    "Wait for one to end, or stop one.",
                )
            self._work = Shared(work, line, here)
            self._work.join(self._who, session)
            if shared is not None:
                _shared[shared] = self._work
        self._work.start(session, seconds, computes)

    @property
    def pace(self) -> Pace:
        """How far it is."""
        return self._work.pace

    @property
    def result(self) -> Result | None:
        """What it gave; None before the end, and after a cancel where others wait on for it."""
        return None if self._left else self._work.result

    @property
    def error(self) -> Exception | None:
        """Why it gave nothing."""
        return Cancelled() if self._left else self._work.error

    @property
    def share(self) -> float:
        """What is done, 0 to 1."""
        return self.pace.share

    @property
    def ahead(self) -> int | None:
        """How many pieces of work come first; None once it runs."""
        return self._work.ahead()

    def left(self, estimate: float) -> float | None:
        """Seconds that are left, by the pace so far; see `Pace.left`."""
        began = self._work.began
        return self.pace.left(time.monotonic() - began if began else 0.0, estimate)

    @property
    def running(self) -> bool:
        """Whether the work goes on, or waits for its turn."""
        return not self._left and not self._work.ended.is_set()

    def cancel(self) -> None:
        """Ask the work to end after its current batch; where others want it, only stop waiting for it."""
        if self.running:
            self._left = not self._work.part(self._who)

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; True when the work has ended."""
        return self._left or self._work.ended.wait(seconds)


@atexit.register
def _end_all() -> None:
    """End all work with the program: a thread that is inside of torch when Python goes makes the process abort."""
    for work in list(_begun):
        work.stopped.set()
    for work in list(_begun):
        if work.began:
            work.ended.wait(_PATIENCE)


class Jobs(Generic[Result]):
    """The last few pieces of work of a session, by what they compute; ended ones keep their result.

    Parameters
    ----------
    keep
        How many are kept.
    """

    def __init__(self, keep: int = 16) -> None:
        self._keep = keep
        self._jobs: dict[Hashable, Job[Result]] = {}

    def get(self, key: Hashable) -> Job[Result] | None:
        """The work of this key, running or ended; None if there is none."""
        return self._jobs.get(key)

    def start(self, key: Hashable, work: Callable[[Progress], Result], **options: Any) -> Job[Result]:
        """Begin a piece of work; options as of `Job`."""
        self._jobs.pop(key, None)
        self._jobs[key] = Job(work, **options)
        while len(self._jobs) > self._keep:
            self._jobs.pop(next(iter(self._jobs))).cancel()
        return self._jobs[key]

    def stop(self, *, but: Iterable[Hashable] = ()) -> None:
        """Ask all running work except that of `but` to end; it keeps what it has done."""
        spared = set(but)
        for key, job in self._jobs.items():
            if key not in spared:
                job.cancel()

    def forget(self, key: Hashable) -> None:
        """Drop the work of this key, so that it can be done anew."""
        self._jobs.pop(key, None)
