"""HGVS names of variants on transcripts, from the gene models and the genome at hand.

Insertions and deletions are named at their last possible place on the strand of the transcript (the 3' rule), by the bases of
the genome: `GAG|GTAAG` without one G loses the first base of the intron, `+1del`. What can be written inside of one exon or
intron is not named across their border. Where the sequence of a transcript's own record differs from the genome, its
name can differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genoviz.genes.transcripts import Transcript
from genoviz.isoforms.coordinates import TranscriptCoordinates
from genoviz.sequences.sequence import Sequence
from genoviz.variants.placements import shift_right
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference


def transcript_name(variant: Variant, transcript: Transcript, reference: Reference) -> str:
    """`NM_007294.4:c.-19-3A>G`; empty where the transcript has no exons or does not cover the change.

    Parameters
    ----------
    variant
        In any normal form.
    transcript
        Of the same genome.
    reference
        Its genome.

    Raises
    ------
    RefMismatch, BadLocus
        If the genome has other bases than the reference allele, or none.
    """
    if not transcript.exons:
        return ""
    places = TranscriptCoordinates(transcript)
    named = _named(variant, places, reference)
    plus, ref, alt = transcript.strand == "+", named.ref, named.alt
    ends = [places.name(place) for place in ((named.first, named.last) if plus else (named.last, named.first))]
    if None in ends:
        return ""
    where = "_".join(dict.fromkeys(map(str, ends)))
    if not plus:
        ref, alt = _turned(ref), _turned(alt)
    return f"{transcript.identifier}:{places.letter}.{where}{_change(ref, alt, copied=named.copied)}"


def named_variant(variant: Variant, transcript: Transcript, reference: Reference) -> Variant:
    """The variant written at the place that its name on a transcript gives, an insertion or deletion with the base before it.

    Raises
    ------
    RefMismatch, BadLocus
        As `transcript_name`.
    """
    named = _named(variant, TranscriptCoordinates(transcript), reference)
    chrom = reference.resolve(variant.chrom)
    if (named.ref and named.alt) or not named.start:
        return replace(variant, chrom=chrom).left_align(reference.bases)
    anchor = reference.bases(chrom, named.start - 1, named.start)
    return replace(variant, chrom=chrom, pos=named.start, ref=anchor + named.ref, alt=anchor + named.alt)


@dataclass(frozen=True)
class _Named:
    """A change at the place of its name: 0-based start, plus-strand bases without an anchor, first and last base (1-based) of the
    name, and whether an insertion copies these."""

    start: int
    ref: str
    alt: str
    first: int
    last: int
    copied: bool = False


def _named(variant: Variant, places: TranscriptCoordinates, reference: Reference) -> _Named:
    """The last place on the transcript's strand; where that lies across a border of an exon, the last one that does not."""
    aligned = replace(variant, chrom=reference.resolve(variant.chrom)).left_align(reference.bases)
    start, ref, alt = trimmed(aligned)
    if ref and alt:
        return _Named(start, ref, alt, start + 1, start + len(ref))
    chrom, bases, plus = aligned.chrom, ref or alt, places.transcript.strand == "+"
    furthest, _ = shift_right(reference, chrom, start, bases, gap=len(ref))
    steps = range(furthest - start, -1, -1) if plus else range(furthest - start + 1)
    found = []
    for step in steps:
        at, turn = start + step, step % len(bases)
        moved = bases[turn:] + bases[:turn]
        copy = None if ref else _copied(reference, chrom, at, moved, before=plus)
        first, last = copy or ((at + 1, at + len(ref)) if ref else (at, at + 1))
        gone, added = (moved, "") if ref else ("", moved)
        found.append(_Named(at, gone, added, first, last, copy is not None))
        if (places.index(first) < 0) == (places.index(last) < 0):
            return found[-1]
    return found[0]


def trimmed(variant: Variant) -> tuple[int, str, str]:
    """0-based start of what changes, deleted and inserted bases; alleles are paired from their left end first."""
    start, ref, alt = variant.pos - 1, variant.ref, variant.alt
    while ref and alt and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    return start, ref, alt


def _change(ref: str, alt: str, *, copied: bool) -> str:
    """What stands behind the place."""
    if not ref:
        return "dup" if copied else f"ins{alt}"
    if not alt:
        return "del"
    if len(ref) == len(alt) == 1:
        return f"{ref}>{alt}"
    return "inv" if alt == _turned(ref) else f"delins{alt}"


def _copied(reference: Reference, chrom: str, start: int, bases: str, *, before: bool) -> tuple[int, int] | None:
    """First and last base (1-based) of what an insertion repeats on its 5' side; None if it repeats nothing."""
    low, high = (start - len(bases), start) if before else (start, start + len(bases))
    if low < 0 or high > reference.chromosomes[chrom] or reference.bases(chrom, low, high) != bases:
        return None
    return low + 1, high


def _turned(bases: str) -> str:
    return Sequence(bases).reverse_complement().bases if bases else ""
