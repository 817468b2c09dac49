"""Rows as people and programs write them: one bad row is left out and counted, the file is read."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest

from genoviz.genes.attributes import attributes
from genoviz.genes.models import open_genes
from genoviz.sequences.locus import Locus
from tests.small_annotation import opened, summary, tabs

pytest.importorskip("pysam")

GOOD = "c1\tx\tgene\t100\t200\t.\t+\t.\tID=g;Name=GOOD\n"
GOOD_BED = "c1\t99\t200\tGOOD\t0\t+\n"


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        ("5", "1" * 51, "positions past 2,147,483,647"),
        ("5", "2147483648", "positions past"),
        ("5", "9" * 5000, "positions past"),
        ("1" * 51, "7", "positions past"),
        ("0", "7", "a start of 0"),
        ("8", "7", "an end before the start"),
        ("-5", "7", "no numbers"),
        ("5", "-7", "no numbers"),
        ("NaN", "7", "no numbers"),
        ("5", "inf", "no numbers"),
        ("²", "7", "no numbers"),
        ("5", "①", "no numbers"),
        ("5", "٧", "no numbers"),
        ("5", "1e3", "no numbers"),
        ("5", "1,000", "no numbers"),
        ("5", "7.0", "no numbers"),
        ("", "7", "no numbers"),
    ],
)
def test_a_bad_place_costs_one_row(tmp_path: Path, start: str, end: str, reason: str) -> None:
    row = f"c1\tx\tgene\t{start}\t{end}\t.\t+\t.\tID=b;Name=BAD\n"
    with opened(tmp_path, GOOD + row) as genes:
        assert summary(genes) == ["GOOD g c1 + [100-200]"]
        assert list(genes.skipped.values()) == [1]
        assert reason in next(iter(genes.skipped))
        assert reason in genes.notices[0]
    gtf = f'c1\tx\texon\t100\t200\t.\t+\t.\tgene_id "GOOD";\nc1\tx\texon\t{start}\t{end}\t.\t+\t.\tgene_id "BAD";\n'
    with opened(tmp_path, gtf, "a.gtf") as genes:
        assert list(genes.names()) == ["GOOD"]
        assert list(genes.skipped.values()) == [1]
    bed = f"c1\t{start}\t{end}\tBAD\t0\t+\n"
    if start != "0":  # BED counts from 0
        with opened(tmp_path, GOOD_BED + bed, "a.bed") as genes:
            assert list(genes.names()) == ["GOOD"]
            assert reason in next(iter(genes.skipped))


def test_the_last_base_that_an_index_holds(tmp_path: Path) -> None:
    with opened(tmp_path, "c1\tx\tgene\t2147483600\t2147483647\t.\t-\t.\tID=g;Name=LAST\n") as genes:
        assert genes.gene("LAST").locus == Locus("c1", 2147483599, 2147483647, "-")
        assert len(genes.gene("LAST").transcripts) == 1


def test_zeros_before_a_number_and_spaces_around_it(tmp_path: Path) -> None:
    with opened(tmp_path, "c1 \tx\tgene\t 00100\t0" + "0" * 5000 + "200 \t.\t+ \t.\tID=g;Name=GOOD \n") as genes:
        assert summary(genes) == ["GOOD g c1 + [100-200]"]
        assert genes.notices == ()


@pytest.mark.parametrize(
    ("sizes", "offsets", "count"),
    [
        ("50,50", "0", "2"),
        ("50,51", "0,51", "²"),
        ("50,x", "0,51", "2"),
        ("9" * 5000, "0", "1"),
        ("50,50", "0,51", "3"),
    ],
)
def test_bed_blocks_that_do_not_fit_are_said(tmp_path: Path, sizes: str, offsets: str, count: str) -> None:
    row = f"c1\t99\t200\tA\t0\t+\t99\t{'9' * 60}\t0\t{count}\t{sizes}\t{offsets}\n"
    with opened(tmp_path, row, "a.bed") as genes:
        assert summary(genes) == ["A A c1 + [100-200]"]
        assert "read without exons: 1" in genes.notices[0]


ENCODED = [
    ("utf-8-sig", "\n"),
    ("utf-16", "\n"),
    ("utf-16", "\r\n"),
    ("utf-8", "\r\n"),
    ("utf-8", "\r"),
    ("utf-8-sig", "\r\n"),
]


@pytest.mark.parametrize(("encoding", "end"), ENCODED)
@pytest.mark.parametrize("packed", [False, True])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str, packed: bool) -> None:
    text = GOOD.replace("GOOD", "GÖOD").replace("\n", end) + f"##FASTA{end}>c1{end}ACGT{end}"
    bed = GOOD_BED.replace("\n", end)
    for name, content in (("a.gff3", text), ("a.bed", bed)):
        data = content.encode(encoding)
        with opened(tmp_path, gzip.compress(data) if packed else data, name) as genes:
            assert list(genes.names()) == ["GÖOD" if name == "a.gff3" else "GOOD"]
            assert genes.gene(next(genes.names())).locus == Locus("c1", 99, 200)
            assert genes.notices == ()


def test_chromosomes_named_like_lines_of_a_browser(tmp_path: Path) -> None:
    text = f"browser position c1:1-9\ntrack name=x\n{GOOD_BED}{GOOD_BED.replace('c1', 'track7').replace('GOOD', 'T')}"
    text += GOOD_BED.replace("c1", "browser_2").replace("GOOD", "B")
    with opened(tmp_path, text, "a.bed") as genes:
        assert sorted(genes.names()) == ["B", "GOOD", "T"]
        assert genes.notices == ()


@pytest.mark.parametrize("chrom", ["chré", "染色体1", "gi|1|ref", "HLA-A*01", "c%201", "c\u20281", "c 1", "c:1"])
def test_names_of_chromosomes(tmp_path: Path, chrom: str) -> None:
    odd = GOOD.replace("c1\t", f"{chrom}\t").replace("ID=g;Name=GOOD", "ID=o;Name=ODD")
    with opened(tmp_path, GOOD + odd) as genes:
        if chrom in ("c%201", "c\u20281", "c 1", "c:1"):
            assert list(genes.names()) == ["GOOD"]
            assert genes.skipped == {"a chromosome name with a space or a colon": 1}
        else:
            assert genes.gene("ODD").locus.chrom == chrom
            assert [t.gene for t in genes.within(Locus(chrom, 150, 151))] == ["ODD"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('gene_id "x"; note "a; gene_id y; b"; transcript_id "t ";', {"gene_id": ["x"], "transcript_id": ["t"]}),
        ('note "the "alpha; gene_id q" gene"; gene_id "real"', {"gene_id": ["real"]}),
        (r'note "say \"hi; gene_id y\" now"; gene_id "x"', {"gene_id": ["x"]}),
        ('gene_id "a;b"; gene_name "5\' end"', {"gene_id": ["a;b"], "gene_name": ["5' end"]}),
        ("gene_id b1; transcript_id ; exon_number 3", {"gene_id": ["b1"], "exon_number": ["3"]}),
        ('gene_id "x" ; tag "basic"; tag "CCDS";', {"gene_id": ["x"], "tag": ["basic", "CCDS"]}),
    ],
)
def test_gtf_attributes(text: str, found: dict[str, list[str]]) -> None:
    assert attributes(text) == (True, found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "ID=g%3B1;Name=a%20b%20 ;gene_synonym=x,y%2Cz",
            {"ID": ["g;1"], "Name": ["a b"], "gene_synonym": ["x", "y,z"]},
        ),
        ('ID="g1";Name="A B "', {"ID": ["g1"], "Name": ["A B"]}),
        ('ID=g;Note="kinase; gene=FAKE; x";gene=REAL', {"ID": ["g"], "gene": ["REAL"]}),
        ('ID=g;Note=5" long;gene=REAL', {"ID": ["g"], "gene": ["REAL"]}),
        ("ID=g;Name=a%09b%0Ac%00%1b[d;description=gene=FAKE", {"ID": ["g"], "Name": ["a b c [d"]}),
        ("; ID=g ;;Name=x;", {"ID": ["g"], "Name": ["x"]}),
    ],
)
def test_gff3_attributes(text: str, found: dict[str, list[str]]) -> None:
    assert attributes(text) == (False, found)


@pytest.mark.parametrize(
    "text",
    [
        "ID=g;Name=" + "N" * 16_000,
        'a "b ' * 4000,
        'a "b;' * 4000,
        '"' * 16_000,
        " " * 16_000 + "x",
        'ID="' + 'x;"y' * 4000,
    ],
)
def test_long_attributes_are_quick(text: str) -> None:
    start = time.process_time()
    attributes(text)
    assert time.process_time() - start < 5


def test_a_long_name_is_a_name(tmp_path: Path) -> None:
    with opened(tmp_path, GOOD.replace("GOOD", "N" * 16_000)) as genes:
        assert genes.gene("n" * 16_000).identifier == "g"


def test_white_space_at_the_ends_of_identifiers_parts_nobody(tmp_path: Path) -> None:
    text = tabs("1 e gene 1 90 . + . ID=g~;Name=A%20\n1 e mRNA 1 90 . + . ID=t;Parent=g\n1 e exon 1 90 . + . Parent=t~")
    gtf = tabs(
        '1 e exon 1 90 . + . gene_id~"G~";~transcript_id~"T";\n1 e CDS 1 90 . + 0 gene_id~"G";~transcript_id~"T~";'
    )
    with opened(tmp_path, text) as genes:
        assert summary(genes) == ["A t 1 + 1-90"]
    with opened(tmp_path, gtf, "a.gtf") as genes:
        assert summary(genes) == ["G T 1 + 1-90"]
    with opened(tmp_path, "1\t0\t90\tA  \t0\t+\n1\t5\t90\tA\t0\t+\n", "a.bed") as genes:
        assert len(genes) == 1


def test_identifiers_with_a_number_sign_are_whole(tmp_path: Path) -> None:
    with opened(tmp_path, tabs("1 e gene 1 90 . + . ID=g#1\n1 e gene 101 190 . + . ID=g#2")) as genes:
        assert genes.gene("g#2").locus == Locus("1", 100, 190)


def test_counts_are_those_of_all_files(tmp_path: Path) -> None:
    bad = "c1\tx\tgene\t9\t5\t.\t+\t.\tID=b\n"
    for name in "ab":
        (tmp_path / name).write_text(GOOD + bad)
    with open_genes([tmp_path / "a", tmp_path / "b"]) as genes:
        assert genes.notices == ("Left out of the gene models: an end before the start: 2.",)


PRED = "NM_1 c1 {strand} 100 400 150 350 2 100,300, 200,400,"


@pytest.mark.parametrize("layout", ["genePred", "genePredExt", "refGene"])
def test_tables_of_ucsc(tmp_path: Path, layout: str) -> None:
    """Starts are 0-based, ends are not part of it; `bin` comes first in refGene, the gene's name is the twelfth column."""
    more = "" if layout == "genePred" else "\t0\tGENE1\tcmpl\tcmpl\t0,1,"
    rows = [PRED.format(strand="-").replace(" ", "\t") + more, PRED.format(strand="+").replace(" ", "\t") + more]
    rows[1] = rows[1].replace(
        "100\t400\t150\t350\t2\t100,300,\t200,400,", "9100\t9400\t9400\t9400\t2\t9100,9300,\t9200,9400,"
    )
    bad = rows[1].replace("9400", "9" * 51, 1)
    text = "#name\tchrom\n" + "".join(f"{'585' + chr(9) if layout == 'refGene' else ''}{row}\n" for row in (*rows, bad))
    name = "NM_1" if layout == "genePred" else "GENE1"
    with opened(tmp_path, text, "refGene.txt") as genes:
        assert summary(genes) == [f"{name} NM_1 c1 - 301-400,101-200", f"{name} NM_1 c1 + 9101-9200,9301-9400"]
        minus = genes.gene(f"{name} c1:101-400(-)")
        assert minus.primary.coding == (Locus("c1", 300, 350, "-"), Locus("c1", 150, 200, "-"))
        assert genes.gene(f"{name} c1(+)").primary.coding == ()
        assert genes.notices == (
            "Left out of the gene models: positions past 2,147,483,647, which no index holds: 1.",
            f"One name stands at several places in the gene models, each read as a gene of its own: `{name}`.",
        )


def test_a_row_longer_than_any_is_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "g.gff3"
    path.write_text(GOOD + GOOD.replace("ID=g;Name=GOOD", f"ID=h;Name={'x' * 1_000_000}"))
    with open_genes(path, assembly="x") as genes:
        assert genes.skipped == {"rows of more than 1,000,000 characters": 1}
        assert [transcript.gene for transcript in genes.within(Locus("c1", 0, 1000))] == ["GOOD"]
