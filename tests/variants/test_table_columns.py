"""Tables of variants: columns that name the assembly, the strand, or positions in several builds."""

from __future__ import annotations

import pytest

from genoviz.errors import BadInput
from genoviz.variants.files import read_variants
from genoviz.variants.rows import VariantRow
from tests.small_reference import SmallReference


def rows(header: str, *lines: str, assembly: str = "hg38", genome: SmallReference | None = None) -> list[VariantRow]:
    text = "\n".join([header, *lines]).replace(" ", "\t").replace("_@_", " ")
    return list(read_variants(text, assembly=assembly, reference=genome))


def short(found: list[VariantRow]) -> list[str]:
    return [row.reason or str(row.variant) for row in found]


COLUMNS = ["assembly", "Assembly", "NCBI_Build", "genome_build", "build", "ref_genome", "Reference_@_genome", "GRCh"]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("assembly", ["hg38", "GRCh38.p14", "hs38DH"])
def test_a_column_with_the_assembly_of_each_row(column: str, assembly: str) -> None:
    found = rows(
        f"{column} chrom pos ref alt",
        "GRCh37 1 100 A C", "hg19 1 101 A C", "37 1 102 A C", "GRCh37.p13 1 103 A C", "hs1 1 104 A C",
        "GRCh38 1 200 A C", "hg38 1 201 A C", "38 1 202 A C", "GRCh38.p12 1 203 A C", "na 1 204 A C", ". 1 205 A C",
        assembly=assembly,
    )  # fmt: skip
    assert short(found) == ["other assembly"] * 5 + [f"chr1-{pos}-A-C" for pos in range(200, 206)]
    assert {row.variant.assembly for row in found if row.variant} == {assembly}
    assert "`GRCh37`" in found[1].detail


def test_assembly_and_spelling_in_two_columns() -> None:
    assert short(rows("variant genome_build", "1-5-A-G hg19", "1-6-A-G hg38", "NC_000001.11:g.7A>G b37")) == [
        "other assembly",
        "chr1-6-A-G",
        "other assembly",
    ]
    # an accession is of its own build, whatever the column says
    assert short(rows("chrom pos ref alt assembly", "NC_000001.10 5 A G hg38", "NC_000001.11 5 A G hg38")) == [
        "other assembly",
        "chr1-5-A-G",
    ]


def test_what_is_no_assembly_is_not_taken_for_one() -> None:
    assert short(rows("chrom pos ref alt build", "1 5 A G 151", "1 6 A G 38.0")) == ["chr1-5-A-G", "chr1-6-A-G"]
    assert short(rows("chrom pos ref alt genome", "1 5 A G Homo_sapiens", "1 6 A G hg19")) == [
        "chr1-5-A-G",
        "other assembly",
    ]
    assert short(rows("chrom pos ref alt dbsnp_build", "1 5 A G 37")) == ["chr1-5-A-G"]
    assert short(rows("chrom pos ref alt assembly", "1 5 A G ASM10v1", assembly="ASM10v2")) == ["other assembly"]
    assert short(rows("chrom pos ref alt NCBI_Build", "1 5 A G 38", assembly="mm10")) == ["chr1-5-A-G"]


def test_rows_of_two_assemblies_need_the_name_of_the_genomes() -> None:
    assert [row.variant.assembly for row in rows("chrom pos ref alt assembly", "1 5 A G hg19", assembly="")] == [
        "GRCh37"
    ]
    with pytest.raises(BadInput, match=r"GRCh37 and GRCh38.*Name the assembly"):
        rows("chrom pos ref alt assembly", "1 5 A G hg19", "1 6 A G hg38", assembly="")


def test_the_table_of_clinvar() -> None:
    header = (
        "#AlleleID Type Name Assembly ChromosomeAccession Chromosome Start Stop ReferenceAllele AlternateAllele "
        "PositionVCF ReferenceAlleleVCF AlternateAlleleVCF"
    )
    line = "1 SNV a {} {} 7 {} {} na na {} G A"
    found = rows(
        header,
        line.format("GRCh37", "NC_000007.13", 4820844, 4820844, 4820844),
        line.format("GRCh38", "NC_000007.14", 4781213, 4781213, 4781213),
    )
    assert short(found) == ["other assembly", "chr7-4781213-G-A"]


@pytest.mark.parametrize("column", ["strand", "Strand", "allele_strand", "RefStrand", "orientation", "strand_hg38"])
def test_a_column_with_the_strand_of_the_alleles(column: str) -> None:
    plus = ["+", "1", "+1", "plus", "F", "fwd", "Forward", "1.0", ".", "NA"]
    minus = ["-", "-1", "minus", "R", "rev", "Reverse", "−", "–1", "-1.0", "antisense"]
    found = rows(f"chrom pos {column} ref alt", *(f"1 5 {word} A C" for word in (*plus, *minus, "TOP", "+/-")))
    assert short(found) == ["chr1-5-A-C"] * 10 + ["alleles of the minus strand"] * 10 + ["unreadable strand"] * 2
    assert "plus strand, as in VCF" in found[10].detail


def test_strand_and_spelling_in_two_columns() -> None:
    assert short(rows("variant strand", "1-5-A-G -", "1-5-A-G +", "NC_000001.11:4:A:G -", "rs5 -")) == [
        "alleles of the minus strand",
        "chr1-5-A-G",
        "chr1-5-A-G",  # SPDI and `g.` name the plus strand
        "name that has to be looked up",
    ]


def test_the_strand_of_an_exon_or_gene_is_not_that_of_the_alleles() -> None:
    for header in ("chrom exon_start exon_end strand pos ref alt", "chrom geneStart geneEnd strand pos ref alt"):
        assert short(rows(header, "1 2 9 - 5 A G")) == ["chr1-5-A-G"]
    assert short(rows("chrom gene_strand transcript pos ref alt", "1 - x 5 A G")) == ["chr1-5-A-G"]


DBNSFP = "#chr pos(1-based) ref alt aaref hg19_chr hg19_pos(1-based) hg18_chr hg18_pos(1-based)"


@pytest.mark.parametrize(
    ("header", "line", "assembly", "expected"),
    [
        *((DBNSFP, "1 300 A C M 2 200 3 100", name, "chr2-200-A-C") for name in ("hg19", "GRCh37.p13", "hs37d5")),
        *((DBNSFP, "1 300 A C M 2 200 3 100", name, "chr1-300-A-C") for name in ("hg38", "GRCh38.p14", "GRCh38")),
        (DBNSFP, "1 300 A C M 2 200 3 100", "hg18", "chr3-100-A-C"),
        (DBNSFP, "1 300 A C M . . . .", "hg19", "unreadable position"),
        ("chrom pos pos_hg19 ref alt", "1 2 3 A C", "hg19", "chr1-3-A-C"),
        ("chrom pos_hg19 pos ref alt", "1 3 2 A C", "hg38", "chr1-2-A-C"),
        ("chr_hg19 pos_hg19 chr_hg38 position_hg38 ref alt", "1 3 2 4 A C", "GRCh38.p14", "chr2-4-A-C"),
        ("chromosome_hg19 position_hg19 chromosome_hg38 position_hg38 ref alt", "1 3 2 4 A C", "b37", "chr1-3-A-C"),
        ("chrom hg38pos posHg19 ref alt", "1 2 3 A C", "hg19", "chr1-3-A-C"),
        ("chrom mm9_pos mm10_pos ref alt", "1 2 3 A C", "GRCm38.p6", "chr1-3-A-C"),
        ("chrom pos_hg19 pos_hg38 ref_hg19 ref_hg38 alt", "1 3 4 A T C", "hg38", "chr1-4-T-C"),
        ("variant_hg19 variant_hg38", "1-3-A-C 1-4-A-C", "hg38", "chr1-4-A-C"),
        ("variant_hg19 variant_hg38", "1-3-A-C 1-4-A-C", "hg19", "chr1-3-A-C"),
        ("chrom GRCh37_start GRCh37_end GRCh38_start GRCh38_end ref alt", "1 3 3 9 9 A C", "hg19", "chr1-3-A-C"),
        ("chrom pos GRCh37_start GRCh37_end ref alt", "1 9 3 3 A C", "hg19", "chr1-3-A-C"),
    ],
)
def test_positions_in_several_builds(header: str, line: str, assembly: str, expected: str) -> None:
    assert short(rows(header, line, assembly=assembly)) == [expected]


@pytest.mark.parametrize(
    ("header", "assembly", "says"),
    [
        (DBNSFP, "hs1", "name GRCh38, but hs1 is read"),
        (DBNSFP, "", "no assembly is named"),
        ("chrom pos pos_hg19 ref alt", "", "which column is meant is not guessed"),
        ("variant_hg19 variant_hg38", "", "no assembly is named"),
        ("chrom pos_hg19 pos_hg18 ref alt", "hg38", "never carried"),
        ("chr_hg38 pos_hg19 ref alt", "hg19", "name GRCh37 and GRCh38"),
        ("#chr pos(1-coor) ref alt hg18_pos(1-coor)", "hg38", "name GRCh37"),  # dbNSFP 2 was on hg19
        ("chrom pos GRCh37_start ref alt", "hg19", "may count from 0 or from 1"),
    ],
)
def test_columns_that_are_not_guessed_at(header: str, assembly: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        rows(header, " ".join("1" for _ in header.split()), assembly=assembly)


def test_start_and_end_show_how_positions_are_counted() -> None:
    header = "Chr Start End Ref Alt"
    assert short(rows(header, "1 5 5 A C", "1 5 7 ACG A", "1 4 5 A C", "1 5 9 A C", "1 x 5 A C")) == [
        "chr1-5-A-C",
        "chr1-5-ACG-A",
        "may be counted from 0",
        "unreadable position",
        "unreadable position",
    ]


def test_a_mutation_annotation_file() -> None:
    header = (
        "Hugo_Symbol NCBI_Build Chromosome Start_Position End_Position Strand Reference_Allele Tumor_Seq_Allele1 "
        "Tumor_Seq_Allele2"
    )
    found = rows(
        header,
        "X GRCh38 1 5 5 + A A G", "X 38 1 6 6 + C C T", "X GRCh37 1 5 5 + A A G", "X hg38 1 5 5 - A A G",
        "X hg38 1 5 6 + - - G",
    )  # fmt: skip
    assert short(found) == [
        "chr1-5-A-G", "chr1-6-C-T", "other assembly", "alleles of the minus strand", "other letters than A C G T N",
    ]  # fmt: skip


def test_rows_are_named_as_in_the_genome() -> None:
    genome = SmallReference({"1": "CAAAC", "chr1": "CTTTC"}, "hg38")
    assert short(rows("chrom pos ref alt", "1 3 A G", "chr1 3 T G", genome=genome)) == ["1-3-A-G", "chr1-3-T-G"]


POSITIONS = ["9" * 5000, "²", "①", "٥", "nan", "inf", "1e400", "1_000", "-5", "5.5", "0x5"]


@pytest.mark.parametrize("pos", POSITIONS, ids=["5,000 digits", *map(ascii, POSITIONS[1:])])
def test_positions_that_are_none(pos: str) -> None:
    for header, line in (("chrom pos ref alt", f"1 {pos} A G"), ("chrom start end ref alt", f"1 {pos} {pos} A G")):
        (row,) = rows(header, line)
        assert row.variant is None
        assert row.reason in ("unreadable position", "not a variant")
    assert short(rows("chrom pos ref alt", "1 1e+05 A G", "1 12,345 A G", "1 7.0 A G")) == [
        "chr1-100000-A-G",
        "chr1-12345-A-G",
        "chr1-7-A-G",
    ]
