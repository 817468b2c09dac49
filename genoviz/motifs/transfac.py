"""TRANSFAC entries."""

from __future__ import annotations

import re
from collections.abc import Sequence as Seq

from genoviz.motifs.matrix_text import Table, bad_line, checked_numbers, is_number, motif_of, one_word, written_counts
from genoviz.motifs.motif import Motif
from genoviz.sequences.bases import BASES
from genoviz.sequences.locus import clip

_NAMES = ("AC", "ID", "NA", "DE")


class _Entry:
    """What was read since the last `//`."""

    def __init__(self, begin: int) -> None:
        self.begin = begin  # line, from 1
        self.fields: dict[str, str] = {}
        self.table: Table = []
        self.matrix_at = 0  # line of `P0`
        self.in_rows = False
        self.last = 0  # number of the row before

    def motif(self, source: str) -> Motif | None:
        """The motif, or None of a part that is no entry, such as the version at the head of a file."""
        if self.table:
            accession = self.fields.get("AC", "")
            name = self.fields.get("NA") or self.fields.get("ID") or self.fields.get("DE") or accession
            return motif_of(name, "" if accession == name else accession, self.table, source, self.begin)
        if self.matrix_at or {"AC", "ID", "NA"} & self.fields.keys():
            raise bad_line(self.begin, "an entry has no counts.", "Rows of counts follow the line `P0 A C G T`.")
        return None


def read_transfac(lines: Seq[str], source: str) -> list[Motif]:
    """The matrices of TRANSFAC entries: rows of counts below `P0 A C G T`, numbered one by one.

    Raises
    ------
    BadMotif
        With the line number, if a row is missing or is not four numbers, or an entry has no matrix.
    """
    found: list[Motif | None] = []
    entry = _Entry(1)
    for number, line in enumerate(lines, start=1):
        key, *words = line.split() or [""]
        if key == "//":
            found.append(entry.motif(source))
            entry = _Entry(number + 1)
        elif key in ("P0", "PO"):
            _begin_rows(entry, words, number)
        elif re.fullmatch("[0-9]+", key) and not entry.in_rows:
            raise bad_line(
                number, f"{clip(line)} stands outside a matrix.", "Rows follow the line `P0 A C G T` at once."
            )
        elif key and entry.in_rows and (is_number(key) or not re.fullmatch("[A-Z]{2}", key)):
            _add_row(entry, key, words, number)
        elif key:
            entry.in_rows = False
            if key in _NAMES and words:
                entry.fields.setdefault(key, " ".join(words))
    found.append(entry.motif(source))
    return [motif for motif in found if motif is not None]


def write_transfac(motifs: Seq[Motif]) -> str:
    """TRANSFAC text: counts where the number of sites is known, else probabilities."""
    parts = []
    for motif in motifs:
        rows = "".join(
            f"{i:02d} {' '.join(row)} {letter}\n"
            for i, (row, letter) in enumerate(zip(written_counts(motif), motif.consensus, strict=True), start=1)
        )
        accession = f"AC {one_word(motif.accession)}\nXX\n" if motif.accession else ""
        parts.append(f"{accession}ID {one_word(motif.name)}\nXX\nP0 A C G T\n{rows}XX\n//\n")
    return "".join(parts)


def _begin_rows(entry: _Entry, words: Seq[str], number: int) -> None:
    if entry.matrix_at:
        raise bad_line(number, "a second matrix in one entry.", "Each entry ends with a line `//`.")
    if [word.upper().replace("U", "T") for word in words] != list(BASES):
        raise bad_line(number, f"the columns are {clip(' '.join(words))}.", "The columns are A C G T.")
    entry.matrix_at, entry.in_rows = number, True


def _add_row(entry: _Entry, key: str, words: Seq[str], number: int) -> None:
    if not re.fullmatch("[0-9]{1,6}", key):
        raise bad_line(number, f"{clip(key)} begins a row.", "A row begins with its number; the matrix ends with `XX`.")
    if entry.table and int(key) != entry.last + 1:
        raise bad_line(number, f"row {int(key)} comes after row {entry.last}.", "Rows are numbered one by one.")
    row = checked_numbers(words[:4], number)
    if len(row) != 4 or (len(words) > 4 and is_number(words[4])):
        raise bad_line(number, f"{sum(map(is_number, words))} numbers.", "A position has four counts.")
    entry.table.append(row)
    entry.last = int(key)
