"""What a variant does to the annotated message of a transcript: its HGVS names and its kind, splicing left as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genoviz.errors import GenovizError
from genoviz.genes.transcripts import Transcript
from genoviz.isoforms.alleles import TranscriptAllele, transcript_alleles
from genoviz.isoforms.coordinates import TranscriptCoordinates
from genoviz.isoforms.decay import Decay, expected_decay
from genoviz.isoforms.genetic_code import NAMES
from genoviz.isoforms.messages import Message, Span, coding_frame, read_message
from genoviz.isoforms.names import named_variant, transcript_name, trimmed
from genoviz.isoforms.protein import (
    FRAMESHIFT,
    START_LOST,
    STOP_GAINED,
    SYNONYMOUS,
    UNCHANGED,
    UNKNOWN,
    ProteinChange,
    protein_change,
)
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

INTRON, UTR5, UTR3, NONCODING = "intron", "5' UTR", "3' UTR", "non-coding exon"
DONOR, ACCEPTOR = "splice donor", "splice acceptor"


@dataclass(frozen=True)
class CodingConsequence:
    """A variant on one transcript.

    Attributes
    ----------
    variant, transcript
        What was asked.
    name
        `NM_007294.4:c.-19-3A>G`; empty where the transcript does not cover the change.
    kind
        `missense`, `synonymous`, `stop gained`, `stop lost`, `start lost`, `frameshift`, `in-frame change`, `splice donor`
        or `splice acceptor` (the two bases of the intron beside the exon), `intron`, `5' UTR`, `3' UTR`, `non-coding exon`,
        or `not predicted`.
    protein
        The change of the protein; None where nothing coding is changed or it can't be told.
    decay
        Whether nonsense-mediated decay is expected; of premature stops only.
    reason
        Why the protein can't be told; empty if it can, or if nothing coding is changed.
    """

    variant: Variant
    transcript: Transcript
    name: str
    kind: str
    protein: ProteinChange | None = None
    decay: Decay | None = None
    reason: str = ""

    @property
    def sentence(self) -> str:
        """Names and kind in words."""
        shown = self.name or f"{self.variant} on {self.transcript.identifier}"
        protein = f", {self.protein.name} predicted" if self.protein else ""
        return f"{shown}: {self.kind}{protein}{f' ({self.reason})' if self.reason else ''}."


def coding_consequence(
    variant: Variant, transcript: Transcript, reference: Reference, *, stretch: str = ""
) -> CodingConsequence:
    """Names of a variant on a transcript, and what it does to the protein if splicing stays as it is.

    Parameters
    ----------
    variant
        In any normal form.
    transcript, reference
        As for `genoviz.isoforms.names.transcript_name`; a genome without the bases of the whole transcript gives
        `not predicted` with the reason.
    stretch
        See `genoviz.isoforms.alleles.stretch_of`, where it was read already.

    Raises
    ------
    RefMismatch, BadLocus
        If the genome has other bases than the reference allele, or none there.
    """
    name = transcript_name(variant, transcript, reference)
    # At the place of its name, so that a change means the same on both strands.
    written = named_variant(variant, transcript, reference)
    told = CodingConsequence(variant, transcript, name, UNKNOWN)
    if not transcript.exons:
        return replace(told, reason="the gene models do not give its exons")
    if where := _beside(written, transcript) or _part(written, transcript):
        return replace(told, kind=where)
    try:
        before, after = transcript_alleles(written, transcript, reference, stretch)
    except GenovizError as error:
        return replace(told, reason=error.read)
    return _translated(told, written, before, after)


def _translated(
    told: CodingConsequence, written: Variant, before: TranscriptAllele, after: TranscriptAllele
) -> CodingConsequence:
    """The consequence of a change of coding bases."""
    frame, why = coding_frame(before)
    if frame is None:
        return replace(told, reason=why)
    message = edited_message(after, written)
    reading = read_message(message, after, frame)
    if reading is None:
        return replace(told, kind=START_LOST, protein=ProteinChange("p.(Met1?)", START_LOST))
    adds = len(written.ref) == 1 < len(written.alt) and written.alt.startswith(written.ref)
    in_frame = not (len(message.bases) - sum(map(len, told.transcript.exons))) % 3
    change = protein_change(frame.protein, reading.protein, in_frame=in_frame, adds_only=adds)
    if change.kind == UNCHANGED:
        change = replace(change, name=_silent(written, told.transcript, frame.protein), kind=SYNONYMOUS)
    decay = None
    if change.kind in (STOP_GAINED, FRAMESHIFT) and reading.stop is not None:
        decay = expected_decay(reading.start, reading.stop, message.lengths)
    return replace(told, kind=change.kind, protein=change, decay=decay)


def edited_message(allele: TranscriptAllele, written: Variant) -> Message:
    """The annotated exons with a change in them, joined: bases that replace those of an exon are the exon's."""
    transcript, length = allele.transcript, len(allele.bases)
    origin = transcript.locus.start
    start, gone, added = trimmed(written)
    first, last = start - origin, start - origin + len(gone)

    def edge(at: int, inside: int) -> int:
        if at <= first:
            return at
        return at + len(added) - len(gone) if at >= last else inside

    found: list[Span] = []
    for exon in transcript.exons:
        low, high = edge(exon.start - origin, first + len(added)), edge(exon.end - origin, first)
        found.append((low, high) if transcript.strand == "+" else (length - high, length - low))
    return Message.of(allele, found)


def _changed_places(variant: Variant) -> tuple[int, int]:
    """First and last base (1-based) that a variant changes; of an insertion those beside it."""
    start, ref, _ = trimmed(variant)
    return (start + 1, start + len(ref)) if ref else (start, start + 1)


def _beside(variant: Variant, transcript: Transcript) -> str:
    """`splice donor` or `splice acceptor` where a base of an intron's two ends is changed."""
    first, last = _changed_places(variant)
    inserted = not trimmed(variant)[1]
    plus = transcript.strand == "+"
    for intron in transcript.introns:
        left, right = (intron.start + 1, intron.start + 2), (intron.end - 1, intron.end)
        for (low, high), kind in ((left, DONOR if plus else ACCEPTOR), (right, ACCEPTOR if plus else DONOR)):
            # An insertion counts only between the two bases.
            if (first <= low and high <= last) if inserted else (first <= high and low <= last):
                return kind
    return ""


def _part(variant: Variant, transcript: Transcript) -> str:
    """The part of the transcript that holds all of a change, if it is no coding one; else empty."""
    places = TranscriptCoordinates(transcript)
    first, last = _changed_places(variant)
    inserted = not trimmed(variant)[1]
    found = {places.index(place) for place in range(first, last + 1)}
    exon = sorted(at for at in found if at >= 0)
    if not exon or (inserted and -1 in found):  # what is inserted beside an exon does not get into the message
        return INTRON
    if not transcript.coding:
        return NONCODING
    if exon[-1] < places.start or (inserted and exon[0] < places.start):
        return UTR5
    if exon[0] >= places.end or (inserted and exon[-1] >= places.end):
        return UTR3
    return ""


def _silent(variant: Variant, transcript: Transcript, protein: str) -> str:
    """`p.(Leu54=)`: the first residue whose codon is changed."""
    places = TranscriptCoordinates(transcript)
    first, last = _changed_places(variant)
    coding = [at for at in map(places.index, range(first, last + 1)) if places.start <= at < places.end]
    if not coding:
        return "p.(=)"
    number = (min(coding) - places.start) // 3
    return f"p.({NAMES[protein[number]]}{number + 1}=)" if number < len(protein) else "p.(=)"
