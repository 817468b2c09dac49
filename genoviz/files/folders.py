"""Where genoviz keeps a user's files: what they registered, and copies that can be fetched or made again."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from pathlib import Path

_process: list[tempfile.TemporaryDirectory[str]] = []
_lock = threading.Lock()


def user_folder() -> Path:
    """Folder for what the user registered or downloaded; not made here."""
    return _platform("XDG_DATA_HOME", ".local/share", "Library/Application Support", "LOCALAPPDATA")


def cache_folder() -> Path:
    """Folder for what can be made again; where the user's can't be written to, one that ends with this process."""
    wanted = chosen_cache_folder()
    if may_be_written(wanted):
        return wanted
    try:
        return process_folder()
    except OSError:  # whoever writes there says so
        return wanted


def chosen_cache_folder() -> Path:
    """`GENOVIZ_CACHE` when that is set, else the user's folder for caches; not made here."""
    chosen = os.environ.get("GENOVIZ_CACHE")
    return Path(chosen) if chosen else _platform("XDG_CACHE_HOME", ".cache", "Library/Caches", "TEMP")


def process_folder() -> Path:
    """A temporary folder of this process, made when it is first asked for, and removed when the process ends.

    Raises
    ------
    OSError
        If there is no folder for temporary files that can be written to.
    """
    with _lock:
        if not _process:
            _process.append(tempfile.TemporaryDirectory(prefix="genoviz-kept-", ignore_cleanup_errors=True))
        return Path(_process[0].name)


def may_be_written(folder: Path) -> bool:
    """Whether a folder, or the first one above it that is there, lets this user write; what is no folder does not."""
    above = next((path for path in (folder, *folder.parents) if os.path.exists(path)), None)
    return above is not None and above.is_dir() and os.access(above, os.W_OK | os.X_OK)


def _home() -> Path:
    """The home of the user; a user of a container may have none, and gets a folder among the temporary ones."""
    try:
        return Path.home()
    except RuntimeError:
        return Path(tempfile.gettempdir()) / f"genoviz-home-{os.getuid() if hasattr(os, 'getuid') else 0}"


def _platform(variable: str, linux: str, mac: str, windows: str) -> Path:
    if sys.platform == "win32":
        base = os.environ.get(windows)
        return Path(base) / "genoviz" if base else _home() / "genoviz"
    if sys.platform == "darwin":
        return _home() / mac / "genoviz"
    base = os.environ.get(variable)
    return Path(base) / "genoviz" if base and Path(base).is_absolute() else _home() / linux / "genoviz"
