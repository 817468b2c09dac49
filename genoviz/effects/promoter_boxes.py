"""What a variant of a bacterium does to the boxes of its promoters. No motif of animals is named there.

A pair of boxes is judged by letters, as in `genoviz.consequences.bacterial`: those that agree with TTGACA and TATAAT, less
half a letter for each base that the spacer is off 17. Pairs are looked for on both strands, wherever the variant lies in
them, because the start of transcription need not be known.
"""

from __future__ import annotations

from dataclasses import dataclass

from genoviz.consequences.bacterial import BEST_SPACER, MINUS_10, MINUS_35, SPACERS, WIDTH, letters
from genoviz.sequences.sequence import Sequence
from genoviz.variants.windows import AlleleWindows

LEAST = 8.5  # of 12: about one pair in 200 random bases of a strand agrees as well
_SPAN = 2 * WIDTH + max(SPACERS)


@dataclass(frozen=True)
class BoxPair:
    """A -35 and a -10 box in one allele.

    Attributes
    ----------
    first
        First base of the -35 box in the window as read from `strand` (0-based).
    strand
        Relative to the window.
    minus_35, minus_10
        The letters that are there.
    spacer
        Bases between them.
    score
        Letters that agree, less half a letter for each base that the spacer is off.
    """

    first: int
    strand: str
    minus_35: str
    minus_10: str
    spacer: int
    score: float

    def __str__(self) -> str:
        return f"{self.minus_35} -{self.spacer}- {self.minus_10}"


@dataclass(frozen=True)
class BoxChange:
    """The best pair over a variant with either allele; None where an allele has none from `LEAST` on."""

    strand: str
    reference: BoxPair | None
    alternate: BoxPair | None

    @property
    def status(self) -> str:
        """`gained`, `lost`, `stronger` or `weaker`."""
        if self.reference is None or self.alternate is None:
            return "gained" if self.reference is None else "lost"
        return "stronger" if self.alternate.score > self.reference.score else "weaker"

    @property
    def sentence(self) -> str:
        """The change in words."""
        before, after = (f"{p} ({p.score:g} of 12 letters)" if p else "none" for p in (self.reference, self.alternate))
        side = "the strand that is read" if self.strand == "+" else "the other strand"
        return f"Sigma-70 boxes on {side} {self.status}: {before} to {after}."


def box_changes(windows: AlleleWindows) -> tuple[BoxChange, ...]:
    """Pairs of boxes over a variant that differ between its alleles, the strand that is read first."""
    found = []
    for strand in ("+", "-"):
        before = best_pair(windows.reference.bases, windows.reference_span, strand)
        after = best_pair(windows.alternate.bases, windows.alternate_span, strand)
        score = (before.score if before else None, after.score if after else None)
        if score[0] != score[1]:
            found.append(BoxChange(strand, before, after))
    return tuple(found)


def best_pair(bases: str, span: tuple[int, int], strand: str = "+") -> BoxPair | None:
    """The pair over a stretch (0-based, half-open) with most letters; None below `LEAST`."""
    start, end = span
    if strand == "-":
        bases, start, end = Sequence(bases).reverse_complement().bases, len(bases) - end, len(bases) - start
    best: BoxPair | None = None
    for first in range(max(0, start - _SPAN + 1), min(end, len(bases) - 2 * WIDTH - min(SPACERS)) + 1):
        for spacer in SPACERS:
            ten = first + WIDTH + spacer
            if ten + WIDTH > len(bases) or not (first <= end and start <= ten + WIDTH):
                continue
            score = letters(bases, first, MINUS_35) + letters(bases, ten, MINUS_10) - abs(spacer - BEST_SPACER) / 2
            if score >= LEAST and (best is None or score > best.score):
                best = BoxPair(first, strand, bases[first : first + WIDTH], bases[ten : ten + WIDTH], spacer, score)
    return best
