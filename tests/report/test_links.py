"""Links to other browsers: which coordinates they carry, and for which builds they exist."""

from __future__ import annotations

import pytest

from genoviz.report.links import Link, atlas, ensembl, gnomad, igv, links, ucsc
from genoviz.sequences.locus import Locus
from genoviz.variants.variant import Variant

# TP53 codon 175: chr17:7,675,087-7,675,089 in GRCh38, 0-based 7,675,086 to 7,675,089.
CODON = Locus("chr17", 7_675_086, 7_675_089, "-", "GRCh38")
VARIANT = Variant("chr17", 7_675_088, "C", "T", "hg38")


def test_ucsc() -> None:
    page = "https://genome.ucsc.edu/cgi-bin/hgTracks?db=hg38&position=chr17%3A"
    assert ucsc(CODON) == f"{page}7675087-7675089"
    assert ucsc(VARIANT) == f"{page}7675088-7675088"
    assert ucsc(Locus("IV", 0, 10, "+", "R64")) == (
        "https://genome.ucsc.edu/cgi-bin/hgTracks?db=sacCer3&position=chrIV%3A1-10"
    )


def test_ensembl() -> None:
    assert ensembl(CODON) == "https://www.ensembl.org/Homo_sapiens/Location/View?r=17%3A7675087-7675089"
    assert ensembl(VARIANT) == "https://www.ensembl.org/Homo_sapiens/Location/View?r=17%3A7675088-7675088"
    old = Locus("8", 11_496_144, 11_627_216, "+", "hg19")
    assert ensembl(old) == "https://grch37.ensembl.org/Homo_sapiens/Location/View?r=8%3A11496145-11627216"
    assert ensembl(Locus("chrM", 0, 5, "+", "hg38")).endswith("r=MT%3A1-5")
    yeast = ensembl(Locus("chrM", 0, 5, "+", "sacCer3"))
    assert yeast == "https://www.ensembl.org/Saccharomyces_cerevisiae/Location/View?r=Mito%3A1-5"


def test_gnomad() -> None:
    assert gnomad(CODON) == "https://gnomad.broadinstitute.org/region/17-7675087-7675089?dataset=gnomad_r4"
    assert gnomad(VARIANT) == "https://gnomad.broadinstitute.org/variant/17-7675088-C-T?dataset=gnomad_r4"
    deletion = Variant("20", 1_000_005, "CT", "C", "GRCh37")
    assert gnomad(deletion) == "https://gnomad.broadinstitute.org/variant/20-1000005-CT-C?dataset=gnomad_r2_1"
    assert gnomad(Locus("chrI", 0, 5, "+", "sacCer3")) == ""


def test_igv() -> None:
    assert igv(CODON) == "https://igv.org/app/?genome=hg38&locus=chr17%3A7675087-7675089"
    deletion = Variant("20", 1_000_005, "CTA", "C", "GRCh37")
    assert igv(deletion) == "https://igv.org/app/?genome=hg19&locus=chr20%3A1000005-1000007"


def test_atlas() -> None:
    """Substitutions of hg38 only."""
    assert atlas(VARIANT) == "https://deepmind.google.com/science/alphagenome/atlas?q=chr17%3A7675088%3AC%3ET&m=variant"
    for other in (CODON, Variant("chr17", 7_675_088, "CT", "C", "hg38"), Variant("chr17", 7_578_406, "C", "T", "hg19")):
        assert atlas(other) == ""


def test_all_links() -> None:
    assert [link.site for link in links(VARIANT)] == [
        "UCSC Genome Browser",
        "Ensembl",
        "gnomAD",
        "IGV",
        "AlphaGenome Atlas",
    ]
    assert links(CODON)[0] == Link("UCSC Genome Browser", ucsc(CODON))
    assert len(links(Locus("chrX", 0, 5, "+", "sacCer3"))) == 3
    assert ucsc(Locus("NC_000017.11", 0, 5, "+", "hg38")).endswith("chr17%3A1-5")


@pytest.mark.parametrize(
    "place",
    [
        Locus("chr1", 0, 5),
        Locus("chr1", 0, 5, "+", "mm10"),
        Locus("chrT1", 0, 5, "+", "teaching"),
        Locus("chr1_random", 0, 5, "+", "hg38"),
        Locus("chr23", 0, 5, "+", "hg38"),
        Locus("chrM", 0, 5, "+", "hg19"),
        Locus("NC_000017.10", 0, 5, "+", "hg38"),
        Locus("chr21", 46_709_982, 46_709_984, "+", "hg38"),
        Variant("chr1", 5, "A", "G"),
    ],
)
def test_no_link_to_a_place_that_a_site_numbers_otherwise(place: Locus | Variant) -> None:
    assert links(place) == ()
