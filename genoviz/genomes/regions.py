"""Windows of a genome around the regions of a BED file."""

from __future__ import annotations

import numpy as np

from genoviz.errors import BadInput
from genoviz.genomes.genome import Reference
from genoviz.sequences.locus import Locus, clip
from genoviz.sequences.sequence import Sequence

SUMMIT = 9  # column of narrowPeak files: the peak's summit, counted from its start; -1 where unknown
_SKIPPED = ("#", "track", "browser")


def looks_like_bed(text: str) -> bool:
    """Whether the first line that says something has a chromosome and two numbers."""
    for line in text.splitlines():
        if line.strip() and not line.startswith(_SKIPPED):
            fields = line.split()
            numbers = len(fields) >= 3 and fields[1].isdigit() and fields[2].isdigit()
            return numbers and not line.startswith(">")
    return False


def region_windows(text: str, reference: Reference, length: int, *, most: int, seed: int = 0) -> list[Sequence]:
    """Sequences of `length` bases around the regions of BED or narrowPeak text.

    The window is centred on the summit where there is one (column 10), else on the region, and read on the region's
    strand (column 6; plus where there is none). Windows that reach over the end of a chromosome are filled with N.

    Parameters
    ----------
    most
        Of more regions so many are drawn, in the file's order.
    seed
        For the drawing.

    Raises
    ------
    BadInput
        With the line number, if a line is not a region.
    BadLocus, BadGenome
        If the genome has no such place.
    """
    lines = [
        (number, line.split())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.startswith(_SKIPPED)
    ]
    if len(lines) > most:
        kept = np.sort(np.random.default_rng(seed).choice(len(lines), size=most, replace=False))
        lines = [lines[i] for i in kept.tolist()]
    windows = []
    for number, fields in lines:
        if len(fields) < 3 or not (fields[1].isdigit() and fields[2].isdigit()) or int(fields[1]) >= int(fields[2]):
            raise BadInput(
                f"Line {number} of the BED text is {clip(' '.join(fields))}.",
                "A region is a chromosome, a start (from 0) and an end behind it.",
                "Check that line.",
            )
        start, end = int(fields[1]), int(fields[2])
        summit = fields[SUMMIT] if len(fields) > SUMMIT else ""
        middle = start + int(summit) if summit.isdigit() else (start + end) // 2
        strand = fields[5] if len(fields) > 5 and fields[5] in "+-" else "+"
        first = middle - length // 2
        name = fields[3] if len(fields) > 3 and fields[3] != "." else f"region {number}"
        chrom = reference.resolve(fields[0])
        left = max(0, -first)  # a locus cannot begin before its chromosome
        found = reference.fetch(Locus(chrom, first + left, first + length, strand, reference.assembly), pad=True)
        if left:
            windows.append(Sequence("N" * left + found.bases if strand == "+" else found.bases + "N" * left, name))
        else:
            windows.append(Sequence(found.bases, name, found.locus))
    return windows
