"""What a model reads of a variant: the same window of the genome with the reference and with the alternate allele.

Both windows have the length that the model reads and begin at the same base of the plus strand. After the variant the
alternate window reads on where the reference window does: after a deletion more of the genome comes in at the right end,
after an insertion as much drops out. Windows of the minus strand are the reverse complements of these two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadLocus, BadVariant
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.variants.variant import Variant

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference


@dataclass(frozen=True)
class AlleleWindows:
    """A variant and the two sequences that a model compares.

    Attributes
    ----------
    variant
        The variant as scored: left-aligned, with the genome's name of the chromosome.
    reference, alternate
        Windows of equal length, 5' to 3' on `locus.strand`. The reference window carries its locus; so does the
        alternate one where no base was gained or lost.
    locus
        Where the reference window lies. It may reach past the end of the chromosome, never before its start.
    before
        Bases of the windows before the first base of the chromosome, read as N like those after its last.
    """

    variant: Variant
    reference: Sequence
    alternate: Sequence
    locus: Locus
    before: int = 0

    @property
    def unknown(self) -> int:
        """Bases of the reference window that the genome does not have or does not know: N."""
        return self.reference.bases.count("N")

    @property
    def reference_span(self) -> tuple[int, int]:
        """Where the reference allele lies in `reference` (0-based, half-open, 5' to 3')."""
        return self._span(len(self.variant.ref))

    @property
    def alternate_span(self) -> tuple[int, int]:
        """Where the alternate allele lies in `alternate` (0-based, half-open, 5' to 3')."""
        return self._span(len(self.variant.alt))

    @property
    def partners(self) -> NDArray[np.int64]:
        """For each base of `reference`, the base of `alternate` it belongs to; -1 where there is none.

        Alleles are paired from their left end on the plus strand, so that the anchor of an indel stays paired.
        Shape `(length,)`.
        """
        length, first = len(self.reference), self._first
        kept, gained = min(len(self.variant.ref), len(self.variant.alt)), self.variant.length_change
        partner = np.arange(length)
        partner[first + len(self.variant.ref) :] += gained
        partner[first + kept : first + len(self.variant.ref)] = -1
        partner[partner >= length] = -1
        if self.locus.strand == "-":
            partner = np.where(partner < 0, -1, length - 1 - partner)[::-1]
        return partner

    def onto_reference(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Values `(..., length)` along `alternate` at the bases of `reference`, nan where a base has no partner."""
        partner = self.partners
        return np.where(partner >= 0, values[..., np.maximum(partner, 0)], np.nan)

    @property
    def inserted(self) -> tuple[int, int]:
        """Bases of `alternate` without a partner because the variant added them (0-based, half-open; may be empty)."""
        start, end = self.alternate_span
        added = max(0, self.variant.length_change)
        return (start, start + added) if self.locus.strand == "-" else (end - added, end)

    def index(self, position: int) -> int:
        """Where a 1-based coordinate lies in `reference`; outside of it for bases that the windows do not hold."""
        left = position - 1 - self.locus.start + self.before
        return left if self.locus.strand == "+" else len(self.reference) - 1 - left

    @property
    def _first(self) -> int:
        """Index of the variant's first base in the windows as read on the plus strand."""
        return self.variant.pos - 1 - self.locus.start + self.before

    def _span(self, allele: int) -> tuple[int, int]:
        start = self._first
        if self.locus.strand == "-":
            start = len(self.reference) - start - allele
        return start, start + allele


def allele_windows(
    variant: Variant, reference: Reference, length: int, *, strand: str = "+", window: Locus | None = None
) -> AlleleWindows:
    """Read both windows of a variant.

    Parameters
    ----------
    variant
        In any spelling; it is left-aligned first, so that equal changes give equal windows.
    reference
        The genome; its bases must be the variant's reference allele.
    length
        Bases the model reads.
    strand
        `"+"` or `"-"`: what the model reads 5' to 3'.
    window
        Where to read, for models that expect a certain place such as the transcription start; its strand counts. None
        puts the first base of the left-aligned variant into the middle (as `Locus.resize` does).

    Raises
    ------
    RefMismatch
        If the genome has other bases at the variant.
    BadVariant
        If an allele does not fit into the window.
    BadLocus
        If the chromosome is unknown or the assemblies differ.
    """
    if not same_assembly(variant.assembly, reference.assembly):
        raise BadLocus(
            read=f"`{str(variant)[:60]}` is on {variant.assembly}, but {reference.title} is {reference.assembly}.",
            accepted="Variant and genome must be of one assembly.",
            fix=f"Choose a genome of {variant.assembly}, or convert the position to {reference.assembly}.",
        )
    named = replace(variant, chrom=reference.resolve(variant.chrom))
    aligned = named.left_align(reference.bases)
    if window is None:
        low = aligned.pos - 1 - (length - 1) // 2
        before = max(0, -low)
        place = Locus(aligned.chrom, max(0, low), low + length, strand, reference.assembly)
    else:
        low, before = window.start, 0
        place = replace(window, chrom=aligned.chrom, assembly=reference.assembly)
    start = aligned.pos - 1 - low
    if len(place) + before != length or start < 0 or start + max(len(aligned.ref), len(aligned.alt)) > length:
        raise BadVariant(
            read=f"`{str(aligned)[:60]}` does not fit into the window {place} of {length:,} bases.",
            accepted="Both alleles must lie in the window that the model reads.",
            fix="Choose a window around the variant, or a model that reads more bases.",
        )
    further = max(0, -aligned.length_change)  # bases that come in at the right end after a deletion
    stretch = "N" * before + _padded(reference, aligned.chrom, place.start, place.end + further)
    ref_bases = stretch[:length]
    alt_bases = (stretch[:start] + aligned.alt + stretch[start + len(aligned.ref) :])[:length]
    plus = replace(place, strand="+")
    located = None if before else plus
    ref = Sequence(ref_bases, f"{plus} reference", located)
    alt = Sequence(alt_bases, f"{plus} {str(aligned)[:60]}", located if aligned.length_change == 0 else None)
    if place.strand == "-":
        ref, alt = ref.reverse_complement(), alt.reverse_complement()
    return AlleleWindows(aligned, ref, alt, place, before)


def _padded(reference: Reference, chrom: str, start: int, end: int) -> str:
    """Plus-strand letters with N past the bases that the genome has."""
    return reference.fetch(Locus(chrom, start, end, "+", reference.assembly), pad=True).bases
