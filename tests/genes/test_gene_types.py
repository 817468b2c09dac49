"""Types of features: what lies above and below a row says whether it is a gene or a transcript, not what it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from genoviz.errors import UnknownName
from tests.small_annotation import gtf, opened, summary, tabs

pytest.importorskip("pysam")


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    "kind",
    [
        *(
            "NMD_transcript_variant",
            "pseudogenic_transcript",
            "miRNA_primary_transcript",
            "C_gene_segment",
            "guide_RNA",
        ),
        *(
            "processed_pseudogene",
            "pseudogene",
            "transposable_element_gene",
            "lnc_RNA",
            "lincrna",
            "MRNA",
            "SO:0000234",
        ),
        *("unconfirmed_thing", "repeat_like", "transposable_element"),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_what_has_a_gene_above_and_exons_below_is_a_transcript(tmp_path: Path, kind: str, order: int) -> None:
    rows = [
        "1 e gene 100 1000 . - . ID=gene:G1;Name=AAA1",
        "1 e mRNA 100 1000 . - . ID=transcript:T1;Parent=gene:G1",
        "1 e exon 100 200 . - . Parent=transcript:T1",
        "1 e exon 900 1000 . - . Parent=transcript:T1",
        f"1 e {kind} 300 1000 . - . ID=transcript:T2;Parent=gene:G1",
        "1 e exon 300 400 . - . Parent=transcript:T2",
        "1 e exon 900 1000 . - . Parent=transcript:T2",
    ]
    with opened(tmp_path, tabs("\n".join(rows[::order]))) as genes:
        assert summary(genes) == ["AAA1 T1 1 - 900-1000,100-200", "AAA1 T2 1 - 900-1000,300-400"]
        assert [t.inferred for t in genes.gene("AAA1").transcripts] == [False, False]
        assert len(genes) == 1


@pytest.mark.parametrize("kind", ["gene", "pseudogene", "ncRNA_gene", "transposable_element_gene", "GENE", "operon"])
@pytest.mark.parametrize(
    "exon", ["exon", "noncoding_exon", "pseudogenic_exon", "five_prime_coding_exon", "CDS", "SO:0000147"]
)
def test_exons_directly_below_a_gene(tmp_path: Path, kind: str, exon: str) -> None:
    text = (
        f"1 e {exon} 100 200 . + . Parent=g\n1 e {kind} 100 500 . + . ID=g;Name=AAA\n1 e {exon} 400 500 . + . Parent=g"
    )
    with opened(tmp_path, tabs(text)) as genes:
        assert summary(genes) == [f"{'AAA'} g 1 + 100-200,400-500"]


@pytest.mark.parametrize(
    "suffix", ["_ncRNA", "_ncrna", "_tRNA", "_snoRNA", "_mRNA", "-RA", ".1", "_CDS", "_pseudogenic_transcript"]
)
def test_parts_of_a_transcript_that_is_never_described(tmp_path: Path, suffix: str) -> None:
    """As in yeast: the name of the missing parent says whose it is."""
    text = f"1 e gene 100 500 . - . ID=YNC1;Name=YNC1\n1 e noncoding_exon 100 500 . - . Parent=YNC1{suffix}"
    with opened(tmp_path, tabs(text)) as genes:
        assert summary(genes) == [f"YNC1 YNC1{suffix} 1 - 100-500"]
        assert genes.gene("YNC1").primary.inferred


def test_transcripts_whose_gene_is_missing_stand_together(tmp_path: Path) -> None:
    text = tabs("""
1 e mRNA 100 300 . + . ID=t1;Parent=lost
1 e exon 100 300 . + . Parent=t1
1 e mRNA 100 400 . + . ID=t2;Parent=lost
1 e exon 100 400 . + . Parent=t2
1 e region 1 9999 . + . ID=1
1 e mRNA 600 700 . + . ID=t3;Name=OWN3;Parent=1
1 e mRNA 600 800 . + . ID=t4;Name=OWN4;Parent=1
""")
    with opened(tmp_path, text) as genes:
        assert summary(genes) == [
            *("lost t1 1 + 100-300", "lost t2 1 + 100-400"),
            *("OWN3 t3 1 + [600-700]", "OWN4 t4 1 + [600-800]"),  # a chromosome is nobody's gene
        ]


def test_genes_of_an_operon_stay_genes(tmp_path: Path) -> None:
    text = tabs("""
1 e operon 100 900 . + . ID=op;Name=OP
1 e gene 100 400 . + . ID=o1;Name=O1;Parent=op
1 e CDS 100 400 . + 0 ID=c1;Parent=o1
1 e gene 500 900 . + . ID=o2;Name=O2;Parent=op
1 e mRNA 500 900 . + . ID=m2;Parent=o2
1 e CDS 500 900 . + 0 ID=c2;Parent=m2
""")
    with opened(tmp_path, text) as genes:
        assert summary(genes) == ["O1 o1 1 + 100-400", "O2 m2 1 + 500-900"]


def test_a_transcript_below_a_transcript_and_a_coding_part_below_an_exon(tmp_path: Path) -> None:
    text = tabs("""
1 e gene 100 400 . + . ID=mir;Name=MIR
1 e primary_transcript 100 400 . + . ID=pm;Parent=mir
1 e exon 100 400 . + . ID=e1;Parent=pm
1 e CDS 150 200 . + 0 ID=c1;Parent=e1
1 e miRNA 110 130 . + . ID=mm;Parent=pm
1 e exon 110 130 . + . ID=e2;Parent=mm
""")
    with opened(tmp_path, text) as genes:
        assert summary(genes) == ["MIR pm 1 + 100-400", "MIR mm 1 + 110-130"]
        (coding,) = genes.transcript("pm").coding
        assert (coding.start, coding.end) == (149, 200)


def test_rows_without_an_identifier_are_features_of_their_own(tmp_path: Path) -> None:
    text = (
        "1 e CDS 100 200 . + 0 Name=transposase\n1 e CDS 500 600 . - 0 Name=transposase\n1 e CDS 900 990 . + 0 Name=x"
    )
    with opened(tmp_path, tabs(text)) as genes:
        assert summary(genes) == [
            *("transposase transposase 1 + 100-200", "transposase transposase 1 - 500-600", "x x 1 + 900-990"),
        ]
        with pytest.raises(UnknownName, match="2 genes go by the name"):
            genes.gene("transposase")


def test_a_gtf_row_of_a_pseudogene_with_a_transcript_is_that_transcript(tmp_path: Path) -> None:
    rows = ("1 pseudogene 100 500 +", "1 exon 100 200 + 1", "1 exon 400 500 + 2")
    with opened(tmp_path, gtf("G", "T", "1 gene 100 500 +", *rows), "a.gtf") as genes:
        assert summary(genes) == ["G T 1 + 100-200,400-500"]
        assert not genes.gene("G").primary.inferred
