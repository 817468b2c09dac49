"""The index of a FASTA file: made where it is missing, and never believed where it does not fit.

An index (`.fai`) says where each record begins and how long its lines are. One that was left from an earlier version of the
file gives wrong bases without any error, so before it is used the file is read at the places that it names: the header
before each record, the end of its first line, and what follows its last base.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Container
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from genoviz.errors import BadGenome
from genoviz.files.folders import cache_folder
from genoviz.files.text import GZIP, lines_of
from genoviz.sequences.locus import clip
from genoviz.sequences.numbers import whole_number

_CHECKED = 20_000  # records whose places are read; of more, so many are spread over the file
_BEFORE = 1000  # bytes before the first base that are searched for the header
_BLOCKS_CHECKED = 200
_MOST_HEADER = 1_000_000  # bytes before the first base
_FITS_NOT = "the index does not fit the file"
_NAMELESS = "a record is without a name"
_TWICE = "is there twice"

Read = Callable[[int, int], bytes]  # bytes of the unpacked file, by first and last


@dataclass(frozen=True)
class Row:
    """A record in the index: its name, bases, place of the first base, and bases and bytes of a line."""

    name: str
    length: int
    offset: int
    bases: int
    width: int

    @property
    def end(self) -> int:
        """Byte behind the last base."""
        if not self.length:
            return self.offset
        full, rest = divmod(self.length, self.bases)
        return self.offset + full * self.width + rest - (0 if rest else self.width - self.bases)


@dataclass(frozen=True)
class Index:
    """An index that fits its file.

    Attributes
    ----------
    fai, gzi
        The files; `gzi` is None for a file that is not compressed.
    headers
        Header line of each record, without `>`; of files with many records, which are scaffolds and not pieces of a
        chromosome, none.
    """

    fai: Path
    gzi: Path | None
    headers: dict[str, str]


def index_of(path: Path) -> Index:
    """The index of a FASTA file, plain or compressed with bgzip.

    One beside the file is used if it fits; else it is made anew, beside the file or, where that is not possible, in the
    cache folder. It appears at once and whole: another process never reads a part of it.

    Raises
    ------
    BadGenome
        If the file can't be indexed: lines of unequal length, a name that is missing or there twice, bad compression.
    OSError
        If the file can't be read.
    """
    with path.open("rb") as file:
        compressed = file.read(2) == GZIP
    beside, cached = _named_after(path, compressed), _named_after(_cached(path), compressed)
    for found in (beside, cached):
        index = _fitting(path, *found)
        if index is not None:
            return index
    target = beside if _can_be_written(path.parent) else cached
    try:
        _make(path, *target)
    except OSError as error:
        raise BadGenome(
            read=f"{clip(path.name)} has no index that fits, and none could be made in {clip(str(target[0].parent), 120)}.",
            accepted="A FASTA file is read through its index (.fai).",
            fix=f"Copy it to a folder that can be written to, or run `samtools faidx {path.name}`.",
        ) from error
    why, index = _check(path, *target)
    if index is None:
        raise _bad(path, why)
    return index


def unreadable(path: Path, why: str) -> BadGenome:
    """The error for a file that breaks off or is damaged."""
    return BadGenome(
        read=f"{clip(path.name)} cannot be read: {clip(why, 160)}.",
        accepted="A genome is a FASTA file, plain or compressed with bgzip: `>name`, then its bases in lines of one length.",
        fix="Check the file, or copy it anew.",
    )


def _bad(path: Path, why: str) -> BadGenome:
    if why.endswith((_TWICE, _NAMELESS)):
        return BadGenome(
            read=f"{clip(path.name)}: {why}.",
            accepted="Each record of a genome has a name of its own, the first word behind `>`.",
            fix="Rename the records, or leave one out; an index that is there is made anew by itself.",
        )
    return unreadable(path, why)


def _named_after(path: Path, compressed: bool) -> tuple[Path, Path | None]:
    return Path(f"{path}.fai"), Path(f"{path}.gzi") if compressed else None


def _cached(path: Path) -> Path:
    """What the index files are named after when the folder of the FASTA file cannot be written to."""
    status = path.stat()
    key = f"{path.resolve()} {status.st_size} {status.st_mtime_ns}"  # another key once the file has changed
    return cache_folder() / "indexes" / hashlib.sha256(key.encode()).hexdigest()[:24] / path.name


def _can_be_written(folder: Path) -> bool:
    """Found out by trying: permissions do not tell it of every file system."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _make(path: Path, fai: Path, gzi: Path | None) -> None:
    import pysam

    fai.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=fai.parent, prefix=".genoviz-index-") as folder:
        made = Path(folder) / "made.fai", Path(folder) / "made.gzi"
        # htslib writes to standard error by itself; the messages here say the same in words.
        level = pysam.set_verbosity(0)
        try:
            pysam.faidx("--fai-idx", str(made[0]), "--gzi-idx", str(made[1]), str(path))
        except (ValueError, pysam.SamtoolsError) as error:
            raise unreadable(path, _why_no_index(path)) from error
        finally:
            pysam.set_verbosity(level)
        if gzi is not None and made[1].is_file():
            os.replace(made[1], gzi)
        if made[0].is_file():
            os.replace(made[0], fai)


def _why_no_index(path: Path) -> str:
    """What is wrong with the lines of a file that can't be indexed."""
    with path.open("rb") as file:
        if file.read(2) == GZIP:
            return "no index can be made of it: it is damaged, or its lines have no one length"
    name, widths = "", list[int]()
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if b"\r" in line.rstrip(b"\r\n"):
                return f"line {number:,} ends as on old Macs (CR), and not as on Unix or Windows"
            if line.startswith(b">"):
                name, widths = line[1:].decode("utf-8", "replace").strip(), []
                if not name:
                    return f"line {number:,} begins a record without a name"
            else:
                if widths and (len(line) > widths[0] or (len(widths) > 1 and widths[-1] < widths[0] and line.strip())):
                    return f"line {number:,} is not as long as the other lines of {clip(name, 40)}"
                widths = [*widths[:1], len(line)]
    return "no index can be made of it" if any(widths) else f"the record {clip(name, 40)} has no bases"


def _fitting(path: Path, fai: Path, gzi: Path | None) -> Index | None:
    """The index if it is there and fits."""
    if not fai.is_file() or (gzi is not None and not gzi.is_file()):
        return None
    if fai.stat().st_mtime_ns < path.stat().st_mtime_ns:  # of an earlier version, or at least nobody can tell
        return None
    try:
        return _check(path, fai, gzi)[1]
    except (OSError, ValueError, struct.error):
        return None


def _check(path: Path, fai: Path, gzi: Path | None) -> tuple[str, Index | None]:
    """Why an index does not fit; else an empty text and the index."""
    rows = _rows(fai)
    if rows is None:
        return "it has no index that can be read", None
    if not rows:
        return "it holds no record", None
    if not all(row.name for row in rows):
        return _NAMELESS, None
    import pysam

    blocks = _blocks(gzi) if gzi is not None else None
    if blocks is not None and not _are_blocks(path, blocks):
        return _FITS_NOT, None
    reader: Any = pysam.BGZFile(str(path), "rb") if blocks is not None else path.open("rb")

    def read(begin: int, end: int) -> bytes:
        if blocks is not None:
            packed, unpacked = blocks[bisect_right(blocks, begin, key=itemgetter(1)) - 1]
            reader.seek(packed << 16 | (begin - unpacked))
        else:
            reader.seek(begin)
        found: bytes = reader.read(end - begin)
        return found

    step = max(1, len(rows) // _CHECKED)
    # Where much lies between a record and the next, one may be hidden that the index leaves out.
    gaps = sorted(range(len(rows) - 1), key=lambda i: rows[i].end + len(rows[i + 1].name) - rows[i + 1].offset)
    chosen = sorted({*range(0, len(rows), step), *gaps[:_CHECKED], len(rows) - 1})
    headers: dict[str, str] = {}
    names = {row.name for row in rows}
    with reader:
        if rows[0].offset > _MOST_HEADER:
            return _FITS_NOT, None
        before = read(0, rows[0].offset).lstrip().split(b"\n>")[:-1]  # records that the index leaves out
        if before:
            name = b" ".join(before[0].lstrip(b">").split()[:1]).decode("utf-8", "replace")
            return f"the name {clip(name, 40)} {_TWICE}" if name in names else _FITS_NOT, None
        for i in chosen:
            following = rows[i + 1].name if i + 1 < len(rows) else None
            header, why = _record(read, rows[i], following, names)
            if why:
                return why, None
            headers[rows[i].name] = header
    return "", Index(fai, gzi, headers if step == 1 else {})


def _record(read: Read, row: Row, following: str | None, names: Container[str]) -> tuple[str, str]:
    """The header of a record, and what is wrong at its place in the file."""
    before = read(max(0, row.offset - _BEFORE), row.offset)
    line = before.rstrip(b"\r\n").rpartition(b"\n")
    cut = len(before) == _BEFORE and not line[1]  # a header longer than what was read
    header = line[2].decode("utf-8", "replace")[1:]
    if not before.endswith(b"\n") or (not cut and line[2][1:].split()[:1] != [row.name.encode()]):
        return "", _FITS_NOT
    if row.length > row.bases:
        first = read(row.offset, row.offset + row.width)
        if [len(word) for word in first.split()] != [row.bases] or not first.endswith(b"\n"):
            return "", "lines of bases hold spaces" if b" " in first.strip() else _FITS_NOT
    behind = read(row.end - 1 if row.length else row.end, row.end + _BEFORE)
    if row.length and (not behind[:1].strip() or behind[1:2].strip()):
        return "", _FITS_NOT
    after = behind[1 if row.length else 0 :].lstrip()
    if after and not after.startswith(b">"):
        return "", _FITS_NOT
    word = re.match(rb">(\S*)", after)
    found: str | None = word[1].decode("utf-8", "replace") if word else None
    if found == following or (found and following and len(after) == len(found) + 1 and following.startswith(found)):
        return "" if cut else header, ""
    if found == "":
        return "", _NAMELESS
    return "", f"the name {clip(found, 40)} {_TWICE}" if found is not None and found in names else _FITS_NOT


def _rows(fai: Path) -> list[Row] | None:
    """Records of an index in the order of the file; None where it is no index."""
    try:
        lines = lines_of(fai.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    rows = []
    for line in lines:
        name, *numbers = line.split("\t")
        known = [number for text in numbers[:4] if (number := whole_number(text)) is not None]
        if len(known) < 4:
            return None
        row = Row(name, *known)
        if row.length and not 0 < row.bases < row.width:
            return None
        rows.append(row)
    return sorted(rows, key=lambda row: row.offset)


def _blocks(gzi: Path) -> list[tuple[int, int]]:
    """(offset in the file, offset in the text) of each bgzip block, from its index."""
    content = gzi.read_bytes()
    count = struct.unpack_from("<Q", content)[0]
    if len(content) != 8 + 16 * count:
        raise ValueError(_FITS_NOT)
    pairs = struct.unpack_from(f"<{2 * count}Q", content, 8)
    return [(0, 0), *zip(pairs[::2], pairs[1::2], strict=True)]


def _are_blocks(path: Path, blocks: list[tuple[int, int]]) -> bool:
    """Whether blocks begin where the index says, up to the last one of the file."""
    size = path.stat().st_size
    step = max(1, len(blocks) // _BLOCKS_CHECKED)
    with path.open("rb") as file:
        for place, _ in [*blocks[::step], blocks[-1]]:
            file.seek(place)
            start = file.read(18)
            if start[:2] != GZIP or start[12:14] != b"BC":
                return False
        # Behind the last block that is listed come at most one more with text, and the empty one that ends the file.
        place, left = blocks[-1][0], 3
        while place < size and left:
            file.seek(place)
            start = file.read(18)
            if start[:2] != GZIP or start[12:14] != b"BC":
                return False
            place += struct.unpack("<H", start[16:18])[0] + 1
            left -= 1
    return place == size
