"""Folders for the files of sessions, such as an uploaded table of variants and its scores.

Each server has one folder in the temp folder, readable for its user only, and each session a folder in it. A session's
folder goes with the session, the server's when it stops. What a server that was killed has left is removed when one starts:
only folders of this name and user that have been left alone for `OLD` seconds and that no running server holds.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import weakref
from functools import cache
from pathlib import Path
from typing import IO

import streamlit as st

try:
    import fcntl
except ImportError:  # Windows, where a file that is open can't be removed
    fcntl = None  # type: ignore[assignment]

PREFIX = "genoviz-sessions-"
OLD = 3600.0  # seconds
KEPT = "Kept with its scores in a temporary folder of the app until the page is closed or the app stops."
KEPT_LONGER = (
    "The folder is on the computer that runs the app, and only the user who runs it can read it. Pasted lines are kept there, too. "
    "It is removed once the app has dropped the session: two minutes after the page was closed, or later where no other page "
    "is opened or closed. If the app is killed, the next one that starts an hour later or more removes it."
)
_LOCK = "running"
_KEY = "session_folder"


class SessionFolder:
    """A new folder that is removed with this object, which lives as long as the session, or when the app stops."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="session-", dir=server_folder(tempfile.gettempdir()).path))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


class ServerFolder:
    """A new folder in `parent` that this process holds as long as it runs."""

    def __init__(self, parent: str) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        self._held = (self.path / _LOCK).open("w")
        if fcntl is not None:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        weakref.finalize(self, _leave, self._held, self.path)


def session_folder() -> Path:
    """The folder of this session, made when it is first asked for."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = SessionFolder()
    folder: SessionFolder = st.session_state[_KEY]
    return folder.path


@cache
def server_folder(parent: str) -> ServerFolder:
    """The folder of this server in a temp folder, made when it is first asked for."""
    return ServerFolder(parent)


@st.cache_resource
def remove_old() -> int:
    """Remove what servers that were killed have left, once per server; the number of folders removed."""
    return sum(_removed(path) for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"))


def _removed(path: Path) -> bool:
    """Whether a folder was an abandoned one of ours, which is then gone. What can't be looked at is left alone."""
    try:
        found = path.lstat()
        own = not hasattr(os, "getuid") or found.st_uid == os.getuid()
        if path.is_symlink() or not path.is_dir() or not own or time.time() - found.st_mtime < OLD:
            return False
        if not (path / _LOCK).is_file():
            path.rmdir()  # only where it is empty: without the lock it may be somebody's own
        elif _is_held(path / _LOCK):
            return False
        else:
            shutil.rmtree(path)
    except OSError:
        return False
    return True


def _is_held(lock: Path) -> bool:
    """Whether a running server holds a folder. The lock goes with its process, however that ends."""
    if fcntl is None:
        try:
            lock.unlink()
        except PermissionError:
            return True
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _leave(held: IO[str], path: Path) -> None:
    held.close()
    shutil.rmtree(path, ignore_errors=True)
