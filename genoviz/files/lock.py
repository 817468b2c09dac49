"""One process, and one thread, at a time on a file; the lock goes with its holder, however that ends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class Held(Exception):
    """Another process or thread holds the lock."""


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold `path`, an empty file that is there only as long.

    Raises
    ------
    Held
        If another holds it.
    OSError
        If the file can't be made.
    """
    if fcntl is None:
        yield
        return
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise Held from None
        if os.fstat(handle).st_nlink:
            break
        os.close(handle)  # the one who held it has just removed it
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)
