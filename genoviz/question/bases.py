"""Text as sequences: bare bases, FASTA, GenBank, tables of names and bases."""

from __future__ import annotations

import re

from genoviz.errors import BadSequence, GenovizError
from genoviz.question.reading import Reading, refused
from genoviz.sequences.bases import IUPAC, base_count
from genoviz.sequences.locus import clip
from genoviz.sequences.sequence import Record, describe, read_sequences
from genoviz.sequences.text import letters_of

MAX_RECORDS, MAX_BASES = 200, 1_000_000  # read from one text
LEAST = 12  # IUPAC letters that are read as bases unasked: shorter words are names of genes and much else
_FLAT_FILE = re.compile(r"LOCUS\s|ID\s|ORIGIN\b")
_NUMBERED_LINE = re.compile(r"\s*[0-9]+ [acgtn]{10}\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z*-]+")
_LIKE_BASES = 0.6  # share of letters A, C, G, T and N above which a text is a sequence with a mistake
_NAMES_LISTED = 3


def is_short(text: str) -> bool:
    """Whether a text is fewer than 12 letters, all of them IUPAC codes: bases perhaps, but nobody said so."""
    letters = letters_of(text)[0]
    return 0 < len(letters) < LEAST and not re.search("[0-9]", text) and set(letters) <= {*IUPAC, "U"}


def is_bases(text: str) -> bool:
    """Whether a line is 12 or more IUPAC letters, however it is spaced and numbered."""
    letters = letters_of(text)[0]
    return len(letters) >= LEAST and set(letters) <= {*IUPAC, "U"}


def is_nearly_bases(text: str) -> bool:
    """Whether a line that is no sequence should be told so: one long word of letters, or mostly bases."""
    letters = letters_of(text)[0]
    if len(letters) >= LEAST and _WORD.fullmatch(text.strip()):
        return True
    return len(letters) >= 6 and sum(map(letters.count, "ACGTN")) >= _LIKE_BASES * len(letters)


def sequences(text: str) -> Reading:
    """The reading of a text as sequences; its error says why it is none."""
    try:
        records = read_sequences(text, max_records=MAX_RECORDS, max_bases=MAX_BASES)
    except BadSequence as error:
        return refused(error)
    good = [record for record in records if record.sequence is not None]
    if not good:
        return refused(_error_of(records))
    start = text.lstrip()[:200]
    kind = "GenBank" if _FLAT_FILE.match(start) or _NUMBERED_LINE.match(start) else "sequence"
    if len(records) == 1:
        name = f"{clip(records[0].name, 60).strip('`')}: " if records[0].name else ""
        return Reading(kind, f"{name}{_described(records[0])}", "sequence", text, notices=records[0].notices)
    return Reading("sequences" if kind == "sequence" else kind, _counted(records, good), "sequence", text)


def short(text: str) -> Reading:
    """The reading of a few IUPAC letters as bases, for somebody who says that they are meant."""
    found = sequences(text)
    if found.error is not None:
        return found
    n = len(letters_of(text)[0])
    sentence = f"{base_count(n)}, if these letters are meant as bases"
    return Reading("sequence", sentence, "sequence", text, notices=found.notices)


def _described(record: Record) -> str:
    return describe(record.sequence).removesuffix(", no ambiguous bases") if record.sequence else ""


def _counted(records: list[Record], good: list[Record]) -> str:
    bases = sum(len(record.sequence) for record in good if record.sequence)
    bad = len(records) - len(good)
    names = [clip(record.name or "unnamed", 30).strip("`") for record in records[:_NAMES_LISTED]]
    listed = ", ".join(names) + (", ..." if len(records) > _NAMES_LISTED else "")
    return f"{len(records):,} sequences ({listed}), {base_count(bases)} in all" + (
        f"; {bad:,} of them can't be read" if bad else ""
    )


def _error_of(records: list[Record]) -> GenovizError:
    return next((record.error for record in records if record.error is not None), BadSequence("There are no bases."))
