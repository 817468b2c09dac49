"""The places at which one insertion or deletion can be written: in a repeat, the same change has several.

VCF writes it at the left-most place, HGVS at the right-most one on the strand of the name, and both name the same DNA.
What is counted from the place of a variant, such as a splice score, can differ between them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from genoviz.errors import BadLocus
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

LEFT, RIGHT, WRITTEN = "left-most", "right-most", "as written"
MOST_SHIFT = 1_000  # bases that a change is moved to the right at most
_BLOCK = 100


@dataclass(frozen=True)
class Placement:
    """One way to write a change.

    Attributes
    ----------
    where
        `left-most`, `right-most` (both on the plus strand) and `as written`; several where they are one.
    variant
        With one anchor base before the inserted or deleted ones; the left-most one is VCF's normal form.
    """

    where: tuple[str, ...]
    variant: Variant

    @property
    def name(self) -> str:
        """Such as `right-most, as written`."""
        return ", ".join(self.where)


@dataclass(frozen=True)
class Placements:
    """The placements of a change from left to right, and whether its repeat goes on further than `MOST_SHIFT` bases."""

    all: tuple[Placement, ...]
    cut: bool = False

    @property
    def shift(self) -> int:
        """Bases from the left-most to the right-most placement."""
        return self.all[-1].variant.pos - self.all[0].variant.pos


def placements(written: Variant, aligned: Variant, reference: Reference) -> Placements:
    """Left-most, written and right-most placement of a change; a substitution or delins has one.

    Parameters
    ----------
    written
        The variant as it was written, alleles paired from their left end: `CTT-CT` deletes the second T.
    aligned
        The same variant left-aligned, with the genome's name of the chromosome.
    reference
        Its genome.
    """
    start, gone, added = _inside(aligned)
    only = Placements((Placement((LEFT, RIGHT, WRITTEN), aligned),))
    if bool(gone) == bool(added):
        return only
    try:
        last, _ = shift_right(reference, aligned.chrom, start, gone or added, gap=len(gone), most=MOST_SHIFT + 1)
        found = reference.bases(aligned.chrom, written.pos - 1, written.pos - 1 + len(written.ref))
        given = replace(written, ref=found, alt=written.alternate_on(found))  # an N stands for the base that is there
        offset = _inside(given)[0] - start
    except BadLocus:  # the genome has no bases there, so that nothing can be said of what follows
        return only
    shift, cut = min(last - start, MOST_SHIFT), last - start > MOST_SHIFT
    if not shift:
        return only
    places = {0: [LEFT], shift: [f"{shift:,} bases further right" if cut else RIGHT]}
    if 0 <= offset <= shift:
        places.setdefault(offset, []).append(WRITTEN)
    return Placements(
        tuple(
            Placement(tuple(where), _moved(aligned, start, gone, added, offset, reference) if offset else aligned)
            for offset, where in sorted(places.items())
        ),
        cut,
    )


def shift_right(
    reference: Reference, chrom: str, start: int, bases: str, *, gap: int, most: int | None = None
) -> tuple[int, str]:
    """Where deleted or inserted bases lie when moved right as far as they go, and how they read there.

    Parameters
    ----------
    start
        0-based: of the first deleted base, or of the base that the insertion is before.
    bases
        Deleted or inserted ones.
    gap
        Their number for a deletion, 0 for an insertion.
    most
        Bases to move at most; None for no limit.

    Raises
    ------
    BadLocus
        If the genome does not have the bases that follow.
    """
    end = reference.chromosomes[chrom] - gap
    end = end if most is None else min(end, start + most)
    following, first = "", start + gap
    while start < end:
        i = start + gap - first
        if i >= len(following):
            first, i = start + gap, 0
            following = _behind(reference, chrom, first)
        if following[i] != bases[0] or following[i] == "N":
            break
        bases, start = bases[1:] + bases[0], start + 1
    return start, bases


def _behind(reference: Reference, chrom: str, first: int) -> str:
    """Some bases from `first` on; only one where a block would reach outside what the reference has."""
    last = reference.chromosomes[chrom]
    try:
        return reference.bases(chrom, first, min(last, first + _BLOCK))
    except BadLocus:
        return reference.bases(chrom, first, first + 1)


def _inside(variant: Variant) -> tuple[int, str, str]:
    """0-based start of what changes, deleted and inserted bases, without those that both alleles share.

    Alleles are paired from their left end first.
    """
    ref, alt = variant.ref, variant.alt
    first = 0
    while first < min(len(ref), len(alt)) and ref[first] == alt[first]:
        first += 1
    ref, alt = ref[first:], alt[first:]
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    return variant.pos - 1 + first, ref, alt


def _moved(aligned: Variant, start: int, gone: str, added: str, offset: int, reference: Reference) -> Variant:
    """The change `offset` bases further right, with the base before it as its anchor."""
    place = start + offset
    anchor = reference.bases(aligned.chrom, place - 1, place)
    turn = offset % len(gone or added)
    ref, alt = (bases[turn:] + bases[:turn] for bases in (gone, added))
    return replace(aligned, pos=place, ref=anchor + ref, alt=anchor + alt)
