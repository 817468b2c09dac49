"""A file that is written in numbered chunks and survives being killed at any moment.

Chunks go to `OUT.part`. After each, once it is on the disk, the journal `OUT.part.json` says how many chunks and bytes
count, and what their checksum is. A later run with the same identity compares it, cuts the part back to those bytes and
goes on from there; nothing but whole chunks is ever kept. When all are written, the part takes the place of `OUT` in one
step.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from genoviz.errors import BadInput
from genoviz.sequences.locus import clip

_BLOCK = 65_280  # bytes of text in a BGZF block, as bgzip writes them; a packed block may not exceed 65,536
_READ = 1 << 20
_END_OF_BGZF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


class ResumableFile:
    """The output of a long run; use it in a `with` statement.

    Parameters
    ----------
    path
        Where the finished file goes. A name that ends in `.gz` is compressed in blocks (BGZF, as bgzip writes it), each
        chunk in blocks of its own, so that the bytes do not depend on where a run was interrupted.
    identity
        What the bytes depend on: input, model, options. A run only goes on where this is the same.
    restart
        Begin anew, whatever an earlier run left.

    Attributes
    ----------
    chunks
        Chunks on the disk.
    state
        What the caller gave with the last of them; empty at the beginning.

    Raises
    ------
    BadInput
        If an earlier run had another identity or was damaged since, another process writes this file, or the folder can't
        be written to.
    """

    def __init__(self, path: Path, identity: Mapping[str, object], *, restart: bool = False) -> None:
        self.path, self.part = path, path.with_name(path.name + ".part")
        self.journal = path.with_name(path.name + ".part.json")
        self.chunks, self.state = 0, {}  # type: int, Mapping[str, Any]
        self._identity = json.loads(json.dumps(identity))
        self._bytes, self._checksum = 0, hashlib.sha256()
        try:
            self._file: IO[bytes] = open(self.part, "ab+")  # noqa: SIM115 (held until `close`)
        except OSError as error:
            raise BadInput(
                f"{clip(str(self.part), 200)} can't be written ({error.strerror}).",
                "The output needs a folder that exists and can be written to.",
                "Choose another --out.",
            ) from error
        try:
            self._lock()
            if not restart:
                self._recall()
            with self._written():
                self._file.truncate(self._bytes)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> ResumableFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # After a failed write the buffer is written once more on closing, and fails again: the first error is told.
        with suppress(OSError) if error is not None else nullcontext():
            self._file.close()

    def append(self, text: bytes, state: Mapping[str, Any]) -> None:
        """Write one chunk and remember `state` (JSON) with it; on return both are on the disk.

        Raises
        ------
        BadInput
            If they can't be written, for instance because the disk is full. What was on the disk before still counts.
        """
        with self._written():
            self._write(bgzf(text) if self.path.suffix == ".gz" else text)
            kept = {
                "identity": self._identity,
                "chunks": self.chunks + 1,
                "bytes": self._bytes,
                "sha256": self._checksum.hexdigest(),
                "state": state,
            }
            fresh = self.journal.with_name(self.journal.name + ".new")
            with fresh.open("w", encoding="utf-8") as file:
                json.dump(kept | {"check": _check_of(kept)}, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(fresh, self.journal)
        self.chunks, self.state = self.chunks + 1, state

    def finish(self, make: Callable[[Path, Path], None] | None = None) -> None:
        """All chunks are written: put the file in its place and drop the journal. BadInput as in `append`.

        Parameters
        ----------
        make
            For a format that can't be written in chunks: makes the file (second path) of what was written (first path).
            Should it be killed, the next run finds all chunks done and begins here.
        """
        with self._written():
            if self.path.suffix == ".gz":
                self._write(_END_OF_BGZF)
            if make is None:
                os.replace(self.part, self.path)
            else:
                whole = self.part.with_name(self.part.name + ".new")
                make(self.part, whole)
                os.replace(whole, self.path)
                self.part.unlink()
            self.journal.unlink(missing_ok=True)
        self._file.close()

    @contextmanager
    def _written(self) -> Iterator[None]:
        """Turn what the disk refuses into a message; the journal says what counts, so nothing needs to be undone."""
        try:
            yield
        except OSError as error:
            raise BadInput(
                f"{clip(str(self.part), 200)} can't be written ({error.strerror or error}).",
                "What was done until then is kept." if self.chunks else "Nothing was done until then.",
                "Make room on the disk, and give the same command again: it goes on from there.",
            ) from error

    def _write(self, content: bytes) -> None:
        self._file.write(content)
        self._file.flush()
        os.fsync(self._file.fileno())  # before the journal says so
        self._bytes += len(content)
        self._checksum.update(content)

    def _recall(self) -> None:
        """Take over what an earlier run left, if its journal says that it was this run."""
        kept = self._read_journal()
        if kept is None:
            return
        before = kept["identity"]
        changed = [key for key in {**before, **self._identity} if before.get(key) != self._identity.get(key)]
        if changed:
            named = ", ".join(f"{k} ({clip(str(before.get(k)), 60)})" for k in changed)
            raise self._other(f"`{self.part.name}` was begun by a run with another {named}.")
        size = os.fstat(self._file.fileno()).st_size
        if not size:  # finished, or taken away: there is nothing to go on from
            return
        if size < kept["bytes"]:
            raise self._other(f"`{self.part.name}` is shorter than its journal says.")
        self._check_part(kept["bytes"], kept["sha256"])
        self.chunks, self.state, self._bytes = kept["chunks"], kept["state"], kept["bytes"]

    def _read_journal(self) -> dict[str, Any] | None:
        """What the journal holds; None without one. Anything but what `append` wrote is refused."""
        try:
            kept = json.loads(self.journal.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            raise self._other(f"The journal `{self.journal.name}` can't be read.") from error
        if not isinstance(kept, dict) or kept.pop("check", None) != _check_of(kept):
            raise self._other(
                f"The journal `{self.journal.name}` is damaged, or was written by another version of genoviz."
            )
        return kept

    def _check_part(self, size: int, expected: str) -> None:
        """Compare the bytes that count with their checksum, and go on from it."""
        self._file.seek(0)
        left = size
        while left and (block := self._file.read(min(left, _READ))):
            self._checksum.update(block)
            left -= len(block)
        self._file.seek(0, os.SEEK_END)
        if self._checksum.hexdigest() != expected:
            raise self._other(f"`{self.part.name}` was changed since it was written: its checksum is another.")

    def _other(self, read: str) -> BadInput:
        return BadInput(
            read,
            "A run goes on only with the same input, model and options as before.",
            "Repeat it as it was, choose another --out, or begin anew with --restart.",
        )

    def _lock(self) -> None:
        """Refuse a second process on the same file; the lock goes away with the process, however it ends."""
        try:
            import fcntl
        except ImportError:  # Windows
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadInput(
                f"Another process writes `{self.part.name}`.",
                "One run writes one output.",
                "Wait for it, or choose another --out.",
            ) from error


def _check_of(kept: Mapping[str, Any]) -> str:
    """Checksum of a journal's entries."""
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def bgzf(text: bytes) -> bytes:
    """Text as BGZF blocks (SAM specification, section 4.1), without the empty block that ends a file."""
    blocks = []
    for start in range(0, len(text), _BLOCK):
        piece = text[start : start + _BLOCK]
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = packer.compress(piece) + packer.flush()
        head = struct.pack("<4BI2BH2BHH", 31, 139, 8, 4, 0, 0, 255, 6, 66, 67, 2, len(packed) + 25)
        blocks.append(head + packed + struct.pack("<II", zlib.crc32(piece), len(piece)))
    return b"".join(blocks)
