"""Genomic names that need the bases of the genome: HGVS `g.` and `m.`, and SPDI.

HGVS names a change at its last possible place (the 3' rule), VCF at its first. `g.5del` in `CAAAAT` and `g.2del` are one
deletion: both are read as the same left-aligned variant, and `describe` gives the HGVS name with the 3' rule.

Nomenclature: HGVS (den Dunnen et al. 2016, https://doi.org/10.1002/humu.22981); SPDI: Holmes et
al. 2020, https://doi.org/10.1093/bioinformatics/btz856.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from genoviz.errors import BadVariant, RefMismatch
from genoviz.sequences.bases import base_count
from genoviz.sequences.locus import clip
from genoviz.sequences.sequence import Sequence
from genoviz.variants.genomic_name import GenomicName, is_genomic_name, parse, too_long
from genoviz.variants.placements import shift_right
from genoviz.variants.spelling import MOST_BASES, agreed_build, chromosome_of
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

__all__ = ["GenomicName", "describe", "is_genomic_name", "parse", "read", "to_variant"]


def to_variant(name: GenomicName, reference: Reference) -> Variant:
    """The change as a variant with an anchor base, not yet left-aligned.

    Its reference allele is what the name gives, or the genome's bases where it gives none; whether named bases are right
    is left to the check of the reference allele, except in repeats, where the unit must be found to be counted.

    Raises
    ------
    BadVariant
        If the build is another one, positions are outside the chromosome, or nothing would change.
    RefMismatch
        If a repeat unit is not where the name says.
    BadLocus
        If the genome has no such chromosome.
    """
    agreed_build(name.text, "", name.assembly, reference.assembly)
    chrom = reference.resolve(name.chrom)
    length = reference.chromosomes[chrom]
    if name.end > length or name.start > length:
        raise BadVariant(
            f"{clip(name.text)} reaches base {max(name.end, name.start + 1):,}.",
            f"{chrom} of {reference.assembly or reference.title} has {length:,} bases.",
            "Check the position and the assembly.",
        )
    start, deleted = name.start, name.named
    if name.kind == "repeat":
        deleted, inserted = _repeat(name, chrom, length, reference)
    else:
        deleted = deleted or reference.bases(chrom, start, name.end)
        inserted = {
            "duplication": deleted * 2,
            "inversion": Sequence(deleted).reverse_complement().bases if deleted else "",
        }.get(name.kind, name.inserted)
    if max(len(deleted), len(inserted)) > MOST_BASES:
        raise too_long(name.text)
    if deleted == inserted:
        raise BadVariant(
            f"{clip(name.text)} changes nothing: {clip(deleted, 30)} stays {clip(inserted, 30)}.",
            "A variant changes at least one base.",
            "Check the name.",
        )
    if not (deleted and inserted):
        # A deletion or insertion: VCF adds the base before it, or the one after it at the start of a chromosome.
        if start:
            anchor = reference.bases(chrom, start - 1, start)
            start, deleted, inserted = start - 1, anchor + deleted, anchor + inserted
        else:
            after = start + len(deleted)
            anchor = reference.bases(chrom, after, after + 1)
            deleted, inserted = deleted + anchor, inserted + anchor
    return Variant(chrom, start + 1, deleted, inserted, reference.assembly or name.assembly)


def read(text: str, reference: Reference, assembly: str = "") -> Variant:
    """Read a genomic name as the left-aligned variant of VCF.

    Parameters
    ----------
    text
        As for `parse`.
    reference
        The genome.
    assembly
        Build to note; the reference's when left empty.

    Raises
    ------
    BadVariant, RefMismatch, BadLocus
        As `parse` and `to_variant` say; RefMismatch also where the name gives other bases than the genome has.
    """
    name = parse(text, assembly or reference.assembly)
    return to_variant(name, reference).left_align(reference.bases)


def describe(variant: Variant, reference: Reference) -> str:
    """The genomic HGVS name of a variant, with the 3' rule; the inverse of `read`.

    Parameters
    ----------
    variant
        In any normal form; its reference allele must be right.
    reference
        The genome; the name begins with its own name of the chromosome.

    Raises
    ------
    RefMismatch
        If the reference has other bases.
    """
    named = replace(variant, chrom=reference.resolve(variant.chrom)).left_align(reference.bases)
    chrom, start, ref, alt = named.chrom, named.pos - 1, named.ref, named.alt
    while ref and alt and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    head = f"{chrom}:{'m' if chromosome_of(chrom) == 'chrM' else 'g'}."
    if ref and alt:
        if len(ref) == len(alt) == 1:
            return f"{head}{start + 1}{ref}>{alt}"
        inverted = alt == Sequence(ref).reverse_complement().bases
        return f"{head}{_range(start, len(ref))}{'inv' if inverted else f'delins{alt}'}"
    start, moved = shift_right(reference, chrom, start, ref or alt, gap=len(ref))
    if ref:
        return f"{head}{_range(start, len(ref))}del"
    size = len(moved)
    if start >= size and reference.bases(chrom, start - size, start) == moved:
        return f"{head}{_range(start - size, size)}dup"
    if start == 0 or start == reference.chromosomes[chrom]:
        # Nothing lies on the other side: an insertion there can only be told together with its neighbour.
        place = max(0, start - 1)
        base = reference.bases(chrom, place, place + 1)
        return f"{head}{place + 1}delins{moved + base if start == 0 else base + moved}"
    return f"{head}{start}_{start + 1}ins{moved}"


def _range(start: int, length: int) -> str:
    return f"{start + 1}" if length == 1 else f"{start + 1}_{start + length}"


def _repeat(name: GenomicName, chrom: str, length: int, reference: Reference) -> tuple[str, str]:
    """Reference and alternate allele of a repeat: all copies of the unit from `start` on, and as many as named."""
    unit = name.named or reference.bases(chrom, name.start, name.end)
    size = len(unit)
    found = 0
    while found * size < MOST_BASES:
        begin = name.start + found * size
        if begin + size > length or reference.bases(chrom, begin, begin + size) != unit:
            break
        found += 1
    if not found:
        there = reference.bases(chrom, name.start, min(length, name.start + size))
        raise RefMismatch(
            f"{clip(name.text)} names the repeat unit {clip(unit, 30)}, but {reference.assembly or reference.title} has "
            f"{clip(there, 30)} there.",
            "The position is that of the first base of the first unit.",
            "Check the assembly and the position.",
        )
    if name.start >= size and reference.bases(chrom, name.start - size, name.start) == unit:
        raise BadVariant(
            f"{clip(name.text)} begins inside the repeat: the unit {clip(unit, 30)} also lies before it.",
            "A repeat is named from its first unit on, else its number of copies could mean two things.",
            f"Begin further left, or write it as a deletion or insertion. From here on there are {found:,} copies.",
        )
    if name.ranged and name.end - name.start not in (size, found * size):
        raise BadVariant(
            f"{clip(name.text)} covers {base_count(name.end - name.start)}.",
            f"The reference has {found:,} copies of {clip(unit, 30)} here, {base_count(found * size)}.",
            f"Type `{name.chrom}:g.{name.start + 1}_{name.start + found * size}{unit[:30]}[{name.copies}]`.",
        )
    if max(name.copies, found) * size >= MOST_BASES:  # copies beyond were not counted
        raise too_long(name.text)
    return unit * found, unit * name.copies
