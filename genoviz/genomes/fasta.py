"""Indexed FASTA files: opening one, and where on a chromosome each record lies.

A record says where it lies in its name (`chr17:43000001-43100000`) or in the words after its name
(`>chr17 chr17:43000001-43100000 GRCh38`); else it starts at the first base of the chromosome it is named after.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genoviz.errors import BadGenome
from genoviz.files.text import GZIP
from genoviz.genomes.fasta_index import index_of, unreadable
from genoviz.sequences.locus import Locus, clip

SUFFIXES = tuple(f"{kind}{packed}" for packed in ("", ".gz", ".bgz") for kind in (".fa", ".fasta", ".fna"))
_PLACE = re.compile(r"([^\s:]+):([0-9,]+)-([0-9,]+)(?:\([+]\))?")


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
        self._fasta: Any = None
        try:
            _check(path)
            self._fasta, headers = _open(path)
            self.pieces = self._place(headers, locus)
        except BadGenome:
            self.close()
            raise
        except (OSError, ValueError) as error:
            self.close()
            raise unreadable(path, getattr(error, "strerror", None) or str(error)) from error

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


def _open(path: Path) -> tuple[Any, dict[str, str]]:
    """The pysam file, and the header line of each record."""
    import pysam

    index = index_of(path)
    level = pysam.set_verbosity(0)
    try:
        gzi = str(index.gzi) if index.gzi is not None else None
        return pysam.FastaFile(str(path), filepath_index=str(index.fai), filepath_index_compressed=gzi), index.headers
    finally:
        pysam.set_verbosity(level)


def file_stamp(path: Path) -> str:
    """Size and time of a file, which tell that it was changed; empty when there is none."""
    try:
        about = path.stat()
    except OSError:
        return ""
    return f"{about.st_size} {about.st_mtime_ns}"


def _check(path: Path) -> None:
    """Refuse what is no file that can be read from the middle, by its first bytes."""
    if not path.is_file():
        raise BadGenome(
            read=f"There is no file {clip(str(path), 200)}.",
            accepted="A genome is a FASTA file, plain or compressed with bgzip.",
            fix="Check the path.",
        )
    with path.open("rb") as file:
        start = file.read(18)
    if start[:2] == GZIP and start[12:14] != b"BC":
        raise BadGenome(
            read=f"{clip(path.name)} is compressed with gzip.",
            accepted="Only bgzip files can be read from the middle.",
            fix=f"Run `gunzip {path.name}`, then `bgzip {path.stem}`.",
        )
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadGenome(
            read=f"{clip(path.name)} is text in UTF-16.",
            accepted="A genome is a FASTA file with one byte a letter.",
            fix="Save it as UTF-8 without a byte order mark.",
        )
    if start[:2] != GZIP and not start.lstrip().startswith(b">"):
        mark = " (before it stands a byte order mark)" if start.startswith(b"\xef\xbb\xbf") else ""
        raise unreadable(path, f"it does not start with `>`{mark}")
