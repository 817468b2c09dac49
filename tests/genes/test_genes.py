"""Gene models: tiny hand-worked files in every dialect and on both strands, broken files, and real annotation."""

from __future__ import annotations

import gzip
import os
import random
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import genoviz.genes.rows
from genoviz.errors import BadInput, BadLocus, UnknownName
from genoviz.genes.models import BadGenes, GeneModels, Transcript, open_genes
from genoviz.genes.stretches import merged
from genoviz.genomes.genome import Genome
from genoviz.sequences.locus import Locus

pysam = pytest.importorskip("pysam")

DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
HG38, YEAST = DATA / "genome_human_hg38_loci", DATA / "genome_yeast_sacCer3"
ECOLI = DATA / "genome_ecoli_U00096.2" / "genes.bed"
real = [pytest.mark.data, pytest.mark.skipif(not HG38.is_dir(), reason="the public data sets are not here")]


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "cache"))


def tabs(text: str) -> str:
    """Lines whose columns are parted by single spaces, as tab-separated text."""
    return "".join("\t".join(line.split(" ")) + "\n" for line in text.strip().splitlines())


def write(folder: Path, text: str, name: str = "genes.gff3") -> Path:
    path = folder / name
    path.write_text(text)
    return path


# Plus: exons 101-200, 301-400, coding 151-200 and 301-350. Minus: exons 1001-1100, 1201-1300, coding 1051-1100 + 1201-1250.
GFF3 = tabs("""
chr1 me exon 301 400 . + . Parent=t1
chr1 me gene 101 400 . + . ID=g1;Name=PLUS;gene_synonym=OLD1,OLD2
chr1 me CDS 151 200 . + 0 Parent=t1
chr1 me mRNA 101 400 . + . ID=t1;Parent=g1;tag=basic
chr1 me exon 101 200 . + . Parent=t1
chr1 me CDS 301 350 . + 1 Parent=t1
chr1 me CDS 1051 1100 . - 1 Parent=t2
chr1 me gene 1001 1300 . - . ID=g2;Name=MINUS
chr1 me mRNA 1001 1300 . - . ID=t2;Parent=g2
chr1 me exon 1001 1100 . - . Parent=t2
chr1 me exon 1201 1300 . - . Parent=t2
chr1 me CDS 1201 1250 . - 0 Parent=t2
""")
GTF = tabs("""
chr1 me transcript 101 400 . + . gene_id~"g1";~transcript_id~"t1";~gene_name~"PLUS";
chr1 me exon 101 200 . + . gene_id~"g1";~transcript_id~"t1";~gene_name~"PLUS";
chr1 me exon 301 400 . + . gene_id~"g1";~transcript_id~"t1";~gene_name~"PLUS";
chr1 me CDS 151 200 . + 0 gene_id~"g1";~transcript_id~"t1";
chr1 me CDS 301 347 . + 1 gene_id~"g1";~transcript_id~"t1";
chr1 me stop_codon 348 350 . + 0 gene_id~"g1";~transcript_id~"t1";
chr1 me stop_codon 1051 1053 . - 0 gene_id~"g2";~transcript_id~"t2";
chr1 me exon 1201 1300 . - . gene_id~"g2";~transcript_id~"t2";~gene_name~"MINUS";
chr1 me exon 1001 1100 . - . gene_id~"g2";~transcript_id~"t2";~gene_name~"MINUS";
chr1 me CDS 1054 1100 . - 1 gene_id~"g2";~transcript_id~"t2";
chr1 me CDS 1201 1250 . - 0 gene_id~"g2";~transcript_id~"t2";
""").replace("~", " ")
BED = tabs("""
chr1 100 400 PLUS 0 + 150 350 0 2 100,100, 0,200,
chr1 1000 1300 MINUS 0 - 1050 1250 0 2 100,100 0,200
""")


@pytest.mark.parametrize("packed", ["plain", "gzip", "bgzip"])
@pytest.mark.parametrize(("text", "name"), [(GFF3, "a.gff3"), (GTF, "a.gtf"), (BED, "a.bed")])
def test_dialects_give_the_same_genes(tmp_path: Path, text: str, name: str, packed: str) -> None:
    path = write(tmp_path, text, name)
    if packed == "gzip":
        path = tmp_path / f"{name}.gz"
        path.write_bytes(gzip.compress(text.encode()))
    elif packed == "bgzip":
        pysam.tabix_compress(str(path), f"{path}.gz")
        path = Path(f"{path}.gz")
    with open_genes(path, assembly="toy") as genes:
        assert len(genes) == 2
        assert not genes.skipped
        plus, minus = genes.gene("plus").primary, genes.gene("MINUS").primary
    assert plus.exons == (Locus("chr1", 100, 200, "+", "toy"), Locus("chr1", 300, 400, "+", "toy"))
    assert plus.coding == (Locus("chr1", 150, 200, "+", "toy"), Locus("chr1", 300, 350, "+", "toy"))
    assert plus.introns == (Locus("chr1", 200, 300, "+", "toy"),)
    assert (plus.tss, plus.strand) == (100, "+")
    # 5' to 3' on the minus strand: the exon with the larger coordinates comes first.
    assert minus.exons == (Locus("chr1", 1200, 1300, "-", "toy"), Locus("chr1", 1000, 1100, "-", "toy"))
    assert minus.coding == (Locus("chr1", 1200, 1250, "-", "toy"), Locus("chr1", 1050, 1100, "-", "toy"))
    assert minus.introns == (Locus("chr1", 1100, 1200, "-", "toy"),)
    assert (minus.tss, minus.strand) == (1299, "-")
    assert minus.exon(1) == minus.exons[0]
    assert minus.intron(1) == minus.introns[0]


@pytest.mark.parametrize("strand", ["+", "-"])
def test_an_intron_of_one_base_is_one_and_touching_exons_have_none(strand: str) -> None:
    exons = tuple(Locus("chr1", *ends, strand, "toy") for ends in ((100, 200), (201, 300), (300, 400), (402, 500)))
    transcript = Transcript("t", "G", "g", Locus("chr1", 100, 500, strand, "toy"), exons[:: 1 if strand == "+" else -1])
    one, two = Locus("chr1", 200, 201, strand, "toy"), Locus("chr1", 400, 402, strand, "toy")
    assert transcript.introns == ((one, two) if strand == "+" else (two, one))


@given(order=st.permutations(GFF3.splitlines()))
def test_order_of_rows_does_not_matter(order: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("order")
    with (
        open_genes(write(folder, "\n".join(order) + "\n")) as shuffled,
        open_genes(write(folder, GFF3, "b.gff3")) as plain,
    ):
        assert [shuffled.gene(n) for n in ("PLUS", "MINUS")] == [plain.gene(n) for n in ("PLUS", "MINUS")]


def test_sorting_through_files_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        f"chr{1 + i % 3}\tme\tgene\t{10 * i + 1}\t{10 * i + 9}\t.\t{'+-'[i % 2]}\t.\tID=g{i};Name=G{i}"
        for i in range(60)
    ]
    random.Random(1).shuffle(rows)
    path = write(tmp_path, "\n".join(rows) + "\n")
    with open_genes(path) as genes:
        whole = [genes.gene(f"G{i}") for i in range(60)]
    monkeypatch.setattr(genoviz.genes.rows, "_ROWS_IN_MEMORY", 7)
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "other"))
    with open_genes(path) as genes:
        assert [genes.gene(f"G{i}") for i in range(60)] == whole


def test_genes_without_transcripts(tmp_path: Path) -> None:
    """As in yeast: the parent of a CDS is never described, the gene's name says whose it is."""
    text = tabs("""
chrI SGD gene 11 100 . - . ID=YAL001C;Name=YAL001C;gene=TFC3;Alias=TFC3,FUN24
chrI SGD CDS 81 100 . - 0 Parent=YAL001C_mRNA
chrI SGD CDS 11 70 . - 1 Parent=YAL001C_mRNA
chrI SGD gene 201 300 . + . ID=bare;Name=bare
chrI SGD CDS 401 460 . + 0 Parent=orphan
""")
    with open_genes(write(tmp_path, text)) as genes:
        gene = genes.gene("TFC3")
        assert (gene.name, gene.identifier) == ("TFC3", "YAL001C")
        assert genes.gene("fun24") == genes.gene("yal001c") == gene
        (transcript,) = gene.transcripts
        assert transcript.inferred
        assert transcript.exons == transcript.coding == (Locus("chrI", 80, 100, "-"), Locus("chrI", 10, 70, "-"))
        bare = genes.gene("bare")
        assert bare.primary.exons == ()  # unknown, not one long exon
        assert bare.tss == 200
        with pytest.raises(UnknownName, match=r"exons of bare .* are not in the annotation"):
            bare.primary.exon(1)
        assert genes.gene("orphan").locus == Locus("chrI", 400, 460, "+")


def test_refseq_exons_of_the_gene_do_not_double_those_of_its_transcript(tmp_path: Path) -> None:
    text = tabs("""
chr1 RefSeq gene 101 400 . + . ID=gene-A;Name=A
chr1 RefSeq exon 101 200 . + . Parent=gene-A
chr1 RefSeq exon 301 400 . + . Parent=gene-A
chr1 RefSeq mRNA 101 400 . + . ID=rna-NM_1.2;Parent=gene-A
chr1 RefSeq exon 101 190 . + . Parent=rna-NM_1.2
chr1 RefSeq pseudogene 501 600 . + . ID=gene-B;Name=B
chr1 RefSeq exon 501 600 . + . Parent=gene-B
""")
    with open_genes(write(tmp_path, text)) as genes:
        assert [t.identifier for t in genes.gene("A").transcripts] == ["NM_1.2"]
        assert genes.gene("NM_1").primary.exons == (Locus("chr1", 100, 190),)
        assert genes.gene("B").primary.exons == (Locus("chr1", 500, 600),)


def test_untranslated_and_coding_parts_make_exons(tmp_path: Path) -> None:
    text = tabs("""
chr1 me gene 1 90 . + . ID=g;Name=G
chr1 me mRNA 1 90 . + . ID=t;Parent=g
chr1 me five_prime_UTR 1 20 . + . Parent=t
chr1 me CDS 21 40 . + 0 Parent=t
chr1 me CDS 61 80 . + 0 Parent=t
chr1 me three_prime_UTR 81 90 . + . Parent=t
""")
    with open_genes(write(tmp_path, text)) as genes:
        assert genes.gene("G").primary.exons == (Locus("chr1", 0, 40), Locus("chr1", 60, 90))


def test_a_part_of_several_transcripts(tmp_path: Path) -> None:
    text = tabs("""
chr1 me gene 1 90 . + . ID=g;Name=G
chr1 me mRNA 1 90 . + . ID=t1;Parent=g
chr1 me mRNA 1 90 . + . ID=t2;Parent=g
chr1 me exon 1 40 . + . Parent=t1,t2
chr1 me exon 61 90 . + . Parent=t2
""")
    with open_genes(write(tmp_path, text)) as genes:
        assert {t.identifier: len(t.exons) for t in genes.gene("G").transcripts} == {"t1": 1, "t2": 2}


@pytest.mark.parametrize(
    ("tags", "primary", "reason"),
    [
        ({"t1": "MANE_Select"}, "t1", "MANE Select"),
        ({"t1": "Ensembl_canonical", "t2": "basic"}, "t1", "Ensembl canonical"),
        ({}, "t3", "the longest coding sequence"),
        ({"t1": "basic", "t2": "basic"}, "t2", "GENCODE basic, the longest of 2"),
    ],
)
def test_primary_transcript(tmp_path: Path, tags: dict[str, str], primary: str, reason: str) -> None:
    """Coding bases: t1 30, t2 60, t3 90; t1 is the longest on the chromosome."""
    rows = ["chr1 me gene 1 900 . + . ID=g;Name=G"]
    for name, end, coding in (("t1", 900, 30), ("t2", 500, 60), ("t3", 400, 90)):
        rows.append(f"chr1 me mRNA 1 {end} . + . ID={name};Parent=g;tag={tags.get(name, 'none')}")
        rows.append(f"chr1 me exon 1 {end} . + . Parent={name}")
        rows.append(f"chr1 me CDS 1 {coding} . + 0 Parent={name}")
    with open_genes(write(tmp_path, tabs("\n".join(rows)))) as genes:
        gene = genes.gene("G")
        assert (gene.primary.identifier, gene.primary_reason) == (primary, reason)


def test_within(tmp_path: Path) -> None:
    with open_genes(write(tmp_path, GFF3), assembly="hg38") as genes:

        def found(text: str) -> list[str]:
            return [t.gene for t in genes.within(Locus.parse(text, assembly="GRCh38"))]

        assert found("chr1:1-5000") == ["PLUS", "MINUS"]
        assert found("1:400-1000") == ["PLUS"]
        assert found("chr1:401-1000") == []
        assert found("chr1:1001-1001(-)") == ["MINUS"]
        assert found("chr2:1-5000") == []
        with pytest.raises(BadLocus, match="hg19"):
            genes.within(Locus("chr1", 0, 10, "+", "hg19"))


def test_names_of_the_genome(tmp_path: Path) -> None:
    path = write(tmp_path, GFF3.replace("chr1\t", "1\t"))

    def resolve(chrom: str) -> str:
        if chrom != "1":
            raise BadLocus("no")
        return "chr1"

    with open_genes(path, resolve=resolve) as genes:
        assert genes.chromosomes == ("chr1",)
        assert genes.gene("PLUS").locus.chrom == genes.gene("PLUS").primary.exons[0].chrom == "chr1"
        assert len(genes.within(Locus("chr1", 0, 150))) == 1
    with open_genes(path, resolve=lambda chrom: resolve("x" + chrom)) as genes:
        assert genes.gene("PLUS").locus.chrom == "1"  # refused by the genome, which will say so itself
        assert genes.within(Locus("chr1", 0, 150)) == []


def test_an_accession_of_another_build_is_not_that_chromosome(tmp_path: Path) -> None:
    path = write(tmp_path, GFF3.replace("chr1\t", "NC_000001.10\t"))  # GRCh37
    with open_genes(path, assembly="hg38") as genes:
        assert genes.within(Locus("chr1", 0, 150)) == []
    with open_genes(path, assembly="hg19") as genes:
        assert len(genes.within(Locus("chr1", 0, 150))) == 1


def test_search_order(tmp_path: Path) -> None:
    names = ["XBRCA", "BRCA11", "BRCA", "NBR1", "brca2"]
    rows = [f"chr1 me gene {10 * i + 1} {10 * i + 9} . + . ID=g{i};Name={name}" for i, name in enumerate(names)]
    rows.append("chr1 me gene 101 109 . + . ID=g9;Name=FANCS;Alias=BRCA1")
    with open_genes(write(tmp_path, tabs("\n".join(rows)))) as genes:
        assert [g.name for g in genes.search("brca")] == ["BRCA", "brca2", "BRCA11", "FANCS", "XBRCA"]
        assert [g.name for g in genes.search("BRCA1")] == ["FANCS", "BRCA11"]  # an exact alias before a longer name
        assert [g.name for g in genes.search("br", 2)] == ["BRCA", "brca2"]
        assert genes.search("") == genes.search("  ") == genes.search("zzz") == []
        with pytest.raises(UnknownName, match="Did you mean `XBRCA`"):
            genes.gene("XBRAC")


def test_one_name_of_two_genes_is_not_guessed(tmp_path: Path) -> None:
    text = tabs("""
chr1 me gene 1 9 . + . ID=ENSG1;Name=DUP
chr2 me gene 1 9 . - . ID=ENSG2;Name=DUP
""")
    with open_genes(write(tmp_path, text)) as genes:
        with pytest.raises(UnknownName, match=r"2 genes go by the name `DUP`.*`ENSG1`.*`ENSG2`"):
            genes.gene("DUP")
        assert genes.gene("ENSG2").locus == Locus("chr2", 0, 9, "-")


def test_copies_far_apart_stay_apart(tmp_path: Path) -> None:
    """UCSC's GTF gives the copies of a gene one name: each place is its own gene, overlapping transcripts one."""
    text = BED + "chr1\t5000\t5100\tPLUS\t0\t+\nchr1\t5050\t5200\tPLUS\t0\t+\nchr1\t5050\t5200\tPLUS\t0\t-\n"
    with open_genes(write(tmp_path, text, "a.bed")) as genes:
        places = [t.locus for t in genes.within(Locus("chr1", 0, 10_000)) if t.gene == "PLUS"]
        assert len(places) == 4
        with pytest.raises(UnknownName, match="3 genes"):
            genes.gene("PLUS")


def test_bad_lines_are_counted(tmp_path: Path) -> None:
    bad = [
        "chr1\tme\tgene\t0\t10\t.\t+\t.\tID=x",
        "chr1\tme\tgene\t20\t10\t.\t+\t.\tID=x",
        "chr1\tme\tgene\t20\tten\t.\t+\t.\tID=x",
        "chr1\tme\tgene\t20\t30\t.\t.\t.\tID=x",
        "chr 1\tme\tgene\t20\t30\t.\t+\t.\tID=x",
        "not a row",
        "# a comment",
        "",
    ]
    with open_genes(write(tmp_path, GFF3 + "\n".join(bad) + "\n##FASTA\n>chr1\nACGT\n")) as genes:
        assert len(genes) == 2
        assert genes.skipped == {
            "an end before the start": 1,
            "a start of 0, where positions count from 1": 1,
            "positions that are no numbers": 1,
            "no strand": 1,
            "a chromosome name with a space or a colon": 1,
            "fewer than nine columns": 1,
        }
    with open_genes(tmp_path / "genes.gff3") as again:  # the counts come from the cache, too
        assert sum(again.skipped.values()) == 6


def test_blocks_that_do_not_fill_a_bed_row_are_not_taken_for_exons(tmp_path: Path) -> None:
    text = "chr1\t100\t400\tA\t0\t+\t100\t397\t0\t1\t297,\t0,\nchr1\t500\t600\tB\t0\t+\t500\t500\t0\t2\t10,x\t0,50\n"
    with open_genes(write(tmp_path, text, "a.bed")) as genes:
        assert genes.gene("A").primary.exons == genes.gene("B").primary.exons == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no lines"),
        (b"# only comments\n", "holds no lines"),
        (b"hello\nworld\n", r"is no gene annotation: none of its first 2 lines.*`hello`"),
        (bytes(range(256)) * 50, "is no gene annotation"),
        (b"\x1f\x8b\x08\x00broken", "cannot be read"),
        (b"chr1\tx\tSTS\t1\t5\t.\t+\t.\tID=a\n", "holds no gene"),
        (b"chr1\t1\t5\n", r"holds no gene; lines left out: 1 with fewer than six columns"),
    ],
)
def test_nonsense_gets_a_clear_message(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.gff3"
    path.write_bytes(content)
    with pytest.raises(BadGenes, match=message) as caught:
        open_genes(path)
    assert caught.value.accepted
    assert caught.value.fix
    kept = tmp_path / "cache" / "genes"
    assert not kept.is_dir() or not list(kept.iterdir())  # nothing half made stays behind


def test_missing_files(tmp_path: Path) -> None:
    with pytest.raises(BadGenes, match="There is no file"):
        open_genes(tmp_path / "none.gff3")
    with pytest.raises(BadInput):
        open_genes([])


def test_several_files_are_one(tmp_path: Path) -> None:
    one = write(tmp_path, GFF3)
    two = write(tmp_path, GFF3 + tabs("chr2 me gene 5 9 . + . ID=g3;Name=THIRD"), "b.gff3")
    with open_genes([one, two]) as genes:  # the two genes that both files hold count once
        assert sorted(genes.names()) == ["MINUS", "PLUS", "THIRD"]
        assert len(genes.within(Locus("chr1", 0, 5000))) == 2


def test_the_cache_is_made_once_and_anew_for_another_file(tmp_path: Path) -> None:
    path = write(tmp_path, GFF3)
    open_genes(path).close()
    kept = tmp_path / "cache" / "genes"
    first = {p: p.stat().st_mtime_ns for p in kept.rglob("*")}
    open_genes(path).close()
    assert {p: p.stat().st_mtime_ns for p in kept.rglob("*")} == first
    path.write_text(GFF3.replace("PLUS", "OTHER"))
    os.utime(path, ns=(1, 1))
    with open_genes(path) as genes:
        assert sorted(genes.names()) == ["MINUS", "OTHER"]


def test_many_openers_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, GFF3)

    def ask(i: int) -> Transcript:
        with open_genes(path) as genes:
            return genes.gene("MINUS").primary

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(24)))) == 1
    assert len(list((tmp_path / "cache" / "genes").iterdir())) == 1


def test_one_reader_for_many_threads(tmp_path: Path) -> None:
    with open_genes(write(tmp_path, GFF3)) as genes, ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda i: genes.gene(("PLUS", "MINUS")[i % 2]).name, range(200)))
        assert names == ["PLUS", "MINUS"] * 100
    with pytest.raises(BadGenes, match="closed"):
        genes.gene("PLUS")


@given(spans=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 15)).map(lambda p: (p[0], p[0] + p[1]))))
def test_merged_spans(spans: list[tuple[int, int]]) -> None:
    found = merged(spans)
    assert {i for s, e in found for i in range(s, e)} == {i for s, e in spans for i in range(s, e)}
    assert all(one[1] < two[0] for one, two in pairwise(found))


# Real annotation


@pytest.fixture
def hg38() -> GeneModels:
    return open_genes(sorted(HG38.glob("*.gff3.gz")), assembly="hg38")


def bases(transcript_part: Locus, genome: Genome) -> str:
    return genome.fetch(transcript_part).bases


@pytest.mark.parametrize(
    ("name", "strand", "exons", "coding"),
    [
        ("BRCA1", "-", 23, 5592),
        ("BRCA2", "+", 27, 10257),
        ("TP53", "-", 11, 1182),
        ("CYP2D6", "-", 9, 1494),
        ("SLC5A1", "+", 15, 1995),
    ],
)
class TestHuman:
    pytestmark = real

    def test_known_genes(self, hg38: GeneModels, name: str, strand: str, exons: int, coding: int) -> None:
        """Proteins of 1863, 3418, 393, 497 and 664 residues, and a stop codon."""
        transcript = hg38.gene(name).primary
        assert (transcript.strand, len(transcript.exons)) == (strand, exons)
        assert sum(map(len, transcript.coding)) == coding

    def test_sequence(self, hg38: GeneModels, name: str, strand: str, exons: int, coding: int) -> None:
        transcript = hg38.gene(name).primary
        piece = next(p for p in HG38.glob("*.fa.gz") if name in p.name)
        with Genome(piece, "hg38") as genome:
            text = "".join(bases(part, genome) for part in transcript.coding)
            codons = [text[i : i + 3] for i in range(0, len(text), 3)]
            assert codons[0] == "ATG"
            assert [i for i, c in enumerate(codons) if c in ("TAA", "TAG", "TGA")] == [len(codons) - 1]
            ends = {(b[:2], b[-2:]) for b in (bases(intron, genome) for intron in transcript.introns)}
            assert ("GT", "AG") in ends
            assert ends <= {("GT", "AG"), ("GC", "AG"), ("AT", "AC")}


class TestReal:
    pytestmark = real

    def test_every_human_file_opens_alone(self) -> None:
        for path in sorted(HG38.glob("*.gff3.gz")):
            with open_genes(path) as genes:
                assert len(genes) > 0
                assert not genes.skipped

    def test_brca1(self, hg38: GeneModels) -> None:
        gene = hg38.gene("brca1")
        assert (gene.identifier, len(gene.transcripts)) == ("ENSG00000012048.15", 31)
        assert gene.primary.identifier == "ENST00000357654.3"
        assert gene.primary_reason == "APPRIS principal"
        assert hg38.gene("ENST00000357654") == hg38.gene("ENSG00000012048") == gene
        # The long exon of 3,426 bases, called exon 11 where the abandoned exon 4 is counted.
        assert gene.primary.exon(10) == Locus.parse("chr17:43,091,435-43,094,860(-)", assembly="hg38")
        assert gene.tss == 43_125_369
        with pytest.raises(UnknownName, match=r"no exon 24 of BRCA1: ENST00000357654.3 has 23 exons"):
            gene.primary.exon(24)

    def test_no_exons_in_the_file(self, hg38: GeneModels) -> None:
        gene = hg38.gene("SAMD11")
        assert (gene.tss, gene.primary.exons, gene.primary.tags) == (923_922, (), ("MANE Select",))

    def test_yeast_starts(self) -> None:
        """6,614 genes are described, and 89 stand in the file by their coding parts alone; 6,580 begin with ATG."""
        with (
            open_genes(YEAST / "sacCer3_genes.gff3.gz", assembly="sacCer3") as genes,
            Genome(YEAST / "sacCer3.fa.gz", "sacCer3") as genome,
        ):
            assert len(genes) == 6614 + 89
            act1 = genes.gene("ACT1")
            assert act1 == genes.gene("YFL039C")
            assert act1.primary.exons == (
                Locus("chrVI", 54686, 54696, "-", "sacCer3"),
                Locus("chrVI", 53259, 54377, "-", "sacCer3"),
            )
            whole = {chrom: genome.bases(chrom, 0, length) for chrom, length in genome.chromosomes.items()}

            def begins(locus: Locus) -> bool:
                text = whole[locus.chrom][locus.start : locus.end]
                return text.startswith("ATG") if locus.strand == "+" else text.endswith("CAT")

            every = [t for chrom, text in whole.items() for t in genes.within(Locus(chrom, 0, len(text)))]
            assert len(every) == 6703
            assert sum(begins(genes.gene(t.gene_identifier).locus) for t in every) == 6580 + 89
            # 24 gene rows begin at an intron of the untranslated part; their coding parts begin with ATG.
            assert sum(begins(t.locus) for t in every) == 6580 + 89 + 24

    def test_bed_files(self) -> None:
        with open_genes(YEAST / "polII_transcripts_adjustedTSS.bed") as genes:
            assert len(genes) == 6445
            assert genes.gene("SEO1").tss == 9048
        with open_genes(ECOLI) as genes:
            assert len(genes) == 4439
            assert genes.gene("thrA") == genes.gene("NC_000913.2:thrA")
            assert genes.gene("thrA").locus == Locus("U00096.2", 336, 2799)
