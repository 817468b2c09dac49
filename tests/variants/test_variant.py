"""Variant: spellings, application on both strands against a slow implementation, normalisation."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from genoviz.errors import BadVariant, GenovizError, RefMismatch
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.variants.variant import Variant

SNV = ("chr1", 12345, "A", "G")
ACCEPTED = [
    ("chr1-12345-A-G", SNV),
    ("1-12345-A-G", SNV),
    ("1_12345_A_G", SNV),
    ("chr1_12345_A_G", SNV),
    ("chr1:12345:A:G", SNV),
    ("1:12345:A:G", SNV),
    ("chr1 12345 A G", SNV),
    ("chr1\t12345\tA\tG", SNV),
    ("chr1/12345/A/G", SNV),
    ("chr1|12345|A|G", SNV),
    ("chr1>12345>A>G", SNV),
    ("chr1:12345A>G", SNV),
    ("chr1:12345 A>G", SNV),
    ("chr1:12345 A > G", SNV),
    ("chr1:12345 A/G", SNV),
    ("chr1:12345A/G", SNV),
    ("chr1:12,345 A>G", SNV),
    ("1:12,345:A:G", SNV),
    ("chr1\u201312345\u2013A\u2013G", SNV),
    ("chr1\u201412345\u2014A\u2014G", SNV),
    ("chr1\u221212345\u2212A\u2212G", SNV),
    ("chr1:12345 A\u2192G", SNV),
    ("chr1:12345A->G", SNV),
    ("chr1-12345-a-g", SNV),
    ("Chr1-12345-A-G", SNV),
    ("CHR1:12345:A:G", SNV),
    ("  chr1-12345-A-G \n", SNV),
    ("chr1:g.12345A>G", SNV),
    ("1:g.12345A>G", SNV),
    ("chr1\t12345\trs1\tA\tG", SNV),
    ("1\t12345\t.\tA\tG\t50\tPASS\tAC=1;AN=2\tGT\t0/1", SNV),
    ("1 12345 . A G 50 PASS AC=1", SNV),
    ("chr1 : 12345 : A : G", SNV),
    ("X-5-C-T", ("chrX", 5, "C", "T")),
    ("MT-5-C-T", ("chrM", 5, "C", "T")),
    ("NC_012920.1:m.3243A>G", ("chrM", 3243, "A", "G")),
    ("IV-5-C-T", ("IV", 5, "C", "T")),
    ("chrIV:5:C:T", ("chrIV", 5, "C", "T")),
    ("NC_001133.9:g.5C>T", ("NC_001133.9", 5, "C", "T")),
    ("chr1_KI270706v1_random-5-C-T", ("chr1_KI270706v1_random", 5, "C", "T")),
    ("chr1-12345-C-CA", ("chr1", 12345, "C", "CA")),
    ("chr1-12345-CAG-C", ("chr1", 12345, "CAG", "C")),
    ("chr1-12345-CAG-TT", ("chr1", 12345, "CAG", "TT")),
    ("chr1-12345-N-G", ("chr1", 12345, "N", "G")),
]
WITH_BUILD = [
    ("chr1_12345_A_G_b38", "GRCh38"),
    ("1_12345_A_G_b37", "GRCh37"),
    ("NC_000001.11:g.12345A>G", "GRCh38"),
    ("NC_000001.10:g.12345A>G", "GRCh37"),
    ("nc_000001.11-12345-A-G", "GRCh38"),
]
REJECTED = [
    ("", "empty"),
    ("  ", "empty"),
    ("x", "could not be read"),
    ("chr1", "could not be read"),
    ("chr1:12345", "could not be read"),
    ("chr1:100-200", "could not be read"),
    ("chr1-12345-A", "empty allele|could not be read"),
    ("A-G", "could not be read"),
    ("12345 A G", "could not be read"),
    ("chr1-12345-A-", "empty allele"),
    ("chr1-12345--G", "empty allele"),
    ("chr1-12345-A-A", "both `A`"),
    ("chr1-0-A-G", "position is 0"),
    ("chr1--5-A-G-T", "could not be read"),
    ("chr1-12345-A-U", "`U`"),
    ("chr1-12345-A-X", "`X`"),
    ("chr1-12345-A-R", "`R`"),
    ("chr1-12345-A-*", r"`\*`"),
    ("chr1-12345-A-.", r"`\.`"),
    ("chr1-12345-A-<DEL>", "<DEL>"),
    ("1\t12345\t.\tA\t<DEL>\t.\tPASS\tEND=5", "<DEL>"),
    ("1\t12345\t.\tA\tG,T", "2 alternate alleles.*`1-12345-A-G`"),
    ("chr1-12345-A-G,T", "2 alternate alleles"),
    ("1\t12345\t.\tA\t,", "0 alternate alleles"),
    ("rs1234", "rsID"),
    ("RS1234", "rsID"),
    ("NM_000059.4:c.68-7T>A", "coding HGVS"),
    ("NM_000059.4(BRCA2):c.68_69del", "coding HGVS"),
    ("BRCA2 c.68-7T>A", "coding HGVS"),
    ("c.76A>T", "coding HGVS"),
    ("ENST00000380152.8:c.100del", "coding HGVS"),
    ("NR_046018.2:n.100A>G", "transcript HGVS"),
    ("NP_000050.3:p.Arg97Ter", "protein HGVS"),
    ("p.(Val600Glu)", "protein HGVS"),
    ("BRAF p.V600E", "protein HGVS"),
    ("NC_000001.11:g.12345del", "other than a substitution"),
    ("chr1:g.12345_12346insA", "other than a substitution"),
    ("chr1-12345-A-G\nchr1-12346-A-G", "2 lines"),
    ("chr1-1234567890123456789-A-G", "digits"),
    ("chr1-1,2,3-A-G", "could not be read"),
    ("chr1-12345-" + "A" * 50_000 + "-G", "characters"),
    ("chr1:12345A>G extra words here", "could not be read"),
    ("\ud800-5-A-G", "control character"),
]


@pytest.mark.parametrize(("text", "fields"), ACCEPTED)
def test_accepted(text: str, fields: tuple) -> None:
    variant = Variant.parse(text)
    assert (variant.chrom, variant.pos, variant.ref, variant.alt, variant.assembly) == (*fields, "")
    assert Variant.parse(str(variant)) == variant


@pytest.mark.parametrize(("text", "build"), WITH_BUILD)
def test_build_in_the_text_is_kept_and_checked(text: str, build: str) -> None:
    assert Variant.parse(text) == Variant(*SNV, build)
    assert Variant.parse(text, assembly=build) == Variant(*SNV, build)
    other = "hg19" if build == "GRCh38" else "hg38"
    with pytest.raises(BadVariant, match=build):
        Variant.parse(text, assembly=other)


@pytest.mark.parametrize(("text", "says"), REJECTED)
def test_rejected_in_three_parts(text: str, says: str) -> None:
    with pytest.raises(BadVariant, match=says) as caught:
        Variant.parse(text)
    assert caught.value.read
    assert caught.value.accepted
    assert caught.value.fix
    str(caught.value).encode()


@pytest.mark.parametrize(
    ("ref", "alt", "kind", "change"),
    [
        ("A", "G", "SNV", 0),
        ("AC", "GT", "MNV", 0),
        ("A", "AG", "insertion", 1),
        ("A", "GA", "insertion", 1),
        ("ACC", "A", "deletion", -2),
        ("ACC", "C", "deletion", -2),
        ("AC", "GTT", "delins", 1),
        ("A", "GT", "delins", 1),
    ],
)
def test_kinds(ref: str, alt: str, kind: str, change: int) -> None:
    variant = Variant("chr1", 10, ref, alt, "GRCh38")
    assert variant.kind == kind
    assert variant.length_change == change
    assert variant.locus == Locus("chr1", 9, 9 + len(ref), "+", "GRCh38")
    assert variant.swap().swap() == variant
    assert variant.swap().length_change == -change


def test_apply_worked_examples() -> None:
    plus = Sequence("AACGTT", "seq", Locus("chr1", 100, 106))
    minus = plus.reverse_complement()  # AACGTT, read from the other strand
    snv = Variant("chr1", 103, "C", "G")
    assert snv.apply(plus) == Sequence("AAGGTT", "seq chr1-103-C-G", plus.locus)
    assert snv.apply(minus) == Sequence("AACCTT", "seq chr1-103-C-G", minus.locus)
    longer = Variant("chr1", 101, "A", "ATTT").apply(plus)
    assert (longer.bases, longer.locus) == ("ATTTACGTT", None)
    assert Variant("chr1", 105, "TT", "T").apply(minus).bases == "ACGTT"


def test_reference_mismatch_shows_both_with_context_on_both_strands() -> None:
    sequence = Sequence("A" * 15 + "CG" + "T" * 15, "", Locus("chr1", 12329, 12361, "+", "GRCh38"))
    with pytest.raises(RefMismatch) as caught:
        Variant("chr1", 12345, "A", "G").apply(sequence)
    assert caught.value.read.startswith("`chr1-12345-A-G` names base A at chr1:12,345, but GRCh38 has C there.")
    assert "AAAAAAAAAA[C]GTTTTTTTTT" in caught.value.read
    assert "AAAAAAAAAC[G]TTTTTTTTTT" in caught.value.read
    assert "reference base C" in caught.value.fix
    with pytest.raises(RefMismatch) as other_strand:
        Variant("chr1", 12345, "A", "G").apply(sequence.reverse_complement())
    assert other_strand.value.read == caught.value.read
    with pytest.raises(RefMismatch, match="swap ref and alt"):
        Variant("chr1", 12345, "A", "C").apply(sequence)


@pytest.mark.parametrize(
    "sequence",
    [
        Sequence("ACGT"),
        Sequence("ACGT", "", Locus("chr2", 0, 4)),
        Sequence("ACGT", "", Locus("chr1", 4, 8)),
        Sequence("ACGT", "", Locus("chr1", 0, 4, "+", "GRCh37")),
    ],
)
def test_apply_needs_the_right_place(sequence: Sequence) -> None:
    with pytest.raises(BadVariant):
        Variant("chr1", 4, "TA", "T", "GRCh38").apply(sequence)


REFERENCE = st.text(alphabet="ACGT", min_size=1, max_size=40) | st.text(alphabet="AC", min_size=1, max_size=40)


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, Variant]:
    reference = draw(REFERENCE)
    start = draw(st.integers(0, len(reference) - 1))
    end = draw(st.integers(start + 1, min(len(reference), start + 8)))
    alt = draw(st.text(alphabet="ACGT", min_size=1, max_size=8))
    assume(alt != reference[start:end])
    return reference, Variant("chr1", start + 1, reference[start:end], alt)


def changed(reference: str, variant: Variant) -> str:
    """The slow and obvious way."""
    assert reference[variant.pos - 1 : variant.pos - 1 + len(variant.ref)] == variant.ref
    return reference[: variant.pos - 1] + variant.alt + reference[variant.pos - 1 + len(variant.ref) :]


@given(cases())
def test_apply_on_both_strands(case: tuple[str, Variant]) -> None:
    reference, variant = case
    sequence = Sequence(reference, "", Locus("chr1", 0, len(reference)))
    expected = changed(reference, variant)
    assert variant.apply(sequence).bases == expected
    other = variant.apply(sequence.reverse_complement())
    assert other.reverse_complement().bases == expected
    if variant.length_change == 0:
        assert variant.swap().apply(variant.apply(sequence)).bases == reference


@given(cases())
def test_left_align(case: tuple[str, Variant]) -> None:
    reference, variant = case

    def fetch(chrom: str, start: int, end: int) -> str:
        assert start >= 0
        return reference[start:end]

    aligned = variant.left_align(fetch)
    assert changed(reference, aligned) == changed(reference, variant)
    assert aligned.left_align(fetch) == aligned
    assert aligned.pos <= variant.pos + len(variant.ref)
    if aligned.pos > 1 or len(aligned.ref) == len(aligned.alt):
        assert aligned.ref[-1] != aligned.alt[-1]
    if min(len(aligned.ref), len(aligned.alt)) > 1:
        assert aligned.ref[0] != aligned.alt[0]


@given(cases(), st.data())
def test_equal_changes_have_one_normal_form(case: tuple[str, Variant], data: st.DataObject) -> None:
    reference, variant = case
    left = data.draw(st.integers(0, variant.pos - 1))
    right = data.draw(st.integers(0, len(reference) - (variant.pos - 1 + len(variant.ref))))
    before = reference[variant.pos - 1 - left : variant.pos - 1]
    end = variant.pos - 1 + len(variant.ref)
    after = reference[end : end + right]
    wider = Variant("chr1", variant.pos - left, before + variant.ref + after, before + variant.alt + after)

    def fetch(chrom: str, start: int, end: int) -> str:
        return reference[start:end]

    assert wider.left_align(fetch) == variant.left_align(fetch)


def test_left_align_rolls_far_in_a_repeat() -> None:
    reference = "G" + "CA" * 500 + "T"
    deletion = Variant("chr1", 999, "ACA", "A")
    assert deletion.left_align(lambda c, s, e: reference[s:e]) == Variant("chr1", 1, "GCA", "G")
    with pytest.raises(RefMismatch):
        Variant("chr1", 1, "T", "C").left_align(lambda c, s, e: reference[s:e])


@given(st.text(max_size=40) | st.text(alphabet="chrXrsNCg.p0123456789:-_/|>,ACGT \t\n<*", max_size=40))
def test_any_text_gives_a_variant_or_a_message(text: str) -> None:
    try:
        variant = Variant.parse(text)
    except GenovizError as error:
        str(error).encode()
    else:
        again = Variant.parse(str(variant))
        assert (again.chrom, again.pos, again.ref, again.alt) == (variant.chrom, variant.pos, variant.ref, variant.alt)


DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "genome_human_hg19_loci").is_dir(), reason="needs the public data sets")
def test_1000_genomes_variants_fit_their_reference() -> None:
    from genoviz.genomes.genome import Genome

    folder = DATA / "genome_human_hg19_loci"
    tried = 0
    with (
        Genome(folder / "chr20_1Mb.fa.gz", "GRCh37") as genome,
        gzip.open(folder / "chr20_1Mb.1000G.vcf.gz", "rt") as lines,
    ):
        for i, line in enumerate(lines):
            columns = line.split("\t")
            if line.startswith("#") or i % 20 or "," in columns[4] or "<" in columns[4]:
                continue
            variant = Variant.parse(line, assembly="hg19")
            around = genome.fetch(variant.locus.resize(len(variant.ref) + 40))
            plus, minus = variant.apply(around), variant.apply(around.reverse_complement())
            assert minus.reverse_complement().bases == plus.bases
            aligned = variant.left_align(genome.bases)
            assert aligned.pos <= variant.pos
            tried += 1
    assert tried > 1000
