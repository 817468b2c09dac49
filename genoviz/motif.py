"""Motif: base probabilities per position, what they imply, and the three file formats in use.

Letters are always in the order A, C, G, T. Two numbers change every log-odds score, so both are stated: the
*background* (how often each letter occurs without the motif; uniform unless said) and the *pseudocount* (sites added
per position, shared out like the background, so that an unseen letter scores low but not minus infinity).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace

import numpy as np

from genoviz.errors import BadMotif, BadSequence
from genoviz.locus import clip
from genoviz.sequence import BASES, IUPAC, Sequence

UNIFORM = (0.25, 0.25, 0.25, 0.25)
_SUM_TOLERANCE = 0.01
_CODES = {frozenset(bases): letter for letter, bases in IUPAC.items()}
# MEME assumes 20 sites for a motif that does not say how many it was made from.
_SITES_WHEN_UNKNOWN = 20

Row = tuple[float, float, float, float]


def _background(background: Seq[float]) -> np.ndarray:
    given = np.asarray(background, dtype=np.float64)
    if given.shape != (4,) or not np.all(given > 0) or abs(given.sum() - 1) > _SUM_TOLERANCE:
        raise BadMotif(
            read=f"The background is {clip(str(tuple(background)))}.",
            accepted="A background is four positive numbers (A, C, G, T) that sum to 1.",
            fix="Use (0.25, 0.25, 0.25, 0.25) if in doubt.",
        )
    return np.asarray(given / given.sum())


@dataclass(frozen=True)
class Motif:
    """Base probabilities of a binding site (a PPM), one row per position.

    Parameters
    ----------
    name
        Such as the factor's name.
    probabilities
        One row (A, C, G, T) per position; each sums to 1 (within 0.01, then exactly).
    sites
        How many binding sites it was made from, if known.
    accession
        Such as `MA0139.1`.
    source
        Collection or file it came from.

    Raises
    ------
    BadMotif
        If there is no row, or one is not four numbers from 0 to 1 that sum to 1.
    """

    name: str
    probabilities: tuple[Row, ...]
    sites: int | None = None
    accession: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if len(self.probabilities) == 0:
            raise BadMotif(
                read=f"Motif {clip(self.name)} has no positions.",
                accepted="A motif has at least one position.",
                fix="Give one row of four probabilities per position.",
            )
        rows = []
        for i, row in enumerate(self.probabilities, start=1):
            values = tuple(float(p) for p in row)
            total = sum(values)
            legal = len(values) == 4 and all(0 <= p <= 1 + _SUM_TOLERANCE for p in values)
            if not legal or not abs(total - 1) <= _SUM_TOLERANCE:
                raise BadMotif(
                    read=f"Position {i} of motif {clip(self.name)} is {clip(str(values))}, sum {total:.4g}.",
                    accepted="A position is four probabilities (A, C, G, T) that sum to 1.",
                    fix="Use Motif.from_counts for counts.",
                )
            # Rows that are right to rounding stay as they are, so that reading what was written changes nothing.
            rows.append(values if abs(total - 1) < 1e-9 else tuple(p / total for p in values))
        object.__setattr__(self, "probabilities", tuple(rows))

    @classmethod
    def from_counts(
        cls,
        name: str,
        counts: Seq[Seq[float]] | np.ndarray,
        pseudocount: float = 0.1,
        background: Seq[float] = UNIFORM,
        *,
        accession: str = "",
        source: str = "",
    ) -> Motif:
        """Probabilities from counts of shape `(length, 4)`.

        `p = (count + pseudocount * background) / (row sum + pseudocount)`; the pseudocount is per position, not per
        letter. `sites` becomes the largest row sum, rounded.

        Raises
        ------
        BadMotif
            If a count is negative or not finite, or a row is all zero with no pseudocount.
        """
        table = np.asarray(counts, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != 4 or not np.all(np.isfinite(table)) or np.any(table < 0):
            raise BadMotif(
                read=f"The counts of motif {clip(name)} have the shape {table.shape} or hold a negative number.",
                accepted="Counts have the shape (positions, 4) and are 0 or more.",
                fix="Give one row (A, C, G, T) per position.",
            )
        totals = table.sum(axis=1, keepdims=True) + pseudocount
        if np.any(totals <= 0):
            raise BadMotif(
                read=f"Position {int(np.argmax(totals <= 0)) + 1} of motif {clip(name)} counts no site.",
                accepted="A position has at least one site, or a pseudocount above 0.",
                fix="Remove the position or give a pseudocount.",
            )
        table = (table + pseudocount * _background(background)) / totals
        sites = round(float(totals.max()) - pseudocount) or None
        return cls(
            name, tuple((float(a), float(c), float(g), float(t)) for a, c, g, t in table), sites, accession, source
        )

    def __len__(self) -> int:
        return len(self.probabilities)

    @property
    def matrix(self) -> np.ndarray:
        """Probabilities, shape `(length, 4)`."""
        return np.array(self.probabilities, dtype=np.float64)

    def log_odds(self, background: Seq[float] = UNIFORM, pseudocount: float = 0.1) -> np.ndarray:
        """log2 of probability over background, in bits, shape `(length, 4)` (a PWM).

        The probabilities are first softened to `(p * sites + pseudocount * background) / (sites + pseudocount)`, with
        20 sites where the number is not known, as MEME's FIMO does. A pseudocount of 0 gives minus infinity where
        p is 0.
        """
        expected = _background(background)
        if not 0 <= pseudocount < math.inf:
            raise BadMotif(f"The pseudocount is {pseudocount}.", "A pseudocount is 0 or more.", "Use 0.1 if in doubt.")
        sites = self.sites or _SITES_WHEN_UNKNOWN
        softened = (self.matrix * sites + pseudocount * expected) / (sites + pseudocount)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log2(softened / expected))

    def information(self, background: Seq[float] = UNIFORM) -> np.ndarray:
        """Bits per position, shape `(length,)`: relative entropy to the background; 0 to 2 when that is uniform.

        No small-sample correction and no pseudocount.
        """
        expected, p = _background(background), self.matrix
        ratio = np.divide(p, expected, out=np.ones_like(p), where=p > 0)
        return np.asarray((p * np.log2(ratio)).sum(axis=1))

    def heights(self, background: Seq[float] = UNIFORM) -> np.ndarray:
        """Letter heights of the information logo in bits, shape `(length, 4)`; rows sum to `information()`."""
        return np.asarray(self.matrix * self.information(background)[:, None])

    @property
    def consensus(self) -> str:
        """IUPAC consensus by Cavener's rules (1987).

        One letter if it is above 1/2 and at least twice the next; else two letters if they are above 3/4 together;
        else three if the fourth never occurs; else N.
        """
        letters = []
        for row in self.probabilities:
            ranked = sorted(zip(row, BASES, strict=True), key=lambda pair: -pair[0])
            if ranked[0][0] > 0.5 and ranked[0][0] >= 2 * ranked[1][0]:
                n = 1
            elif ranked[0][0] + ranked[1][0] > 0.75:
                n = 2
            else:
                n = 3 if ranked[3][0] == 0 else 4
            letters.append(_CODES[frozenset(base for _, base in ranked[:n])])
        return "".join(letters)

    def reverse_complement(self) -> Motif:
        """The motif as it reads on the other strand."""
        return replace(self, probabilities=tuple((t, g, c, a) for a, c, g, t in reversed(self.probabilities)))

    def trim(self, threshold: float = 0.25) -> Motif:
        """Without flanking positions of fewer than `threshold` bits (uniform background).

        Raises
        ------
        BadMotif
            If no position reaches the threshold.
        """
        keep = np.flatnonzero(self.information() >= threshold)
        if not len(keep):
            raise BadMotif(
                read=f"No position of motif {clip(self.name)} has {threshold:g} bits.",
                accepted=f"Its best position has {self.information().max():.2f}.",
                fix="Choose a lower threshold.",
            )
        return replace(self, probabilities=self.probabilities[keep[0] : keep[-1] + 1])

    def score(
        self,
        sequence: Sequence,
        background: Seq[float] = UNIFORM,
        pseudocount: float = 0.1,
        *,
        both_strands: bool = False,
    ) -> np.ndarray:
        """Log-odds (bits) of the motif starting at each base.

        An ambiguous letter scores the mean over the bases it allows, weighted by the background.

        Returns
        -------
        np.ndarray
            Shape `(bases - length + 1,)`. With `both_strands`, shape `(2, bases - length + 1)`: row 1 is the motif on
            the minus strand over the same bases as row 0.

        Raises
        ------
        BadSequence
            If the sequence is shorter than the motif.
        """
        if len(sequence) < len(self):
            raise BadSequence(
                read=f"The sequence has {len(sequence):,} bases.",
                accepted=f"Motif {clip(self.name)} needs at least {len(self):,}.",
                fix="Use a longer sequence.",
            )
        expected = _background(background)
        weights = np.array([[b in allowed for b in BASES] for allowed in IUPAC.values()], dtype=np.float64) * expected
        weights /= weights.sum(axis=1, keepdims=True)
        row_of = np.zeros(128, dtype=np.intp)
        row_of[[ord(letter) for letter in IUPAC]] = np.arange(len(IUPAC))
        letters = row_of[np.frombuffer(sequence.bases.encode("ascii"), dtype=np.uint8)]
        n = len(sequence) - len(self) + 1

        def scan(motif: Motif) -> np.ndarray:
            odds = motif.log_odds(background, pseudocount)
            # 0 * -inf is undefined, but a letter that is not allowed adds nothing.
            table = (weights[:, None, :] * np.where(weights[:, None, :] > 0, odds, 0)).sum(axis=2)  # (15, length)
            total = np.zeros(n)
            for j in range(len(motif)):
                total += table[letters[j : j + n], j]
            return total

        return np.stack([scan(self), scan(self.reverse_complement())]) if both_strands else scan(self)


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
        if all(abs(sum(row) - 1) <= _SUM_TOLERANCE for row in rows):
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
            probabilities = [row if abs(sum(row) - 1) <= _SUM_TOLERANCE else None for row in rows]
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
    listed = " ".join(f"{base} {p:g}" for base, p in zip(BASES, _background(background), strict=True))
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
