"""Typed variants against the genome: notices, mismatches with their corrections, and messages."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from genoviz.errors import BadLocus, BadVariant, RefMismatch
from genoviz.variants.check import Fix, check_variant, read_variant
from genoviz.variants.variant import Variant
from tests.small_reference import SmallReference

#         1234567890123456789012345678901234567890
BASES = "ACGTACGGTCAATTTTTGCATCCAGGCTANNNGATCGATCC"
NEW = SmallReference({"chr1": BASES}, "GRCh38", "new genome")
OLD = SmallReference({"1": "T" + BASES}, "GRCh37", "old genome")


def fixes(text: str, *others: SmallReference) -> dict[str, str]:
    checked = read_variant(text, NEW, others=others)
    assert checked.mismatch is not None
    return {fix.label: str(fix.variant) for fix in checked.mismatch.fixes}


def test_a_variant_that_fits() -> None:
    checked = read_variant("1-7-G-A", NEW)
    assert checked.variant == checked.usable() == Variant("chr1", 7, "G", "A", "GRCh38")
    assert checked.notices == ()
    assert checked.mismatch is None


def test_what_was_done_is_said() -> None:
    assert read_variant("chr1-16-TT-T (hg38)", NEW).notices == (
        "The text names the assembly GRCh38.",
        "Left-aligned from `chr1-16-TT-T` to `chr1-12-AT-A`, which is the same change.",
    )
    assert read_variant("chr1-7-GG-AG", NEW).notices == (
        "Trimmed from `chr1-7-GG-AG` to `chr1-7-G-A`, which is the same change.",
    )
    assert read_variant("chr1-7-N-A", NEW).usable() == Variant("chr1", 7, "G", "A", "GRCh38")
    assert "read as `G`" in read_variant("chr1-7-N-A", NEW).notices[0]
    assert "counts from 0: position 6 there is base 7" in read_variant("NC_000001.11:6:G:A", NEW).notices[0]
    unnamed = SmallReference({"chr1": BASES}, "", "a file")
    assert "a file does not say its assembly" in read_variant("hg19 chr1-7-G-A", unnamed).notices[1]
    assert read_variant("hg19 chr1-7-G-A", unnamed).usable().assembly == "GRCh37"


def test_mismatch_shows_both_strands() -> None:
    mismatch = read_variant("chr1-19-T-A", NEW).mismatch
    assert mismatch is not None
    assert (mismatch.found, mismatch.before, mismatch.after) == ("C", "TCAATTTTTG", "ATCCAGGCTA")
    assert mismatch.plus == "TCAATTTTTG[C]ATCCAGGCTA"
    assert mismatch.minus == "TAGCCTGGAT[G]CAAAAATTGA"
    assert mismatch.error.read.startswith("`chr1-19-T-A` names base T at chr1:19, but GRCh38 has C there.")
    assert mismatch.plus in mismatch.error.read
    assert mismatch.minus in mismatch.error.read
    at_start = read_variant("chr1-2-T-A", NEW).mismatch
    assert at_start is not None
    assert at_start.plus == "A[C]GTACGGTCAA"
    at_end = read_variant("chr1-41-A-G", NEW).mismatch
    assert at_end is not None
    assert at_end.plus == "NNGATCGATC[C]"
    with pytest.raises(RefMismatch):
        read_variant("chr1-19-T-A", NEW).usable()


def test_corrections_of_one_base() -> None:
    assert fixes("chr1-19-T-A") == {"Use the reference base C": "chr1-19-C-A"}
    # base 7 is G: A>G swapped is G>A; C>T on the minus strand is G>A; T>C is both
    assert fixes("chr1-7-A-G")["Swap reference and alternate"] == "chr1-7-G-A"
    assert "Use the reference base G" not in fixes("chr1-7-A-G")
    assert fixes("chr1-7-C-T")["Read it on the minus strand (C>T is G>A)"] == "chr1-7-G-A"
    assert fixes("chr1-7-T-C")["Swap reference and alternate, and read them on the minus strand"] == "chr1-7-G-A"
    # C>G at a G: swapped and turned are one variant, which is offered once
    assert list(fixes("chr1-7-C-G").values()) == ["chr1-7-G-C"]
    assert fixes("chr1-8-T-A")["Count the position from 0: it is then base 9 here"] == "chr1-9-T-A"


def test_corrections_of_indels_keep_the_change() -> None:
    # base 19 is C: an insertion of GG after a base that was called A
    assert fixes("chr1-19-A-AGG")["Use the reference base C"] == "chr1-19-C-CGG"
    assert fixes("chr1-19-AT-A")["Use the reference bases CA"] == "chr1-19-CA-C"


def test_the_other_assembly_is_tried_and_offered() -> None:
    # base 20 is A on the new genome and, one base later, C on the old one
    offered = read_variant("chr1-20-C-G", NEW, others=(OLD,)).mismatch
    assert offered is not None
    label = "On GRCh37 the reference base is C: switch to GRCh37"
    assert Fix(label, Variant("1", 20, "C", "G", "GRCh37"), "old genome") in offered.fixes
    assert label in offered.error.fix
    # a genome of the same assembly is no other assembly
    twin = SmallReference({"chr1": "C" * 40}, "hg38", "twin")
    assert not any("switch" in label for label in fixes("chr1-20-C-G", twin))


def test_an_assembly_in_the_text_is_never_overruled() -> None:
    for text in ("chr1_20_C_G_b37", "NC_000001.10:g.20C>G", "hg19 chr1:g.20C>G", "chr1(GRCh37):g.20C>G"):
        alone = read_variant(text, NEW)
        assert alone.variant is None
        assert alone.mismatch is not None
        assert alone.mismatch.found is None
        assert alone.mismatch.fixes == ()
        assert "Open a genome of `GRCh37`" in alone.mismatch.error.fix
        with pytest.raises(BadVariant, match="never carried"):
            alone.usable()
        known = read_variant(text, NEW, others=(OLD,)).mismatch
        assert known is not None
        assert known.fixes == (Fix("Switch to GRCh37", Variant("1", 20, "C", "G", "GRCh37"), "old genome"),)
    deleted = read_variant("hg19 chr1:g.20del", NEW, others=(OLD,)).mismatch
    assert deleted is not None
    assert [str(fix.variant) for fix in deleted.fixes] == ["1-19-GC-G"]
    wrong = read_variant("hg19 chr1-20-A-G", NEW, others=(OLD,)).mismatch
    assert wrong is not None
    assert wrong.fixes == ()
    assert "do not fit old genome either" in wrong.error.fix


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("chr1-42-A-G", "has 41 bases"),
        ("chr1-41-CA-C", "has 41 bases"),
        ("chr1-29-AN-A", "1 base N"),
        ("chr1-30-N-A", "1 base N"),
        ("chr1-31-A-G", "marks a gap"),
    ],
)
def test_outside_and_unknown_bases(text: str, says: str) -> None:
    with pytest.raises(BadVariant, match=says):
        read_variant(text, NEW)


def test_unknown_chromosomes_and_pieces() -> None:
    with pytest.raises(BadLocus, match="chr5"):
        read_variant("chr5-7-G-A", NEW)
    piece = SmallReference({"chr1": BASES}, "GRCh38", "piece", {"chr1": 1000})
    assert str(read_variant("chr1-1007-G-A", piece).usable()) == "chr1-1007-G-A"
    # rolls to the second base of the piece, where a block of bases to the left would reach outside
    assert str(read_variant("chr1-1017-T-TT", piece).usable()) == "chr1-1012-A-AT"
    mismatch = read_variant("chr1-1002-T-A", piece).mismatch
    assert mismatch is not None
    assert mismatch.plus == "NNNNNNNNNA[C]GTACGGTCAA"
    with pytest.raises(BadLocus):
        read_variant("chr1-7-G-A", piece)


GENOMES = st.text(alphabet="ACGT", min_size=3, max_size=30) | st.text(alphabet="AC", min_size=3, max_size=30)


@given(GENOMES, st.data())
def test_every_correction_fits_and_swapping_twice_is_nothing(bases: str, data: st.DataObject) -> None:
    genome = SmallReference({"chr1": bases}, "GRCh38")
    pos = data.draw(st.integers(1, len(bases)))
    ref = data.draw(st.text(alphabet="ACGT", min_size=1, max_size=min(3, len(bases) - pos + 1)))
    alt = data.draw(st.text(alphabet="ACGT", min_size=1, max_size=3))
    assume(ref != alt)
    variant = Variant("chr1", pos, ref, alt, "GRCh38")
    assert variant.swap().swap() == variant
    checked = check_variant(variant, genome)
    if bases[pos - 1 :].startswith(ref):
        left = checked.usable()
        assert apply(bases, left) == apply(bases, variant)
    else:
        assert checked.mismatch is not None
        assert checked.mismatch.found == bases[pos - 1 : pos - 1 + len(ref)]
        for fix in checked.mismatch.fixes:
            assert check_variant(fix.variant, genome).mismatch is None, fix.label
        assert len({fix.variant for fix in checked.mismatch.fixes}) == len(checked.mismatch.fixes)


def apply(bases: str, variant: Variant) -> str:
    return bases[: variant.pos - 1] + variant.alt + bases[variant.pos - 1 + len(variant.ref) :]


def test_n_as_the_base_before_an_indel_is_the_genomes_base() -> None:
    # Bases 19-21 are CAT: N for the C in both alleles is the anchor of a deletion of A.
    checked = read_variant("chr1-19-NA-N", NEW)
    assert checked.usable() == Variant("chr1", 19, "CA", "C", "GRCh38")
    assert not any("unknown base" in notice for notice in checked.notices)
    assert Variant("chr1", 19, "NA", "N").left_align(NEW.bases) == Variant("chr1", 19, "CA", "C")
    # An N of the alternate allele alone is an unknown base, and N to the base that is there changes nothing.
    assert read_variant("chr1-19-CA-N", NEW).usable().alt == "N"
    assert Variant("chr1", 19, "N", "C").left_align(NEW.bases) == Variant("chr1", 19, "N", "C")


def test_n_of_the_genome_is_not_taken_for_the_right_base() -> None:
    with pytest.raises(RefMismatch):
        Variant("chr1", 30, "N", "A").left_align(NEW.bases)
