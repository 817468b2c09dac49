"""Long work in a thread, with progress, and a cancel that keeps what is done."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from genoviz.errors import Cancelled
from genoviz.ui.frame.pace import Pace

Result = TypeVar("Result")
_PATIENCE = 10.0  # seconds that the end of the program waits for its threads


class Job(Generic[Result]):
    """One piece of work.

    Parameters
    ----------
    work
        Called with a `progress` function that raises `Cancelled` after `cancel()`; what it returns is the result.
    """

    def __init__(self, work: Callable[[Callable[[float], None]], Result]) -> None:
        self.pace = Pace()
        self.result: Result | None = None
        self.error: Exception | None = None
        self._stop, self._began = threading.Event(), time.monotonic()
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        _begun.add(self)
        self._thread.start()

    def _run(self, work: Callable[[Callable[[float], None]], Result]) -> None:
        def progress(share: float) -> None:
            self.pace = self.pace.then(share, time.monotonic() - self._began)
            if self._stop.is_set():
                raise Cancelled

        try:
            self.result = work(progress)
        except Exception as error:  # handed to the page, which shows it
            self.error = error

    @property
    def share(self) -> float:
        """What is done, 0 to 1."""
        return self.pace.share

    def left(self, estimate: float) -> float | None:
        """Seconds that are left, by the pace so far; see `Pace.left`."""
        return self.pace.left(time.monotonic() - self._began, estimate)

    @property
    def running(self) -> bool:
        """Whether the work goes on."""
        return self._thread.is_alive()

    def cancel(self) -> None:
        """Ask the work to end after its current batch."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; True when the work has ended."""
        self._thread.join(seconds)
        return not self.running


_begun: WeakSet[Job[Any]] = WeakSet()


@atexit.register
def _end_all() -> None:
    """End all work with the program: a thread that is inside of torch when Python goes makes the process abort."""
    for job in list(_begun):
        job.cancel()
    for job in list(_begun):
        job.wait(_PATIENCE)


class Jobs(Generic[Result]):
    """The last few pieces of work, by what they compute; ended ones keep their result.

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

    def start(self, key: Hashable, work: Callable[[Callable[[float], None]], Result]) -> Job[Result]:
        """Begin a piece of work."""
        self._jobs.pop(key, None)
        self._jobs[key] = Job(work)
        while len(self._jobs) > self._keep:
            self._jobs.pop(next(iter(self._jobs)))
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
