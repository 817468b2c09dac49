"""Folders of files that can be made again: kept between runs, checked when they are used, and whole or not there at all.

A folder holds, beside its files, a list with the size and checksum of each. It is made under another name, written through to
the disk, and given its name at the end, so that neither a reader nor a power cut ever leaves half of it. One that does not
fit its list (a damaged disk, a file removed by hand) is made anew once. Where nothing can be written, it is made in a
folder of this process, which ends with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from genoviz.files.checksum import sha256_of
from genoviz.files.folders import process_folder

_LIST = "whole.json"
_here: dict[str, Path] = {}
_lock = threading.Lock()


def kept(folder: Path, make: Callable[[Path], None], *, anew: bool = False) -> tuple[Path, str]:
    """A folder with what `make` puts into it.

    Parameters
    ----------
    folder
        Where it is kept. Its name tells its content: another content has another name.
    make
        Writes the files into an empty folder.
    anew
        Make it even where there is one.

    Returns
    -------
    The folder that holds the files, and why they could not be kept in `folder`; empty when they are.

    Raises
    ------
    OSError
        If the files can be made nowhere, neither there nor in the folder for temporary files.
    """
    if not anew and is_whole(folder):
        return folder, ""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))
    except OSError as error:
        return _in_session(folder, make, anew), error.strerror or str(error)
    try:
        try:
            make(work)
            _seal(work)
            _put(work, folder)
        except OSError as error:  # a full disk: there may be another one
            shutil.rmtree(work, ignore_errors=True)
            return _in_session(folder, make, anew), error.strerror or str(error)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder, ""


def is_whole(folder: Path) -> bool:
    """Whether a folder holds all its files as they were made."""
    try:
        listed = json.loads((folder / _LIST).read_text(encoding="utf-8"))
        return bool(listed) and all(
            (folder / name).stat().st_size == size and sha256_of(folder / name) == checksum
            for name, (size, checksum) in listed.items()
        )
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return False


def write_whole(path: Path, text: str) -> None:
    """Write a small text file, whole or not at all: through to the disk under another name, then renamed.

    Raises
    ------
    OSError
        If it can't be written; a file that was there is then as it was.
    """
    handle, new = tempfile.mkstemp(dir=path.parent, suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(new, 0o644)  # as a file that is simply written
        os.replace(new, path)
        _sync(path.parent)
    finally:
        Path(new).unlink(missing_ok=True)


def _seal(folder: Path) -> None:
    """List the files of a folder, and see to it that all of it is on the disk."""
    listed = {path.name: [path.stat().st_size, sha256_of(path)] for path in sorted(folder.iterdir())}
    (folder / _LIST).write_text(json.dumps(listed), encoding="utf-8")
    for path in (*folder.iterdir(), folder):
        _sync(path)


def _put(work: Path, folder: Path) -> None:
    """Give a made folder its name. Of two makers the first one's stays; what is damaged goes."""
    for _ in range(3):
        try:
            work.rename(folder)
            break
        except OSError:
            if is_whole(folder):
                return
            # Moved aside first: at no time is a half-removed folder there under the name.
            aside = Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))
            with contextlib.suppress(OSError):
                folder.rename(aside / "damaged")
            shutil.rmtree(aside, ignore_errors=True)
    else:
        work.rename(folder)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    """Write through to the disk; not all systems know that of folders."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _in_session(folder: Path, make: Callable[[Path], None], anew: bool) -> Path:
    """The folder among this process's temporary files, made once and removed when the process ends."""
    with _lock:
        found = _here.get(str(folder))
        if found is not None and not anew and is_whole(found):
            return found
        made = Path(tempfile.mkdtemp(dir=process_folder()))
        try:
            make(made)
            _seal(made)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
        _here[str(folder)] = made
        return made
