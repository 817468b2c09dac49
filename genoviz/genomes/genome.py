"""Genome: the bases of a locus, from indexed FASTA files.

The files may hold whole chromosomes or pieces of them. A piece says where it lies in its name
(`chr17:43000001-43100000`), in the words after its name (`>chr17 chr17:43000001-43100000 GRCh38`), or in a table
`loci.tsv` in the folder of the files.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from genoviz.errors import BadGenome, BadLocus
from genoviz.genomes.chromosome_names import ChromosomeNames
from genoviz.genomes.fasta import SUFFIXES, IndexedFasta, Piece
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.bases import base_count
from genoviz.sequences.locus import Locus, clip
from genoviz.sequences.sequence import Sequence

MISSING = "\0"  # stands for a base that a reference does not have
MOST_PADDING = 10_000_000  # N around a chromosome, in all
_MOST_LISTED = 10
_COLUMNS = ("name", "chrom", "start_1based", "end_1based")


class Reference(Protocol):
    """Anything that gives the bases of a locus: a Genome on disk, or one read over the network.

    Close it, or use it in a `with` statement.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def close(self) -> None:
        """Release files and connections."""

    @property
    def assembly(self) -> str:
        """Name of the build; empty when it is not known."""

    @property
    def title(self) -> str:
        """What to call it."""

    @property
    def chromosomes(self) -> dict[str, int]:
        """Name and length (bases) of each chromosome."""

    @property
    def stored(self) -> tuple[Locus, ...]:
        """The stretches whose bases it has: whole chromosomes, or pieces of them."""

    @property
    def whole(self) -> frozenset[str]:
        """Chromosomes that are there from end to end, so that their length is that of the assembly."""

    def resolve(self, chrom: str) -> str:
        """Its own spelling of a chromosome name; BadLocus when it has no such chromosome."""

    def fetch(self, locus: Locus, *, pad: bool = False) -> Sequence:
        """The bases of a locus, 5' to 3' on its strand; BadLocus when it has not all of them and `pad` is false."""

    def bases(self, chrom: str, start: int, end: int) -> str:
        """Plus-strand letters (upper case) of a 0-based half-open range."""


class Genome:
    """Indexed FASTA files of one assembly, plain or compressed with bgzip.

    Safe to use from several threads. Close it, or use it in a `with` statement.

    Parameters
    ----------
    path
        A FASTA file, a folder of them, or several files. A missing index (`.fai`, and `.gzi` when compressed) is made
        beside the file, or in the cache folder where that is not possible. In a folder, `loci.tsv` may say where
        pieces lie: columns `name` (file name without ending), `chrom`, `start_1based`, `end_1based` (included) and, if
        wanted, `assembly`.
    assembly
        Name of the build, such as `"GRCh38"`; noted on every sequence and never guessed. Left empty, it is the one
        that `loci.tsv` names.
    title
        What messages call it; the name of the file or folder when left empty.
    loci
        Where the only record of a file lies, by file name; goes before `loci.tsv`.

    Raises
    ------
    BadGenome
        If a file is missing, is no FASTA, is compressed with plain gzip, or cannot be indexed; if places contradict
        each other; or if names and lengths show that it is another build than `assembly`.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        assembly: str = "",
        *,
        title: str = "",
        loci: Mapping[str, Locus] | None = None,
    ) -> None:
        files = [Path(path)] if isinstance(path, (str, os.PathLike)) else [Path(p) for p in path]
        folder = files[0] if len(files) == 1 and files[0].is_dir() else None
        table: dict[str, Locus] = {}
        if folder is not None:
            files = fasta_files(folder)
            table = _read_loci(folder / "loci.tsv", assembly)
        if not files:
            raise BadGenome(
                read=f"There is no FASTA file in {clip(str(folder), 200) if folder else 'an empty list'}.",
                accepted=f"FASTA files end in {', '.join(SUFFIXES)}.",
                fix="Check the path.",
            )
        self.paths = tuple(files)
        self.path = folder or (files[0] if len(files) == 1 else files[0].parent)
        self.title = title or self.path.name
        self.assembly = assembly or next((locus.assembly for locus in table.values()), "")
        given = table | dict(loci or {})
        self._files: list[IndexedFasta] = []
        try:
            for file in files:
                self._files.append(IndexedFasta(file, given.get(file.name) or given.get(_stem(file))))
            self._pieces = tuple(piece for file in self._files for piece in file.pieces)
            self._by_chromosome = _by_chromosome(self._pieces)
            self._names = ChromosomeNames(self.chromosomes, self.assembly, self.title)
        except BadGenome:
            self.close()
            raise

    def __enter__(self) -> Genome:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the files; fetching afterwards raises BadGenome."""
        for file in self._files:
            file.close()

    @property
    def chromosomes(self) -> dict[str, int]:
        """Name and length (bases) of each chromosome; of one stored in pieces, where the last piece ends."""
        return {name: max(piece.end for piece in pieces) for name, pieces in self._by_chromosome.items()}

    @property
    def stored(self) -> tuple[Locus, ...]:
        """The stretches whose bases are in the files, whole chromosomes or pieces, in file order."""
        return tuple(Locus(p.chrom, p.start, p.end, "+", self.assembly) for p in self._pieces)

    @property
    def whole(self) -> frozenset[str]:
        """Chromosomes that are stored as one record which names no place: from end to end."""
        return frozenset(name for name, pieces in self._by_chromosome.items() if not any(p.placed for p in pieces))

    def resolve(self, chrom: str) -> str:
        """This genome's spelling of a chromosome name: `1` and `chr1`, `MT` and `chrM`, `4` and `chrIV` are one.

        RefSeq accessions of human, yeast and E. coli chromosomes are known with their versions; see
        `genoviz.genomes.chromosome_names`.

        Raises
        ------
        BadLocus
            If there is no such chromosome (near matches are listed), or it is an accession of another build.
        """
        return self._names.resolve(chrom)

    def fetch(self, locus: Locus, *, pad: bool = False) -> Sequence:
        """The bases of a locus, 5' to 3' on its strand.

        Parameters
        ----------
        locus
            Its assembly, when named, must be this genome's.
        pad
            Put N where the files have no bases instead of refusing; the name of the sequence then says how many.

        Returns
        -------
        Sequence
            Named after the locus, and with it; lower case (soft-masked) becomes upper case.

        Raises
        ------
        BadLocus
            If the chromosome is unknown, the assembly differs, or bases are missing and `pad` is false.
        BadGenome
            If the genome is closed, a file cannot be read, or pieces that overlap there differ.
        """
        check_assembly(locus, self)
        name = self.resolve(locus.chrom)
        locus, pieces = named_as_written(locus, name, self._by_chromosome), self._by_chromosome[name]
        if len(locus) > max(piece.end for piece in pieces) + MOST_PADDING:
            raise self._outside(locus, pieces)  # before memory is asked for that many N
        letters = _stitch(locus, [p for p in pieces if p.start < locus.end and locus.start < p.end])
        if MISSING in letters and not pad:
            raise self._outside(locus, pieces)
        return oriented(locus, letters, self)

    def bases(self, chrom: str, start: int, end: int) -> str:
        """Plus-strand letters of a 0-based half-open range: the `fetch` that `Variant.left_align` takes."""
        return self.fetch(Locus(chrom, start, end)).bases if end > start else ""

    def _outside(self, locus: Locus, pieces: list[Piece]) -> BadLocus:
        def distance(piece: Piece) -> int:
            return max(piece.start - locus.end, locus.start - piece.end, 0)

        near = sorted(pieces, key=distance)[:_MOST_LISTED]
        more = f" and {len(pieces) - len(near):,} more" if len(pieces) > len(near) else ""
        build = f" ({self.assembly})" if self.assembly else ""
        return BadLocus(
            read=f"{locus} reaches outside the bases of {self.title}{build}.",
            accepted=f"It has {', '.join(str(piece) for piece in near)}{more}.",
            fix="Choose a locus inside, or pad with N.",
        )


def check_assembly(locus: Locus, reference: Reference) -> None:
    """Refuse a locus that names another build than the reference: BadLocus."""
    if not same_assembly(locus.assembly, reference.assembly):
        raise BadLocus(
            read=f"{locus} is on {clip(locus.assembly, 30)}, but {reference.title} is {clip(reference.assembly, 30)}.",
            accepted="Locus and genome must be of one assembly.",
            fix=f"Choose {clip(locus.assembly, 30)}, or convert the position to {clip(reference.assembly, 30)}.",
        )


def named_as_written(locus: Locus, name: str, known: Container[str]) -> Locus:
    """The locus under the name of the record that is read, where its own is that of another record: `1` beside `chr1`."""
    return replace(locus, chrom=name) if name != locus.chrom and locus.chrom in known else locus


def oriented(locus: Locus, letters: str, reference: Reference) -> Sequence:
    """The sequence of a locus from its plus-strand letters; each `MISSING` one is read as N and counted in the name."""
    missing = letters.count(MISSING)
    note = f" ({base_count(missing)} not in {reference.title} and read as N)" if missing else ""
    plus = replace(locus, strand="+", assembly=locus.assembly or reference.assembly)
    sequence = Sequence(letters.replace(MISSING, "N"), f"{locus}{note}", plus)
    return sequence.reverse_complement() if locus.strand == "-" else sequence


def fasta_files(folder: Path) -> list[Path]:
    """The FASTA files directly in a folder, by name."""
    return sorted(p for p in folder.iterdir() if p.is_file() and p.name.lower().endswith(SUFFIXES))


def _stitch(locus: Locus, pieces: Iterable[Piece]) -> str:
    """Plus-strand letters of a locus, `MISSING` where no piece has a base."""
    letters = MISSING * len(locus)
    for piece in pieces:
        low, high = max(locus.start, piece.start), min(locus.end, piece.end)
        before = letters[low - locus.start : high - locus.start]
        found = piece.read(low, high)
        if before != MISSING * len(before):
            for i, (one, other) in enumerate(zip(before.upper(), found.upper(), strict=True)):
                if one not in (other, MISSING):
                    raise BadGenome(
                        read=f"Two files differ at {piece.chrom}:{low + i + 1:,}: {one}, but {other} in "
                        f"{piece.file.path.name}.",
                        accepted="Pieces of one genome have equal bases where they overlap.",
                        fix="Leave one of the files out.",
                    )
        letters = letters[: low - locus.start] + found + letters[high - locus.start :]
    return letters


def _by_chromosome(pieces: Iterable[Piece]) -> dict[str, list[Piece]]:
    """The pieces of each chromosome, in file order."""
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(str(piece.chrom), []).append(piece)
    for chrom, parts in found.items():
        unplaced = [part for part in parts if not part.placed]
        if len(parts) > 1 and unplaced:
            names = ", ".join(clip(part.file.path.name, 40) for part in parts[:3])
            raise BadGenome(
                read=f"{clip(chrom)} is there {len(parts)} times ({names}), and {clip(unplaced[0].file.path.name, 40)} "
                "does not say which stretch it holds.",
                accepted="Several pieces of one chromosome each say where they lie.",
                fix=f"Write the place into the header (`>{chrom} {chrom}:1001-2000`) or into `loci.tsv` beside the files.",
            )
    return found


def _stem(path: Path) -> str:
    """File name without the ending of a FASTA file."""
    lower = path.name.lower()
    ending = next((e for e in sorted(SUFFIXES, key=len, reverse=True) if lower.endswith(e)), "")
    return path.name[: len(path.name) - len(ending)]


def _read_loci(path: Path, assembly: str) -> dict[str, Locus]:
    """Places by file name without ending; empty when there is no table."""
    if not path.is_file():
        return {}
    found: dict[str, Locus] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t")
            for row in rows:
                name, chrom, start, end = (row[column] for column in _COLUMNS)
                build = row.get("assembly") or ""
                found[name] = Locus(chrom, int(start) - 1, int(end), "+", build)
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, ValueError, TypeError, BadLocus) as error:
        raise BadGenome(
            read=f"`loci.tsv` in {clip(path.parent.name)} cannot be read: {clip(str(error), 120)}.",
            accepted=f"It is a table with tabs and the columns {', '.join(_COLUMNS)}.",
            fix="Correct it; positions are 1-based and both ends are included.",
        ) from error
    builds = sorted({locus.assembly for locus in found.values() if locus.assembly} | ({assembly} - {""}))
    if any(not same_assembly(builds[0], build) for build in builds[1:]):
        raise BadGenome(
            read=f"`loci.tsv` in {clip(path.parent.name)} and the one who opens it name {', '.join(builds)}.",
            accepted="A genome is of one assembly.",
            fix="Open it under the assembly of the table, or part the table.",
        )
    return found
