"""Where genoviz keeps a user's files: what they registered, and copies that can be fetched or made again."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def user_folder() -> Path:
    """Folder for what the user registered or downloaded; not made here."""
    return _platform("XDG_DATA_HOME", ".local/share", "Library/Application Support", "LOCALAPPDATA")


def cache_folder() -> Path:
    """Folder for what can be made again: `GENOVIZ_CACHE` when that is set, else the user's; not made here."""
    chosen = os.environ.get("GENOVIZ_CACHE")
    return Path(chosen) if chosen else _platform("XDG_CACHE_HOME", ".cache", "Library/Caches", "TEMP")


def _platform(variable: str, linux: str, mac: str, windows: str) -> Path:
    if sys.platform == "win32":
        base = os.environ.get(windows)
        return Path(base) / "genoviz" if base else Path.home() / "genoviz"
    if sys.platform == "darwin":
        return Path.home() / mac / "genoviz"
    base = os.environ.get(variable)
    return Path(base) / "genoviz" if base and Path(base).is_absolute() else Path.home() / linux / "genoviz"
