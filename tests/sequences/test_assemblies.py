"""Names of genome builds: which mean one build, which another, and which are found in other text."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from genoviz.sequences.assemblies import (
    ASSEMBLIES,
    ASSEMBLY_PATTERN,
    assembly_in,
    assembly_name,
    find_assembly,
    parted_assembly,
    same_assembly,
    versions_of_one_name,
)

# Each line is one build: by the names of UCSC, GRC, Ensembl, NCBI, the 1000 Genomes Project, GATK and of files.
BUILDS = [
    "GRCh38 hg38 HG38 GRCh38.p14 GRCh38.p1 hg38.p14 hg38Patch11 b38 hs38 hs38DH hs38d1 GRCh38_full_analysis_set "
    "GRCh38_full_analysis_set_plus_decoy_hla GCA_000001405.15_GRCh38_no_alt_analysis_set GCF_000001405.26 "
    "GCF_000001405.40 GCA_000001405.29 GRCh38.d1.vd1 Homo_sapiens_assembly38 Homo_sapiens_assembly38.fasta GRCh38.99 "
    "Homo_sapiens.GRCh38.dna.primary_assembly.fa.gz GRCh38/hg38 38",
    "GRCh37 hg19 GRCh37.p13 hg19.p13.plusMT hs37d5 hs37 b37 g1k_v37 human_g1k_v37 human_g1k_v37_decoy.fasta GRCh37-lite "
    "GRCh37.75 GCF_000001405.13 GCF_000001405.25 GCA_000001405.14 ucsc.hg19.fasta 37 37.3",
    "NCBI36 hg18 b36 36 NCBI36.1",
    "T2T-CHM13v2.0 hs1 chm13v2 chm13v2.0 CHM13v2 T2T-CHM13 T2T_CHM13v2 chm13v2.0_maskedY_rCRS GCF_009914755.1 "
    "GCA_009914755.4",
    "T2T-CHM13v1.1 chm13v1.1 GCA_009914755.3",
    "GRCm39 mm39 GCF_000001635.27",
    "GRCm38 mm10 GRCm38.p6 GCF_000001635.26 GCA_000001635.8",
    "NCBIM37 mm9 MGSCv37",
    "mRatBN7.2 rn7 GCF_015227675.2",
    "Rnor_6.0 rn6",
    "R64 sacCer3 R64-1-1 R64-3-1 R64_2_1 GCF_000146045.2",
    "BDGP6 dm6 BDGP6.46 GCF_000001215.4",
    "WBcel235 ce11 GCF_000002985.6",
    "GRCz11 danRer11 GCF_000002035.6",
    "GRCz10 danRer10",
    "TAIR10 TAIR10.1 TAIR9 Araport11 GCF_000001735.4",
    "GRCg6a galGal6",
    "ARS-UCD1.2 bosTau9 ARS_UCD1.2",
    "ARS-UCD1.3",
    "CanFam3.1 canFam3",
    "Sscrofa11.1 susScr11",
    "ASM584v1 U00096.2 NC_000913.2",
    "ASM584v2 U00096.3 GCF_000005845.2",
]


@pytest.mark.parametrize("line", BUILDS, ids=lambda line: line.split()[0])
def test_names_of_one_build(line: str) -> None:
    names = [name for name in line.split() if not re.fullmatch(r"[0-9.]+", name)]
    assert {assembly_name(name) for name in names} == {names[0]}
    for one, other in combinations(line.split(), 2):
        assert same_assembly(one, other), (one, other)
        assert same_assembly(other.upper(), one.lower())


def test_names_of_two_builds_never_meet() -> None:
    for one, other in combinations(BUILDS, 2):
        for first in one.split():
            for second in other.split():
                if not (first[0].isdigit() or second[0].isdigit()):
                    assert not same_assembly(first, second), (first, second)
    for name in ("hg19", "hs37d5", "GRCh37.p13", "hs1", "mm39", "hg18", "GCF_000001405.25"):
        assert not same_assembly("GRCh38.p14", name)


def test_a_number_is_that_of_a_build() -> None:
    for number, fits, other in [
        ("38", "hg38", "hg19"),
        ("38", "mm10", "mm39"),
        ("37", "hs37d5", "hg38"),
        ("build 37", "hg19", "hg18"),
        ("NCBI Build 36.3", "hg18", "hg19"),
        ("37", "mm9", "mm10"),
    ]:
        assert same_assembly(number, fits)
        assert not same_assembly(number, other)
    assert not same_assembly("38", "sacCer3")


def test_an_empty_name_fits_any_and_other_names_only_themselves() -> None:
    assert same_assembly("", "hg38")
    assert same_assembly("GRCh38.p14", " ")
    assert same_assembly("my-genome v1", "My_genome_v1")
    assert not same_assembly("my genome v1", "my genome v2")
    assert not same_assembly("synthetic-1", "hg38")
    for name in (
        "hg38_mm10",
        "hg38 and hg19",
        "hg38_personal",
        "GCF_000001405.99",
        "GCF_000001405",
        "ARS-UCD1.9",
        "hg381",
    ):
        assert find_assembly(name) is None
        assert not same_assembly(name, "hg38")
    assert find_assembly("GRCh 38") is find_assembly("hg 38") is find_assembly("Dec. 2013 (GRCh38/hg38)")
    assert versions_of_one_name("ASM10v1", "ASM10v2")
    assert not versions_of_one_name("ASM10v1", "asm10v1")
    assert not versions_of_one_name("hg38", "GRCh38.p14")
    assert not versions_of_one_name("ASM10v1", "other")


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("hg19_pos(1-based)", "GRCh37", "pos1based"),
        ("pos_hg19", "GRCh37", "pos"),
        ("posHg19", "GRCh37", "pos"),
        ("hg38pos", "GRCh38", "pos"),
        ("GRCh37_start", "GRCh37", "start"),
        ("chromosome_mm10", "GRCm38", "chromosome"),
        ("pos (T2T-CHM13v2.0)", "T2T-CHM13v2.0", "pos"),
        ("sacCer3_position", "R64", "position"),
        ("file:///data/hg19/hs37d5.fa", "GRCh37", None),
        ("evidence-based annotation of the human genome (GRCh38), version 44", "GRCh38", None),
        ("hg38_lifted_from_hg19", "", None),
        ("reference11", "", None),
        ("ref", "", "ref"),
        ("chr64", "", "chr64"),
        ("sub37", "", "sub37"),
    ],
)
def test_a_build_in_other_text(text: str, name: str, rest: str | None) -> None:
    found = assembly_in(text)
    assert (found.name if found else "") == name
    if rest is not None:
        assert re.sub("[^a-z0-9]", "", parted_assembly(text)[1].lower()) == rest


def test_the_table_names_nothing_twice() -> None:
    names = [name for one in ASSEMBLIES for name in (*one.names, *one.accessions)]
    assert len(names) == len(set(names))
    assert {one.organism for one in ASSEMBLIES} >= {"human", "mouse", "baker's yeast", "E. coli"}
    pattern = re.compile(ASSEMBLY_PATTERN, re.IGNORECASE)
    for line in BUILDS:
        name = line.split()[0]
        assert pattern.fullmatch(name)
    # there the accession of a sequence is a chromosome
    assert not pattern.fullmatch("U00096.2")
