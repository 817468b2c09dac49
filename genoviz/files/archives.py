"""Files inside tar and zip archives: which there are, and one of them unpacked when it is needed."""

from __future__ import annotations

import atexit
import lzma
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from functools import cache
from pathlib import Path

from genoviz.errors import BadCheckpoint

SUFFIXES = (".tar", ".tar.xz", ".tar.gz", ".tar.bz2", ".txz", ".tgz", ".zip", ".whl")
MOST = 5_000_000_000  # bytes of a file that is unpacked
_BROKEN = (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, KeyError, RuntimeError)


def is_archive(path: Path) -> bool:
    """Whether a name is that of an archive."""
    return path.name.lower().endswith(SUFFIXES)


def in_archive(path: Path) -> bool:
    """Whether a path names a file in an archive: that of the archive, then the file's name."""
    return is_archive(path.parent) and path.parent.is_file()


def members(path: Path) -> tuple[str, ...]:
    """Names of the files in an archive, without their folders; read once, and again when the archive changed.

    Raises
    ------
    BadCheckpoint
        If it can't be read.
    """
    try:
        state = path.stat()
        return tuple(_places(path, state.st_size, state.st_mtime_ns))
    except _BROKEN as error:
        raise _damaged(path, error) from error


def unpack(path: Path, name: str) -> Path:
    """One file of an archive, in a folder that lives as long as this process.

    Raises
    ------
    BadCheckpoint
        If the archive can't be read, or the file is larger than `MOST`.
    """
    try:
        state = path.stat()
        return _unpacked(path, name, state.st_size, state.st_mtime_ns)
    except _BROKEN as error:
        raise _damaged(path, error) from error


@cache
def _places(path: Path, size: int, changed: int) -> dict[str, str]:
    """Place in the archive of each file, by its name without folders."""
    if path.name.lower().endswith((".zip", ".whl")):
        with zipfile.ZipFile(path) as archive:
            return {Path(info.filename).name: info.filename for info in archive.infolist() if not info.is_dir()}
    with tarfile.open(path) as archive:
        return {Path(member.name).name: member.name for member in archive if member.isreg()}


@cache
def _unpacked(path: Path, name: str, size: int, changed: int) -> Path:
    place = _places(path, size, changed)[name]
    folder = _folder() / str(abs(hash((path, size, changed))))
    folder.mkdir(exist_ok=True)
    target = folder / Path(name).name
    if path.name.lower().endswith((".zip", ".whl")):
        with zipfile.ZipFile(path) as archive:
            _check(archive.getinfo(place).file_size, path, name)
            with archive.open(place) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out)
        return target
    with tarfile.open(path) as archive:
        member = archive.getmember(place)
        _check(member.size, path, name)
        content = archive.extractfile(member)
        if content is None:
            raise KeyError(name)
        with content, target.open("wb") as out:
            shutil.copyfileobj(content, out)
    return target


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="genoviz-unpacked-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _check(size: int, path: Path, name: str) -> None:
    if size > MOST:
        raise BadCheckpoint(
            f"`{name}` in `{path.name}` has {size:,} bytes.", f"Up to {MOST:,} are unpacked.", "Unpack it yourself."
        )


def _damaged(path: Path, error: BaseException) -> BadCheckpoint:
    words = " ".join(str(error).split())
    return BadCheckpoint(
        f"The archive `{path}` can't be read ({type(error).__name__}: {words}).",
        f"Accepted: {', '.join(SUFFIXES)}.",
        "Get it again, or unpack it and name the folder.",
    )
