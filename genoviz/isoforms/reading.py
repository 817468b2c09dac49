"""Variants by their names on transcripts, read offline: `NM_007294.4:c.68_69del`, `BRCA2 c.68-7T>A`.

The gene models at hand say where a transcript lies, and the genome its bases. A version that the models have not got is
never swapped in silence: it is said, and what the name means on the version at hand is offered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genoviz.errors import BadVariant, RefMismatch, UnknownName
from genoviz.genes.transcripts import Gene, Transcript, folded, unversioned
from genoviz.isoforms.coordinates import POSITION, TranscriptCoordinates, TranscriptPosition
from genoviz.sequences.locus import clip
from genoviz.sequences.sequence import Sequence
from genoviz.variants import hgvs
from genoviz.variants.genomic_name import GenomicName
from genoviz.variants.resolver import Resolver, SeveralVariants
from genoviz.variants.spelling import MOST_BASES, PASTE, kind_of_name, plain_text
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genes.models import GeneModels
    from genoviz.genomes.genome import Reference

_NAME = re.compile(
    r"(?P<name>[^\s:()]+)(?:\((?P<gene>[^\s:()]+)\))?(?:\s?:\s?|\s)(?P<letter>[cn])\.\s?(?P<change>\S.*)", re.IGNORECASE
)
_CHANGE = re.compile(
    rf"{POSITION.format('first_')}(?:_{POSITION.format('last_')})?"
    r"(?:(?P<ref>[ACGTN]+)?>(?P<alt>[ACGTN]+)|(?P<kind>delins|del|dup|ins|inv)(?P<bases>[ACGTN]*)"
    r"(?:(?P<then>ins)(?P<more>[ACGTN]+))?)",
    re.IGNORECASE,
)
ACCEPTED = (
    "On transcripts are read: substitution `c.5A>G`, `c.5_7del`, `c.5_7dup`, `c.5_6insACG`, `c.5_7delinsTT` and `c.5_7inv`, "
    "with positions such as `-19`, `76+1`, `77-12` and `*37`."
)
_KINDS = {"del": "deletion", "dup": "duplication", "ins": "insertion", "delins": "delins", "inv": "inversion"}


@dataclass(frozen=True)
class TranscriptName:
    """What a name on a transcript says, before any gene model is looked at.

    Attributes
    ----------
    text
        As given.
    name
        Transcript or gene in front.
    gene
        Gene in brackets behind the transcript; may be empty.
    letter
        `c` or `n`.
    first, last
        Both ends as the transcript counts; equal for one base.
    kind
        As that of `GenomicName`.
    named, inserted
        Bases of the transcript's strand that are replaced (may be empty) and that come in.
    """

    text: str
    name: str
    gene: str
    letter: str
    first: TranscriptPosition
    last: TranscriptPosition
    kind: str
    named: str
    inserted: str

    @classmethod
    def parse(cls, text: str) -> TranscriptName:
        """Read the text; BadVariant where it is no such name or holds what is not read here."""
        plain = plain_text(text)
        match = _NAME.fullmatch(plain)
        change = _CHANGE.fullmatch(match["change"].strip()) if match else None
        ends = (
            [
                TranscriptPosition.parse("".join(change[f"{end}_{part}"] or "" for part in ("sign", "base", "offset")))
                for end in ("first", "last")
                if change and change[f"{end}_base"]
            ]
            if change
            else []
        )
        if match is None or change is None or None in ends:
            raise BadVariant(f"{clip(text)} could not be read as a change of a transcript.", ACCEPTED, f"Or {PASTE}.")
        named, inserted = (change["ref"] or "").upper(), (change["alt"] or "").upper()
        kind = "substitution"
        if change["kind"]:
            word, bases = change["kind"].lower(), (change["bases"] or "").upper()
            if change["then"]:
                word, named, inserted = "delins" if word == "del" else "", bases, change["more"].upper()
            elif word in ("ins", "delins"):
                inserted = bases
            else:
                named = bases
            kind = _KINDS.get(word, "")
        first, last = ends[0], ends[-1]
        wrong = not kind or (kind in ("insertion", "delins", "substitution") and not inserted)
        if first is None or last is None or wrong or (kind == "insertion" and len(ends) < 2):
            raise BadVariant(f"{clip(text)} does not say what comes where.", ACCEPTED, f"Or {PASTE}.")
        return cls(
            plain, match["name"], match["gene"] or "", match["letter"].lower(), first, last, kind, named, inserted
        )


def on_transcript(name: TranscriptName, transcript: Transcript, reference: Reference) -> Variant:
    """The variant that a name means on one transcript, left-aligned.

    Raises
    ------
    BadVariant
        If the transcript has not got the place, or counts with the other letter.
    RefMismatch
        If the name gives other bases than the genome has.
    """
    places = TranscriptCoordinates(transcript)
    if not transcript.exons or name.letter != places.letter:
        why = "has no exons" if not transcript.exons else f"counts with `{places.letter}.`"
        raise BadVariant(
            f"{clip(name.text)} can't be placed: {transcript.identifier} {why} in the gene models.",
            "`c.` is for transcripts with a coding sequence, `n.` for others.",
            f"Check the name, or {PASTE}.",
        )
    found = [places.place(position) for position in (name.first, name.last)]
    for position, place in zip((name.first, name.last), found, strict=True):
        if place is None:
            raise BadVariant(
                f"{transcript.identifier} has no base {name.letter}.{position} in the gene models.",
                f"It has {places.length:,} exon bases, {places.end - places.start:,} of them from {name.letter}.1 on; an "
                "intron is counted from the exon bases beside it.",
                f"Check the name and the version of the transcript, or {PASTE}.",
            )
    low, high = sorted(place for place in found if place is not None)
    plus = transcript.strand == "+"
    if (found[0] != low) == plus and low != high:
        raise BadVariant(
            f"{clip(name.text)} ends before it starts.", "The 5' place comes first.", "Check the positions."
        )
    start, end = low - 1, high
    if name.kind == "insertion":
        if high != low + 1:
            raise BadVariant(
                f"{clip(name.text)} inserts between bases that are no neighbours in the genome.",
                "An insertion lies between two neighbouring bases.",
                "Name the bases on both sides of it.",
            )
        start = end = low
    if end - start > MOST_BASES:
        raise BadVariant(f"{clip(name.text)} changes {end - start:,} bases.", f"Up to {MOST_BASES:,} are read.", "")
    turn = (lambda bases: bases) if plus else _turned
    chrom = transcript.locus.chrom
    genomic = GenomicName(
        name.text, chrom, start, end, name.kind, turn(name.named), turn(name.inserted), assembly=reference.assembly
    )
    if name.named and (there := reference.bases(chrom, start, end)) != turn(name.named):
        raise RefMismatch(
            f"{clip(name.text)} names {clip(name.named, 30)}, but on {transcript.identifier} {reference.title} has "
            f"{clip(turn(there), 30)} there.",
            "The bases must be those of the genome on the transcript's strand.",
            f"Check the version of the transcript, or {PASTE}.",
        )
    return hgvs.to_variant(genomic, reference).left_align(reference.bases)


@dataclass(frozen=True)
class LocalResolver:
    """Reads names on transcripts with the gene models at hand; everything else goes to `online`, if that is there.

    Parameters
    ----------
    genes
        Gene models of the genome; None where there are none.
    online
        The look-up at Ensembl, if the user turned it on.
    """

    genes: GeneModels | None
    online: Resolver | None = None

    def reads(self, text: str) -> bool:
        """Whether the text names a transcript or gene of the models with `c.` or `n.`"""
        try:
            name = TranscriptName.parse(text)
        except BadVariant:
            return False
        return self._gene(name) is not None

    def resolve_one(self, text: str, reference: Reference) -> Variant:
        """The only variant that a name stands for.

        Raises
        ------
        SeveralVariants
            If the models have another version of the transcript (what it means there is offered), or a gene stands in
            front whose transcripts place the name differently.
        BadVariant, RefMismatch
            If the name can't be read, placed or found.
        """
        try:
            name = TranscriptName.parse(text)
        except BadVariant:
            return self._elsewhere(text, reference)
        gene = self._gene(name)
        if gene is None:
            return self._elsewhere(text, reference)
        wanted = folded(name.name)
        exact = [one for one in gene.transcripts if folded(one.identifier) == wanted]
        alike = [one for one in gene.transcripts if unversioned(folded(one.identifier)) == unversioned(wanted)]
        if exact:
            return on_transcript(name, exact[0], reference)
        if not alike:
            return self._of_gene(name, gene, reference)
        if unversioned(wanted) == wanted:
            return on_transcript(name, alike[0], reference)
        there = alike[0]
        try:
            choices: tuple[Variant, ...] = (on_transcript(name, there, reference),)
            means = f"There the name means {clip(str(choices[0]), 60)}"
        except BadVariant as error:
            choices, means = (), error.read.rstrip(".")
        raise SeveralVariants(
            f"The gene models have {there.identifier}, not {clip(name.name, 40)}: versions can count differently.",
            f"{means}.",
            f"If that is meant, type `{there.identifier}:{name.text.partition(':')[2].strip() or name.text}`; else open gene "
            f"models with that version, or {PASTE}.",
            choices=choices,
        )

    def notice(self, text: str, variant: Variant) -> str:
        """The sentence that says where the variant comes from."""
        gene = None
        if self.reads(text):
            name = TranscriptName.parse(text)
            gene = self._gene(name)
        if gene is None:
            return self.online.notice(text, variant) if self.online else ""
        own = [t for t in gene.transcripts if unversioned(folded(t.identifier)) == unversioned(folded(name.name))]
        where = own[0].identifier if own else f"the transcripts of {gene.name}"
        return f"{clip(text)} is {clip(str(variant))}, by {where} of the gene models and the bases of the genome."

    def _gene(self, name: TranscriptName) -> Gene | None:
        """The gene of the transcript or gene in front, whatever version is named."""
        for known in (name.name, unversioned(name.name)):
            if self.genes is not None and self.genes.has(known):
                return self.genes.gene(known)
        return None

    def _of_gene(self, name: TranscriptName, gene: Gene, reference: Reference) -> Variant:
        """A gene in front: its transcripts, the primary one first, must agree."""
        found: dict[Variant, Transcript] = {}
        failed: BadVariant | None = None
        for transcript in gene.transcripts:
            try:
                found.setdefault(on_transcript(name, transcript, reference), transcript)
            except BadVariant as error:
                failed = failed or error
        if not found:
            raise failed or BadVariant(f"{gene.name} has no transcript in the gene models.", ACCEPTED, f"Or {PASTE}.")
        if len(found) == 1:
            return next(iter(found))
        listed = "; ".join(f"{one.identifier} {clip(str(variant), 60)}" for variant, one in list(found.items())[:6])
        raise SeveralVariants(
            f"{clip(name.text)} names a gene, and its transcripts count differently: {listed}.",
            "A position is one of a transcript.",
            f"Type `{gene.primary.identifier}:{name.text.split(None, 1)[-1].rpartition(':')[2]}` for the primary transcript "
            f"({gene.primary_reason}), or another one.",
            choices=tuple(found),
        )

    def _elsewhere(self, text: str, reference: Reference) -> Variant:
        if self.online is not None:
            return self.online.resolve_one(text, reference)
        try:
            name = TranscriptName.parse(text)
        except BadVariant:
            return Variant.parse(text)  # says what such a name is, and what to paste
        if self.genes is None:
            return Variant.parse(text)
        raise UnknownName(
            f"{clip(text)} is on {clip(name.name, 40)}, which the gene models of this genome have not got.",
            f"They have {len(self.genes):,} genes; names of transcripts are compared without regard to case.",
            f"Check the name, open gene models that have it, or {PASTE}.",
        )


def resolver_for(text: str, genome: str) -> LocalResolver | None:
    """What reads a text that names a transcript, by the gene models registered with a genome; None for all other texts."""
    if kind_of_name(plain_text(text)) not in ("c", "n"):
        return None
    from genoviz.genes.registered import open_genes_of
    from genoviz.genomes.registry import list_genomes

    known = genome in {entry.name for entry in list_genomes()}
    return LocalResolver(open_genes_of(genome) if known else None)


def spelled_out(text: str, genes: GeneModels | None, reference: Reference) -> tuple[str, tuple[str, ...]]:
    """A variant as text that needs no gene models, and what was understood; text that names no transcript stays as it is.

    Raises
    ------
    GenovizError
        As `LocalResolver.resolve_one`.
    """
    if kind_of_name(plain_text(text)) not in ("c", "n") or genes is None:
        return text, ()
    resolver = LocalResolver(genes)
    variant = resolver.resolve_one(text, reference)
    return str(variant), (resolver.notice(text, variant),)


def _turned(bases: str) -> str:
    return Sequence(bases).reverse_complement().bases if bases else ""
