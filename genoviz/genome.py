"""Genome: the bases of a locus, from an indexed FASTA file.

The file may hold whole chromosomes or pieces of them. A piece says where it lies in its name
(`chr17:43000001-43100000`) or in the words after its name (`>chr17 chr17:43000001-43100000 GRCh38`).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from genoviz.errors import BadGenome, BadLocus
from genoviz.locus import Locus, clip, same_assembly
from genoviz.sequence import Sequence, base_count

if TYPE_CHECKING:
    import os

_PLACE = re.compile(r"([^\s:]+):([0-9,]+)-([0-9,]+)(?:\([+]\))?")
_MOST_HEADERS = 500
_MOST_LISTED = 10


@dataclass(frozen=True)
class _Piece:
    """A FASTA record and the stretch of chromosome it holds (0-based, half-open)."""

    record: str
    chrom: str
    start: int
    end: int

    def __str__(self) -> str:
        return str(Locus(self.chrom, self.start, self.end))


class Genome:
    """An indexed FASTA file, plain or compressed with bgzip.

    Safe to use from several threads. Close it, or use it in a `with` statement.

    Parameters
    ----------
    path
        The FASTA file; a missing index (`.fai`, and `.gzi` when compressed) is made beside it.
    assembly
        Name of the build, such as `"GRCh38"`; noted on every sequence and never guessed.

    Raises
    ------
    BadGenome
        If the file is missing, is no FASTA, is compressed with plain gzip, or cannot be indexed.
    """

    def __init__(self, path: str | os.PathLike[str], assembly: str = "") -> None:
        self.path = Path(path)
        self.assembly = assembly
        self._lock = threading.Lock()
        self._fasta: Any = _open(self.path)
        try:
            self._pieces = _pieces(self.path, self._fasta)
        except (OSError, ValueError) as error:
            self.close()
            raise _unreadable(self.path, str(error)) from error
        self._names = _by_key(dict.fromkeys(piece.chrom for piece in self._pieces))

    def __enter__(self) -> Genome:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file; fetching afterwards raises BadGenome."""
        with self._lock:
            if self._fasta is not None:
                self._fasta.close()
                self._fasta = None

    @property
    def chromosomes(self) -> dict[str, int]:
        """Name and length (bases) of each chromosome; of one stored in pieces, where the last piece ends."""
        lengths: dict[str, int] = {}
        for piece in self._pieces:
            lengths[piece.chrom] = max(piece.end, lengths.get(piece.chrom, 0))
        return lengths

    @property
    def stored(self) -> tuple[Locus, ...]:
        """The stretches whose bases are in the file, whole chromosomes or pieces, in file order."""
        return tuple(Locus(p.chrom, p.start, p.end, "+", self.assembly) for p in self._pieces)

    def resolve(self, chrom: str) -> str:
        """This file's spelling of a chromosome name: `1` and `chr1`, `MT` and `chrM`, `IV` and `chrIV` are one.

        Arabic and Roman numbers are never exchanged: `4` is not `IV`.

        Raises
        ------
        BadLocus
            If there is no such chromosome; near matches are listed.
        """
        known = self.chromosomes
        if chrom in known:
            return chrom
        found = self._names.get(_key(chrom))
        if found is not None:
            return found
        near = get_close_matches(chrom, known, n=_MOST_LISTED, cutoff=0.5)
        listed = near or list(known)[:_MOST_LISTED]
        more = "" if near or len(known) <= _MOST_LISTED else f" and {len(known) - _MOST_LISTED:,} more"
        raise BadLocus(
            read=f"There is no chromosome named {clip(chrom)} in {self._title}.",
            accepted=f"{'Near matches are' if near else 'It has'} {', '.join(clip(n, 40) for n in listed)}{more}.",
            fix="Choose one of these, or another genome.",
        )

    def fetch(self, locus: Locus, *, pad: bool = False) -> Sequence:
        """The bases of a locus, 5' to 3' on its strand.

        Parameters
        ----------
        locus
            Its assembly, when named, must be this genome's.
        pad
            Put N where the file has no bases instead of refusing; the name of the sequence then says how many.

        Returns
        -------
        Sequence
            Named after the locus, and with it; lower case (soft-masked) becomes upper case.

        Raises
        ------
        BadLocus
            If the chromosome is unknown, the assembly differs, or bases are missing and `pad` is false.
        """
        if not same_assembly(locus.assembly, self.assembly):
            raise BadLocus(
                read=f"{locus} is on {clip(locus.assembly, 30)}, but {self.path.name} is {clip(self.assembly, 30)}.",
                accepted="Locus and genome must be of one assembly.",
                fix=f"Choose {clip(locus.assembly, 30)}, or convert the position to {clip(self.assembly, 30)}.",
            )
        name = self.resolve(locus.chrom)
        parts = [p for p in self._pieces if p.chrom == name]
        bases = self._stitch(locus, [p for p in parts if p.start < locus.end and locus.start < p.end])
        missing = bases.count("\0")
        if missing and not pad:
            raise self._outside(locus, parts)
        sequence = Sequence(
            bases.replace("\0", "N"), str(locus), replace(locus, strand="+", assembly=self._build(locus))
        )
        if locus.strand == "-":
            sequence = sequence.reverse_complement()
        if missing:
            note = f"{base_count(missing)} not in {self.path.name} and read as N"
            sequence = replace(sequence, name=f"{locus} ({note})")
        return sequence

    def bases(self, chrom: str, start: int, end: int) -> str:
        """Plus-strand letters of a 0-based half-open range: the `fetch` that `Variant.left_align` takes."""
        return self.fetch(Locus(chrom, start, end)).bases if end > start else ""

    def _stitch(self, locus: Locus, parts: Iterable[_Piece]) -> str:
        """Plus-strand letters with a zero character where no piece has a base."""
        letters = "\0" * len(locus)
        for part in parts:
            low, high = max(locus.start, part.start), min(locus.end, part.end)
            with self._lock:
                if self._fasta is None:
                    raise BadGenome(
                        f"{self.path.name} is closed.", "A genome is read while it is open.", "Open it again."
                    )
                try:
                    found: str = self._fasta.fetch(part.record, low - part.start, high - part.start)
                except (OSError, ValueError) as error:
                    raise _unreadable(self.path, str(error)) from error
            if len(found) != high - low:
                raise _unreadable(self.path, "the index does not fit the file")
            letters = letters[: low - locus.start] + found + letters[high - locus.start :]
        return letters

    def _build(self, locus: Locus) -> str:
        return locus.assembly or self.assembly

    @property
    def _title(self) -> str:
        return f"{self.path.name} ({self.assembly})" if self.assembly else self.path.name

    def _outside(self, locus: Locus, parts: list[_Piece]) -> BadLocus:
        def distance(part: _Piece) -> int:
            return max(part.start - locus.end, locus.start - part.end, 0)

        near = sorted(parts, key=distance)[:_MOST_LISTED]
        more = f" and {len(parts) - len(near):,} more" if len(parts) > len(near) else ""
        return BadLocus(
            read=f"{locus} reaches outside the bases of {self._title}.",
            accepted=f"It has {', '.join(str(part) for part in near)}{more}.",
            fix="Choose a locus inside, or pad with N.",
        )


def _key(name: str) -> str:
    """Name without `chr`, in upper case, MT as M: equal for the spellings of one chromosome."""
    bare = (name[3:] if name[:3].lower() == "chr" else name).upper()
    return "M" if bare == "MT" else bare


def _by_key(names: Iterable[str]) -> dict[str, str]:
    """Key to name, for keys that only one name of the file has."""
    found: dict[str, str | None] = {}
    for name in names:
        key = _key(name)
        found[key] = None if key in found else name
    return {key: name for key, name in found.items() if name is not None}


def _unreadable(path: Path, why: str) -> BadGenome:
    return BadGenome(
        read=f"{clip(path.name)} cannot be read: {clip(why, 120)}.",
        accepted="A genome is a FASTA file, plain or compressed with bgzip, with its index (.fai) beside it.",
        fix=f"Check the file, remove an old index, and run `samtools faidx {path.name}`.",
    )


def _open(path: Path) -> Any:
    import pysam

    if not path.is_file():
        raise BadGenome(
            read=f"There is no file {clip(str(path), 200)}.",
            accepted="A genome is a FASTA file, plain or compressed with bgzip.",
            fix="Check the path.",
        )
    with path.open("rb") as file:
        start = file.read(18)
    if start[:2] == b"\x1f\x8b" and start[12:14] != b"BC":
        raise BadGenome(
            read=f"{clip(path.name)} is compressed with gzip.",
            accepted="Only bgzip files can be read from the middle.",
            fix=f"Run `gunzip {path.name}`, then `bgzip {path.stem}`.",
        )
    if start[:2] != b"\x1f\x8b" and not start.lstrip().startswith(b">"):
        raise _unreadable(path, "it does not start with `>`")
    lacks_index = not Path(f"{path}.fai").is_file()
    # htslib writes to standard error by itself; the message below says the same in words.
    level = pysam.set_verbosity(0)
    try:
        return pysam.FastaFile(str(path))
    except (OSError, ValueError) as error:
        if lacks_index and not Path(f"{path}.fai").is_file():
            raise BadGenome(
                read=f"{clip(path.name)} has no index, and none could be made in its folder.",
                accepted="A FASTA file is read through its index (.fai).",
                fix=f"Copy it to a folder that can be written to, and run `samtools faidx {path.name}`.",
            ) from error
        raise _unreadable(path, str(error)) from error
    finally:
        pysam.set_verbosity(level)


def _pieces(path: Path, fasta: Any) -> tuple[_Piece, ...]:
    """Every record and where it lies."""
    names, lengths = list(fasta.references), list(fasta.lengths)
    headers = _headers(path) if len(names) <= _MOST_HEADERS else {}
    pieces = []
    for name, length in zip(names, lengths, strict=True):
        if length == 0:
            continue
        for word in (name, *headers.get(name, "").split()[1:]):
            place = _PLACE.fullmatch(word)
            if place is None or (word != name and place[1] != name):
                continue
            start, end = (int(text.replace(",", "")) for text in place.group(2, 3))
            # The length tells 1-based closed from the 0-based half-open names of `bedtools getfasta`.
            if end - start + 1 == length and start >= 1:
                pieces.append(_Piece(name, place[1], start - 1, end))
                break
            if end - start == length:
                pieces.append(_Piece(name, place[1], start, end))
                break
        else:
            pieces.append(_Piece(name, name.split(":")[0] if ":" in name else name, 0, length))
    return tuple(pieces)


def _headers(path: Path) -> dict[str, str]:
    """Header line of each record: the text just before the place where the index says its bases begin."""
    import pysam

    rows = [line.split("\t") for line in Path(f"{path}.fai").read_text(encoding="utf-8").splitlines() if line]
    with path.open("rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    blocks = _blocks(Path(f"{path}.gzi")) if compressed else []
    headers = {}
    reader: Any = pysam.BGZFile(str(path), "rb") if compressed else path.open("rb")
    with reader:
        for name, _, offset, *_ in rows:
            end = int(offset)
            begin = max(0, end - 1000)
            if compressed:
                packed, unpacked = max(block for block in blocks if block[1] <= begin)
                reader.seek(packed << 16 | (begin - unpacked))
            else:
                reader.seek(begin)
            headers[name] = (
                reader.read(end - begin).decode("utf-8", "replace").rstrip("\n").rpartition("\n")[2].lstrip(">")
            )
    return headers


def _blocks(gzi: Path) -> list[tuple[int, int]]:
    """(offset in the file, offset in the text) of each bgzip block, from its index."""
    import struct

    data = gzi.read_bytes()
    count = struct.unpack_from("<Q", data)[0]
    pairs = struct.unpack_from(f"<{2 * count}Q", data, 8)
    return [(0, 0), *zip(pairs[::2], pairs[1::2], strict=True)]
