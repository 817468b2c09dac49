"""One name at several places, torn genes, and names that stand twice: each base on its own strand, or left out and said."""

from __future__ import annotations

from pathlib import Path

import pytest

from genoviz.errors import UnknownName
from genoviz.genes.places import find_place
from genoviz.genes.track import gene_spans
from genoviz.sequences.locus import Locus
from genoviz.splicing.tables import transcripts_at
from genoviz.variants.variant import Variant
from tests.small_annotation import gtf, opened, summary, tabs

pytest.importorskip("pysam")


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "cache"))


PLUS_COPIES = ["G T c1 + 101-200,301-400", "G T c1 + 5101-5200,5301-5400"]
MINUS_COPIES = ["G T c1 - 301-400,101-200", "G T c1 - 5301-5400,5101-5200"]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("exon 101 200 + 1, exon 301 400 + 2, exon 5101 5200 + 1, exon 5301 5400 + 2", PLUS_COPIES),
        ("exon 101 200 - 2, exon 301 400 - 1, exon 5101 5200 - 2, exon 5301 5400 - 1", MINUS_COPIES),
        # Some programs number the exons of the minus strand by place.
        ("exon 101 200 - 1, exon 301 400 - 2, exon 5101 5200 - 1, exon 5301 5400 - 2", MINUS_COPIES),
        (
            "exon 101 200 + 1, exon 301 400 + 2, exon 5101 5200 - 2, exon 5301 5400 - 1",
            [PLUS_COPIES[0], MINUS_COPIES[1]],
        ),
        ("exon 101 200 +, exon 301 400 +, exon 5101 5200 -, exon 5301 5400 -", [PLUS_COPIES[0], MINUS_COPIES[1]]),
        (
            "transcript 101 400 +, exon 101 200 +, exon 301 400 +, transcript 5101 5400 +, exon 5101 5200 +, exon 5301 5400 +",
            PLUS_COPIES,
        ),
        # One row around both copies, as programs that take the first and the last base write it.
        (
            "gene 101 5400 +, transcript 101 5400 +, exon 101 200 + 1, exon 301 400 + 2, exon 5101 5200 + 1, exon 5301 5400 + 2",
            PLUS_COPIES,
        ),
        (
            "gene 101 400 +, gene 5101 5400 +, exon 101 200 +, exon 301 400 +, exon 5101 5200 +, exon 5301 5400 +",
            PLUS_COPIES,
        ),
        ("exon 101 200 + 1, exon 5101 5200 + 1", ["G T c1 + 101-200", "G T c1 + 5101-5200"]),
        # The second copy has lost its first exon; on the minus strand the longer gap parts.
        ("exon 101 200 + 1, exon 301 400 + 2, exon 5301 5400 + 2", [PLUS_COPIES[0], "G T c1 + 5301-5400"]),
        (
            "exon 101 200 - 1, exon 9101 9200 - 2, exon 9301 9400 - 1",
            ["G T c1 - 101-200", "G T c1 - 9301-9400,9101-9200"],
        ),
        # Without numbers: the same exons and introns again, further off.
        ("exon 101 200 +, exon 301 400 +, exon 5101 5200 +, exon 5301 5400 +", PLUS_COPIES),
        ("gene 101 5400 -, exon 101 200 -, exon 301 400 -, exon 5101 5200 -, exon 5301 5400 -", MINUS_COPIES),
        # No intron is that long.
        ("exon 101 200 +, exon 301 400 +, exon 20000101 20000200 +", [PLUS_COPIES[0], "G T c1 + 20000101-20000200"]),
    ],
)
def test_each_place_of_a_transcript_is_a_copy(tmp_path: Path, rows: str, found: list[str]) -> None:
    text = gtf("G", "T", *(f"c1 {row}" for row in rows.split(", ")))
    with opened(tmp_path, text, "a.gtf") as genes:
        assert summary(genes) == found
        assert genes.notices == (
            "One name stands at several places in the gene models, each read as a gene of its own: `G`.",
        )


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("transcript 101 5400 -, exon 101 200 - 3, exon 301 400 - 2, exon 5301 5400 - 1", "5301-5400,301-400,101-200"),
        ("exon 101 200 - 1, exon 301 400 - 2, exon 5301 5400 - 3", "5301-5400,301-400,101-200"),
        ("exon 101 200 +, exon 301 400 +, exon 5301 5400 +", "101-200,301-400,5301-5400"),
        ("exon 101 200 + 3, exon 301 400 + 7, exon 5301 5400 + 8", "101-200,301-400,5301-5400"),
        # Exons at equal distances are no copies, and neither are those below a row of the transcript.
        ("exon 101 200 +, exon 301 400 +, exon 501 600 +, exon 701 800 +", "101-200,301-400,501-600,701-800"),
        (
            "transcript 101 5400 +, exon 101 200 +, exon 301 400 +, exon 5101 5200 +, exon 5301 5400 +",
            "101-200,301-400,5101-5200,5301-5400",
        ),
        # The ribosome slips inside of one exon.
        ("gene 101 400 +, CDS 101 200 + 1, CDS 202 400 + 1", "101-200,202-400"),
        # Both halves of a start codon that an intron parts.
        ("exon 101 200 +, start_codon 199 200 +, exon 301 400 +, start_codon 301 301 +", "101-200,301-400"),
    ],
)
def test_one_transcript_stays_one(tmp_path: Path, rows: str, found: str) -> None:
    with opened(tmp_path, gtf("G", "T", *(f"c1 {row}" for row in rows.split(", "))), "a.gtf") as genes:
        (only,) = summary(genes)
        assert only.split()[-1] == found
        assert genes.notices == ()


@pytest.mark.parametrize("empty", ["unknown_transcript_1", "unassigned_transcript_2", ""])
@pytest.mark.parametrize("described", [True, False])
def test_nameless_transcripts_belong_to_their_genes(tmp_path: Path, empty: str, described: bool) -> None:
    """NCBI calls the transcripts of many genes `unknown_transcript_1`: gene and transcript together are the name."""
    rows = {"b1": "c1 CDS 101 397 + 1", "b2": "c1 CDS 1001 1297 - 1", "b3": "c1 CDS 5001 5297 + 1"}
    text = "".join(
        gtf(gene, empty, *([row.replace("CDS", "gene")] if described else []), row) for gene, row in rows.items()
    )
    with opened(tmp_path, text, "a.gtf") as genes:
        assert [(line.split()[0], *line.split()[-2:]) for line in summary(genes)] == [
            ("b1", "+", "101-397"),
            ("b2", "-", "1001-1297"),
            ("b3", "+", "5001-5297"),
        ]
        assert genes.gene("b2").strand == "-"
        place = find_place("exon 1 of b2", assembly="", genes=genes)
        assert (place.locus, place.annotated) == (Locus("c1", 1000, 1297, "-"), genes.gene("b2").primary)
        if empty:
            with pytest.raises(UnknownName, match="no gene named"):
                genes.gene(empty)


def test_one_gene_identifier_at_distant_places(tmp_path: Path) -> None:
    """Also where only one of the places has a row of the gene, and on both strands."""
    near = gtf("G", "T1", "c1 gene 101 200 +", "c1 exon 101 200 + 1")
    text = near + gtf("G", "T2", "c1 exon 900101 900200 + 1") + gtf("G", "T3", "c1 exon 150 300 - 1")
    with opened(tmp_path, text, "a.gtf") as genes:
        assert summary(genes) == ["G T1 c1 + 101-200", "G T3 c1 - 150-300", "G T2 c1 + 900101-900200"]
        assert [str(genes.gene(t).locus) for t in ("T1", "T2", "T3")] == [
            "c1:101-200",
            "c1:900,101-900,200",
            "c1:150-300(-)",
        ]


RPSX = """
ch R gene 1000 1100 . - . ID=gX;Name=rpsX{mark1}
ch R gene 5000 5400 . + . ID=gX;Name=rpsX{mark2}
ch R CDS 1000 1100 . - 0 ID=c;Parent=gX
ch R CDS 5000 5200 . + 0 ID=c;Parent=gX
ch R gene 8000 8100 . + . ID=gY;Name=okY
ch R CDS 8000 8100 . + 0 ID=d;Parent=gY
"""
OK = "okY gY ch + 8000-8100"


@pytest.mark.parametrize(
    "marks",
    [
        (";exception=trans-splicing;part=1", ";exception=trans-splicing;part=2"),
        (";exception=trans-splicing", ";exception=trans-splicing"),
        (";part=1", ";part=2"),
        (";trans_splicing=true", ";trans_splicing=true"),
    ],
)
def test_a_trans_spliced_gene_is_left_out_by_name(tmp_path: Path, marks: tuple[str, str]) -> None:
    with opened(tmp_path, tabs(RPSX.format(mark1=marks[0], mark2=marks[1]))) as genes:
        assert summary(genes) == [OK]
        assert sum(genes.skipped.values()) == 1
        assert genes.notices[0].startswith("Left out of the gene models: trans")
        for name in ("rpsX", "RPSX", "gX"):
            with pytest.raises(UnknownName, match=r"is in the gene models, but could not be read as one stretch"):
                find_place(f"exon 1 of {name}", assembly="", genes=genes)
        assert "rpsX" in genes.left_out_at(Locus("ch", 999, 1000))[0]
        assert genes.left_out_at(Locus("ch", 8000, 8100)) == ()


def test_unmarked_rows_on_both_strands_keep_their_strand(tmp_path: Path) -> None:
    with opened(tmp_path, tabs(RPSX.format(mark1="", mark2=""))) as genes:
        assert summary(genes) == ["rpsX gX ch - 1000-1100", "rpsX gX ch + 5000-5200", OK]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        # One row of the gene, parts on both strands: the strand of neither is certain.
        (
            "ch R gene 1000 5400 . - . ID=g;Name=X\nch R CDS 1000 1100 . - 0 Parent=g\nch R CDS 5000 5200 . + 0 Parent=g",
            "both",
        ),
        ("ch R mRNA 1000 1100 . - . ID=t;Name=X\nch R exon 1000 1100 . + . Parent=t", "both"),
        # The origin of a circular chromosome: past its end, or in two pieces.
        (
            "ch R region 1 5386 . + . ID=ch;Is_circular=true\nch R gene 5300 5522 . + . ID=g;Name=X\n"
            "ch R CDS 5300 5522 . + 0 Parent=g",
            "origin",
        ),
        ("ch R gene 5300 5386 . + . ID=g;Name=X;part=1\nch R gene 1 136 . + . ID=g;Name=X;part=2", "origin"),
        ("ch R gene 1 136 . - . ID=g;Name=X;part=1\nch R gene 5300 5386 . - . ID=g;Name=X;part=2", "origin"),
        (
            "ch R mRNA 100 400 . + . ID=t;Name=X\nch R exon 100 200 . + . Parent=t\nch R exon 900 990 . + . Parent=t",
            "outside",
        ),
    ],
)
def test_what_lies_in_no_stretch_is_left_out(tmp_path: Path, text: str, reason: str) -> None:
    with opened(tmp_path, tabs(text)) as genes:
        assert len(genes) == 0
        assert len(genes.skipped) == 1
        assert reason in next(iter(genes.skipped))
        assert "hold no gene that could be read" in genes.notices[-1]
        with pytest.raises(UnknownName, match="Left out"):
            genes.gene("X")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("exon 101 200 - 1, exon 5101 5200 + 2, exon 5301 5400 + 3", "both strands"),
        ("exon 5300 5386 + 1, exon 1 136 + 2", "against their order"),
        ("exon 101 200 +, start_codon 101 103 +, exon 5101 5200 +, start_codon 5101 5103 +", "several start"),
    ],
)
def test_a_torn_transcript_of_a_gtf_is_left_out(tmp_path: Path, rows: str, reason: str) -> None:
    text = gtf("G", "T", *(f"c1 {row}" for row in rows.split(", "))) + gtf("H", "U", "c1 exon 7001 7100 +")
    with opened(tmp_path, text, "a.gtf") as genes:
        assert summary(genes) == ["H U c1 + 7001-7100"]
        assert reason in genes.notices[0]


def test_other_transcripts_of_a_trans_spliced_gene_stay(tmp_path: Path) -> None:
    text = tabs("""
1 e gene 100 9000 . - . ID=g;Name=mod
1 e mRNA 8000 9000 . - . ID=t1;Parent=g
1 e exon 8000 9000 . - . Parent=t1
1 e mRNA 8000 9000 . - . ID=t2;Parent=g;part=1;exception=trans-splicing
1 e mRNA 100 400 . + . ID=t2;Parent=g;part=2;exception=trans-splicing
1 e exon 8000 9000 . - . Parent=t2
1 e exon 100 400 . + . Parent=t2
""")
    with opened(tmp_path, text) as genes:
        assert summary(genes) == ["mod t1 1 - 8000-9000"]
        with pytest.raises(UnknownName, match="Left out: trans-spliced"):
            genes.gene("t2")


@pytest.mark.parametrize("marks", [(";part=1", ";part=2"), ("", "")])
def test_legal_discontinuous_features_are_read(tmp_path: Path, marks: tuple[str, str]) -> None:
    gene = "ch R gene 1000 5400 . + . ID=g;Name=X\n" if not marks[0] else ""
    text = tabs(f"""{gene}ch R mRNA 1000 1100 . + . ID=t;Parent=g{marks[0]}
ch R mRNA 5000 5400 . + . ID=t;Parent=g{marks[1]}
ch R exon 1000 1100 . + . Parent=t
ch R exon 5000 5400 . + . Parent=t
ch R CDS 1050 1100 . + 0 ID=c;Parent=t
ch R CDS 5000 5099 . + 0 ID=c;Parent=t""")
    with opened(tmp_path, text) as genes:
        (transcript,) = genes.within(Locus("ch", 0, 9000))
        assert transcript.exons == (Locus("ch", 999, 1100), Locus("ch", 4999, 5400))
        assert transcript.coding == (Locus("ch", 1049, 1100), Locus("ch", 4999, 5099))
        assert genes.notices == ()


def test_gff3_copies(tmp_path: Path) -> None:
    """Rows of one ID that each hold introns are copies, under one gene's row or their own, on one strand or two."""
    copy = "ch R mRNA {0}000 {0}400 . {1} . ID=t;Parent=g\nch R exon {0}000 {0}100 . {1} . Parent=t\nch R exon {0}300 {0}400 . {1} . Parent=t\n"
    gene = "ch R gene {0} {1} . {2} . ID=g;Name=X\n"
    one = gene.format(1000, 5400, "+") + copy.format(1, "+") + copy.format(5, "+")
    two = gene.format(1000, 1400, "+") + copy.format(1, "+") + gene.format(5000, 5400, "-") + copy.format(5, "-")
    with opened(tmp_path, tabs(one)) as genes:
        assert summary(genes) == ["X t ch + 1000-1100,1300-1400", "X t ch + 5000-5100,5300-5400"]
    with opened(tmp_path, tabs(two), "two.gff3") as genes:
        assert summary(genes) == ["X t ch + 1000-1100,1300-1400", "X t ch - 5300-5400,5000-5100"]


# Names that stand twice

TWO = gtf("PB.1", "PB.1.1", "chr1 exon 101 200 + 1") + gtf("PB.1", "PB.1.1", "chr2 exon 101 400 - 1")


@pytest.mark.parametrize(
    ("text", "locus"),
    [
        ("PB.1 chr1", "chr1:101-200"),
        ("pb.1 on CHR2", "chr2:101-400(-)"),
        ("PB.1 (chr2)", "chr2:101-400(-)"),
        ("PB.1, 2", "chr2:101-400(-)"),
        ("PB.1@chr1", "chr1:101-200"),
        ("PB.1 chr2:101-400(-)", "chr2:101-400(-)"),
        ("PB.1 chr2:350", "chr2:101-400(-)"),
        ("PB.1.1 chr1", "chr1:101-200"),
        ("exon 1 of PB.1 chr2", "chr2:101-400(-)"),
        ("PB.1 chr2 exon 1", "chr2:101-400(-)"),
        ("exon 1 of PB.1.1 at chr2 +- 10", "chr2:91-410(-)"),
        ("TSS of PB.1 chr2", "chr2:400-400(-)"),
    ],
)
def test_a_place_behind_a_name_says_which(tmp_path: Path, text: str, locus: str) -> None:
    with opened(tmp_path, TWO, "a.gtf") as genes:
        place = find_place(text, assembly="", genes=genes)
        assert place.locus == Locus.parse(locus)
        assert place.transcript == "PB.1.1"


@pytest.mark.parametrize("asked", ["PB.1", "exon 1 of PB.1", "PB.1.1", "promoter of PB.1.1", "PB.1 chr3"])
def test_advice_can_be_followed(tmp_path: Path, asked: str) -> None:
    with opened(tmp_path, TWO, "a.gtf") as genes:
        with pytest.raises(UnknownName) as caught:
            find_place(asked, assembly="", genes=genes)
        advised = [word for i, word in enumerate(caught.value.accepted.split("`")) if i % 2]
        assert len(advised) == 2
        found = [genes.gene(text).locus for text in advised]
        assert found == [Locus("chr1", 100, 200), Locus("chr2", 100, 400, "-")]


def test_advice_names_the_identifier_only_where_that_helps(tmp_path: Path) -> None:
    """PAR genes of GENCODE: X and Y have identifiers of their own, and one symbol."""
    text = "".join(
        gtf(f"ENSG1.15{par}", f"ENST1.2{par}", f"{chrom} transcript 101 200 +", f"{chrom} exon 101 200 + 1").replace(
            "exon_number", 'gene_name "PLCXD1"; exon_number'
        )
        for chrom, par in (("chrX", ""), ("chrY", "_PAR_Y"))
    ).replace('";\n', '"; gene_name "PLCXD1";\n')
    with opened(tmp_path, text, "a.gtf") as genes:
        with pytest.raises(UnknownName, match=r"`ENSG1.15` \(PLCXD1, chrX:101-200\), `ENSG1.15_PAR_Y` \(PLCXD1, chrY"):
            genes.gene("PLCXD1")
        assert (
            genes.gene("PLCXD1 chrY")
            == genes.gene("PLCXD1 Y")
            == genes.gene("ENSG1_PAR_Y")
            == genes.gene("ENST1_PAR_Y")
        )
        assert genes.gene("ENSG1").locus.chrom == genes.gene("ENST1.2").locus.chrom == "chrX"
    same = text.replace("_PAR_Y", "")  # newer releases give both copies one identifier
    with opened(tmp_path, same, "b.gtf") as genes:
        with pytest.raises(UnknownName, match=r"`PLCXD1 chrX` .*`PLCXD1 chrY`"):
            genes.gene("PLCXD1")
        assert genes.transcript("ENST1 chrY").locus.chrom == "chrY"


def test_overlapping_genes_of_one_name_are_both_seen(tmp_path: Path) -> None:
    text = gtf("G", "T1", "c1 exon 101 300 + 1") + gtf("G", "T1", "c1 exon 201 400 - 1")
    with opened(tmp_path, text, "a.gtf") as genes:
        at = transcripts_at(genes, Variant("c1", 250, "A", "C"))
        assert sorted(t.strand for t in at) == ["+", "-"]
        spans = gene_spans(genes.within(Locus("c1", 0, 500)), Locus("c1", 0, 500))
        assert [(s.start, s.end, s.strand) for s in spans if s.style == "exon"] == [(100, 300, "+"), (200, 400, "-")]
        for handle, strand in (("G c1(+)", "+"), ("G c1:201-400(-)", "-")):
            assert genes.gene(handle).strand == strand
        assert genes.handle(genes.gene("G c1(-)")) == "G c1:201-400(-)"


def test_a_name_of_several_transcripts_of_one_gene(tmp_path: Path) -> None:
    bed = "c1\t0\t300\tG\t0\t+\nc1\t100\t400\tG\t0\t+\n"
    with opened(tmp_path, bed, "a.bed") as genes, pytest.raises(UnknownName, match="2 transcripts of G go by the name"):
        genes.transcript("G")


def test_the_same_gene_of_two_files_under_two_spellings_counts_once(tmp_path: Path) -> None:
    from genoviz.genes.models import open_genes

    rows = "{} R gene 100 200 . + . ID=g;Name=X"
    for name in ("1", "chr1"):
        (tmp_path / f"{name}.gff3").write_text(tabs(rows.format(name)))
    files = [tmp_path / "1.gff3", tmp_path / "chr1.gff3"]
    with open_genes(files, resolve=lambda chrom: f"chr{chrom.removeprefix('chr')}") as genes:
        assert genes.gene("X").locus == Locus("chr1", 99, 200)
