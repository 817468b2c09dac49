"""A file that is written in numbered chunks and survives being killed at any moment.

Chunks go to `OUT.part`. After each, once it is on the disk, the journal `OUT.part.json` says how many chunks and bytes
count. A later run with the same identity cuts the part back to those bytes and goes on from there; nothing but whole
chunks is ever kept. When all are written, the part takes the place of `OUT` in one step.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from genoviz.errors import BadInput
from genoviz.sequences.locus import clip

_BLOCK = 65_280  # bytes of text in a BGZF block, as bgzip writes them; a packed block may not exceed 65,536
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
        If an earlier run had another identity, another process writes this file, or the folder can't be written to.
    """

    def __init__(self, path: Path, identity: Mapping[str, object], *, restart: bool = False) -> None:
        self.path, self.part = path, path.with_name(path.name + ".part")
        self.journal = path.with_name(path.name + ".part.json")
        self.chunks, self.state = 0, {}  # type: int, Mapping[str, Any]
        self._identity = json.loads(json.dumps(identity))
        self._bytes = 0
        try:
            self._file: IO[bytes] = open(self.part, "ab")  # noqa: SIM115 (held until `close`)
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
            self._file.truncate(self._bytes)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> ResumableFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, text: bytes, state: Mapping[str, Any]) -> None:
        """Write one chunk and remember `state` (JSON) with it; on return both are on the disk."""
        self._write(bgzf(text) if self.path.suffix == ".gz" else text)
        self.chunks, self.state = self.chunks + 1, state
        kept = {"identity": self._identity, "chunks": self.chunks, "bytes": self._bytes, "state": state}
        fresh = self.journal.with_name(self.journal.name + ".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.journal)

    def finish(self) -> None:
        """All chunks are written: put the file in its place and drop the journal."""
        if self.path.suffix == ".gz":
            self._write(_END_OF_BGZF)
        os.replace(self.part, self.path)
        self.journal.unlink(missing_ok=True)
        self._file.close()

    def _write(self, content: bytes) -> None:
        self._file.write(content)
        self._file.flush()
        os.fsync(self._file.fileno())  # before the journal says so
        self._bytes += len(content)

    def _recall(self) -> None:
        """Take over what an earlier run left, if its journal says that it was this run."""
        try:
            kept = json.loads(self.journal.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            raise self._other(f"The journal `{self.journal.name}` can't be read.") from error
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
        self.chunks, self.state, self._bytes = kept["chunks"], kept["state"], kept["bytes"]

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
