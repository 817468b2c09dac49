"""Measured tracks along a place: bedGraph, wiggle and bigWig, such as read coverage or conservation.

bigWig is read by the package pyBigWig, which is no part of genoviz (`pip install "genoviz[tracks]"`); the other formats need
nothing. Values are placed along the plus strand and turned with the place.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.files.text import bounded_lines, unpacked
from genoviz.genomes.chromosome_names import chromosome_key
from genoviz.sequences.locus import Locus
from genoviz.sequences.numbers import whole_number

ACCEPTED = "Read are bedGraph, wiggle (fixedStep and variableStep), both also compressed with gzip, and bigWig."
_BIGWIG = (b"\x26\xfc\x8f\x88", b"\x88\x8f\xfc\x26")
_Piece = tuple[str, int, int, float]  # chromosome, start, end (0-based, half-open), value


@dataclass(frozen=True, eq=False)
class Signal:
    """Values of a measured track along a place.

    Attributes
    ----------
    name
        Of the file.
    locus
        Where; on the minus strand values run 5' to 3' along it.
    values
        `(length,)`: the value at each base; nan where the file has none.
    rows
        Rows of the file that lie in the place; 0 for bigWig.
    skipped
        Rows that could not be read.
    """

    name: str
    locus: Locus
    values: NDArray[np.float64]
    rows: int
    skipped: int = 0

    @property
    def sentence(self) -> str:
        """What was read, in words."""
        covered = int(np.isfinite(self.values).sum())
        left = f" {self.skipped:,} rows could not be read." if self.skipped else ""
        return f"{self.name}: values at {covered:,} of {len(self.values):,} bases of {self.locus}.{left}"


def read_signal(content: bytes, locus: Locus, name: str = "measured") -> Signal:
    """Read the values of a track along a place.

    Parameters
    ----------
    content
        The file.
    locus
        Where; spellings of the chromosome (`1`, `chr1`) are the same.
    name
        What to call it.

    Raises
    ------
    BadInput
        If the file is of another format or damaged, or is bigWig and pyBigWig is not installed.
    """
    if content[:4] in _BIGWIG:
        values, rows, skipped = _bigwig(content, locus), 0, 0
    else:
        values, rows, skipped = _text(content, locus)
    turned = values[::-1].copy() if locus.strand == "-" else values
    return Signal(name, locus, turned, rows, skipped)


def _text(content: bytes, locus: Locus) -> tuple[NDArray[np.float64], int, int]:
    values = np.full(len(locus), np.nan)
    wanted, rows, read, skipped = chromosome_key(locus.chrom), 0, 0, 0
    try:
        for piece in _pieces(content):
            if piece is None:
                skipped += 1
                continue
            read += 1
            chrom, start, end, value = piece
            if start < locus.end and end > locus.start and chromosome_key(chrom) == wanted:
                values[max(start - locus.start, 0) : end - locus.start] = value
                rows += 1
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput("The track is damaged or cut off.", ACCEPTED, "Copy it again.") from error
    if not read:
        raise BadInput("The file holds no values along a genome.", ACCEPTED, "Check that it is the right file.")
    return values, rows, skipped


def _pieces(content: bytes) -> Iterator[_Piece | None]:
    """Stretches with a value, in the order of the file; None for a row that can't be read."""
    chrom, at, step, span, fixed = "", 0, 1, 1, False
    for line in bounded_lines(unpacked(BytesIO(content)), b"#"):
        words = line.decode("utf-8", "replace").strip("\r\n\ufeff \t").split()
        if not words or words[0].startswith("#") or words[0] in ("track", "browser"):
            continue
        if words[0] in ("fixedStep", "variableStep"):
            said = dict(word.split("=", 1) for word in words[1:] if "=" in word)
            chrom, fixed = said.get("chrom", ""), words[0] == "fixedStep"
            at, step = (whole_number(said.get("start", "1")) or 1) - 1, whole_number(said.get("step", "1")) or 1
            span = whole_number(said.get("span", "1")) or 1
        elif chrom and fixed and len(words) == 1:
            value = _value(words[0])
            yield None if value is None else (chrom, at, at + span, value)
            at += step
        elif chrom and not fixed and len(words) == 2:
            place, value = whole_number(words[0]), _value(words[1])
            yield None if value is None or not place else (chrom, place - 1, place - 1 + span, value)
        else:
            yield _bedgraph(words)


def _bedgraph(words: list[str]) -> _Piece | None:
    """Four columns: chromosome, start, end (0-based, half-open), value."""
    if len(words) != 4:
        return None
    start, end, value = whole_number(words[1]), whole_number(words[2]), _value(words[3])
    return None if start is None or end is None or value is None or start >= end else (words[0], start, end, value)


def _value(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _bigwig(content: bytes, locus: Locus) -> NDArray[np.float64]:
    try:
        import pyBigWig
    except ImportError as error:
        raise BadInput(
            "This is a bigWig file, and the package `pyBigWig` is not installed.",
            "bedGraph and wiggle are read without it.",
            'Run `pip install "genoviz[tracks]"`, or turn the file into bedGraph with `bigWigToBedGraph`.',
        ) from error
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "track.bw"
        path.write_bytes(content)
        try:
            with pyBigWig.open(str(path)) as track:
                lengths = track.chroms()
                wanted = chromosome_key(locus.chrom)
                chrom = next((name for name in lengths if chromosome_key(name) == wanted), None)
                values = np.full(len(locus), np.nan)
                if chrom is not None and (end := min(locus.end, lengths[chrom])) > locus.start:
                    values[: end - locus.start] = track.values(chrom, locus.start, end, numpy=True)
        except RuntimeError as error:
            raise BadInput("The bigWig file is damaged or cut off.", ACCEPTED, "Copy it again.") from error
    return values
