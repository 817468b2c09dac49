"""Indexed FASTA files: opening one, making its index, and where on a chromosome each record lies.

A record says where it lies in its name (`chr17:43000001-43100000`) or in the words after its name
(`>chr17 chr17:43000001-43100000 GRCh38`); else it starts at the first base of the chromosome it is named after.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import threading
from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from genoviz.errors import BadGenome
from genoviz.files.folders import cache_folder
from genoviz.sequences.locus import Locus, clip

SUFFIXES = tuple(f"{kind}{packed}" for packed in ("", ".gz", ".bgz") for kind in (".fa", ".fasta", ".fna"))
_PLACE = re.compile(r"([^\s:]+):([0-9,]+)-([0-9,]+)(?:\([+]\))?")
_MOST_HEADERS = 500


@dataclass(frozen=True)
class Piece:
    """A FASTA record and the stretch of chromosome it holds.

    Parameters
    ----------
    file
        The open file.
    record
        Name of the record in it.
    chrom, start, end
        What it holds (0-based, half-open).
    placed
        Whether the file, or whoever opened it, said so; else the record is taken to start the chromosome.
    """

    file: IndexedFasta
    record: str
    chrom: str
    start: int
    end: int
    placed: bool

    def __str__(self) -> str:
        return str(Locus(self.chrom, self.start, self.end))

    def read(self, start: int, end: int) -> str:
        """Letters of a range of the chromosome (0-based, half-open) that lies inside the piece."""
        return self.file.read(self.record, start - self.start, end - self.start)


class IndexedFasta:
    """One indexed FASTA file, plain or compressed with bgzip. Safe to use from several threads.

    Parameters
    ----------
    path
        The file. A missing index is made beside it, or in the cache folder where that is not possible.
    locus
        Where its only record lies; None to believe the file.

    Raises
    ------
    BadGenome
        If the file is missing, is no FASTA, is compressed with plain gzip, cannot be indexed, has an index that does
        not fit, or has records that do not fit `locus`.
    """

    def __init__(self, path: Path, locus: Locus | None = None) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._opened = file_stamp(path)
        self._fasta, index = _open(path)
        try:
            self.pieces = self._place(_headers(path, index), locus)
        except BadGenome:
            self.close()
            raise
        except (OSError, ValueError) as error:
            self.close()
            raise unreadable(path, str(error)) from error

    def close(self) -> None:
        """Release the file; reading afterwards raises BadGenome."""
        with self._lock:
            if self._fasta is not None:
                self._fasta.close()
                self._fasta = None

    def read(self, record: str, start: int, end: int) -> str:
        """Letters of a record (0-based, half-open), in the case they are stored in."""
        with self._lock:
            if self._fasta is None:
                raise BadGenome(f"{self.path.name} is closed.", "A genome is read while it is open.", "Open it again.")
            if file_stamp(self.path) not in (self._opened, ""):
                raise BadGenome(
                    f"{clip(self.path.name)} was changed while it was open.",
                    "The bases of a genome stay the same while it is read.",
                    "Open it again; remove its old index (.fai, .gzi) first.",
                )
            try:
                found: str = self._fasta.fetch(record, start, end)
            except (OSError, ValueError) as error:
                raise unreadable(self.path, str(error)) from error
        if len(found) != end - start:
            raise unreadable(self.path, "the index does not fit the file")
        return found

    def _place(self, headers: dict[str, str], locus: Locus | None) -> tuple[Piece, ...]:
        records = [r for r in zip(self._fasta.references, self._fasta.lengths, strict=True) if r[1] > 0]
        found = []
        for name, length in records:
            header = headers.get(name)
            if header is not None and header.split()[:1] != [name]:
                raise unreadable(self.path, "the index does not fit the file")
            words = (name, *header.split()[1:]) if header else (name,)
            found.append(_piece(self, name, length, words))
        if locus is None:
            return tuple(found)
        if len(found) != 1 or found[0].end - found[0].start != len(locus):
            sizes = ", ".join(f"{length:,}" for _, length in records[:3])
            raise BadGenome(
                read=f"{self.path.name} should hold {locus} ({len(locus):,} bases), but has {len(found):,} records "
                f"({sizes} bases).",
                accepted="A file with a given place has one record, as long as the place.",
                fix="Check the place: positions are 1-based and both ends are included.",
            )
        (piece,) = found
        if piece.placed and (piece.start, piece.end) != (locus.start, locus.end):
            raise BadGenome(
                read=f"{self.path.name} says that it holds {piece}, but it was given as {locus}.",
                accepted="Both must be the same place.",
                fix="Correct the header of the file or the place that was given.",
            )
        return (Piece(self, piece.record, locus.chrom, locus.start, locus.end, True),)


def _piece(file: IndexedFasta, name: str, length: int, words: tuple[str, ...]) -> Piece:
    """Where a record lies, by the first of its words that is a place as long as the record."""
    for word in words:
        place = _PLACE.fullmatch(word)
        if place is None or (word != name and place[1] != name):
            continue
        start, end = (int(text.replace(",", "")) for text in place.group(2, 3))
        # The length tells 1-based closed from the 0-based half-open names of `bedtools getfasta`.
        if end - start + 1 == length and start >= 1:
            return Piece(file, name, place[1], start - 1, end, True)
        if end - start == length:
            return Piece(file, name, place[1], start, end, True)
    # A chromosome name has no colon (`HLA-A*01:01`); a place that does not fit the length is not believed.
    return Piece(file, name, name.replace(":", "_"), 0, length, False)


def file_stamp(path: Path) -> str:
    """Size and time of a file, which tell that it was changed; empty when there is none."""
    try:
        about = path.stat()
    except OSError:
        return ""
    return f"{about.st_size} {about.st_mtime_ns}"


def unreadable(path: Path, why: str) -> BadGenome:
    """The error for a file that breaks off, is damaged or has another file's index."""
    return BadGenome(
        read=f"{clip(path.name)} cannot be read: {clip(why, 120)}.",
        accepted="A genome is a FASTA file, plain or compressed with bgzip, with its index (.fai) beside it.",
        fix=f"Check the file, remove an old index, and run `samtools faidx {path.name}`.",
    )


def _open(path: Path) -> tuple[Any, Path]:
    """The pysam file, and the path that its index files are named after."""
    import pysam

    if not path.is_file():
        raise BadGenome(
            read=f"There is no file {clip(str(path), 200)}.",
            accepted="A genome is a FASTA file, plain or compressed with bgzip.",
            fix="Check the path.",
        )
    try:
        with path.open("rb") as file:
            start = file.read(18)
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error
    if start[:2] == b"\x1f\x8b" and start[12:14] != b"BC":
        raise BadGenome(
            read=f"{clip(path.name)} is compressed with gzip.",
            accepted="Only bgzip files can be read from the middle.",
            fix=f"Run `gunzip {path.name}`, then `bgzip {path.stem}`.",
        )
    if start[:2] != b"\x1f\x8b" and not start.lstrip().startswith(b">"):
        raise unreadable(path, "it does not start with `>`")
    compressed = start[:2] == b"\x1f\x8b"
    index = path if _indexed(path, compressed) or _can_be_written(path.parent) else _cached_index(path)
    # htslib writes to standard error by itself; the messages here say the same in words.
    level = pysam.set_verbosity(0)
    try:
        if index == path:
            return pysam.FastaFile(str(path)), path
        if not _indexed(index, compressed):
            index.parent.mkdir(parents=True, exist_ok=True)
            pysam.faidx("--fai-idx", f"{index}.fai", "--gzi-idx", f"{index}.gzi", str(path))
        gzi = f"{index}.gzi" if compressed else None
        return pysam.FastaFile(str(path), filepath_index=f"{index}.fai", filepath_index_compressed=gzi), index
    except (OSError, ValueError, pysam.SamtoolsError) as error:
        if _indexed(index, compressed):
            raise unreadable(path, str(error)) from error
        raise BadGenome(
            read=f"{clip(path.name)} has no index, and none could be made in {clip(str(index.parent), 120)}.",
            accepted="A FASTA file is read through its index (.fai); all lines of a record but the last are as long.",
            fix=f"Copy it to a folder that can be written to, and run `samtools faidx {path.name}`.",
        ) from error
    finally:
        pysam.set_verbosity(level)


def _indexed(path: Path, compressed: bool) -> bool:
    return Path(f"{path}.fai").is_file() and (not compressed or Path(f"{path}.gzi").is_file())


def _can_be_written(folder: Path) -> bool:
    """Found out by trying: permissions do not tell it of every file system."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _cached_index(path: Path) -> Path:
    """What the index files are named after when the folder of the FASTA file cannot be written to."""
    status = path.stat()
    key = f"{path.resolve()} {status.st_size} {status.st_mtime_ns}"  # another key once the file has changed
    return cache_folder() / "indexes" / hashlib.sha256(key.encode()).hexdigest()[:24] / path.name


def _headers(path: Path, index: Path) -> dict[str, str]:
    """Header line of each record: the text just before the place where the index says its bases begin.

    Empty for files of many records, which are scaffolds and not pieces of a chromosome.
    """
    import pysam

    rows = [line.split("\t") for line in Path(f"{index}.fai").read_text(encoding="utf-8").splitlines() if line]
    rows.sort(key=lambda row: int(row[2]))
    if len(rows) > _MOST_HEADERS:
        return {}
    with path.open("rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    blocks = _blocks(Path(f"{index}.gzi")) if compressed else []
    headers = {}
    reader: Any = pysam.BGZFile(str(path), "rb") if compressed else path.open("rb")

    def read(begin: int, end: int) -> bytes:
        if compressed:
            packed, unpacked = blocks[bisect_right(blocks, begin, key=itemgetter(1)) - 1]
            reader.seek(packed << 16 | (begin - unpacked))
        else:
            reader.seek(begin)
        found: bytes = reader.read(end - begin)
        return found

    with reader:
        for name, _, offset, *_ in rows:
            before = read(max(0, int(offset) - 1000), int(offset)).decode("utf-8", "replace")
            headers[name] = before.rstrip("\r\n").rpartition("\n")[2].lstrip(">")
        if rows:
            # After the last base that the index knows there is nothing, else the file has grown since it was made.
            length, first, bases, width = map(int, rows[-1][1:5])
            end = first + (length // bases * width + length % bases if bases else 0)
            if read(end, end + 1000).strip():
                raise ValueError("the index does not fit the file")
    return headers


def _blocks(gzi: Path) -> list[tuple[int, int]]:
    """(offset in the file, offset in the text) of each bgzip block, from its index."""
    import struct

    content = gzi.read_bytes()
    count = struct.unpack_from("<Q", content)[0]
    pairs = struct.unpack_from(f"<{2 * count}Q", content, 8)
    return [(0, 0), *zip(pairs[::2], pairs[1::2], strict=True)]
