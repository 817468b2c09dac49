"""Downloading large files: progress, resuming where it stopped, and checking that the file is the right one.

An unfinished download lies beside the file as `NAME.part`; `NAME.part.json` remembers which version of the file it is
a part of, so that parts of two versions are never put together."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import time
import urllib.error
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from genoviz.errors import GenovizError
from genoviz.files.checksum import digest
from genoviz.files.lock import Held, lock
from genoviz.files.web import RETRIED, host, open_url, refused, retry_after, unreachable
from genoviz.sequences.locus import clip
from genoviz.sequences.numbers import whole_number

Progress = Callable[[int, int], None]  # bytes done, bytes in all (0 when not known)
_BLOCK = 1 << 20
_RANGE = re.compile(r"bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})")


class BadDownload(GenovizError):
    """A downloaded file that is not the right one, or that can't be kept."""


def download(
    url: str,
    path: Path,
    *,
    sha256: str = "",
    md5: str = "",
    progress: Progress | None = None,
    timeout: float = 30.0,
    retries: int = 5,
    wait: Callable[[float], None] = time.sleep,
) -> Path:
    """Download a file; call again with the same arguments to go on after a stop.

    Parameters
    ----------
    url
        Address (http or https).
    path
        Where the file goes; it is there only once complete and checked.
    sha256, md5
        Checksum in hexadecimal, where one is known.
    progress
        Called with bytes done and bytes in all (0 when not known); may raise to stop.
    timeout
        Seconds without any byte after which the connection is given up.
    retries
        Attempts in a row without a single new byte, after which the download is given up.
    wait
        Called with the seconds to wait before an attempt.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    NoAnswer
        If the server can't be reached or refuses. What has arrived is kept for the next call.
    BadDownload
        If the checksum differs (what has arrived is then removed), the disk is full, or another process or thread is
        downloading the same file.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with lock(part.with_name(part.name + ".lock")):
            _complete(url, part, progress or (lambda done, total: None), timeout, retries, wait)
            _check(url, part, path.name, {"sha256": sha256, "md5": md5})
            os.replace(part, path)
            _forget(part)
    except Held as error:
        raise BadDownload(
            f"`{path.name}` is being downloaded by somebody else on this computer.",
            "One download writes one file.",
            "Wait until it is there, then try again.",
        ) from error
    except OSError as error:
        raise BadDownload(
            f"`{path.name}` can't be written to {clip(str(path.parent), 120)} ({error.strerror or error}).",
            "The folder must be writable and have room.",
            "Make room or choose another folder, then start again; the download goes on where it stopped.",
        ) from error
    return path


def _check(url: str, part: Path, file: str, checksums: Mapping[str, str]) -> None:
    """Refuse, and remove, what has another checksum than the known one."""
    for name, expected in checksums.items():
        if expected and (found := digest(part, name)) != expected.lower():
            _forget(part)
            raise BadDownload(
                f"`{file}` from {host(url)} has the {name} {found[:12]}..., not {expected[:12]}....",
                "Only the file with the known checksum is used.",
                "Download it again; if that does not help, the file has changed or is damaged on the way.",
            )


def _complete(
    url: str, part: Path, progress: Progress, timeout: float, retries: int, wait: Callable[[float], None]
) -> None:
    """Bring `part` to its full length, over as many connections as it takes."""
    fruitless = 0
    while True:
        before, pause = _size(part), None
        try:
            if _attempt(url, part, progress, timeout):
                return
            failure = unreachable(url, http.client.IncompleteRead(b""))
        except urllib.error.HTTPError as error:
            with error:
                failure, pause = refused(url, error), retry_after(error.headers.get("Retry-After"))
            if error.code == 416:  # the part is longer than the file: it is of another version
                _forget(part)
            elif error.code not in RETRIED:
                raise failure from error
        except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException) as error:
            failure = unreachable(url, error)
        fruitless = 0 if _size(part) > before else fruitless + 1
        if fruitless > retries:
            raise failure
        wait(min(pause if pause is not None else 2.0**fruitless, 60.0))


def _attempt(url: str, part: Path, progress: Progress, timeout: float) -> bool:
    """One connection; whether the file is complete after it."""
    done, version = _size(part), _version(part)
    headers = {"Accept-Encoding": "identity"}
    if done and version:
        headers |= {"Range": f"bytes={done}-", "If-Range": version}
    with open_url(url, headers, timeout) as answer:
        span = _RANGE.fullmatch(answer.headers.get("Content-Range") or "")
        length = answer.headers.get("Content-Length") or ""
        if answer.status == 206 and span and int(span[1]) == done:
            total = int(span[3])
        elif answer.status == 206:  # not the range that was asked for
            _forget(part)
            return False
        else:
            # The whole file: the server knows no ranges, or has another version than the part is of.
            done, total = 0, whole_number(length) or 0
            _forget(part)
            _remember(part, answer.headers)
        _need_room(part, total - done)
        with part.open("ab") as file:
            for block in _blocks(answer):
                file.write(block)
                done += len(block)
                progress(done, total)
    if total and done > total:
        _forget(part)
        return False
    return done == total if total else True


def _blocks(answer: Any) -> Iterator[bytes]:
    """What arrives; a fault of the network is a URLError, which a fault of the disk is not."""
    while True:
        try:
            block = answer.read1(_BLOCK)
        except OSError as error:
            raise urllib.error.URLError(error) from error
        if not block:
            return
        yield block


def _remember(part: Path, headers: Any) -> None:
    """Keep what tells the version of the file; without it the part can't be gone on with."""
    tag = headers.get("ETag") or ""
    version = tag if tag and not tag.startswith("W/") else headers.get("Last-Modified") or ""
    part.with_name(part.name + ".json").write_text(json.dumps({"version": version}), encoding="utf-8")


def _version(part: Path) -> str:
    try:
        found = json.loads(part.with_name(part.name + ".json").read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return found if isinstance(found, str) else ""


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    part.with_name(part.name + ".json").unlink(missing_ok=True)


def _size(part: Path) -> int:
    with contextlib.suppress(OSError):
        return part.stat().st_size
    return 0


def _need_room(part: Path, size: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if size > free:
        raise BadDownload(
            f"`{part.stem}` needs {size / 1e6:,.0f} MB more, but {clip(str(part.parent), 120)} has {free / 1e6:,.0f} MB.",
            "There must be room for the whole file.",
            "Make room, or choose a folder on another disk.",
        )
