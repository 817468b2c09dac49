"""What text without FASTA headers holds: one sequence, however it is spaced, wrapped or numbered, or a table of several.

Names are often made of base letters (cat, bat, A, B, C of a plate), so letters alone do not tell a name from bases. What
tells them apart is the layout: how long the words of all lines are, and what the numbers count. Every page and command
reads text through `genoviz.sequences.sequence.read_sequences`, which asks `as_fasta` here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from itertools import pairwise

from genoviz.errors import BadSequence
from genoviz.sequences.bases import IUPAC
from genoviz.sequences.locus import DASHES, clip

_BASES = re.compile("[ACGTURYSWKMBDHVN]+", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
# Lines of these widths are wrapped by programs; of other widths a person may have listed sequences.
_USUAL_WIDTHS = (50, 60, 70, 80, 100, 120)
_NARROW = 80  # lines up to here may be wrapped at any width
_LEAST = 5  # bases that make a column one of sequences
_LONGEST_TITLE = 40
_SURE = 20  # bases that make two words of a line look like a name and its sequence
_AS_FASTA = "Several sequences are read as FASTA: a line `>name` before each. With one such line on top all lines are one sequence."
_ACCEPTED = "Bases, FASTA, GenBank, EMBL, or a table of a name and a sequence in each line are read."
PRIMES = "\u2019\u2032"
_ALIGNMENTS = (
    (re.compile(r"CLUSTAL|MUSCLE|MAFFT|PROBCONS", re.IGNORECASE), "a CLUSTAL alignment"),
    (re.compile(r"#\s*STOCKHOLM", re.IGNORECASE), "a Stockholm alignment"),
    (re.compile(r"#\s*(NEXUS|MEGA)\b", re.IGNORECASE), "a NEXUS or MEGA file"),
    (re.compile(r"!!NA_|!!AA_|PileUp\b|MSF:"), "an alignment of GCG (MSF)"),
    (re.compile(r"MEME version|MOTIF\s|letter-probability"), "a file of motifs"),
    (re.compile(r"@(HD|SQ|RG|PG|CO)\t"), "a SAM file of reads"),
)


@dataclass(frozen=True)
class _Column:
    """The column of a table that holds its sequences."""

    place: int
    rival: int | None  # another column of bases that is too long to be names


def as_fasta(plain: str) -> tuple[str, tuple[str, ...]]:
    """A table as FASTA, and other text as it is, with sentences about how it was read.

    Raises
    ------
    BadSequence
        If the text is an alignment, or can be read both as one sequence and as several.
    """
    if re.search(r"^[ \t]*>", plain, re.MULTILINE) or re.match(r"LOCUS\s", plain):
        return plain, ()
    if re.match(r"ID\s", plain) and "\nSQ" in plain:
        return plain, ()
    _refuse_alignment(plain)
    lines = [line.strip() for line in plain.split("\n")]
    lines = [line for line in lines if line and line != "//" and not re.match(r"ORIGIN\b", line)]
    words = [line.split() for line in lines]
    if _numbered(words):
        return plain, ()
    for separator in ("\t", ",", ";", None):
        table = _read_table(lines, separator) if separator is None or separator in plain else None
        if table is not None:
            return table
    return plain, _wrapped(words)


def _refuse_alignment(plain: str) -> None:
    start = plain[:200]
    kind = next((kind for form, kind in _ALIGNMENTS if form.match(start)), "")
    first, _, rest = plain.partition("\n")
    counts = first.split()
    if len(counts) in (2, 3) and all(re.fullmatch("[0-9]{1,9}", word) for word in counts[:2]):
        # Under a ruler of two numbers come fewer lines and bases than under the sizes of an alignment.
        letters = sum(len(word) for word in rest.split())
        if rest.count("\n") + 1 >= int(counts[0]) and letters >= int(counts[0]) * int(counts[1]) > 0:
            kind = f"a PHYLIP alignment of {int(counts[0]):,} sequences"
    if kind:
        raise _other_format(kind)


def _other_format(kind: str) -> BadSequence:
    fix = "Convert it to FASTA" + (" without gaps." if "alignment" in kind else ".")
    return BadSequence(f"This looks like {kind}.", _ACCEPTED, fix)


def _numbered(words: Seq[list[str]]) -> bool:
    """Whether numbers at one end of the lines count the bases, as in GenBank and EMBL: then all lines are one sequence."""
    rows = [row for row in words if not all(map(_is_count, row))]
    for end, rest in ((0, [row[1:] for row in rows]), (-1, [row[:-1] for row in rows])):
        if not rows or not all(_is_count(row[end]) and row[1:] for row in rows):
            continue
        bases = [[word for word in row if not _is_count(word)] for row in rest]
        if not _only_bases(bases):
            continue
        lengths = [sum(map(len, row)) for row in bases]
        steps = [int(after[end]) - int(before[end]) for before, after in pairwise(rows)]
        counted = len(rows) > 1 and steps == (lengths[1:] if end else lengths[:-1])
        # Blocks of one size are no names; lines may have been taken out between.
        blocks = all(len(row) > 1 for row in bases[:-1]) and _evenly_grouped(bases)
        if counted or blocks or len(bases) == len(bases[0]) == 1:
            return True
    return False


def _is_count(word: str) -> bool:
    return len(word) < 16 and word.isascii() and word.isdecimal()


def _read_table(lines: Seq[str], separator: str | None) -> tuple[str, tuple[str, ...]] | None:
    """A table as FASTA with a sentence about it, or None if the lines are none."""
    rows = [[cell.strip(" \"'") for cell in line.split(separator)] for line in lines if line[0] != "#"]
    if not rows or len(rows[0]) < 2 or any(len(row) != len(rows[0]) for row in rows) or _evenly_grouped(rows):
        return None
    titles: list[str] = []
    found = _sequences_of(rows)
    if found is None and len(rows) > 1:
        titles, rows = rows[0], rows[1:]
        found = _sequences_of(rows)
    if found is None or (titles and len(titles[found.place]) > _LONGEST_TITLE):
        return None
    bases = _only_bases(rows)
    if separator is None:
        # Spaces between bases mean nothing, but a short and a long word in every line are more than that.
        few = len(rows) == 1 and len(rows[0][found.place]) < _SURE
        if few or (bases and (found.rival is not None or len(rows[0]) > 2)):
            return None
        if bases and len(rows) == 1:
            raise _name_or_bases(rows[0])
        _refuse_blocks([row[0] for row in rows])
        if found.place == 1 and len(rows[0]) == 2 and len(rows) > 1 and _consecutive([row[0] for row in rows]):
            raise _number_or_name(rows)
    if found.rival is not None:
        raise _two_columns(found.place, found.rival)
    return _written(rows, found.place, _names_of(rows, found.place), titles)


def _refuse_blocks(names: Seq[str]) -> None:
    """Refuse an alignment in blocks, by names that come again in the same order."""
    n = names[1:].index(names[0]) + 1 if names[0] in names[1:] else len(names)
    if 1 < n < len(names) and list(names) == list(names[:n]) * (len(names) // n):
        raise _other_format(f"an alignment of {n:,} sequences in blocks")


def _written(rows: Seq[list[str]], place: int, names: int | None, titles: Seq[str]) -> tuple[str, tuple[str, ...]]:
    """FASTA of the rows of a table, and what is said about it."""
    entitled = f" The first line ({clip(', '.join(titles))}) was taken for titles." if titles else ""
    named = f"names in column {names + 1}" if names is not None else "no names"
    said = f"The text was read as a table of {len(rows):,} with bases in column {place + 1} and {named}.{entitled}"
    return "\n".join(f">{row[names] if names is not None else ''}\n{row[place]}" for row in rows), (said,)


def _evenly_grouped(rows: Seq[list[str]]) -> bool:
    """Whether the words are small groups of one size, the last of a line shorter at most: one sequence in blocks."""
    size = len(rows[0][0])
    if size > _SURE or not _only_bases(rows):
        return False
    inner = all(len(word) == size for row in rows for word in row[:-1])
    more = any(len(row) > 2 or len(row[-1]) == size for row in rows)
    return inner and more and all(len(row[-1]) <= size for row in rows)


def _only_bases(rows: Seq[list[str]]) -> bool:
    return all(not word or _BASES.fullmatch(word) for row in rows for word in row)


def _sequences_of(rows: Seq[list[str]]) -> _Column | None:
    """The column that holds bases: of several, the one that is longer than all of the others in every row."""
    columns = list(zip(*rows, strict=True))
    alike = [place for place, column in enumerate(columns) if all(map(_like_bases, column))]
    if not alike:
        return None
    best = max(alike, key=lambda place: sum(map(len, columns[place])))
    for place in alike:
        longer = (len(cell) < 2 * len(other) for cell, other in zip(columns[best], columns[place], strict=True))
        if place != best and any(longer):
            return _Column(best, place)
    return _Column(best, None)


def _like_bases(cell: str) -> bool:
    """Bases, or a long word that is nearly so and deserves a message about the letter that is not."""
    letters = "".join(cell.split()).upper()
    if len(letters) < _LEAST:
        return False
    if _BASES.fullmatch(letters):
        return True
    return len(letters) >= _SURE and sum(map(letters.count, (*IUPAC, "U", "-"))) >= 0.9 * len(letters)


def _names_of(rows: Seq[list[str]], place: int) -> int | None:
    """The column of names: one that does not hold numbers, else whole numbers before the sequences."""
    cells = list(zip(*rows, strict=True))
    for column in (*range(place), *range(place + 1, len(cells))):
        if any(cells[column]) and not all(map(_NUMBER.fullmatch, cells[column])):
            return column
    counts = (column for column in range(place) if all(map(_is_count, cells[column])))
    return next(counts, None)


def _consecutive(words: Seq[str]) -> bool:
    """Whether words count lines: 1, 2, 3."""
    if not all(map(_is_count, words)):
        return False
    return [int(word) for word in words] == list(range(int(words[0]), int(words[0]) + len(words)))


def _wrapped(words: Seq[list[str]]) -> tuple[str, ...]:
    """What is said of bare lines that are read as one sequence; lines that may well be several are refused."""
    if len(words) == 1 and len(words[0][0]) <= _SURE:
        return ()
    marks = str.maketrans("", "", "0123456789'-" + PRIMES + DASHES)
    rows = [row for row in ([word.translate(marks) for word in line] for line in words) if any(row)]
    if len(rows) == 1 and len(rows[0][0]) > _SURE:  # lines that were joined by spaces
        rows = [[word] for word in rows[0]]
    lengths = [sum(map(len, row)) for row in rows]
    if len(rows) < 2 or not _only_bases(rows):
        return ()  # one line, or letters that get a message of their own
    if all(len(row) > 1 for row in rows[:-1]) and _evenly_grouped(rows):
        return ()
    full, last = lengths[:-1], lengths[-1]
    width, equal = full[0], last == full[0]
    listed = (
        f"{len(lengths):,} lines of bases ({', '.join(map(str, lengths[:4]))}{', ...' if len(lengths) > 4 else ''})"
    )
    if len(set(full)) == 1 and last <= width:
        several = len(full) > 1 and not equal
        if several and width in _USUAL_WIDTHS:
            return ()
        if several or width <= _NARROW or width in _USUAL_WIDTHS:
            return (f"The {listed} were read as one sequence. {_AS_FASTA}",)
    raise BadSequence(
        read=f"There are {listed}, which can be one sequence in pieces or one sequence in each line.",
        accepted="Lines of one usual width, the last one shorter, are read as one sequence without more.",
        fix=_AS_FASTA,
    )


def _name_or_bases(row: Seq[str]) -> BadSequence:
    return BadSequence(
        read=f"The text is {clip(row[0], 20)} and {clip(row[1], 20)}, which can be a name and its sequence, or bases with a "
        "space between.",
        accepted=_ACCEPTED,
        fix="Put the name behind `>` on a line of its own, or remove the space.",
    )


def _number_or_name(rows: Seq[list[str]]) -> BadSequence:
    return BadSequence(
        read=f"The lines begin with {rows[0][0]}, {rows[1][0]}, ..., which can be line numbers of one sequence or names of "
        f"{len(rows):,}.",
        accepted=_ACCEPTED,
        fix="Remove the numbers for one sequence. " + _AS_FASTA,
    )


def _two_columns(one: int, other: int) -> BadSequence:
    low, high = sorted((one + 1, other + 1))
    return BadSequence(
        read=f"Columns {low} and {high} of the table both hold bases.",
        accepted=_ACCEPTED,
        fix="Keep only the column that is to be read, with the names.",
    )
