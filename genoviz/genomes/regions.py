"""Windows of a genome around the regions of a BED file.

Of the relatives of BED only narrowPeak has a summit. Its tenth column is told from those of BED12 (number of blocks) and of
BED9 with a further column by the other columns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np

from genoviz.errors import BadInput, BadLocus
from genoviz.files.text import lines_of
from genoviz.genomes.genome import Reference
from genoviz.sequences.locus import Locus, clip
from genoviz.sequences.numbers import whole_number
from genoviz.sequences.sequence import Sequence

NARROW_PEAK = 10  # columns
SUMMIT = 9  # of narrowPeak: the peak's summit, counted from its start; -1 where unknown
_TRACK = re.compile(r"(?:track|browser)(?:\s|$)")
_ATTRIBUTE = re.compile(r"""\b(\w+)=("[^"]*"|'[^']*'|\S+)""")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_COLOUR = re.compile(r"[0-9]{1,3}(,[0-9]{1,3}){2},?|[0-9]+|\.")
_STARTS = ("chromstart", "chrom_start")  # names of UCSC, counted from 0
_UNCLEAR = ("start", "chr_start", "pos")
_STRANDS = {"+": "+", "1": "+", "plus": "+", "-": "-", "\u2212": "-", "-1": "-", "minus": "-"}
_Row = tuple[int, list[str], str]  # line number, columns, type of the track


@dataclass(frozen=True)
class Regions:
    """What became of the regions of a file.

    Attributes
    ----------
    windows
        One sequence for each region that was read, in the file's order.
    left_out
        Reason and number, for regions of which the genome has no bases.
    padded
        How many windows reach over the bases of the genome and are filled with N there.
    summits
        How many windows lie around a summit; the others lie around the middle of their region.
    """

    windows: tuple[Sequence, ...]
    left_out: Mapping[str, int]
    padded: int
    summits: int

    def __iter__(self) -> Iterator[Sequence]:
        return iter(self.windows)

    def __len__(self) -> int:
        return len(self.windows)

    @property
    def sentence(self) -> str:
        """All of it in words."""
        count, length = len(self.windows), len(self.windows[0])
        where = (
            "summits"
            if self.summits == count
            else f"summits ({self.summits:,}) or middles"
            if self.summits
            else "middles"
        )
        parts = [f"{count:,} window{'' if count == 1 else 's'} of {length:,} bases around the {where} of the regions."]
        if self.padded:
            parts.append(f"{self.padded:,} reach over the bases of the genome and are filled with N there.")
        if self.left_out:
            reasons = "; ".join(f"{number:,}: {reason}" for reason, number in self.left_out.items())
            parts.append(f"Left out: {reasons}.")
        return " ".join(parts)


def looks_like_bed(text: str) -> bool:
    """Whether the first line that says something has a chromosome and two numbers, or names such columns."""
    for _, fields, _ in _rows(text):
        named = len(fields) > 2 and fields[1].lower() in (*_STARTS, *_UNCLEAR)
        return named or (_span(fields) is not None and not fields[0].startswith(">"))
    return False


def region_windows(text: str, reference: Reference, length: int, *, most: int, seed: int = 0) -> Regions:
    """Sequences of `length` bases around the regions of BED or narrowPeak text.

    The window is centred on the summit where there is one (narrowPeak), else on the region, and read on the region's
    strand (column 6; plus where there is none). A window that reaches over the end of a chromosome, or of the piece that
    is stored, is filled with N there. Regions of which the genome lacks bases are left out and counted.

    Parameters
    ----------
    most
        Of more regions so many are drawn, in the file's order, from those that can be read.
    seed
        For the drawing.

    Raises
    ------
    BadInput
        With the line number, if a line is not a region; or if no region is left.
    BadGenome
        If the genome can't be read.
    """
    rows = [row for row in _rows(text) if not _names_columns(row)]
    for number, fields, kind in rows:
        _check(number, fields, kind)
    summits = _summits(rows)
    left_out: Counter[str] = Counter()
    places = []
    for (number, fields, _), summit in zip(rows, summits, strict=True):
        start, end = int(fields[1]), int(fields[2])
        first = (start + summit if summit is not None else (start + end) // 2) - length // 2
        try:
            chrom = reference.resolve(fields[0])
        except BadLocus:
            left_out[f"{reference.title} has no such chromosome"] += 1
            continue
        reason = _why_not(reference, chrom, (start, end), (first, first + length))
        if reason:
            left_out[reason] += 1
            continue
        name = fields[3] if len(fields) > 3 and fields[3] not in (".", "") else f"region {number}"
        strand = _STRANDS.get(fields[5].lower(), "+") if len(fields) > 5 else "+"
        places.append((chrom, first, strand, name, summit is not None))
    if len(places) > most:
        kept = np.sort(np.random.default_rng(seed).choice(len(places), size=most, replace=False))
        places = [places[i] for i in kept.tolist()]
    windows: list[Sequence] = []
    padded = at_summit = 0
    for chrom, first, strand, name, with_summit in places:
        window, missing = _window(reference, chrom, first, length, strand, name)
        if set(window.bases) == {"N"}:
            left_out["the genome has nothing but N there"] += 1
            continue
        at_summit += with_summit
        padded += missing
        windows.append(window)
    if not windows:
        raise _nothing_left(reference, left_out)
    return Regions(tuple(windows), dict(left_out), padded, at_summit)


def _nothing_left(reference: Reference, left_out: Mapping[str, int]) -> BadInput:
    reasons = "; ".join(f"{number:,}: {reason}" for reason, number in left_out.items()) or "it has none"
    build = f" ({reference.assembly})" if reference.assembly else ""
    return BadInput(
        f"No region of the BED text can be read ({reasons}).",
        f"Regions lie on chromosomes of {reference.title}{build}, positions from 0.",
        "Choose the genome that the file was made with.",
    )


def _rows(text: str) -> list[_Row]:
    """The lines that hold regions, each with the type that the `track` line above it names."""
    rows, kind = [], ""
    for number, line in enumerate(lines_of(text), start=1):
        if _TRACK.match(line):
            kind = dict(_ATTRIBUTE.findall(line)).get("type", "").strip("\"'")
        elif line.strip() and not line.startswith("#"):
            cells = [cell.strip() for cell in line.split("\t")] if "\t" in line else line.split()
            rows.append((number, cells, kind))
    return rows


def _names_columns(row: _Row) -> bool:
    """Whether a row is a header; BadInput for one of a table that may count from 1."""
    number, fields, _ = row
    if len(fields) > 2 and fields[1].lower() in _UNCLEAR:
        raise BadInput(
            f"Line {number} names the columns {clip(' '.join(fields))}.",
            "BED has no such line and counts from 0; tables with a column `start` mostly count from 1.",
            "Save the regions as BED (subtract 1 from the starts if they count from 1) and leave that line out.",
        )
    return len(fields) > 2 and fields[1].lower() in _STARTS


def _summits(rows: Seq[_Row]) -> list[int | None]:
    """The summit of each row, counted from its start; None where it has none.

    A `track` line with a type decides for the rows below it. Else a row of ten columns with a strand, three numbers (signal,
    p, q) and a summit inside of the region has one; but not in a file most of whose rows fit BED9, whose columns 7 to 9 are
    the two ends of a thick part inside of the region and a colour.
    """
    thick = 2 * sum(_has_thick_part(fields) for _, fields, kind in rows if not kind) > len(rows)
    found: list[int | None] = []
    for _, fields, kind in rows:
        narrow = kind == "narrowPeak" or (not kind and not thick and _is_narrow_peak(fields))
        found.append(int(fields[SUMMIT]) if narrow and fields[SUMMIT] != "-1" else None)
    return found


def _span(fields: Seq[str]) -> tuple[int, int] | None:
    """Start and end of a row; None where these are no numbers."""
    start, end = (whole_number(text) for text in fields[1:3]) if len(fields) > 2 else (None, None)
    return None if start is None or end is None else (start, end)


def _check(number: int, fields: Seq[str], kind: str) -> None:
    span = _span(fields)
    if span is None or span[0] >= span[1] or not fields[0]:
        raise BadInput(
            f"Line {number} of the BED text is {clip(' '.join(fields))}.",
            "A region is a chromosome, a start (from 0) and an end behind it.",
            "Check that line.",
        )
    if kind == "narrowPeak" and not _has_summit(fields):
        raise BadInput(
            f"Line {number} below a track line of the type narrowPeak is {clip(' '.join(fields))}.",
            "Its tenth column is the summit, counted from the start and inside of the region, or -1.",
            "Check that line, or the track line.",
        )


def _has_summit(fields: Seq[str]) -> bool:
    """Whether the tenth column can be a summit."""
    if len(fields) <= SUMMIT:
        return False
    summit = whole_number(fields[SUMMIT])
    return fields[SUMMIT] == "-1" or (summit is not None and summit < int(fields[2]) - int(fields[1]))


def _is_narrow_peak(fields: Seq[str]) -> bool:
    if len(fields) != NARROW_PEAK or fields[5] not in ("+", "-", "."):
        return False
    return _has_summit(fields) and all(_FLOAT.fullmatch(fields[i]) for i in (6, 7, 8))


def _has_thick_part(fields: Seq[str]) -> bool:
    if len(fields) < SUMMIT:
        return False
    thick = _span(["", *fields[6:8]])
    inside = thick is not None and int(fields[1]) <= thick[0] <= thick[1] <= int(fields[2])
    return inside and bool(_COLOUR.fullmatch(fields[8]))


def _why_not(reference: Reference, chrom: str, region: tuple[int, int], window: tuple[int, int]) -> str:
    """Why a region is left out: its bases inside of the window must be there; empty where they are."""
    stored = [locus for locus in reference.stored if locus.chrom == chrom]
    if chrom in reference.whole and region[1] > reference.chromosomes[chrom]:
        return "they end behind the last base of their chromosome, as in another assembly"
    low, high = max(region[0], window[0]), min(region[1], window[1])
    if low >= high:  # a summit at the very edge of its region
        low, high = (window[0] + window[1]) // 2, (window[0] + window[1]) // 2 + 1
    for locus in sorted(stored, key=lambda locus: locus.start):
        if locus.start <= low < locus.end:
            low = locus.end
    return "" if low >= high else f"{reference.title} has not all of their bases"


def _window(reference: Reference, chrom: str, first: int, length: int, strand: str, name: str) -> tuple[Sequence, bool]:
    """The bases of a window, and whether some of them are missing in the genome."""
    left = max(0, -first)  # a locus cannot begin before its chromosome
    locus = Locus(chrom, first + left, first + length, strand, reference.assembly)
    found = reference.fetch(locus, pad=True)
    missing = left > 0 or "read as N" in found.name
    if left:
        return Sequence("N" * left + found.bases if strand == "+" else found.bases + "N" * left, name), missing
    return Sequence(found.bases, name, found.locus), missing
