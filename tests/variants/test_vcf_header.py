"""Headers of VCF files: what they say of the assembly and of each chromosome, against the genome."""

from __future__ import annotations

import pytest

from genoviz.errors import BadInput
from genoviz.variants.check import check_variant, read_variant
from genoviz.variants.files import read_variants
from tests.small_reference import SmallReference

COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def vcf(*header: str, chrom: str = "chr1", pos: int = 5) -> str:
    return (
        "".join(f"{line}\n" for line in ("##fileformat=VCFv4.2", *header))
        + f"{COLUMNS}{chrom}\t{pos}\t.\tA\tG\t.\t.\t.\n"
    )


@pytest.mark.parametrize(
    ("assembly", "refused"),
    [
        *(
            (name, True)
            for name in ("hg38", "GRCh38.p14", "hg38.p14", "hs38DH", "GRCh38_full_analysis_set", "hs1", "mm39")
        ),
        *((name, False) for name in ("hg19", "GRCh37.p13", "hs37d5", "b37", "hg19.p13.plusMT", "GRCh37-lite", "")),
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        "##contig=<ID=20,length=63025520,assembly=b37>",
        "##contig=<ID=chr20,length=63025520>",
        "##contig=<ID=20,assembly=GRCh37.p13>",
        '##contig=<ID=20,assembly="hg19">',
        "##contig=<assembly=37,ID=20>",
        "##contig=<ID=NC_000020.10,length=63025520>",
        "##reference=file:///refs/hs37d5.fa",
        "##reference=GCF_000001405.25",
        "##reference=<ID=hg19,Source=file:///refs/human_g1k_v37.fasta>",
        "##reference=/data/hg19/Sequence/genome.fa",
        "##assembly=GRCh37.p13",
    ],
)
def test_a_header_of_grch37(line: str, assembly: str, refused: bool) -> None:
    if refused:
        with pytest.raises(BadInput, match=r"(GRCh37|build 37).*never carried to another"):
            list(read_variants(vcf(line), assembly=assembly))
    else:
        assert [row.reason for row in read_variants(vcf(line), assembly=assembly)] == [""]


@pytest.mark.parametrize(
    ("line", "assembly", "refused"),
    [
        ("##contig=<ID=chr1,assembly=mm10>", "mm39", True),
        ("##contig=<ID=chr1,assembly=GRCm38.p6>", "mm10", False),
        ("##reference=rn6.fa", "rn7", True),
        ("##reference=chm13v2.0.fa", "hs1", False),
        ("##reference=chm13v2.0.fa", "GRCh38.p14", True),
        ("##reference=hg18.fa", "hg19", True),
        ("##contig=<ID=chr1,assembly=ASM10v1>", "ASM10v2", True),
        ("##contig=<ID=chr1,assembly=38>", "mm10", False),
        ("##contig=<ID=chr1,assembly=38>", "hg19", True),
        # nothing that could be compared
        ("##contig=<ID=chr1,assembly=unknown>", "hg38", False),
        ("##reference=genome.fa", "hg38", False),
        ("##reference=hg19_to_hg38.fa", "hg38", False),
        ("##contig=<ID=chr1,assembly=b37>", "my genome", False),
        ("##source=tool-that-names-hg19", "hg38", False),
    ],
)
def test_other_builds(line: str, assembly: str, refused: bool) -> None:
    if refused:
        with pytest.raises(BadInput, match="never carried"):
            list(read_variants(vcf(line), assembly=assembly))
    else:
        assert len(list(read_variants(vcf(line), assembly=assembly))) == 1


def test_a_length_says_more_than_a_name() -> None:
    """A file that was carried over keeps old lines."""
    lines = ("##reference=hg19.fa", "##contig=<ID=chr1,length=248956422,assembly=hg19>")
    assert len(list(read_variants(vcf(*lines), assembly="hg38"))) == 1
    with pytest.raises(BadInput, match="GRCh38"):
        list(read_variants(vcf(*lines), assembly="hg19"))
    assert (
        len(list(read_variants(vcf("##reference=hg19.fa", "##contig=<ID=chr1,assembly=hg38>"), assembly="hg38"))) == 1
    )


GENOME = SmallReference({"chr1": "ACGTA" * 20, "chr2": "ACGTA" * 10, "chrM": "A" * 16_571}, "hg19")
PIECE = SmallReference({"chr1": "ACGTA" * 20}, "hg19", offsets={"chr1": 1000})


def reasons(text: str, genome: SmallReference = GENOME) -> list[str]:
    return [row.reason for row in read_variants(text, assembly=genome.assembly, reference=genome)]


def test_lengths_are_those_of_the_genome() -> None:
    right, other = "##contig=<ID=chr1,length=100>", "##contig=<ID=chr2,length=51>"
    assert reasons(vcf(right, other)) == [""]
    (row,) = read_variants(vcf(right, other, chrom="chr2"), assembly="hg19", reference=GENOME)
    assert (row.variant, row.reason) == (None, "chromosome of another length")
    assert row.detail == "`chr2` has 51 bases there, but 50 in small genome (hg19)."
    with pytest.raises(BadInput, match=r"`chr2` has 51 bases there, but 50"):  # all that can be compared differ
        reasons(vcf(other))
    # spelled otherwise, without a length, or with the number of a program that knew none
    for line in ("##contig=<ID=1,length=100>", "##contig=<ID=chr1>", "##contig=<ID=chr1,length=0>"):
        assert reasons(vcf(line)) == [""]
    assert reasons(vcf("##contig=<ID=chr1,length=2147483647>")) == [""]
    assert reasons(vcf("##contig=<ID=chr9,length=7>")) == [""]


def test_a_piece_says_nothing_about_the_length_of_its_chromosome() -> None:
    assert reasons(vcf("##contig=<ID=chr1,length=249250621>", pos=1005), PIECE) == [""]
    with pytest.raises(BadInput, match="`chr1` has 900 bases there"):  # too short for the piece
        reasons(vcf("##contig=<ID=chr1,length=900>"), PIECE)


@pytest.mark.parametrize(
    ("line", "chrom", "reason"),
    [
        ("##contig=<ID=chrM,length=16571>", "chrM", ""),
        ("##contig=<ID=chrM,length=16569>", "chrM", "chromosome of another length"),
        ("##contig=<ID=MT,length=16569>", "MT", "other assembly"),
        ("##contig=<ID=NC_012920.1,length=16569>", "NC_012920.1", "other assembly"),
        ("##source=x", "NC_012920.1", "other assembly"),
        ("##source=x", "NC_001807.4", ""),
        ("##source=x", "M", ""),
    ],
)
def test_mitochondria_of_a_file(line: str, chrom: str, reason: str) -> None:
    """One base off for each position above 3,107, on a genome where the base happens to fit."""
    text = vcf("##contig=<ID=chr1,length=100>", line, chrom=chrom, pos=3108)
    (row,) = read_variants(text, assembly="hg19", reference=GENOME)
    assert row.reason == reason
    assert (str(row.variant) if row.variant else None) == (None if reason else "chrM-3108-A-G")


@pytest.mark.parametrize(
    "text", ["NC_012920.1-3108-A-G", "NC_012920.1:m.3108A>G", "NC_012920.1:3107:A:G", "MT-3108-A-G", "MT 3108 . A G"]
)
def test_mitochondria_in_every_spelling(text: str) -> None:
    from genoviz.errors import BadLocus

    with pytest.raises(BadLocus, match="16,569 bases"):
        read_variant(text, GENOME)
    (row,) = read_variants(text, assembly="hg19", reference=GENOME)
    assert (row.variant, row.reason) == (None, "other assembly")
    cambridge = SmallReference({"chrM": "A" * 16_569}, "GRCh38.p14")
    assert str(read_variant(text, cambridge).variant) == "chrM-3108-A-G"


BOTH = SmallReference({"1": "CAAAC", "chr1": "CTTTC", "scA": "CAAAC", "sca": "CTTTC"}, "x")


@pytest.mark.parametrize("form", ["{}-3-{}-G", "{} 3 . {} G", "{}:g.3{}>G", "{}:3 {}>G", "{}\t3\t.\t{}\tG\t.\t.\t."])
def test_a_genome_with_1_and_chr1(form: str) -> None:
    for chrom, base, other in (("1", "A", "T"), ("chr1", "T", "A"), ("scA", "A", "T"), ("sca", "T", "A")):
        if form.startswith("{} ") and chrom.startswith("sc"):
            continue
        assert str(read_variant(form.format(chrom, base), BOTH).variant) == f"{chrom}-3-{base}-G"
        assert read_variant(form.format(chrom, other), BOTH).mismatch is not None
        (row,) = read_variants(form.format(chrom, base), reference=BOTH)
        assert row.variant is not None
        assert row.variant.chrom == chrom
        assert check_variant(row.variant, BOTH).usable().chrom == chrom


def test_columns_of_a_vcf_with_1_and_chr1() -> None:
    text = vcf("##contig=<ID=1,length=5>", "##contig=<ID=chr1,length=5>", chrom="1", pos=3)
    (row,) = read_variants(text, reference=BOTH)
    assert str(row.variant) == "1-3-A-G"
