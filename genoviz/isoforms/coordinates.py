"""Places of a transcript as HGVS counts them: `c.76`, `c.-19-3`, `c.*37+1`, and `n.` where nothing is coding.

Counted are exon bases, from the A of the start codon on (`c.`) or from the first base (`n.`); there is no 0. A base of an
intron is named by the nearer exon base and its distance, the middle one of an odd number by the exon before it
(den Dunnen et al. 2016, https://doi.org/10.1002/humu.22981).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from genoviz.genes.transcripts import Transcript

POSITION = r"(?P<{0}sign>[*-]?)(?P<{0}base>[0-9]{{1,9}})(?P<{0}offset>[+-][0-9]{{1,9}})?"
_TEXT = re.compile(POSITION.format(""))


@dataclass(frozen=True)
class TranscriptPosition:
    """A base of a transcript or of its introns.

    Attributes
    ----------
    base
        Number of the exon base; below 0 before the start codon.
    offset
        Bases from there into the intron: above 0 behind an exon, below 0 before one.
    behind_stop
        Counted from the first base behind the stop codon: `*1`.
    """

    base: int
    offset: int = 0
    behind_stop: bool = False

    def __str__(self) -> str:
        return f"{'*' if self.behind_stop else ''}{self.base}{f'{self.offset:+d}' if self.offset else ''}"

    @classmethod
    def parse(cls, text: str) -> TranscriptPosition | None:
        """The position of a text such as `-19-3`; None if it is none."""
        match = _TEXT.fullmatch(text)
        if match is None or not int(match["base"]):
            return None
        base = -int(match["base"]) if match["sign"] == "-" else int(match["base"])
        return cls(base, int(match["offset"] or 0), match["sign"] == "*")


class TranscriptCoordinates:
    """From places of the genome (1-based) to those of a transcript with exons, and back.

    Attributes
    ----------
    letter
        `c` where the transcript has coding bases, else `n`.
    length
        Bases of all exons.
    start, end
        Index of the first coding base in the spliced transcript, and one past the last; 0 and `length` without any.
    """

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self._plus = transcript.strand == "+"
        self._before: list[int] = []  # spliced bases before each exon
        self.length = 0
        for exon in transcript.exons:
            self._before.append(self.length)
            self.length += len(exon)
        self.letter = "c" if transcript.coding else "n"
        self.start, self.end = 0, self.length
        if transcript.coding:
            first, last = transcript.coding[0], transcript.coding[-1]
            self.start = self.index(first.start + 1 if self._plus else first.end)
            self.end = self.index(last.end if self._plus else last.start + 1) + 1

    def index(self, place: int) -> int:
        """Index of an exon base in the spliced transcript; -1 for other bases."""
        for before, exon in zip(self._before, self.transcript.exons, strict=True):
            if exon.start < place <= exon.end:
                return before + (place - 1 - exon.start if self._plus else exon.end - place)
        return -1

    def name(self, place: int) -> TranscriptPosition | None:
        """How the transcript names a base of the genome; None outside of it."""
        at = self.index(place)
        if at >= 0:
            return self._numbered(at)
        locus = self.transcript.locus
        if not locus.start < place <= locus.end:
            return None
        # The last exon base before the intron, 5' to 3', and the first one behind it.
        ahead = [i for i, exon in enumerate(self.transcript.exons) if self._is_before(exon.start + 1, place)]
        if not ahead or ahead[-1] + 1 >= len(self.transcript.exons):
            return None
        before, behind = self.transcript.exons[ahead[-1]], self.transcript.exons[ahead[-1] + 1]
        from_last = place - before.end if self._plus else before.start + 1 - place
        to_first = behind.start + 1 - place if self._plus else place - behind.end
        last = self._before[ahead[-1] + 1] - 1
        if from_last <= to_first:
            return self._numbered(last, from_last)
        return self._numbered(last + 1, -to_first)

    def place(self, position: TranscriptPosition) -> int | None:
        """The base of the genome (1-based) that a position names; None where the transcript has no such base.

        A base of an intron must lie in one: `c.76+5` where base 76 is the last one of an exon.
        """
        if position.behind_stop:
            at = self.end + position.base - 1
        else:
            at = self.start + position.base - (1 if position.base > 0 else 0)
        behind = position.behind_stop or self.letter == "n"
        if not 0 <= at < self.length or (position.base > 0 and not behind and at >= self.end):
            return None
        number = max(i for i, before in enumerate(self._before) if before <= at)
        exon, inside = self.transcript.exons[number], at - self._before[number]
        place = exon.start + 1 + inside if self._plus else exon.end - inside
        if not position.offset:
            return place
        other = number + (1 if position.offset > 0 else -1)
        at_edge = inside == (len(exon) - 1 if position.offset > 0 else 0)
        if not at_edge or not 0 <= other < len(self.transcript.exons):
            return None
        neighbour = self.transcript.exons[other]
        found = place + position.offset * (1 if self._plus else -1)
        gap = sorted((exon, neighbour), key=lambda one: one.start)
        return found if gap[0].end < found <= gap[1].start else None

    def _is_before(self, first: int, place: int) -> bool:
        return first < place if self._plus else first > place

    def _numbered(self, at: int, offset: int = 0) -> TranscriptPosition:
        if at >= self.end and self.letter == "c":
            return TranscriptPosition(at - self.end + 1, offset, behind_stop=True)
        return TranscriptPosition(at - self.start + (1 if at >= self.start else 0), offset)
