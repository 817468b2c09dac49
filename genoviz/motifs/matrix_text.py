"""Matrices in motif files: their numbers, and whether they are counts, probabilities or percentages.

Formats of counts (JASPAR, TRANSFAC) are often filled with rounded probabilities, and no file says which. It matters: the
number of sites decides how much a pseudocount softens the log-odds. So the whole matrix decides, here and nowhere else.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence as Seq
from dataclasses import replace
from typing import TypeVar

from genoviz.errors import BadMotif
from genoviz.motifs.motif import Motif
from genoviz.sequences.locus import clip

LEAST_TOLERANCE = 0.02  # four numbers of two decimals are off by up to 4 * 0.005 together
FEW = 1.5  # broken numbers that sum to less than this at every position are no counts
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NOT_COUNTED = re.compile(r"[-+]?(?:nan|inf|infinity|na|n/a|null|none)", re.IGNORECASE)

AnyMotif = TypeVar("AnyMotif", bound=Motif)
Table = list[list[str]]  # a row of four words (A, C, G, T) per position


def bad_line(number: int, read: str, accepted: str, fix: str = "Check that line of the file.") -> BadMotif:
    """The message for a line, counted from 1."""
    return BadMotif(f"Line {number}: {read}", accepted, fix)


def is_number(word: str) -> bool:
    """Whether a word is a number in ASCII digits, with or without sign, point and exponent."""
    return _NUMBER.fullmatch(word) is not None


def starts_row(line: str) -> bool:
    """Whether a line is meant as a row of numbers: it begins with one, or with what programs write for none (`nan`)."""
    words = line.split(maxsplit=1)
    return bool(words) and (words[0][0] in "+-.0123456789" or _NOT_COUNTED.fullmatch(words[0]) is not None)


def checked_numbers(words: Seq[str], number: int) -> list[str]:
    """The words of a row on line `number`.

    Raises
    ------
    BadMotif
        If one is not a number, or is negative or infinite.
    """
    shown = clip(" ".join(words))
    if not all(map(is_number, words)):
        raise bad_line(number, f"{shown} are not all numbers.", "A row holds numbers only.")
    values = [float(word) for word in words]
    if any(value < 0 for value in values):
        raise bad_line(
            number,
            f"{shown} are not all 0 or more.",
            "Counts and probabilities are 0 or more; negative numbers are log-odds, which do not say the probabilities.",
            "Export the counts (PCM, PFM) or the probabilities (PPM) of the motif.",
        )
    if not all(value < math.inf for value in values):
        raise bad_line(number, f"{shown} are not all finite.", "Counts and probabilities are finite numbers.")
    return list(words)


def motif_of(name: str, accession: str, table: Table, source: str, line: int) -> Motif:
    """The motif of a matrix that may hold counts, probabilities or percentages; `line` is where it begins.

    - Numbers written without a point are counts, even of one site.
    - Positions that all sum to 1, to rounding, are probabilities. Rounding is what the decimals written allow: four
      numbers of two decimals sum to 0.98-1.02, of one decimal to 0.8-1.2.
    - Broken numbers that sum to 100 at all positions, to rounding, are percentages.
    - Everything else is counts, whole or weighted.

    Probabilities and percentages do not say how many sites there were.

    Raises
    ------
    BadMotif
        If a position counts no site, or the numbers are probabilities that do not sum to 1.
    """
    rows = [[float(word) for word in row] for row in table]
    sums, off = [math.fsum(row) for row in rows], tolerance(table)
    near = [abs(total - 1) <= off for total in sums]
    broken = any(not value.is_integer() for row in rows for value in row)
    if all(near) and not all(word.lstrip("+").isdecimal() for row in table for word in row):
        return shares_of(name, accession, rows, None, source)
    if broken and all(abs(total - 100) <= off for total in sums):
        return shares_of(name, accession, rows, None, source)
    if broken and (max(sums) < FEW or sum(near) > len(near) / 2):
        wrong = near.index(False)
        raise bad_line(
            line,
            f"position {wrong + 1} of motif {clip(name)} sums to {sums[wrong]:.4g}.",
            "Probabilities of a position sum to 1, to rounding; counts are of one site or more.",
            "Check that motif of the file.",
        )
    try:
        return Motif.from_counts(name, rows, pseudocount=0, accession=accession, source=source)
    except BadMotif as error:
        raise bad_line(line, error.read, error.accepted, "Check that motif of the file.") from None


def shares_of(name: str, accession: str, rows: list[list[float]], sites: int | None, source: str) -> Motif:
    """The motif of rows that are probabilities or percentages to rounding: each is divided by its sum."""
    sums = [sum(row) for row in rows]
    # Rows that are right to rounding stay as they are, so that reading what was written changes nothing.
    exact = [row if abs(n - 1) < 1e-9 else [p / n for p in row] for row, n in zip(rows, sums, strict=True)]
    return Motif(name, tuple((a, c, g, t) for a, c, g, t in exact), sites, accession, source)


def tolerance(table: Table) -> float:
    """How far four numbers, rounded to the decimals that the matrix is written with, can be off their sum together."""
    decimals = max((_decimals(word) for row in table for word in row), default=0)
    return (max(LEAST_TOLERANCE, 2 * 10.0**-decimals) if decimals else LEAST_TOLERANCE) + 1e-9


def _decimals(word: str) -> int:
    """Digits behind the point, at most 17: 2 in `0.33` and in `3.3e-1`."""
    mantissa, _, exponent = word.lower().partition("e")
    digits = len(mantissa.partition(".")[2]) - int(exponent[:5] or 0)
    return min(max(0, digits), 17)


def told_apart(motifs: Iterable[AnyMotif]) -> list[AnyMotif]:
    """The motifs, with a number behind the name (`CTCF-2`) where name and accession are those of one before.

    Otherwise a table of hits could not tell them apart.
    """
    given = list(motifs)
    taken = {(motif.accession, motif.name) for motif in given}
    times = Counter[tuple[str, str]]()
    told: list[AnyMotif] = []
    for motif in given:
        key = (motif.accession, motif.name)
        times[key] += 1
        if times[key] > 1:
            while (motif.accession, f"{motif.name}-{times[key]}") in taken:
                times[key] += 1
            motif = replace(motif, name=f"{motif.name}-{times[key]}")
            taken.add((motif.accession, motif.name))
        told.append(motif)
    return told


def one_word(name: str) -> str:
    """The name as one word: in these formats a space ends it."""
    return "_".join(name.split()) or "unnamed"


def written_counts(motif: Motif) -> list[list[str]]:
    """What formats of counts hold: probabilities times sites, or the probabilities where the sites are not known.

    Whole counts are written without a point, so that they are read as counts again. Broken ones that would sum to 1 or
    100 would be read as probabilities or percentages: there the probabilities are written, and the sites are lost.
    """
    table = motif.matrix * (motif.sites or 1)
    if motif.sites and bool((abs(table - table.round()) < 1e-9).all()):
        return [[str(int(n)) for n in row] for row in table.round().tolist()]
    return [list(map(repr, row)) for row in (motif.matrix if motif.sites in (1, 100) else table).tolist()]
