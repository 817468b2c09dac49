"""Locus: a stretch of one chromosome on one strand.

Inside the package a locus is 0-based and half-open, as in BED and in Python slices. As text it is 1-based with
both ends included, as genome browsers print it. The two forms meet only here, so nobody else adds or
subtracts one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from genoviz.errors import BadLocus
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.chromosome_name import canonical_chromosome
from genoviz.sequences.numbers import MOST_DIGITS

ACCEPTED = "A locus is a chromosome, a colon and 1-based positions with both ends included."
EXAMPLE = "Type for example `chr8:140,300,616-140,300,700`, or `chr8:140,300,616-140,300,700(-)` for the minus strand."

# Hyphens and dashes that word processors, PDFs and web pages put where a hyphen-minus belongs.
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_TO_ASCII = str.maketrans(dict.fromkeys(DASHES, "-") | dict.fromkeys("\u200b\u2060\ufeff") | {"\uff1a": ":"})

_NUMBER = r"[0-9]{1,3}(?:[,'_ ][0-9]{3})+|[0-9]+"
# Without a dash, a space could part two numbers as well as two groups of digits, so it is not read there.
_NUMBER_ALONE = r"[0-9]{1,3}(?:[,'_][0-9]{3})+|[0-9]+"
_STRAND = r"(?:\s*(?:\((?P<bracket>[+-])\)|:(?P<colon>[+-])1?))?"
_RANGE = re.compile(
    rf"(?P<chrom>[^\s:]+?)(?:\s*:\s*|\s+|-)(?P<start>{_NUMBER})\s*(?:-|\.\.)\s*(?P<end>{_NUMBER}){_STRAND}"
)
_POSITION = re.compile(rf"(?P<chrom>[^\s:]+)\s*:\s*(?P<start>{_NUMBER_ALONE}){_STRAND}")
_BED = re.compile(r"(?P<chrom>\S+)\s+(?P<start>[0-9]{1,15})\s+(?P<end>[0-9]{1,15})(?:\s.*)?", re.DOTALL)


def clip(text: str, length: int = 60) -> str:
    """Quote user text for a message: one line, printable, cut at `length` characters."""
    shown = "".join(c if c.isprintable() else " " for c in text[: length + 1])
    shown = " ".join(shown.split()).replace("`", "'")
    return f"`{shown[:length]}...`" if len(text) > length else f"`{shown}`"


def plain_dashes(text: str) -> str:
    """`text` with Unicode dashes turned into `-` and zero-width characters removed."""
    return text.translate(_TO_ASCII)


def _number(text: str) -> int:
    digits = re.sub(r"[^0-9]", "", text)
    if len(digits) > MOST_DIGITS:
        raise BadLocus(
            read=f"The position {clip(text, 20)} has {len(digits)} digits.",
            accepted="No chromosome is that long.",
            fix="Check the number.",
        )
    return int(digits)


@dataclass(frozen=True)
class Locus:
    """A stretch of one chromosome, 0-based and half-open, on one strand.

    Parameters
    ----------
    chrom
        Chromosome name; no spaces and no colon.
    start, end
        First base (0-based) and one past the last base, both counted along the plus strand whatever the strand.
    strand
        `"+"` or `"-"`: which strand a sequence read from this locus shows, 5' to 3'.
    assembly
        Name of the genome build such as `"GRCh38"`; empty when it is not known. Never guessed.

    Raises
    ------
    BadLocus
        If the name is unusable, `start` is negative, `end` is not after `start`, or the strand is neither `+` nor `-`.

    Examples
    --------
    Text counts from 1 and includes both ends, fields count from 0 and leave the end out.

    >>> locus = Locus.parse("8:1,001-1,100(-)")
    >>> locus.chrom, locus.start, locus.end, locus.strand
    ('chr8', 1000, 1100, '-')
    >>> str(locus.resize(50))
    'chr8:1,026-1,075(-)'
    >>> locus.contains(Locus.parse("chr8:1,100"))
    True
    """

    chrom: str
    start: int
    end: int
    strand: str = "+"
    assembly: str = ""

    def __post_init__(self) -> None:
        if not self.chrom or ":" in self.chrom or not self.chrom.isprintable() or " " in self.chrom:
            raise BadLocus(
                read=f"The chromosome name {clip(self.chrom)} is empty or has a space, a colon or a control character.",
                accepted="A chromosome name is one word.",
                fix="Type for example `chr8`.",
            )
        if self.start < 0:
            raise BadLocus(
                read=f"The locus on {self.chrom} would start at {self.start + 1:,}, before the first base.",
                accepted="The first base of a chromosome is 1 (0 in BED files).",
                fix="Choose a start of 1 or more, or a shorter window.",
            )
        if self.end <= self.start:
            raise BadLocus(
                read=f"The locus on {self.chrom} from {self.start + 1:,} to {self.end:,} holds no base.",
                accepted="The end must not lie before the start.",
                fix=f"Swap them, for example `{self.chrom}:{max(self.end, 1):,}-{self.start + 1:,}`.",
            )
        if self.strand not in ("+", "-"):
            raise BadLocus(
                read=f"The strand is {clip(str(self.strand), 20)}.",
                accepted="A strand is `+` or `-`.",
                fix="Write `+` where the strand does not matter.",
            )

    @classmethod
    def parse(cls, text: str, *, assembly: str = "", strand: str | None = None) -> Locus:
        """Read 1-based closed text as browsers print it; the inverse of `str(locus)`.

        Parameters
        ----------
        text
            `chr8:140,300,616-140,300,700`. Thousands separators, spaces, Unicode dashes, `..` for the dash and a
            missing `chr` are fine; so is one position (`chr8:5`) and a strand at the end (`(-)`, `:-`).
        assembly
            Build to note on the locus.
        strand
            `"+"` or `"-"` overrides what the text says; None takes the text's strand, `+` when it names none.

        Raises
        ------
        BadLocus
            If the text is not a locus. Text in BED form (three columns) is refused, not guessed at: the
            same numbers mean another place there.
        """
        plain = plain_dashes(text).strip()
        match = (_RANGE.fullmatch(plain) or _POSITION.fullmatch(plain)) if len(plain) <= 300 else None
        if match is None:
            raise _not_a_locus(text, plain)
        start = _number(match["start"])
        end = _number(match.groupdict().get("end") or match["start"])
        if start < 1:
            raise BadLocus(
                read=f"{clip(text)} starts at position 0.",
                accepted="Positions in text are 1-based: the first base is 1.",
                fix=f"If the numbers come from a BED file, type `{match['chrom']}:1-{max(end, 1):,}`.",
            )
        if end < start:
            raise BadLocus(
                read=f"{clip(text)} ends at {end:,}, before its start {start:,}.",
                accepted="The smaller position comes first on both strands.",
                fix=f"Type `{match['chrom']}:{end:,}-{start:,}`, with `(-)` after it for the minus strand.",
            )
        written = match["bracket"] or match["colon"] or "+"
        return cls(canonical_chromosome(match["chrom"]), start - 1, end, strand or written, assembly)

    def __str__(self) -> str:
        minus = "(-)" if self.strand == "-" else ""
        return f"{self.chrom}:{self.start + 1:,}-{self.end:,}{minus}"

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def bed(self) -> str:
        """The first three BED columns: 0-based start, end excluded, tab between."""
        return f"{self.chrom}\t{self.start}\t{self.end}"

    def contains(self, other: int | Locus) -> bool:
        """Whether a 0-based position of this chromosome, or all of another locus (any strand), lies inside."""
        if isinstance(other, Locus):
            return self._same_chromosome(other) and self.start <= other.start and other.end <= self.end
        return self.start <= other < self.end

    def overlaps(self, other: Locus) -> bool:
        """Whether the two share at least one base, whatever their strands."""
        return self._same_chromosome(other) and self.start < other.end and other.start < self.end

    def _same_chromosome(self, other: Locus) -> bool:
        return self.chrom == other.chrom and same_assembly(self.assembly, other.assembly)

    def resize(self, length: int) -> Locus:
        """The locus of `length` bases around the same centre.

        With an odd difference the window lies half a base to the right: growing adds the extra base on the right,
        shrinking drops it on the left. Right means larger coordinates on both strands.

        Raises
        ------
        BadLocus
            If `length` is below 1 or the window would begin before the chromosome.
        """
        if length < 1:
            raise BadLocus(
                read=f"A window of {length:,} bases was asked for.",
                accepted="A window has at least one base.",
                fix="Choose a length of 1 or more.",
            )
        start = self.start - (length - len(self)) // 2
        return replace(self, start=start, end=start + length)

    def shift(self, n: int) -> Locus:
        """The locus moved by `n` bases towards larger coordinates (smaller when negative) on both strands."""
        return replace(self, start=self.start + n, end=self.end + n)

    def flip(self) -> Locus:
        """The same bases read from the other strand."""
        return replace(self, strand="-" if self.strand == "+" else "+")

    def to_relative(self, pos0: int) -> int:
        """Index into a sequence read 5' to 3' from this locus, for a 0-based chromosome position.

        Raises
        ------
        BadLocus
            If the position lies outside.
        """
        if not self.contains(pos0):
            raise BadLocus(
                read=f"Position {self.chrom}:{pos0 + 1:,} lies outside {self}.",
                accepted=f"This locus holds {self.start + 1:,} to {self.end:,}.",
                fix="Choose a position inside, or a wider locus.",
            )
        return pos0 - self.start if self.strand == "+" else self.end - 1 - pos0

    def to_genomic(self, i: int) -> int:
        """0-based chromosome position of base `i` (0-based, 5' to 3') of a sequence read from this locus.

        Raises
        ------
        BadLocus
            If `i` is negative or not below the length.
        """
        if not 0 <= i < len(self):
            raise BadLocus(
                read=f"Base {i + 1:,} was asked for in {self}.",
                accepted=f"This locus has bases 1 to {len(self):,}.",
                fix="Choose a base inside.",
            )
        return self.start + i if self.strand == "+" else self.end - 1 - i


def _not_a_locus(text: str, plain: str) -> BadLocus:
    """The message for text that no pattern reads, by what it most looks like."""
    if not plain:
        return BadLocus(read="The locus is empty.", accepted=ACCEPTED, fix=EXAMPLE)
    bed = _BED.fullmatch(plain[:1000])
    if bed and int(bed["start"]) < int(bed["end"]):
        chrom, start, end = bed["chrom"], int(bed["start"]), int(bed["end"])
        return BadLocus(
            read=f"{clip(text)} looks like a BED line, where positions are 0-based and the end is excluded.",
            accepted=ACCEPTED,
            fix=f"If it is from a BED file, type `{chrom}:{start + 1:,}-{end:,}`; "
            f"if the positions are 1-based, type `{chrom}:{max(start, 1):,}-{end:,}`.",
        )
    if re.fullmatch(r"[\w.\-]+", plain):
        return BadLocus(read=f"{clip(text)} names no positions.", accepted=ACCEPTED, fix=EXAMPLE)
    return BadLocus(read=f"{clip(text)} could not be read as a locus.", accepted=ACCEPTED, fix=EXAMPLE)
