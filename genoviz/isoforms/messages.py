"""A spliced message of an allele, and what is translated from it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

from genoviz.genomes.chromosome_names import chromosome_key
from genoviz.isoforms.alleles import TranscriptAllele
from genoviz.isoforms.coordinates import TranscriptCoordinates
from genoviz.isoforms.genetic_code import STOP, translate

Span = tuple[int, int]  # 0-based, half-open, in the bases of an allele


@dataclass(frozen=True)
class Message:
    """Exons of an allele in their order; those without an intron between them are one."""

    exons: tuple[Span, ...]
    bases: str

    @classmethod
    def of(cls, allele: TranscriptAllele, exons: Iterable[Span]) -> Message:
        """Join exons."""
        joined: list[Span] = []
        for first, end in sorted(exons):
            if end <= first:
                continue
            if joined and joined[-1][1] >= first:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((first, end))
        return cls(tuple(joined), "".join(allele.bases[first:end] for first, end in joined))

    @property
    def lengths(self) -> tuple[int, ...]:
        """Bases of each exon."""
        return tuple(end - first for first, end in self.exons)

    def index(self, at: int) -> int | None:
        """Where a base of the allele lies in the message; None if it is spliced out."""
        before = 0
        for first, end in self.exons:
            if first <= at < end:
                return before + at - first
            before += end - first
        return None

    def base(self, index: int) -> int:
        """Which base of the allele lies at an index of the message."""
        for first, end in self.exons:
            if index < end - first:
                return first + index
            index -= end - first
        raise IndexError(index)


@dataclass(frozen=True)
class CodingFrame:
    """Start and stop codon of a transcript as its gene model has them.

    Attributes
    ----------
    start, stop
        Places in the genome of the three bases of either codon, 5' to 3'.
    begins, ends
        Bases of the start and of the stop codon.
    protein
        What the reference allele is translated to, with its stop.
    """

    start: tuple[int, ...]
    stop: tuple[int, ...]
    begins: str
    ends: str
    protein: str


@dataclass(frozen=True)
class Reading:
    """What is translated from a message.

    Attributes
    ----------
    start, stop
        Index in the message of the first base of the start codon and of the stop codon; `stop` is None where none follows.
    protein
        Residues, with the stop.
    in_frame
        Whether the annotated stop codon lies in the frame of the start; None where it is not in the message.
    own_stop
        Whether the stop is the annotated one.
    """

    start: int
    stop: int | None
    protein: str
    in_frame: bool | None
    own_stop: bool


def annotated_exons(allele: TranscriptAllele) -> list[Span]:
    """The annotated exons of an allele, 5' to 3'; one that the variant took away is empty."""
    found = []
    plus = allele.transcript.strand == "+"
    for exon in allele.transcript.exons:
        first, last = (exon.start + 1, exon.end) if plus else (exon.end, exon.start + 1)
        low, high = allele.near(first, 1), allele.near(last, -1)
        if low is None or high is None or high < low:
            found.append((low or 0, low or 0))
        else:
            found.append((low, high + 1))
    return found


def coding_frame(allele: TranscriptAllele) -> tuple[CodingFrame | None, str]:
    """The frame of a transcript by its reference allele; else None and why nothing is said of its protein."""
    transcript = allele.transcript
    if not transcript.exons:
        return None, "the gene models do not give its exons"
    if not transcript.coding:
        return None, "it has no coding sequence in the gene models"
    if chromosome_key(transcript.locus.chrom) == "M":
        return None, "mitochondria have a genetic code of their own"
    places = TranscriptCoordinates(transcript)
    message = Message.of(allele, annotated_exons(allele))
    coding = message.bases[places.start : places.end]
    protein = translate(coding)
    if len(coding) % 3 or not protein.endswith(STOP) or 3 * len(protein) != len(coding):
        why = (
            "has a stop inside"
            if STOP in protein and 3 * len(protein) < len(coding)
            else "is not whole codons up to a stop"
        )
        return (
            None,
            f"its coding sequence, read from the genome, {why} (an incomplete model, or a protein with selenocysteine)",
        )

    def codon(at: int) -> tuple[int, ...]:
        return tuple(allele.place(message.base(at + i)) or 0 for i in range(3))

    return CodingFrame(codon(places.start), codon(places.end - 3), coding[:3], coding[-3:], protein), ""


def read_message(message: Message, allele: TranscriptAllele, frame: CodingFrame) -> Reading | None:
    """Translate from the annotated start codon; None where the message has not got it, or other bases there."""
    start = _codon(message, allele, frame.start, frame.begins)
    if start is None or message.bases[start : start + 3] != frame.begins:
        return None
    protein = translate(message.bases[start:])
    stop = start + 3 * (len(protein) - 1) if protein.endswith(STOP) else None
    annotated = _codon(message, allele, frame.stop, frame.ends)
    in_frame = None if annotated is None else (annotated - start) % 3 == 0
    return Reading(start, stop, protein, in_frame, stop is not None and stop == annotated)


def _codon(message: Message, allele: TranscriptAllele, places: Seq[int], letters: str) -> int | None:
    """Index of a codon of the message by the places of its bases in the genome.

    A change in a repeat can be written into a codon that it leaves as it is: then one of its bases and its letters tell.
    """
    found = [None if (at := allele.index(place)) is None else message.index(at) for place in places]
    first = found[0]
    if first is not None and found == [first, first + 1, first + 2]:
        return first
    begins = [at - i for i, at in enumerate(found) if at is not None and at >= i]
    return next((begin for begin in begins if message.bases[begin : begin + 3] == letters), None)
