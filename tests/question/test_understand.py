"""What the box understands: a table of inputs, each with its first reading, worked out by hand on small genomes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from genoviz.genes.models import open_genes
from genoviz.genomes.registry import GenomeEntry, open_entry
from genoviz.genomes.teaching import ASSEMBLY, TITLE, teaching_genome
from genoviz.question.library import Library
from genoviz.question.reading import KINDS, Reading
from genoviz.question.tables import reading_rows
from genoviz.question.understand import MOST_READINGS, understand
from tests.small_annotation import gtf
from tests.small_reference import SPELLING_GENOME

# On chr1 of the small human genome, bases 12,341 to 12,344 are CGTC and 12,345 is A; 12,348 to 12,352 are TTTTT.
GENES = gtf("MYC", "NM_1", "chr1 exon 501 700 + 1", "chr1 exon 901 1000 + 2") + gtf(
    "CAT", "NM_2", "chr1 exon 3001 3200 - 1"
)
FIFTY = "ACGTTGCAAG" * 5
GENBANK = "LOCUS       AB1  20 bp DNA\nORIGIN\n        1 acgtacgtac gtacgtacgt\n//\n"
SESSION = json.dumps({"genoviz_session": "1", "model": "tfbind.encode10", "sequence": FIFTY, "edits": "3T.5d"})
LINK = "http://localhost:8501/?v=1&model=tfbind.encode10&track=REST&example=nrse"
VCF = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\nchr1\t12345\t.\tA\tG\n"
ENSEMBL = "to be looked up at Ensembl if you turn that on"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A human genome of a few kilobases with two genes, the teaching genome, and three genomes of services."""
    path = tmp_path_factory.mktemp("genes") / "genes.gtf"
    path.write_text(GENES)
    files = teaching_genome()
    entries = (
        GenomeEntry("ucsc:hg38", "Human at UCSC", "hg38", remote=True),
        GenomeEntry("ucsc:hg19", "Human at UCSC", "hg19", remote=True),
        GenomeEntry("ucsc:sacCer3", "Yeast at UCSC", "sacCer3", remote=True),
        GenomeEntry("small", "Small human genome", "GRCh38", (path,), (), path),
        GenomeEntry("teaching", TITLE, ASSEMBLY, (files.fasta,), (), files.genes, True),
        GenomeEntry("broken", "broken", "", problem="it can't be read"),
    )
    opened = {"small": SPELLING_GENOME, "teaching": open_entry(entries[4])}
    genes = {"small": open_genes(path, assembly="GRCh38"), "teaching": open_genes(files.genes, assembly=ASSEMBLY)}
    return Library(entries, lambda entry: opened[entry.name], lambda entry: genes[entry.name])


TABLE = [
    # text, number of readings, and of the first: kind, page, genome, words of its sentence
    ("", 0, "", "", "", ""),
    (" \n\t ", 0, "", "", "", ""),
    # Genes and bases: fewer than 12 letters of IUPAC are never bases unasked.
    ("MYC", 2, "gene", "sequence", "small", "MYC, a gene of GRCh38: chr1:501-1,000"),
    ("myc", 2, "gene", "sequence", "small", "MYC, a gene of GRCh38"),
    ("CAT", 2, "gene", "sequence", "small", "CAT, a gene of GRCh38: chr1:3,001-3,200(-)"),
    ("GATA", 1, "sequence", "sequence", "", "4 bases, if these letters are meant as bases"),
    ("A", 1, "sequence", "sequence", "", "1 base, if"),
    ("ACGTACGTACG", 1, "sequence", "sequence", "", "11 bases, if"),
    ("CAT\nTAT", 1, "sequence", "sequence", "", "6 bases, if"),
    ("ACGTACGTACGA", 1, "sequence", "sequence", "", "12 bases, GC 50 %"),
    ("acgu acgu acgu", 1, "sequence", "sequence", "", "12 bases, GC 50 %"),
    ("5'-ACGTACGTACGTA-3'", 1, "sequence", "sequence", "", "13 bases"),
    (FIFTY, 1, "sequence", "sequence", "", "50 bases, GC 50 %"),
    ("acgtnnacgtryacgt", 1, "sequence", "sequence", "", "4 ambiguous bases (R 1, Y 1, N 2)"),
    (">site\nACGT", 1, "sequence", "sequence", "", "site: 4 bases, GC 50 %"),
    (
        ">a\nACGTACGT\n>b\nACGT!\n",
        1,
        "sequences",
        "sequence",
        "",
        "2 sequences (a, b), 8 bases in all; 1 of them can't",
    ),
    ("a\tACGTACGTAC\nb\tACGTACGTAA", 1, "sequences", "sequence", "", "2 sequences (a, b), 20 bases in all"),
    (GENBANK, 1, "GenBank", "sequence", "", "AB1: 20 bases, GC 50 %"),
    ("        1 acgtacgtac gtacgtacgt", 1, "GenBank", "sequence", "", "20 bases, GC 50 %"),
    # Genes by the beginning of a name, landmarks, and places in words.
    ("TEACH01", 1, "gene", "sequence", "teaching", "TEACH01, a gene of synthetic-1: chrT1:2,414-3,981"),
    ("TEACH", 4, "gene", "sequence", "teaching", "TEACH01, a gene of synthetic-1"),
    ("BRCA1", 1, "gene", "sequence", "ucsc:hg38", "BRCA1, a gene of hg38 (online): chr17:43,044,295"),
    ("TERT promoter", 2, "place", "sequence", "ucsc:hg38", "TERT promoter, hg38 (online): chr5:1,294,989-1,295,247"),
    ("exon 2 of TEACH01", 1, "place", "sequence", "teaching", "exon 2 of TEACH01, synthetic-1: chrT1:3,181-3,315"),
    ("donor of exon 1 of TEACH01 +- 20", 1, "place", "sequence", "teaching", "chrT1:2,626-2,667"),
    ("promoter of MYC", 1, "place", "sequence", "small", "promoter of MYC, GRCh38: chr1:1-600"),
    # Loci: offered in each genome that has them, and what is typed is sent to nobody.
    ("chrT1:5-8", 1, "locus", "sequence", "teaching", "chrT1:5-8: 4 bases of synthetic-1"),
    ("chrT1:5", 1, "locus", "sequence", "teaching", "chrT1:5: 1 base of synthetic-1"),
    ("chr1:1,001-1,100(-)", 3, "locus", "sequence", "small", "chr1:1,001-1,100(-): 100 bases of GRCh38"),
    ("chr8:140,300,616-140,300,700", 2, "locus", "sequence", "ucsc:hg38", "85 bases of hg38 (online)"),
    ("chrII:5-100", 1, "locus", "sequence", "ucsc:sacCer3", "96 bases of sacCer3 (online)"),
    ("chrT1 4 8", 2, "locus", "sequence", "teaching", "chrT1:5-8, if this is a BED line, which counts from 0: 4 bases"),
    # Variants: spelled out, compared with the genomes on this computer.
    ("chr1-12345-A-G", 1, "variant", "variants", "small", "variant chr1:12,345 A>G, GRCh38, REF fits"),
    ("1:12,345 A>G", 1, "variant", "variants", "small", "variant chr1:12,345 A>G, GRCh38, REF fits"),
    ("hg38:chr1_12345_A_G", 1, "variant", "variants", "small", "GRCh38, REF fits"),
    ("chr1 12345 rs7 A G", 1, "variant", "variants", "small", "GRCh38, REF fits"),
    ("1 12345 7 A G", 1, "variant", "variants", "small", "GRCh38, REF fits"),
    ("chr1-12345-T-G", 2, "variant", "variants", "ucsc:hg19", "REF is compared when you go on"),
    ("chr1-12345-A-G (hg19)", 1, "variant", "variants", "ucsc:hg19", "variant chr1:12,345 A>G, hg19 (online)"),
    ("chr17:43124118 T>C", 1, "variant", "variants", "ucsc:hg19", "variant chr17:43,124,118 T>C, hg19 (online)"),
    ("chrT1-2646-G-T", 1, "variant", "variants", "teaching", "variant chrT1:2,646 G>T, synthetic-1, REF fits"),
    ("chrT1-2646-A-T", 1, "variant", "variants", "teaching", "REF does not fit: G is there"),
    ("NC_000001.11:g.12345A>G", 1, "HGVS g.", "variants", "small", "variant chr1:12,345 A>G, GRCh38, REF fits"),
    ("chr1:g.12352del", 1, "HGVS g.", "variants", "small", "variant chr1:12,347 A"),
    ("NC_000001.11:12344:A:G", 1, "HGVS g.", "variants", "small", "variant chr1:12,345 A>G"),
    ("NC_000008.10:g.5del", 1, "HGVS g.", "variants", "ucsc:hg19", "NC_000008.10:g.5del, hg19 (online)"),
    ("chr1-12345-A-G\nchr1-12348-T-C", 1, "variants", "variants", "", "variants, 2 lines"),
    (VCF, 1, "variants", "variants", "", "a VCF file, 1 line"),
    ("chrom\tpos\tref\talt\nchr1\t12345\tA\tG\n", 1, "variants", "variants", "", "a table of variants, 1 line"),
    # Names that only a table can place.
    ("rs334", 1, "rsID", "variants", "small", f"dbSNP name: rs334, GRCh38, {ENSEMBL}"),
    ("NM_000059.4:c.68-7T>A", 1, "HGVS c.", "variants", "small", "HGVS name on a coding transcript"),
    ("NR_1.1:n.5A>G", 1, "HGVS n.", "variants", "small", "HGVS name on a transcript"),
    ("BRAF:p.Val600Glu", 1, "HGVS p.", "variants", "small", "HGVS name on a protein: BRAF:p.Val600Glu"),
    ("BRAF V600E", 1, "HGVS p.", "variants", "small", "HGVS name on a protein: BRAF V600E"),
    # What was saved.
    (
        SESSION,
        1,
        "session",
        "sequence",
        "",
        "a session file: a sequence of 50 bases; 2 edits; the model `tfbind.encode10`",
    ),
    (LINK, 1, "link", "sequence", "", "a link to a view: the example `nrse`; the model `tfbind.encode10`"),
    (
        "?genome=teaching&variant=chrT1-2646-G-T",
        1,
        "link",
        "variants",
        "",
        "the variant `chrT1-2646-G-T` of `teaching`",
    ),
    # What can't be used, and why.
    ("G69A", 1, "edit", "", "", "`G69A` is an edit, and no sequence is open"),
    ("del 60-62", 1, "edit", "", "", "is an edit"),
    ("VCV000012345", 1, "nonsense", "", "", "a name of a database (ClinVar)"),
    ("MKTLLILAVVAAALAEQFP", 1, "nonsense", "", "", "looks like a protein sequence"),
    ("ACGT!ACGT", 1, "nonsense", "", "", "`!` at position 5 is not a base"),
    (">only a name", 1, "nonsense", "", "", "no bases"),
    ("exon 99 of TEACH01", 1, "nonsense", "", "", "There is no exon 99 of TEACH01"),
    ("promoter of NOGENE", 1, "nonsense", "", "", "no gene of that name is known"),
    ("TAECH01", 1, "nonsense", "", "", "There is no gene named `TAECH01`"),  # and names that are like it
    ("xyz", 1, "nonsense", "", "", "`xyz` was not understood: no gene of that name is known"),
    ("hello world", 1, "nonsense", "", "", "`hello world` was not understood"),
    ("chrT7:1-50", 1, "nonsense", "", "", "There is no chromosome named `chrT7`"),
    ("chrT1:5-1", 1, "nonsense", "", "", "ends at 1, before its start 5"),
    ("chr8:145,138,637", 1, "locus", "sequence", "ucsc:hg19", "1 base of hg19 (online)"),  # hg38's ends one before
    ("chr1\t10\t20\nchr1\t30\t40", 1, "nonsense", "", "", "There are 2 lines, and `chr1 10 20` is no sequence"),
    ("https://example.org/a?b=c", 1, "nonsense", "", "", "was not understood"),
]


@pytest.mark.parametrize(
    ("text", "count", "kind", "page", "genome", "words"), TABLE, ids=[repr(row[0][:30]) for row in TABLE]
)
def test_a_text_is_understood(
    library: Library, text: str, count: int, kind: str, page: str, genome: str, words: str
) -> None:
    readings = understand(text, library)
    assert len(readings) == count, [one.sentence for one in readings]
    if readings:
        first = readings[0]
        assert (first.kind, first.page, first.genome) == (kind, page, genome)
        assert words in first.sentence
        assert first.kind in KINDS
        assert (first.error is not None) == (not page or "does not fit" in first.sentence)


def test_the_table_has_all_kinds() -> None:
    assert len(TABLE) >= 60
    assert {row[2] for row in TABLE} - {""} == set(KINDS) - {
        "HGVS r.",
        "receipt",
    }  # of receipts: test_dropped_receipt.py


def test_the_button_says_what_comes_next(library: Library) -> None:
    said = {text: understand(text, library)[0].action for text in (FIFTY, "TEACH01", VCF, "rs334", SESSION)}
    assert list(said.values()) == ["Explore", "Explore", "See what they do", "See what it does", "Open"]
    assert understand("chrT1-2646-A-T", library)[0].action == "See what would fit"


def test_short_words_end_with_the_letters_as_bases(library: Library) -> None:
    gene, letters = understand("MYC", library)
    assert gene.kind == "gene"
    assert (letters.kind, letters.text) == ("sequence", "MYC")
    assert "2 ambiguous bases" in letters.notices[0]


def test_the_chosen_genome_is_asked_first(library: Library) -> None:
    chosen = Library(library.entries, library.open_reference, library.open_genes, "ucsc:hg19")
    assert understand("chr1:1,001-1,100", chosen)[0].genome == "ucsc:hg19"
    assert understand("rs334", chosen)[0].genome == "ucsc:hg19"


def test_genomes_of_services_are_never_opened(library: Library) -> None:
    def refuse(entry: GenomeEntry) -> None:
        raise AssertionError(entry.name)

    remote = Library(tuple(entry for entry in library.entries if entry.remote), refuse, refuse)
    assert [one.genome for one in understand("chr8-140300616-T-G", remote)] == ["ucsc:hg38", "ucsc:hg19"]
    assert len(understand("chr8:1-50", remote)) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"PK\x03\x04....", "zip"),
        (FIFTY.encode(), "50 bases"),
        (VCF.encode(), "a VCF file"),
        (SESSION.encode(), "a session file"),
        (b"[" * 100_000, "`[` at position 1 is not a base"),
        (b"A-1-" * 30_000, "gaps"),
    ],
    ids=range(7),
)
def test_files_are_understood_and_refused(library: Library, content: bytes, says: str) -> None:
    (found,) = understand(content, library)
    assert says in found.sentence


def test_readings_are_few_and_rows(library: Library) -> None:
    readings = understand("TEACH", library)
    assert len(readings) <= MOST_READINGS
    row = reading_rows([*readings, Reading("sequence", "long", "sequence", "A" * 500)])
    assert list(row[0]) == ["kind", "sentence", "page", "genome", "text"]
    assert row[0]["text"] == "TEACH01"
    assert len(row[-1]["text"]) == 203


def test_the_command_says_what_the_box_says() -> None:
    from tests.cli.calls import bad, good, rows_of

    (row,) = rows_of(good("ask", "chrT1-2646-G-T"))
    assert row["sentence"] == "variant chrT1:2,646 G>T, synthetic-1, REF fits"
    assert (row["page"], row["genome"]) == ("variants", "teaching")
    assert json.loads(good("ask", "TEACH01", "--json"))["readings"][0]["kind"] == "gene"
    assert "was not understood" in bad("ask", "hello world")


def test_a_public_record_says_how_long_a_chromosome_is() -> None:
    from genoviz.genomes.chromosome_names import known_length

    assert known_length("chr8", "hg38") == 145_138_636
    assert known_length("8", "GRCh37") == 146_364_022
    assert known_length("MT", "hg38") == 16_569
    assert known_length("chrIV", "sacCer3") == 1_531_933
    assert known_length("chr8", "sacCer3") is None
    assert known_length("chr8", "mm10") is None


def test_no_path_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of genomes with an entry that can't be opened: the others are asked all the same."""
    from genoviz.question.library import registered

    (tmp_path / "bad.json").write_text('{"title": "x", "assembly": "hg38", "files": ["missing.fa"]}')
    monkeypatch.setenv("GENOVIZ_GENOMES", str(tmp_path))
    with registered("bad") as found:
        assert [one.genome for one in understand("TEACH01", found)] == ["teaching"]
