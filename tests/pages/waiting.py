"""Pages whose work goes on in a thread: run them again until something is there."""

from __future__ import annotations

import time
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

AT_MOST = 300  # seconds; only a page that is broken, or a computer that stands still, takes so long


def run_until(app: AppTest, done: Callable[[AppTest], object], *, pause: float = 0.1) -> AppTest:
    """The page as soon as `done` is true of it, or as it is after `AT_MOST` seconds."""
    end = time.monotonic() + AT_MOST
    while not done(app) and time.monotonic() < end:
        time.sleep(pause)
        app.run()
    return app
