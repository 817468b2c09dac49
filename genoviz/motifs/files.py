"""Motif files: MEME, JASPAR and TRANSFAC text, read and written."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence as Seq

import numpy as np

from genoviz.errors import BadMotif
from genoviz.motifs.motif import SUM_TOLERANCE, UNIFORM, Motif, checked_background
from genoviz.sequences.bases import BASES
from genoviz.sequences.locus import clip


def read_motifs(text: str, *, source: str = "") -> list[Motif]:
    """Read MEME (minimal or full, log-odds ignored), JASPAR (bracketed counts) or TRANSFAC text.

    Counts become probabilities with no pseudocount; rows that already sum to 1 are taken as probabilities.

    Raises
    ------
    BadMotif
        With the line number, if the text is none of these or breaks off.
    """
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if first.startswith(("MEME", "MOTIF", "ALPHABET")) or "\nMEME version" in text:
        found = _read_meme(lines, source)
    elif first.startswith(">"):
        found = _read_jaspar(lines, source)
    elif re.match(r"(AC|ID|NA|DE|VV|XX|P[0O])(\s|$)", first):
        found = _read_transfac(lines, source)
    else:
        raise BadMotif(
            read=f"The text starts with {clip(first)}." if first else "The text is empty.",
            accepted="Motifs are read in MEME, JASPAR and TRANSFAC format.",
            fix="Start MEME text with `MEME version 4`, JASPAR motifs with `>ID name`, TRANSFAC entries with `ID`.",
        )
    if not found:
        raise BadMotif("The text holds no motif.", "At least one motif is read.", "Check that the file is complete.")
    return found


def _bad_line(number: int, read: str, accepted: str) -> BadMotif:
    return BadMotif(f"Line {number}: {read}", accepted, "Check that line of the file.")


def _numbers(words: Seq[str], number: int) -> list[float]:
    try:
        values = [float(word) for word in words]
    except ValueError:
        raise _bad_line(number, f"{clip(' '.join(words))} are not all numbers.", "A row holds numbers only.") from None
    if not all(0 <= value < math.inf for value in values):
        raise _bad_line(number, f"{clip(' '.join(words))} are not all 0 or more.", "Counts are 0 or more.")
    return values


def _build(name: str, accession: str, rows: list[list[float]], sites: int | None, source: str, line: int) -> Motif:
    """A motif from rows of counts or probabilities; `line` is where it begins, for the message."""
    try:
        if all(abs(sum(row) - 1) <= SUM_TOLERANCE for row in rows):
            return Motif(name, tuple((r[0], r[1], r[2], r[3]) for r in rows), sites, accession, source)
        return Motif.from_counts(name, rows, pseudocount=0, accession=accession, source=source)
    except BadMotif as error:
        raise BadMotif(f"Line {line}: {error.read}", error.accepted, "Check that motif of the file.") from None


def _read_meme(lines: list[str], source: str) -> list[Motif]:
    motifs: list[Motif] = []
    name = accession = ""
    named_at, i = 0, 0
    while i < len(lines):
        line = lines[i].strip()
        i += 1
        if line.startswith("ALPHABET") and not re.match(r'ALPHABET\s*=?\s*("?DNA|"?RNA|AC?GT|ACGU)', line):
            raise _bad_line(i, f"the alphabet is {clip(line)}.", "The alphabet is ACGT.")
        if re.match(r"MOTIF\s", line):
            if named_at:
                raise _bad_line(
                    named_at, f"motif {clip(name)} has no letter-probability matrix.", "Each motif has one."
                )
            words = line.split()
            accession, name = (words[1], words[2]) if len(words) > 2 else ("", words[1])
            named_at = i
        elif line.startswith("letter-probability matrix"):
            if not named_at:
                raise _bad_line(i, "a matrix comes before its MOTIF line.", "A MOTIF line comes before each matrix.")
            said = dict(re.findall(r"(\w+)\s*=\s*(\S+)", line))
            if said.get("alength", "4") != "4":
                raise _bad_line(i, f"alength= {clip(said['alength'])}.", "DNA motifs have four letters.")
            begin, rows = i, []
            while i < len(lines) and re.match(r"\s*[-+.0-9]", lines[i]) and lines[i].strip().strip("-"):
                rows.append(_numbers(lines[i].split(), i + 1))
                i += 1
                if len(rows[-1]) != 4:
                    raise _bad_line(i, f"{len(rows[-1])} numbers.", "A position has four probabilities.")
            if said.get("w", str(len(rows))) != str(len(rows)):
                raise _bad_line(begin, f"w= {clip(said['w'], 20)}, but {len(rows)} rows follow.", "w is the row count.")
            sites = _numbers([said["nsites"]], begin)[0] if "nsites" in said else 0
            probabilities = [row if abs(sum(row) - 1) <= SUM_TOLERANCE else None for row in rows]
            if None in probabilities:
                wrong = begin + 1 + probabilities.index(None)
                raise _bad_line(wrong, f"the numbers sum to {sum(rows[wrong - begin - 1]):.4g}.", "A row sums to 1.")
            motifs.append(_build(name, accession, rows, round(sites) or None, source, named_at))
            named_at = 0
    if named_at:
        raise _bad_line(named_at, f"motif {clip(name)} has no letter-probability matrix.", "Each motif has one.")
    return motifs


def _read_jaspar(lines: list[str], source: str) -> list[Motif]:
    motifs: list[Motif] = []
    header, begin, counts = "", 0, dict[str, list[float]]()

    def finish() -> None:
        if not begin:
            return
        widths = {len(row) for row in counts.values()}
        if set(counts) != set(BASES) or len(widths) != 1:
            read = f"motif {clip(header)} has rows {', '.join(counts) or 'none'} of {sorted(widths)} numbers."
            raise _bad_line(begin, read, "A motif has four rows A, C, G, T of equal length.")
        words = header.split()
        accession, name = (words[0], "_".join(words[1:])) if len(words) > 1 else ("", header.strip())
        rows = [list(row) for row in zip(*(counts[base] for base in BASES), strict=True)]
        motifs.append(_build(name, accession, rows, None, source, begin))

    for number, line in enumerate(lines, start=1):
        if line.startswith(">"):
            finish()
            header, begin, counts = line[1:], number, {}
        elif line.strip() and not line.startswith("#"):
            row = re.fullmatch(r"\s*([ACGTU])\s*[\[|:]?([^\[\]]*)\]?\s*", line)
            if not row or not begin:
                raise _bad_line(number, f"{clip(line)}.", "Below `>ID name` come rows like `A [ 4 19 0 ]`.")
            base = row[1].replace("U", "T")
            if base in counts:
                raise _bad_line(number, f"a second row {base}.", "A motif has one row per base.")
            counts[base] = _numbers(row[2].split(), number)
    finish()
    return motifs


def _read_transfac(lines: list[str], source: str) -> list[Motif]:
    motifs: list[Motif] = []
    fields: dict[str, str] = {}
    rows: list[list[float]] = []
    begin, in_matrix = 1, False

    def finish(next_line: int) -> None:
        nonlocal fields, rows, begin, in_matrix
        if rows:
            accession = fields.get("AC", "")
            name = fields.get("NA") or fields.get("ID") or fields.get("DE") or accession
            motifs.append(_build(name, "" if accession == name else accession, rows, None, source, begin))
        elif in_matrix:
            raise _bad_line(begin, "an entry has no counts.", "Rows of counts follow the line `P0 A C G T`.")
        fields, rows, begin, in_matrix = {}, [], next_line, False

    for number, line in enumerate(lines, start=1):
        key, _, rest = line.strip().partition(" ") if "\t" not in line[:5] else line.strip().partition("\t")
        if key == "//":
            finish(number + 1)
        elif key in ("P0", "PO"):
            in_matrix = True
            if [word.upper().replace("U", "T") for word in rest.split()] != list(BASES):
                raise _bad_line(number, f"the columns are {clip(rest)}.", "The columns are A C G T.")
        elif in_matrix and re.fullmatch("[0-9]+", key):
            words = rest.split()
            rows.append(_numbers(words[:4], number))
            if len(rows[-1]) != 4:
                raise _bad_line(number, f"{len(rows[-1])} numbers.", "A position has four counts.")
        elif key in ("AC", "ID", "NA", "DE"):
            fields.setdefault(key, rest.strip())
    finish(len(lines))
    return motifs


def _word(name: str) -> str:
    """The name as one word: in these formats a space ends it."""
    return "_".join(name.split()) or "unnamed"


def _counts(motif: Motif) -> np.ndarray:
    """What count formats hold: probabilities times sites, or the probabilities where the sites are not known."""
    return motif.matrix * (motif.sites or 1)


def write_meme(motifs: Seq[Motif], background: Seq[float] = UNIFORM) -> str:
    """Minimal MEME text, probabilities in full precision."""
    listed = " ".join(f"{base} {p:g}" for base, p in zip(BASES, checked_background(background), strict=True))
    parts = [
        f"MEME version 4\n\nALPHABET= ACGT\n\nstrands: + -\n\nBackground letter frequencies\n{listed}\n",
    ]
    for motif in motifs:
        title = f"{_word(motif.accession)} {_word(motif.name)}" if motif.accession else _word(motif.name)
        sites = f" nsites= {motif.sites}" if motif.sites else ""
        rows = "\n".join(" ".join(map(repr, row)) for row in motif.probabilities)
        parts.append(f"MOTIF {title}\nletter-probability matrix: alength= 4 w= {len(motif)}{sites} E= 0\n{rows}\n")
    return "\n".join(parts)


def write_jaspar(motifs: Seq[Motif]) -> str:
    """JASPAR text: counts where the number of sites is known, else probabilities."""
    parts = []
    for motif in motifs:
        title = f"{_word(motif.accession)}\t{_word(motif.name)}" if motif.accession else _word(motif.name)
        columns = _counts(motif).T.tolist()
        rows = "".join(f"{b} [ {' '.join(map(repr, row))} ]\n" for b, row in zip(BASES, columns, strict=True))
        parts.append(f">{title}\n{rows}")
    return "\n".join(parts)


def write_transfac(motifs: Seq[Motif]) -> str:
    """TRANSFAC text: counts where the number of sites is known, else probabilities."""
    parts = []
    for motif in motifs:
        rows = "".join(
            f"{i:02d} {' '.join(map(repr, row))} {letter}\n"
            for i, (row, letter) in enumerate(zip(_counts(motif).tolist(), motif.consensus, strict=True), start=1)
        )
        accession = f"AC {_word(motif.accession)}\nXX\n" if motif.accession else ""
        parts.append(f"{accession}ID {_word(motif.name)}\nXX\nP0 A C G T\n{rows}XX\n//\n")
    return "".join(parts)
