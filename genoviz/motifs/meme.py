"""MEME text: minimal files, and the text output of MEME, DREME and STREME."""

from __future__ import annotations

import re
from collections.abc import Sequence as Seq

from genoviz.motifs.matrix_text import Table, bad_line, checked_numbers, one_word, shares_of, starts_row, tolerance
from genoviz.motifs.motif import UNIFORM, Motif, checked_background
from genoviz.sequences.bases import BASES
from genoviz.sequences.locus import clip

_DNA = ("DNA", '"DNA', "RNA", '"RNA', "ACGT", "ACGU")
# What follows a matrix without an empty line between.
_AFTER_MATRIX = (
    "MOTIF",
    "URL",
    "letter-probability matrix",
    "log-odds matrix",
    "Motif",
    "BL",
    "//",
    "#",
    "*",
    "--",
    "==",
)


def read_meme(lines: Seq[str], source: str) -> list[Motif]:
    """Motifs of MEME text by their letter-probability matrices; log-odds matrices are left out.

    Raises
    ------
    BadMotif
        With the line number, if a matrix is missing, breaks off or is not one of probabilities.
    """
    motifs: list[Motif] = []
    name = accession = ""
    named_at, i = 0, 0
    while i < len(lines):
        line = lines[i].strip()
        i += 1
        if line.startswith("ALPHABET") and not line[len("ALPHABET") :].lstrip("= \t").startswith(_DNA):
            raise bad_line(i, f"the alphabet is {clip(line)}.", "The alphabet is ACGT.")
        if line.split(maxsplit=1)[:1] == ["MOTIF"]:
            _refuse_missing(name, named_at)
            accession, name = _names(line, i)
            named_at = i
        elif line.startswith("letter-probability matrix"):
            if not named_at:
                raise bad_line(i, "a matrix comes before its MOTIF line.", "A MOTIF line comes before each matrix.")
            said = _said(line)
            if said.get("alength", "4") != "4":
                raise bad_line(i, f"alength= {clip(said['alength'])}.", "DNA motifs have four letters.")
            sites = float(checked_numbers([said["nsites"]], i)[0]) if "nsites" in said else 0.0
            table, first = _rows(lines, i, said.get("w"))
            motifs.append(_motif(name, accession, table, first, round(sites), source))
            i, named_at = first + len(table), 0
    _refuse_missing(name, named_at)
    return motifs


def write_meme(motifs: Seq[Motif], background: Seq[float] = UNIFORM) -> str:
    """Minimal MEME text, probabilities in full precision."""
    listed = " ".join(f"{base} {p:g}" for base, p in zip(BASES, checked_background(background), strict=True))
    parts = [
        f"MEME version 4\n\nALPHABET= ACGT\n\nstrands: + -\n\nBackground letter frequencies\n{listed}\n",
    ]
    for motif in motifs:
        title = f"{one_word(motif.accession)} {one_word(motif.name)}" if motif.accession else one_word(motif.name)
        sites = f" nsites= {motif.sites}" if motif.sites else ""
        rows = "\n".join(" ".join(map(repr, row)) for row in motif.probabilities)
        parts.append(f"MOTIF {title}\nletter-probability matrix: alength= 4 w= {len(motif)}{sites} E= 0\n{rows}\n")
    return "\n".join(parts)


def _refuse_missing(name: str, named_at: int) -> None:
    if named_at:
        raise bad_line(named_at, f"motif {clip(name)} has no letter-probability matrix.", "Each motif has one.")


def _names(line: str, number: int) -> tuple[str, str]:
    """Accession and name of a MOTIF line.

    Full output goes on behind the names: `MOTIF 1 width = 11 sites = 20` of MEME to 4.9, and of 4.10
    `MOTIF 1 MEME width = 11`, where the second word is the program. The index tells those motifs apart.
    """
    width = re.search(r"\swidth\s*=", line)
    kept = line[: width.start() if width else None].split()[1:]
    if not kept:
        raise bad_line(number, "a MOTIF line has no name.", "A MOTIF line names its motif, as `MOTIF MA0004.1 Arnt`.")
    if len(kept) == 1:
        return "", kept[0]
    if kept[0].isascii() and kept[0].isdecimal() and kept[1] in ("MEME", "DREME", "STREME"):
        return "", f"{kept[1]}-{kept[0]}"
    return kept[0], kept[1]


def _said(line: str) -> dict[str, str]:
    """What the line of a matrix says: `{"alength": "4", "w": "8"}` of `alength= 4 w= 8`."""
    words = line.replace("=", " = ").split()
    return {words[i - 1]: words[i + 1] for i in range(1, len(words) - 1) if words[i] == "="}


def _rows(lines: Seq[str], start: int, width: str | None) -> tuple[Table, int]:
    """The rows below the line of a matrix (0-based `start`), and the 0-based line of the first.

    They end with an empty line or a line that begins something else. Whatever else comes is refused, for a motif that is
    cut short looks like a good one.
    """
    first = _filled(lines, start)
    table: Table = []
    i = first
    while i < len(lines) and lines[i].strip():
        line = lines[i].strip()
        if line.startswith("--") or not starts_row(line):
            if line.startswith(_AFTER_MATRIX) or width == str(len(table)):
                break
            raise bad_line(i + 1, f"{clip(line)} are not all numbers.", "A matrix ends with an empty line.")
        table.append(checked_numbers(line.split(), i + 1))
        i += 1
        if len(table[-1]) != 4:
            raise bad_line(i, f"{len(table[-1])} numbers.", "A position has four probabilities.")
    if width is not None and width != str(len(table)):
        raise bad_line(start, f"w= {clip(width, 20)}, but {len(table)} rows follow.", "w is the row count.")
    more = _filled(lines, i)
    if more < len(lines) and not lines[more].strip().startswith("--") and starts_row(lines[more]):
        raise bad_line(
            more + 1, f"{clip(lines[more])} stands apart from its matrix.", "A matrix has no empty line inside."
        )
    if not table:
        raise bad_line(start, "the matrix has no positions.", "A row of four numbers follows for each position.")
    return table, first


def _filled(lines: Seq[str], i: int) -> int:
    """The next line, from `i`, that is not empty."""
    while i < len(lines) and not lines[i].strip():
        i += 1
    return i


def _motif(name: str, accession: str, table: Table, first: int, sites: int, source: str) -> Motif:
    """The motif of rows of probabilities, the first of which is on the 0-based line `first`."""
    off = tolerance(table)
    rows = [[float(word) for word in row] for row in table]
    for i, row in enumerate(rows, start=first + 1):
        if abs(sum(row) - 1) > off:
            raise bad_line(i, f"the numbers sum to {sum(row):.4g}.", "A row sums to 1.")
    return shares_of(name, accession, rows, sites or None, source)
