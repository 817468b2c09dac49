"""Annotations: the assembly in their header, and names of chromosomes as the genome has them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from genoviz.genes.models import BadGenes, open_genes
from genoviz.genomes.genome import Genome
from genoviz.sequences.locus import Locus

pytest.importorskip("pysam")


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "cache"))


def gff(folder: Path, *header: str, chroms: tuple[str, ...] = ("chr1",), name: str = "genes.gff3") -> Path:
    rows = [f"{chrom}\tme\tgene\t2\t9\t.\t+\t.\tID=g{i};Name=G{i}" for i, chrom in enumerate(chroms)]
    text = "\n".join(["##gff-version 3", *header, *rows]) + "\n"
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize(
    ("header", "build"),
    [
        (["#!genome-build GRCh38.p14"], "GRCh38"),
        (["#!genome-build-accession NCBI_Assembly:GCF_000001405.40"], "GRCh38"),
        (["#!genome-version GRCh37"], "GRCh37"),
        (["##genome-build UCSC hg19"], "GRCh37"),
        (["##description: evidence-based annotation of the human genome (GRCh38), version 44 (Ensembl 110)"], "GRCh38"),
        (["##sequence-region   1 1 249250621"], "GRCh37"),
        (["#!genome-build R64-1-1"], "R64"),
        (["#!genome-build T2T-CHM13v2.0"], "T2T-CHM13v2.0"),
    ],
)
def test_the_build_of_an_annotation_is_that_of_the_genome(tmp_path: Path, header: list[str], build: str) -> None:
    for assembly in ("hg38", "GRCh38.p14", "hg19", "hs37d5", "sacCer3", "hs1"):
        same = {"hg38": "GRCh38", "GRCh38.p14": "GRCh38", "sacCer3": "R64", "hs1": "T2T-CHM13v2.0"}.get(
            assembly, "GRCh37"
        )
        for name in ("genes.gff3", "genes.gff3.gz"):
            path = gff(tmp_path, *header, name=name)
            if same == build:
                assert len(open_genes(path, assembly=assembly)) == 1
            else:
                with pytest.raises(BadGenes, match=rf"on {build} .* but the genome is `{assembly}`"):
                    open_genes(path, assembly=assembly)
    assert len(open_genes(path)) == 1  # of a genome without a name nothing is known


def test_headers_that_say_nothing_certain(tmp_path: Path) -> None:
    for header in (
        "##description: evidence-based annotation of the human genome (GRCh38), mapped to GRCh37 with gencode-backmap",
        "##sequence-region 1 1 5000",
        "##sequence-region 1 101 249250621",
        "#!genome-build my_own",
        "# made from hg19 on a Monday",
    ):
        assert len(open_genes(gff(tmp_path, header), assembly="hg38")) == 1
    with pytest.raises(BadGenes, match="ASM10v1"):
        open_genes(gff(tmp_path, "#!genome-build ASM10v1"), assembly="ASM10v2")


def test_genes_of_a_genome_with_1_and_chr1(tmp_path: Path) -> None:
    names = ("1", "chr1", "scA", "sca", "chrÄ", "染色体2")
    fasta = tmp_path / "g.fa"
    fasta.write_text("".join(f">{name}\nACGTACGTAC\n" for name in names), encoding="utf-8")
    with Genome(fasta, "x") as genome, open_genes(gff(tmp_path, chroms=names), resolve=genome.resolve) as models:
        for i, name in enumerate(names):
            for asked in (Locus(name, 0, 10), Locus.parse(f"{name}:1-10")):
                assert [found.gene for found in models.within(asked)] == [f"G{i}"]
                assert genome.fetch(asked).locus == Locus(name, 0, 10, "+", "x")
    with open_genes(gff(tmp_path, chroms=("1", "scA"))) as models:
        assert [found.gene for found in models.within(Locus.parse("1:1-10"))] == ["G0"]
        assert [found.gene for found in models.within(Locus("chr1", 0, 10))] == ["G0"]
        assert models.within(Locus("scB", 0, 10)) == []
