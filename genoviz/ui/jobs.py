"""Long work in a thread, with progress, and a cancel that keeps what is done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from genoviz.errors import Cancelled

Result = TypeVar("Result")


class Job(Generic[Result]):
    """One piece of work.

    Parameters
    ----------
    work
        Called with a `progress` function that raises `Cancelled` after `cancel()`; what it returns is the result.
    """

    def __init__(self, work: Callable[[Callable[[float], None]], Result]) -> None:
        self.share = 0.0
        self.result: Result | None = None
        self.error: Exception | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[Callable[[float], None]], Result]) -> None:
        def progress(share: float) -> None:
            self.share = share
            if self._stop.is_set():
                raise Cancelled

        try:
            self.result = work(progress)
        except Exception as error:  # handed to the page, which shows it
            self.error = error

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
