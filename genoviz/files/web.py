"""Asking public services over HTTP: time-outs, retries, size limits, and a cache on disk.

Only what the user asks for is sent, and every failure ends as a `NoAnswer` that says what to do without the network.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import ipaddress
import json
import os
import re
import socket
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from genoviz.errors import GenovizError
from genoviz.sequences.locus import clip
from genoviz.sequences.numbers import whole_number
from genoviz.version import __version__

USER_AGENT = f"genoviz/{__version__}"
_BLOCK = 1 << 16
_LONGEST_WAIT = 30.0  # seconds that are waited on a server's word
MOST_PAGES = 1_000
_NEXT = re.compile(r"""<([^<>]+)>\s*;\s*rel="?next"?""")
RETRIED = {408, 425, 429, 500, 502, 503, 504}


class NoAnswer(GenovizError):
    """A service that could not be reached, or gave no usable answer.

    `status` is the HTTP status, 0 when there was none.
    """

    status: int = 0


@dataclass(frozen=True)
class DiskCache:
    """Answers kept as files, the least recently used dropped first. Several processes may share one.

    Parameters
    ----------
    folder
        Where they lie; made when needed.
    max_bytes
        Limit on all of them together.
    """

    folder: Path
    max_bytes: int = 200_000_000

    def get(self, key: str, *, max_age: float | None = None) -> bytes | None:
        """What was kept for `key` in the last `max_age` seconds, or None; never an error."""
        path = self._path(key)
        try:
            if max_age is not None and time.time() - path.stat().st_mtime > max_age:
                return None
            content = path.read_bytes()
            os.utime(path, (time.time(), path.stat().st_mtime))  # read now, written then
        except OSError:
            return None
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keep `content`; a full or read-only disk is no reason to fail."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".new")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                os.replace(name, self._path(key))
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
            self._trim()
        except OSError:
            return

    def drop(self, key: str) -> None:
        """Forget what was kept for `key`."""
        with contextlib.suppress(OSError):
            self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{hashlib.sha256(key.encode()).hexdigest()}.answer"

    def _trim(self) -> None:
        kept = []
        for path in self.folder.glob("*.answer"):
            with contextlib.suppress(OSError):  # another process may have dropped it
                status = path.stat()
                kept.append((status.st_atime, status.st_size, path))
        total = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if total <= self.max_bytes:
                return
            path.unlink(missing_ok=True)
            total -= size


class Client:
    """An HTTP client for public services.

    Parameters
    ----------
    timeout
        Seconds without any byte after which an attempt is given up; a whole attempt may take six times as long.
    retries
        Further attempts after a lost connection, a time-out, or status 408, 425, 429 or 5xx.
    cache
        Where answers are kept, or None.
    max_age
        Seconds for which a kept answer is used; None for always.
    max_bytes
        Largest answer that is read.
    wait
        Called with the seconds to wait before an attempt.
    """

    def __init__(
        self,
        *,
        timeout: float = 10.0,
        retries: int = 3,
        cache: DiskCache | None = None,
        max_age: float | None = None,
        max_bytes: int = 20_000_000,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.timeout, self.retries, self.cache = timeout, retries, cache
        self.max_age, self.max_bytes, self.wait = max_age, max_bytes, wait

    def get_text(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        *,
        accept: Callable[[str], Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """The answer as text (UTF-8).

        Parameters
        ----------
        url, params
            Address (http or https), and what is put behind its `?`.
        accept
            Raises ValueError for an answer that is no use; only accepted answers are kept in the cache.
        headers
            Further request headers.

        Raises
        ------
        NoAnswer
            If there is no answer, it is too large, no text, or not accepted.
        """
        address = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url
        key = json.dumps([address, sorted((headers or {}).items())])
        if self.cache is not None:
            kept = self.cache.get(key, max_age=self.max_age)
            if kept is not None:
                with contextlib.suppress(ValueError):
                    return _checked(kept, accept)
                self.cache.drop(key)
        content, _ = self._ask(address, headers or {})
        try:
            text = _checked(content, accept)
        except ValueError as error:
            raise NoAnswer(
                f"The answer of {host(address)} can't be used: {error}.",
                "An answer is only believed when it fits the question.",
                "Try again later, or use a file on this computer; a network that asks for a login also answers like this.",
            ) from error
        if self.cache is not None:
            self.cache.put(key, content)
        return text

    def get_json(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        *,
        accept: Callable[[Any], Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The answer read as JSON; arguments and errors as those of `get_text`, `accept` being given the value."""
        found: list[Any] = []

        def read(text: str) -> None:
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                raise ValueError(f"it is no JSON but begins {clip(text.lstrip(), 40)}") from None
            if accept is not None:
                accept(value)
            found.append(value)

        self.get_text(url, params, accept=read, headers=headers)
        return found[-1]

    def get_pages(self, url: str, params: Mapping[str, str | int] | None = None) -> Iterator[Any]:
        """The pages of a long answer, each read as JSON, from their start to where no further one is named.

        The next page is what the header `Link` calls `next` (RFC 8288), on the same server. Nothing is kept in the cache;
        arguments and errors as those of `get_text`.
        """
        address = f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url
        for _ in range(MOST_PAGES):
            content, link = self._ask(address, {})
            try:
                yield json.loads(_checked(content, None))
            except (ValueError, RecursionError) as error:
                raise NoAnswer(
                    f"The answer of {host(address)} can't be used: it is no JSON.",
                    "An answer is only believed when it fits the question.",
                    "Try again later; a network that asks for a login also answers like this.",
                ) from error
            named = _NEXT.search(link)
            if named is None or urlsplit(named[1]).netloc != urlsplit(address).netloc:
                return
            address = named[1]

    def _ask(self, address: str, headers: Mapping[str, str]) -> tuple[bytes, str]:
        """The body of the answer and its header `Link`, after as many attempts as are allowed."""
        attempt = 0
        while True:
            try:
                return self._attempt(address, headers)
            except urllib.error.HTTPError as error:
                with error:
                    failure, pause = refused(address, error), retry_after(error.headers.get("Retry-After"))
                if error.code not in RETRIED or (pause or 0) > _LONGEST_WAIT:
                    raise failure from error
            except (OSError, http.client.HTTPException) as error:
                failure, pause = unreachable(address, error), None
            if attempt == self.retries:
                raise failure
            self.wait(min(2.0**attempt, _LONGEST_WAIT) if pause is None else pause)
            attempt += 1

    def _attempt(self, address: str, headers: Mapping[str, str]) -> tuple[bytes, str]:
        begin = time.monotonic()
        parts: list[bytes] = []
        with open_url(address, headers, self.timeout) as answer:
            expected, link = answer.headers.get("Content-Length"), answer.headers.get("Link") or ""
            size = 0
            # read1 gives what is there, so a server that drips bytes meets the limit on the whole attempt.
            while block := answer.read1(_BLOCK):
                parts.append(block)
                size += len(block)
                if size > self.max_bytes:
                    raise NoAnswer(
                        f"The answer of {host(address)} is larger than {self.max_bytes:,} bytes.",
                        "An answer of this size is not expected.",
                        "Ask for less.",
                    )
                if time.monotonic() - begin > 6 * self.timeout:
                    raise TimeoutError
        length = whole_number(expected or "")
        if length is not None and size != length:
            raise http.client.IncompleteRead(b"", length - size)
        return b"".join(parts), link


def open_url(address: str, headers: Mapping[str, str], timeout: float) -> Any:
    """An open answer; `headers` go with the request.

    Raises
    ------
    NoAnswer
        If the address is no http or https address.
    OSError, http.client.HTTPException
        What urllib raises.
    """
    try:
        if urlsplit(address).scheme not in ("http", "https"):
            raise ValueError("no web address")
        request = urllib.request.Request(address, headers={"User-Agent": USER_AGENT, **headers})
        return urllib.request.build_opener(_SendsOn).open(request, timeout=timeout)
    except (ValueError, http.client.InvalidURL) as error:
        raise NoAnswer(
            f"{clip(address)} is no web address.", "It starts with `https://` and has no spaces.", "Check the settings."
        ) from error


class _SendsOn(urllib.request.HTTPRedirectHandler):
    """Follows a service that sends on to another address, but not from the internet into the local network."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """The next question, as urllib asks it."""
        after = urlsplit(newurl)
        if after.scheme not in ("http", "https"):
            raise urllib.error.URLError("it sends on to something that is no web address")
        if is_local(after.hostname or "") and not is_local(urlsplit(req.full_url).hostname or ""):
            raise urllib.error.URLError("it sends on into the local network")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def is_local(name: str) -> bool:
    """Whether the name of a server stands for an address that is none of the internet, such as 127.0.0.1 or 10.0.0.1."""
    try:
        found = {str(row[4][0]).split("%")[0] for row in socket.getaddrinfo(name, None)}
    except (OSError, UnicodeError):
        return False  # asking it will fail, and say so
    return any(not ipaddress.ip_address(address).is_global for address in found)


def host(address: str) -> str:
    """Name of the server in an address."""
    return clip(urlsplit(address).netloc.rpartition("@")[2] or address, 60)


def unreachable(address: str, error: Exception) -> NoAnswer:
    """The message for a server that could not be reached, or broke off."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, socket.gaierror):
        why = "its name can't be looked up; this computer seems to be offline"
    elif isinstance(reason, TimeoutError):
        why = "it did not answer in time"
    elif isinstance(reason, ConnectionRefusedError):
        why = "the connection was refused"
    elif isinstance(reason, (http.client.HTTPException, ConnectionError)):
        why = "the connection broke off"
    else:
        why = clip(str(reason) or type(reason).__name__, 80)
    return NoAnswer(
        f"{host(address)} can't be reached: {why}.",
        "This needs the network; everything else works without it.",
        "Check the connection and try again, or use a file on this computer.",
    )


def refused(address: str, error: urllib.error.HTTPError) -> NoAnswer:
    """The message for an answer with an error status."""
    busy = error.code == 429 or error.code >= 500
    try:
        said = error.read(2000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        said = ""
    html = said.lstrip().startswith("<")
    refusal = NoAnswer(
        f"{host(address)} answered with status {error.code} ({clip(str(error.reason), 40)})"
        + ("." if html or not said.strip() else f": {clip(said, 160)}."),
        "The service is busy or has a fault." if busy else "The service does not know what was asked for.",
        "Try again later, or use a file on this computer." if busy else "Check what you asked for.",
    )
    refusal.status = error.code
    return refusal


def retry_after(text: str | None) -> float | None:
    """Seconds that the server asks to wait: a number, or a date."""
    if not text:
        return None
    seconds = whole_number(text.strip())
    if seconds is not None:
        return float(seconds)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def _checked(content: bytes, accept: Callable[[str], Any] | None) -> str:
    """The text of an answer; ValueError when it is none or is not accepted."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("it is no text") from None
    if accept is not None:
        accept(text)
    return text
