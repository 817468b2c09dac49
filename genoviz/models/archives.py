"""Archives of weights: the files that authors publish together in one, unpacked once into the cache folder."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tarfile
import tempfile
from pathlib import Path

from genoviz.files.folders import cache_folder

log = logging.getLogger("genoviz.models")

MOST_BYTES = 200_000_000  # unpacked; the parameters of DeepBind have 26 million
_NAME = re.compile(r"params\.tar(\.(xz|gz|bz2))?")  # of the 927 models of DeepBind


def is_archive(name: str) -> bool:
    """Whether a file of this name is an archive of weights."""
    return _NAME.fullmatch(name) is not None


def unpacked(path: Path) -> Path | None:
    """Folder with the files of an archive, without the folders they lie in there; None where it can't be unpacked.

    Only plain files are taken, under their own names, up to `MOST_BYTES` in all. It appears whole or not at all.
    """
    try:
        about = path.stat()
        key = f"{path.resolve()} {about.st_size} {about.st_mtime_ns}"
        folder = cache_folder() / "weights" / hashlib.sha256(key.encode()).hexdigest()[:24]
        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            _unpack(path, folder)
        return folder
    except (OSError, EOFError, ValueError, tarfile.TarError) as error:
        log.warning("The archive %s is left out: %s. Unpack it, or copy it anew.", path, error)
        return None


def _unpack(path: Path, folder: Path) -> None:
    total = 0
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unpacking-") as made, tarfile.open(path) as archive:
        inner = Path(made) / "files"
        inner.mkdir()
        for member in archive:
            name = Path(member.name).name
            content = archive.extractfile(member) if member.isfile() and name and not name.startswith(".") else None
            if content is None:
                continue
            total += member.size
            if total > MOST_BYTES:
                raise ValueError(f"it holds more than {MOST_BYTES:,} bytes")
            (inner / name).write_bytes(content.read())
        try:
            os.replace(inner, folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster
                raise
