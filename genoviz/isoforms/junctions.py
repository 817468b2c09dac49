"""Junctions that RNA-seq has measured: BED of junctions (6 or 12 columns) and the table that STAR writes.

- STAR (`SJ.out.tab`): chromosome, first and last base of the intron (1-based), strand (0, 1, 2), motif, annotated, reads that
  map to one place, reads that map to several, overhang. Reads that map to one place are taken.
- BED12: two blocks, the pieces of exons that reads cover; the intron lies between them; the score is the number of reads
  (TopHat, regtools).
- BED6: the row is the intron itself; the score is the number of reads.

They are shown beside predictions, and no score uses them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from genoviz.errors import BadInput
from genoviz.files.text import bounded_lines, unpacked
from genoviz.genomes.chromosome_names import chromosome_key
from genoviz.sequences.locus import Locus
from genoviz.sequences.numbers import whole_number

MOST = 1_000_000  # rows
FIRST = 1_000  # rows that are read whatever their chromosome, so that a file of another kind is told
ACCEPTED = "Read are STAR's `SJ.out.tab`, and BED of junctions with 6 or 12 columns, also compressed with gzip."
_STAR_STRANDS = {"0": "", "1": "+", "2": "-"}


@dataclass(frozen=True)
class Junction:
    """An intron as reads show it.

    Attributes
    ----------
    chrom
        As in the file.
    start, end
        The intron, 0-based and half-open.
    strand
        `+`, `-`, or empty where it is not known.
    reads
        How many reads span it.
    """

    chrom: str
    start: int
    end: int
    strand: str
    reads: int


@dataclass(frozen=True)
class Junctions:
    """Junctions of a file that lie in a stretch, and how many rows were left out because they could not be read."""

    all: tuple[Junction, ...]
    skipped: int
    rows: int

    @property
    def sentence(self) -> str:
        """What was read."""
        left = f"; rows that could not be read: {self.skipped:,}" if self.skipped else ""
        return f"{len(self.all):,} measured junctions here, of {self.rows:,} in the file{left}."


def read_junctions(content: bytes, locus: Locus) -> Junctions:
    """Junctions of a file whose intron lies all inside a locus, by place; the strand of the locus does not matter.

    Parameters
    ----------
    content
        The file, plain or compressed with gzip.
    locus
        Where to look; spellings of the chromosome (`1`, `chr1`) are the same.

    Raises
    ------
    BadInput
        If the file is no table of junctions, or has more than `MOST` rows.
    """
    wanted, found, skipped, rows = chromosome_key(locus.chrom), [], 0, 0
    elsewhere: set[str] = set()
    try:
        for line in _lines(content):
            columns = line.split("\t") if "\t" in line else line.split()
            if not columns or columns[0] in ("track", "browser"):
                continue
            rows += 1
            if rows > MOST:
                raise BadInput(f"The file has more than {MOST:,} junctions.", ACCEPTED, "Cut it to the gene.")
            if rows > FIRST and columns[0] in elsewhere:
                continue
            one = _star(columns) or _bed(columns)
            if one is None:
                skipped += 1
            elif chromosome_key(one.chrom) != wanted:
                elsewhere.add(one.chrom)
            elif locus.start <= one.start and one.end <= locus.end:
                found.append(one)
    except (OSError, EOFError) as error:
        raise BadInput("The file of junctions is damaged.", ACCEPTED, "Copy it again.") from error
    if not rows or skipped == rows:
        raise BadInput("The file holds no junctions.", ACCEPTED, "Check that it is the right file.")
    return Junctions(tuple(sorted(found, key=lambda one: (one.start, one.end))), skipped, rows)


def _lines(content: bytes) -> Iterable[str]:
    for line in bounded_lines(unpacked(BytesIO(content)), b"#"):
        text = line.decode("utf-8", "replace").strip("\r\n\ufeff")
        if text.strip() and not text.startswith("#"):
            yield text


def _star(columns: list[str]) -> Junction | None:
    """A row of STAR's table: nine columns, all numbers but the first."""
    if len(columns) != 9 or columns[3] not in _STAR_STRANDS:
        return None
    numbers = [whole_number(text) for text in columns[1:]]
    if any(number is None for number in numbers):
        return None
    first, last, reads = numbers[0], numbers[1], numbers[5]
    if first is None or last is None or reads is None or not 1 <= first <= last:
        return None
    return Junction(columns[0], first - 1, last, _STAR_STRANDS[columns[3]], reads)


def _bed(columns: list[str]) -> Junction | None:
    """A row of BED with 6 columns (the intron) or 12 (two blocks with the intron between)."""
    if len(columns) < 6 or columns[5] not in ("+", "-", "."):
        return None
    start, end = whole_number(columns[1]), whole_number(columns[2])
    if start is None or end is None or start >= end:
        return None
    if len(columns) >= 12:
        sizes = [whole_number(text) for text in columns[10].strip(",").split(",")]
        begins = [whole_number(text) for text in columns[11].strip(",").split(",")]
        if len(sizes) != 2 or len(begins) != 2 or sizes[0] is None or begins[1] is None:
            return None
        start, end = start + sizes[0], start + begins[1]
        if start >= end:
            return None
    try:
        reads = int(float(columns[4]))
    except (ValueError, OverflowError):
        return None
    return Junction(columns[0], start, end, columns[5].replace(".", ""), reads) if reads >= 0 else None
