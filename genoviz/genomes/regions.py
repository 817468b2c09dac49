"""Windows of a genome around the regions of a BED file.

Of the relatives of BED only narrowPeak has a summit. Its tenth column is told from those of BED12 (number of blocks) and of
BED9 with a further column by the whole file: see `has_summits`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np

from genoviz.errors import BadInput, BadLocus
from genoviz.files.text import is_number, lines_of
from genoviz.genomes.genome import Reference
from genoviz.sequences.locus import Locus, clip
from genoviz.sequences.sequence import Sequence

NARROW_PEAK = 10  # columns
SUMMIT = 9  # of narrowPeak: the peak's summit, counted from its start; -1 where unknown
_SKIPPED = ("#", "track", "browser")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_COLOUR = re.compile(r"[0-9]{1,3}(,[0-9]{1,3}){2},?|0|\.")
_STARTS = ("start", "chromstart", "chr_start", "chrom_start")


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
    """Whether the first line that says something has a chromosome and two numbers."""
    for _, fields in _rows(text):
        return len(fields) >= 3 and is_number(fields[1]) and is_number(fields[2]) and not fields[0].startswith(">")
    return False


def has_summits(text: str, rows: Seq[Seq[str]]) -> bool:
    """Whether the tenth column holds summits: whether this is narrowPeak.

    A `track` line with a type decides. Else all rows must have ten columns with a strand, three numbers (signal, p, q) and a
    summit inside of the region or -1; and they must not all fit BED9, whose columns 7 to 9 are the two ends of a thick part
    inside of the region and a colour.
    """
    kind = re.search(r"^track\b.*?\btype=[\"']?(\w+)", text, re.MULTILINE)
    if kind is not None:
        return kind[1] == "narrowPeak"
    return all(map(_is_narrow_peak, rows)) and not all(map(_has_thick_part, rows))


def region_windows(text: str, reference: Reference, length: int, *, most: int, seed: int = 0) -> Regions:
    """Sequences of `length` bases around the regions of BED or narrowPeak text.

    The window is centred on the summit where there is one (narrowPeak), else on the region, and read on the region's
    strand (column 6; plus where there is none). A window that reaches over the end of a chromosome, or of the piece that
    is stored, is filled with N there. Regions of which the genome lacks bases are left out and counted.

    Parameters
    ----------
    most
        Of more regions so many are drawn, in the file's order.
    seed
        For the drawing.

    Raises
    ------
    BadInput
        With the line number, if a line is not a region; or if no region is left.
    BadGenome
        If the genome can't be read.
    """
    rows = list(_rows(text))
    if len(rows) > most:
        kept = np.sort(np.random.default_rng(seed).choice(len(rows), size=most, replace=False))
        rows = [rows[i] for i in kept.tolist()]
    for number, fields in rows:
        _check(number, fields)
    summits = bool(rows) and has_summits(text, [fields for _, fields in rows])
    windows: list[Sequence] = []
    left_out: Counter[str] = Counter()
    padded = at_summit = 0
    for number, fields in rows:
        start, end = int(fields[1]), int(fields[2])
        summit = int(fields[SUMMIT]) if summits and fields[SUMMIT] != "-1" else None
        middle = start + summit if summit is not None else (start + end) // 2
        first = middle - length // 2
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
        strand = fields[5] if len(fields) > 5 and fields[5] in ("+", "-") else "+"
        window = _window(reference, chrom, first, length, strand, name)
        at_summit += summit is not None
        padded += window[1]
        windows.append(window[0])
    if not windows:
        reasons = "; ".join(f"{number:,}: {reason}" for reason, number in left_out.items()) or "it has none"
        raise BadInput(
            f"No region of the BED text can be read ({reasons}).",
            f"Regions lie on chromosomes of {reference.title}{f' ({reference.assembly})' if reference.assembly else ''}, "
            "positions from 0.",
            "Choose the genome that the file was made with.",
        )
    return Regions(tuple(windows), dict(left_out), padded, at_summit)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Line numbers (from 1) and columns of the lines that hold regions."""
    rows = [
        (number, [cell.strip() for cell in line.split("\t")] if "\t" in line else line.split())
        for number, line in enumerate(lines_of(text), start=1)
        if line.strip() and not line.startswith(_SKIPPED)
    ]
    if rows and len(rows[0][1]) > 2 and rows[0][1][1].lower() in _STARTS:  # names of the columns
        rows = rows[1:]
    return rows


def _check(number: int, fields: Seq[str]) -> None:
    if (
        len(fields) < 3
        or not (is_number(fields[1]) and is_number(fields[2]))
        or int(fields[1]) >= int(fields[2])
        or not fields[0]
    ):
        raise BadInput(
            f"Line {number} of the BED text is {clip(' '.join(fields))}.",
            "A region is a chromosome, a start (from 0) and an end behind it.",
            "Check that line.",
        )


def _is_narrow_peak(fields: Seq[str]) -> bool:
    if len(fields) != NARROW_PEAK or fields[5] not in ("+", "-", "."):
        return False
    summit = fields[SUMMIT]
    inside = is_number(summit) and int(summit) < int(fields[2]) - int(fields[1])
    return (inside or summit == "-1") and all(_FLOAT.fullmatch(fields[i]) for i in (6, 7, 8))


def _has_thick_part(fields: Seq[str]) -> bool:
    start, end = int(fields[1]), int(fields[2])
    thick = fields[6:8]
    return (
        all(is_number(t) for t in thick)
        and start <= int(thick[0]) <= int(thick[1]) <= end
        and bool(_COLOUR.fullmatch(fields[8]))
    )


def _why_not(reference: Reference, chrom: str, region: tuple[int, int], window: tuple[int, int]) -> str:
    """Why a region is left out: its bases inside of the window must be there; empty where they are."""
    stored = [locus for locus in reference.stored if locus.chrom == chrom]
    if len(stored) == 1 and stored[0].start == 0 and region[1] > stored[0].end:
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
