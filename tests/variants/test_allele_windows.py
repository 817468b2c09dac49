"""Windows of both alleles, against hand-worked cases and a slow second implementation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadLocus, BadVariant, RefMismatch
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.variants.variant import Variant
from genoviz.variants.windows import allele_windows
from tests.small_reference import InMemory


class Genome(InMemory):
    """One chromosome held in memory."""

    assembly, title = "toy", "toy genome"

    def __init__(self, bases: str) -> None:
        self.text = bases
        self.chromosomes = {"chr1": len(bases)}
        self.stored = (Locus("chr1", 0, len(bases)),)

    def resolve(self, chrom: str) -> str:
        return "chr1" if chrom in ("1", "chr1") else chrom

    @property
    def whole(self) -> frozenset[str]:
        return frozenset(self.chromosomes)

    def bases(self, chrom: str, start: int, end: int) -> str:
        return self.text[start:end]

    def fetch(self, locus: Locus, *, pad: bool = False) -> Sequence:
        bases = self.text[locus.start : locus.end]
        return Sequence(bases + "N" * (len(locus) - len(bases)), locus=locus)


#              1234567890123456789012
TOY = Genome("AACCGGTTACGTACATTTTGCA")


def test_substitution_lies_in_the_middle_of_both_windows() -> None:
    found = allele_windows(Variant("1", 10, "C", "G"), TOY, 5)
    assert (found.reference.bases, found.alternate.bases) == ("TACGT", "TAGGT")
    assert str(found.locus) == "chr1:8-12"
    assert found.locus.assembly == "toy"
    assert found.reference_span == found.alternate_span == (2, 3)
    assert found.partners.tolist() == [0, 1, 2, 3, 4]


def test_deletion_lets_more_of_the_genome_in_on_the_right() -> None:
    found = allele_windows(Variant("chr1", 10, "CGT", "C"), TOY, 7)
    assert (found.reference.bases, found.alternate.bases) == ("TTACGTA", "TTACACA")
    assert found.partners.tolist() == [0, 1, 2, 3, -1, -1, 4]
    assert found.inserted == (4, 4)
    values = np.arange(7, dtype=np.float32)
    np.testing.assert_array_equal(found.onto_reference(values), [0, 1, 2, 3, np.nan, np.nan, 4])


def test_insertion_lets_bases_drop_out_on_the_right_of_the_plus_strand() -> None:
    found = allele_windows(Variant("chr1", 10, "C", "CAA"), TOY, 7)
    assert (found.reference.bases, found.alternate.bases) == ("TTACGTA", "TTACAAG")
    assert found.partners.tolist() == [0, 1, 2, 3, 6, -1, -1]
    assert found.alternate.bases[slice(*found.inserted)] == "AA"
    minus = allele_windows(Variant("chr1", 10, "C", "CAA"), TOY, 7, strand="-")
    assert (minus.reference.bases, minus.alternate.bases) == ("TACGTAA", "CTTGTAA")
    assert minus.reference.bases[slice(*minus.reference_span)] == "G"
    assert minus.alternate.bases[slice(*minus.alternate_span)] == "TTG"
    assert minus.alternate.bases[slice(*minus.inserted)] == "TT"
    assert minus.partners.tolist() == [-1, -1, 0, 3, 4, 5, 6]


def test_equal_changes_give_equal_windows() -> None:
    # One T of the four at 16-19 goes, written in three ways.
    spellings = [Variant("chr1", 19, "TG", "G"), Variant("chr1", 15, "AT", "A"), Variant("chr1", 16, "TTTT", "TTT")]
    found = [allele_windows(v, TOY, 9) for v in spellings]
    assert found[0] == found[1] == found[2]
    assert str(found[0].variant) == "chr1-15-AT-A"


def test_past_the_ends_of_the_chromosome_windows_hold_n() -> None:
    first = allele_windows(Variant("chr1", 1, "A", "G"), TOY, 7)
    assert (first.reference.bases, first.alternate.bases, first.unknown) == ("NNNAACC", "NNNGACC", 3)
    assert first.reference_span == (3, 4)
    last = allele_windows(Variant("chr1", 22, "A", "G"), TOY, 7, strand="-")
    assert (last.reference.bases, last.alternate.bases) == ("NNNTGCA", "NNNCGCA")
    before = allele_windows(Variant("chr1", 1, "A", "G"), TOY, 7, strand="-")
    assert before.alternate.bases[slice(*before.alternate_span)] == "C"


def test_a_window_can_be_chosen() -> None:
    found = allele_windows(Variant("chr1", 5, "G", "T"), TOY, 6, window=Locus("chr1", 3, 9, "-"))
    assert (found.reference.bases, found.alternate.bases) == ("TAACCG", "TAACAG")
    with pytest.raises(BadVariant, match="does not fit into the window"):
        allele_windows(Variant("chr1", 12, "T", "A"), TOY, 6, window=Locus("chr1", 3, 9))


def test_another_assembly_is_refused_even_where_the_base_fits() -> None:
    with pytest.raises(BadLocus, match="hg19"):
        allele_windows(Variant("chr1", 10, "C", "G", "hg19"), TOY, 5)


def test_another_reference_base_is_refused() -> None:
    with pytest.raises(RefMismatch):
        allele_windows(Variant("chr1", 10, "A", "G"), TOY, 5)
    with pytest.raises(BadVariant, match="does not fit"):
        allele_windows(Variant("chr1", 10, "C", "C" + "A" * 9), TOY, 7)


@given(
    bases=st.text("AC", min_size=30, max_size=60),
    pos=st.integers(8, 20),
    gone=st.integers(1, 4),
    alt=st.text("ACG", min_size=1, max_size=4),
    strand=st.sampled_from("+-"),
)
def test_windows_are_those_of_the_two_haplotypes(bases: str, pos: int, gone: int, alt: str, strand: str) -> None:
    ref = bases[pos - 1 : pos - 1 + gone]
    if ref == alt:
        return
    genome, length = Genome(bases), 11
    variant = Variant("chr1", pos, ref, alt)
    found = allele_windows(variant, genome, length, strand=strand)
    start = found.locus.start - found.before
    haplotype = bases[: pos - 1] + alt + bases[pos - 1 + gone :]

    def window(text: str) -> str:
        letters = "".join(text[i] if 0 <= i < len(text) else "N" for i in range(start, start + length))
        return letters if strand == "+" else Sequence(letters).reverse_complement().bases

    assert found.reference.bases == window(bases)
    assert found.alternate.bases == window(haplotype)
    # What is paired outside the alleles is the same base; each alternate base has one partner at most.
    partner, (low, high) = found.partners, found.reference_span
    used = [p for p in partner if p >= 0]
    assert len(set(used)) == len(used)
    for i, p in enumerate(partner):
        if p >= 0 and not low <= i < high:
            assert found.reference.bases[i] == found.alternate.bases[p]
    # The change back, on the other haplotype, has the same two windows in the other order.
    back = allele_windows(
        found.variant.swap(),
        Genome(haplotype),
        length,
        window=None if found.before else found.locus,
        strand=strand,
    )
    assert back.variant == found.variant.swap()
    assert (back.reference.bases, back.alternate.bases) == (found.alternate.bases, found.reference.bases)
