"""What a transcript may become when a variant changes its splice sites: the forms, their reading frames, stops and proteins.

Nothing here asks a model: it is given the predicted sites. What is said is expected from rules, and each outcome lists what it
takes for granted.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genoviz.errors import BadLocus, BadVariant
from genoviz.genes.transcripts import Transcript
from genoviz.isoforms.alleles import TranscriptAllele, stretch_of, transcript_alleles
from genoviz.isoforms.coding import CodingConsequence, coding_consequence, edited_message
from genoviz.isoforms.decay import Decay, expected_decay
from genoviz.isoforms.forms import (
    ANNOTATED,
    AS_ANNOTATED,
    LONGER,
    LOW,
    SHORT_INTRON,
    SHORTER,
    Form,
    forms_of,
    is_changed,
)
from genoviz.isoforms.messages import CodingFrame, Message, Reading, coding_frame, read_message
from genoviz.isoforms.names import named_variant
from genoviz.isoforms.protein import START_LOST, UNCHANGED, ProteinChange, protein_change
from genoviz.isoforms.sites import PredictedSite
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

KEPT_FRAME, SHIFTED, CUT, UNTOUCHED, NO_FRAME = "kept", "shifted", "no annotated stop", "not touched", "not told"
_INTRON_SOURCE = "Fox-Walsh et al. 2005, PNAS 102:16176, doi:10.1073/pnas.0508489102"
_KINDS_SOURCE = "Canson et al. 2023, Bioinformatics 39:btad179, doi:10.1093/bioinformatics/btad179"


@dataclass(frozen=True)
class Stop:
    """Where translation ends: 1-based coordinate of the stop codon's first base (None inside of inserted bases), number of the
    codon, the annotated exon or intron that holds it (`intron 5`), and whether it comes before the annotated stop."""

    position: int | None
    codon: int
    where: str
    premature: bool


@dataclass(frozen=True)
class PossibleTranscript:
    """One form of the transcript and what follows from it.

    Attributes
    ----------
    form
        How it is spliced.
    length_change
        Bases of the message against the annotated one with the reference allele.
    frame
        `kept`, `shifted`, `no annotated stop` (the message has not got that codon), `not touched` (the protein stays) or
        `not told`.
    protein
        Against the protein of the reference allele; None where it is not told.
    stop
        The stop that is met; None where there is none or it is not told.
    decay
        Of a premature stop.
    """

    form: Form
    length_change: int
    frame: str
    protein: ProteinChange | None = None
    stop: Stop | None = None
    decay: Decay | None = None

    @property
    def sentence(self) -> str:
        """Form, frame, protein, stop and decay in words."""
        said = [self.form.words]
        if self.frame == UNTOUCHED:
            said.append("the protein stays as it is")
        elif self.protein is not None and self.protein.kind == START_LOST:
            said.append("the start codon is lost, so that no protein is predicted")
        elif self.protein is not None:
            said.append(
                {KEPT_FRAME: "reading frame kept", SHIFTED: "reading frame shifted"}.get(
                    self.frame, f"reading frame: {self.frame}"
                )
            )
            said.append(f"{self.protein.name} predicted")
        if self.stop is not None and self.stop.premature:
            said.append(f"premature stop at codon {self.stop.codon:,}, in {self.stop.where}")
        if self.decay is not None:
            said.append(f"nonsense-mediated decay {self.decay.verdict}")
        return "; ".join(said)


@dataclass(frozen=True, eq=False)
class SplicingOutcome:
    """What a transcript may become.

    Attributes
    ----------
    variant, transcript
        As scored.
    sites
        The predicted sites.
    transcripts
        The likeliest first; the annotated form is always among them. Empty where nothing can be told.
    coding
        Names of the variant, and its consequence if splicing stays as it is.
    assumptions
        Sentences.
    reason
        Why nothing, or nothing of the protein, can be told; may be empty.
    allele
        The alternate allele, in whose bases the forms are given.
    """

    variant: Variant
    transcript: Transcript
    sites: tuple[PredictedSite, ...]
    transcripts: tuple[PossibleTranscript, ...]
    coding: CodingConsequence
    assumptions: tuple[str, ...]
    reason: str = ""
    allele: TranscriptAllele | None = None

    @property
    def changed(self) -> bool:
        """Whether another form than the annotated one is expected to some extent."""
        return len(self.transcripts) > 1

    @property
    def likeliest(self) -> PossibleTranscript | None:
        """The first of `transcripts`."""
        return self.transcripts[0] if self.transcripts else None

    @property
    def sentence(self) -> str:
        """The likeliest form in words."""
        top = self.likeliest
        if top is None:
            return f"What {self.transcript.identifier} becomes can't be told: {self.reason}"
        why = f" The protein is not told: {self.reason}." if self.reason else ""
        if not self.changed and is_changed(self.sites):
            return f"No other form than the annotated one is expected: {top.sentence}.{why}"
        if not self.changed:
            return (
                f"No splice site changes by {LOW} or more: {self.transcript.identifier} is expected as annotated.{why}"
            )
        return f"Likeliest (support {top.form.support:.2f}): {top.sentence}.{why}"


def splicing_outcome(
    variant: Variant, transcript: Transcript, reference: Reference, sites: Seq[PredictedSite], *, distance: int
) -> SplicingOutcome:
    """The possible transcripts of a variant.

    Parameters
    ----------
    variant
        Left-aligned, as the sites were predicted.
    transcript, reference
        With exons; of one genome, which has the bases of the whole transcript.
    sites
        Predicted sites near the variant; sites that the transcript has and that are not among them count as unchanged.
    distance
        Bases that were looked at on either side.

    Raises
    ------
    RefMismatch, BadLocus
        If the genome has other bases than the reference allele, or none there.
    """
    said, shown = assumptions(distance), tuple(sites)
    try:
        touched = any(exon.start < variant.locus.end and variant.locus.start < exon.end for exon in transcript.exons)
        stretch = stretch_of(transcript, reference) if touched or is_changed(sites) else ""
    except BadLocus as error:
        coding = coding_consequence(variant, transcript, reference)
        return SplicingOutcome(variant, transcript, shown, (), coding, said, error.read)
    coding = coding_consequence(variant, transcript, reference, stretch=stretch)
    if not transcript.exons:
        why = f"the gene models do not give the exons of {transcript.identifier}."
        return SplicingOutcome(variant, transcript, shown, (), coding, said, why)
    if not stretch:  # most variants: nothing has to be read
        form = Form(ANNOTATED, AS_ANNOTATED, 1.0, ())
        return SplicingOutcome(variant, transcript, shown, (PossibleTranscript(form, 0, UNTOUCHED),), coding, said)
    try:
        before, after = transcript_alleles(variant, transcript, reference, stretch)
    except BadVariant as error:
        return SplicingOutcome(variant, transcript, shown, (), coding, said, error.read)
    frame, why = coding_frame(before)
    length = sum(map(len, transcript.exons))
    forms = forms_of(after, sites)
    if variant.length_change:
        named = named_variant(variant, transcript, reference)
        forms = _alike(forms, after, transcript_alleles(named, transcript, reference, stretch)[1], named)
    found = tuple(_possible(form, after, frame, length) for form in forms)
    return SplicingOutcome(variant, transcript, shown, found, coding, said, why, after)


def _alike(forms: list[Form], after: TranscriptAllele, other: TranscriptAllele, named: Variant) -> list[Form]:
    """Forms without those that only look moved: in a repeat, an exon that begins or ends elsewhere can be the annotated one of the
    same change written at the place of its name."""
    annotated = edited_message(other, named).bases
    own = [
        replace(form, kind=ANNOTATED, words=AS_ANNOTATED, changed=())
        if form.kind in (LONGER, SHORTER) and Message.of(after, form.exons).bases == annotated
        else form
        for form in forms
    ]
    best = next(form for form in own if form.kind == ANNOTATED)  # the likeliest first
    return [form for form in own if form.kind != ANNOTATED or form is best]


def _possible(form: Form, allele: TranscriptAllele, frame: CodingFrame | None, length: int) -> PossibleTranscript:
    message = Message.of(allele, form.exons)
    change = len(message.bases) - length
    if frame is None:
        return PossibleTranscript(form, change, NO_FRAME)
    reading = read_message(message, allele, frame)
    if reading is None:
        return PossibleTranscript(form, change, NO_FRAME, ProteinChange("p.?", START_LOST))
    if reading.protein == frame.protein and reading.own_stop:
        protein = ProteinChange("p.(=)", UNCHANGED, len(frame.protein) - 1)
        return PossibleTranscript(form, change, UNTOUCHED, protein, _stop(reading, message, allele, frame))
    in_frame = bool(reading.in_frame)
    protein = protein_change(frame.protein, reading.protein, in_frame=in_frame, adds_only=change > 0)
    stop = _stop(reading, message, allele, frame)
    decay = None
    if stop is not None and stop.premature and reading.stop is not None:
        decay = expected_decay(reading.start, reading.stop, message.lengths)
    words = CUT if reading.in_frame is None else (KEPT_FRAME if in_frame else SHIFTED)
    return PossibleTranscript(form, change, words, protein, stop, decay)


def _stop(reading: Reading, message: Message, allele: TranscriptAllele, frame: CodingFrame) -> Stop | None:
    if reading.stop is None:
        return None
    place = allele.place(message.base(reading.stop))
    plus = allele.transcript.strand == "+"
    early = not reading.own_stop and (place is None or (place < frame.stop[0] if plus else place > frame.stop[0]))
    return Stop(place, len(reading.protein), _where(place, allele.transcript), early)


def _where(place: int | None, transcript: Transcript) -> str:
    """The annotated exon or intron of a base."""
    if place is None:
        return "inserted bases"
    for part, spans in (("exon", transcript.exons), ("intron", transcript.introns)):
        for number, span in enumerate(spans, start=1):
            if span.start < place <= span.end:
                return f"{part} {number}"
    return "no exon"


def assumptions(distance: int) -> tuple[str, ...]:
    """What an outcome takes for granted."""
    return (
        f"Sites were predicted within {distance:,} bases of the variant; all others of the transcript count as used, as annotated.",
        "Support of a form is the lower probability of the two sites that bound its exon, with the alternate allele. It "
        "ranks forms and is no measured share of mRNA.",
        "What an annotated site loses and no other site takes up is the support of both, a skipped exon and a kept intron: the "
        f"network does not tell them apart. Skipping comes first, unless the intron is shorter than {SHORT_INTRON} bases "
        f"({_INTRON_SOURCE}). Kinds of forms: {_KINDS_SOURCE}.",
        "A new exon takes its support from the junction across it, and a gained site its own from an annotated one that was not "
        "scanned.",
        "One change of splicing at a time; all other exons as in this transcript. Other transcripts of the gene, other starts of "
        "translation and selenocysteine are not looked at.",
        "Proteins are translated from the genome's bases with the standard genetic code and the variant in them; `p.` names in "
        "brackets are predicted. Nothing of it was measured.",
    )
