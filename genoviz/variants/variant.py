"""Variant: a change of a few bases at one place of a genome, written as in VCF.

`pos` is 1-based and both alleles are on the plus strand. Insertions and deletions carry at least one anchor base, so no
allele is empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from genoviz.errors import BadLocus, BadVariant, RefMismatch
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.locus import Locus, clip
from genoviz.sequences.sequence import Sequence
from genoviz.variants.spelling import read_spelling

_WRONG_LETTER = re.compile("[^ACGTN]")
_REACH = 100


@dataclass(frozen=True)
class Variant:
    """A replacement of reference bases by alternate bases.

    Parameters
    ----------
    chrom
        Chromosome name.
    pos
        1-based position of the first reference base.
    ref, alt
        Bases on the plus strand, at least one each and different; lower case is turned into upper case.
    assembly
        Name of the genome build; empty when it is not known.

    Raises
    ------
    BadVariant
        If a part is missing, holds other letters than A, C, G, T, N, or the alleles are equal.

    Examples
    --------
    >>> variant = Variant.parse("1:1,003 A>G")
    >>> str(variant), variant.kind, str(variant.locus)
    ('chr1-1003-A-G', 'SNV', 'chr1:1,003-1,003')
    >>> window = Sequence("CGAT", locus=Locus.parse("chr1:1,001-1,004"))
    >>> variant.apply(window).bases
    'CGGT'
    """

    chrom: str
    pos: int
    ref: str
    alt: str
    assembly: str = ""

    def __post_init__(self) -> None:
        for name in ("ref", "alt"):
            bases = getattr(self, name)
            if bases.isascii():
                bases = bases.upper()
            object.__setattr__(self, name, bases)
            side = "reference" if name == "ref" else "alternate"
            if not bases:
                raise BadVariant(
                    read=f"The {side} allele is empty.",
                    accepted="As in VCF, both alleles carry at least one base.",
                    fix="Write the base before an insertion or deletion in both, for example `chr1-12345-C-CA`.",
                )
            wrong = _WRONG_LETTER.search(bases)
            if wrong:
                raise BadVariant(
                    read=f"The {side} allele {clip(bases, 30)} holds {clip(wrong[0])} at its position "
                    f"{wrong.start() + 1:,}.",
                    accepted="Alleles are written in A, C, G, T and N.",
                    fix="Write out the bases of the allele; `<DEL>` and `*` cannot be predicted.",
                )
        if self.ref == self.alt:
            raise BadVariant(
                read=f"Reference and alternate are both {clip(self.ref, 30)}.",
                accepted="A variant changes at least one base.",
                fix="Check the alternate allele.",
            )
        if self.pos < 1:
            raise BadVariant(
                read=f"The position is {self.pos:,}.",
                accepted="Positions are 1-based: the first base of a chromosome is 1.",
                fix="Add 1 if the position comes from a BED file.",
            )
        try:
            Locus(self.chrom, self.pos - 1, self.pos)  # the rules of chromosome names are written there
        except BadLocus as error:
            raise BadVariant(error.read, error.accepted, error.fix) from None

    @classmethod
    def parse(cls, text: str, assembly: str = "") -> Variant:
        """Read the spellings in use; `str(variant)` is the one that is printed.

        `chr1-12345-A-G` with `-`, `:`, `_`, `/`, `|`, `>`, spaces or tabs between the parts, thousands commas and
        Unicode dashes; gnomAD and Open Targets (no `chr`), GTEx (`_b38` at the end), a VCF line, first and last
        position, genomic HGVS substitutions, and SPDI. docs/variants.md has the grammar. An allele is never guessed.
        Where the text itself names the build (`hg19:`, `_b38`, the version of an `NC_` accession), the variant carries
        it.

        Raises
        ------
        BadVariant
            If the text is no variant, or names another build than `assembly`. An rsID or a coding HGVS name is
            recognised, and the message says what is needed.

        See Also
        --------
        genoviz.variants.check.read_variant : also reads names that need the genome, and checks the reference allele.
        """
        return cls(*read_spelling(text, assembly))

    def __str__(self) -> str:
        return f"{self.chrom}-{self.pos}-{self.ref}-{self.alt}"

    @property
    def kind(self) -> str:
        """`SNV`, `MNV` (equal lengths above 1), `insertion`, `deletion` (one allele begins or ends with the other), or
        `delins`."""
        ref, alt = self.ref, self.alt
        if len(ref) == len(alt):
            return "SNV" if len(ref) == 1 else "MNV"
        if len(alt) > len(ref) and (alt.startswith(ref) or alt.endswith(ref)):
            return "insertion"
        if len(ref) > len(alt) and (ref.startswith(alt) or ref.endswith(alt)):
            return "deletion"
        return "delins"

    @property
    def locus(self) -> Locus:
        """The reference bases, on the plus strand (0-based, half-open)."""
        return Locus(self.chrom, self.pos - 1, self.pos - 1 + len(self.ref), "+", self.assembly)

    @property
    def length_change(self) -> int:
        """Bases gained (positive) or lost (negative)."""
        return len(self.alt) - len(self.ref)

    def swap(self) -> Variant:
        """The change back: reference and alternate exchanged."""
        return replace(self, ref=self.alt, alt=self.ref)

    def apply(self, sequence: Sequence) -> Sequence:
        """The sequence with this variant in it.

        Parameters
        ----------
        sequence
            Must know its locus, which must hold all reference bases; either strand.

        Returns
        -------
        Sequence
            The name gets the variant added. It keeps the locus when no base is gained or lost, else it has none.

        Raises
        ------
        RefMismatch
            If the sequence has other bases there; both are shown, with 10 bases on each side.
        BadVariant
            If the sequence has no locus, or not the right one.
        """
        start = self._start_in(sequence)
        end = start + len(self.ref)
        minus = sequence.locus is not None and sequence.locus.strand == "-"
        ref, alt = (_complement(self.ref), _complement(self.alt)) if minus else (self.ref, self.alt)
        # An N in the reference allele stands for any base; an N in the sequence is not taken for the right base.
        if any(want not in (base, "N") for want, base in zip(ref, sequence.bases[start:end], strict=True)):
            raise self._mismatch(sequence, start, end, minus)
        bases = sequence.bases[:start] + alt + sequence.bases[end:]
        locus = sequence.locus if self.length_change == 0 else None
        return Sequence(bases, f"{sequence.name} {_short(str(self), 80)}".strip(), locus)

    def _start_in(self, sequence: Sequence) -> int:
        """Index in `sequence` of the first base that the variant replaces, read 5' to 3'."""
        place = sequence.locus
        if place is None:
            raise BadVariant(
                read="The sequence does not say where in the genome it lies.",
                accepted=f"To apply {clip(str(self), 60)} its locus must be known.",
                fix="Choose the region by its locus, or edit the base in the sequence itself.",
            )
        if not same_assembly(place.assembly, self.assembly):
            raise BadVariant(
                read=f"The variant is on {clip(self.assembly, 30)}, the sequence on {clip(place.assembly, 30)}.",
                accepted="Both must be on the same assembly.",
                fix=f"Choose {clip(self.assembly, 30)}, or convert the variant's position.",
            )
        if not place.contains(self.locus):
            raise BadVariant(
                read=f"{clip(str(self), 60)} covers {self.locus}, which is not all inside {place}.",
                accepted="All reference bases must lie in the sequence.",
                fix="Choose a wider or another locus.",
            )
        return min(place.to_relative(self.locus.start), place.to_relative(self.locus.end - 1))

    def _mismatch(self, sequence: Sequence, start: int, end: int, minus: bool) -> RefMismatch:
        around = sequence.bases[max(0, start - 10) : start], sequence.bases[start:end], sequence.bases[end : end + 10]
        if minus:
            around = _complement(around[2]), _complement(around[1]), _complement(around[0])
        before, found, after = around
        where = (sequence.locus.assembly if sequence.locus else "") or self.assembly or "the sequence"
        fix = "Check the assembly and the strand."
        if found == self.alt:
            fix = "Check the assembly, or swap ref and alt."
        elif len(found) == 1:
            fix = f"Check the assembly, or use the reference base {found}."
        named = f"base {self.ref}" if len(self.ref) == 1 else f"bases {_short(self.ref)}"
        return RefMismatch(
            read=f"`{_short(str(self), 60)}` names {named} at {self.chrom}:{self.pos:,}, but {where} has "
            f"{_short(found)} there. The plus strand is {before}[{_short(found)}]{after}, the minus strand "
            f"{_complement(after)}[{_short(_complement(found))}]{_complement(before)}.",
            accepted="The reference bases must match the assembly.",
            fix=fix,
        )

    def left_align(self, fetch: Callable[[str, int, int], str]) -> Variant:
        """The same change, trimmed and moved as far left as it goes: VCF's normal form (Tan et al. 2015).

        Parameters
        ----------
        fetch
            `fetch(chrom, start, end)` gives the plus-strand reference bases of a 0-based half-open range.

        Raises
        ------
        RefMismatch
            If the reference has other bases than `ref`, or does not know them (N).
        BadLocus
            If `fetch` raises it: the reference does not have the bases, here or as far left as the change goes.
        """
        found = fetch(self.chrom, self.pos - 1, self.pos - 1 + len(self.ref)).upper()
        fits = len(found) == len(self.ref) and "N" not in found
        if not fits or any(w not in (b, "N") for w, b in zip(self.ref, found, strict=True)):
            raise RefMismatch(
                read=f"`{_short(str(self), 60)}` names {_short(self.ref)} at {self.chrom}:{self.pos:,}, but "
                f"{self.assembly or 'the reference'} has {_short(found) or 'no base'} there.",
                accepted="The reference bases must match the assembly.",
                fix="Check the assembly, or swap ref and alt.",
            )
        pos, alt = self.pos, self.alternate_on(found)
        ref = self.ref if alt == found else found  # N to the base that is there changes nothing, and stays as written
        left = ""  # bases fetched but not yet used, ending at pos - 1
        while True:
            if ref and alt and ref[-1] == alt[-1]:
                ref, alt = ref[:-1], alt[:-1]
            elif not (ref and alt) and pos > 1:
                if not left:
                    left = _before(fetch, self.chrom, pos - 1)
                ref, alt, left, pos = left[-1] + ref, left[-1] + alt, left[:-1], pos - 1
            else:
                break
        if not (ref and alt):
            # The change reaches base 1, which has nothing before it: VCF then anchors on the base after.
            after = fetch(self.chrom, pos - 1 + len(ref), pos + len(ref)).upper()
            return replace(self, pos=pos, ref=ref + after, alt=alt + after)
        while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
            ref, alt, pos = ref[1:], alt[1:], pos + 1
        return replace(self, pos=pos, ref=ref, alt=alt)

    def alternate_on(self, found: str) -> str:
        """The alternate allele where the reference has the bases `found`: of the N that both alleles have, its bases.

        Some VCFs write N for the base before an indel, which is no unknown base of the alternate allele.
        """
        ref, alt = self.ref, self.alt
        shorter, first, last = min(len(ref), len(alt)), 0, 0
        while first < shorter and ref[first] == alt[first]:
            first += 1
        while last < shorter - first and ref[-1 - last] == alt[-1 - last]:
            last += 1
        return found[:first] + alt[first : len(alt) - last] + found[len(found) - last :]


def _before(fetch: Callable[[str, int, int], str], chrom: str, end: int) -> str:
    """Some reference bases that end at `end`; only one where a block would reach outside what the reference has."""
    try:
        return fetch(chrom, max(0, end - _REACH), end).upper()
    except BadLocus:
        return fetch(chrom, end - 1, end).upper()


def _complement(bases: str) -> str:
    return Sequence(bases).reverse_complement().bases if bases else ""


def _short(text: str, length: int = 30) -> str:
    return text if len(text) <= length else f"{text[:length]}..."
