"""Places in words: every form, both strands worked out by hand, and messages that say what to type."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadInput, BadLocus, GenovizError, UnknownName
from genoviz.genes.landmarks import LANDMARKS, get_landmark, search_landmarks
from genoviz.genes.models import GeneModels, open_genes
from genoviz.genes.places import find_place, suggest, tss_window
from genoviz.genes.transcripts import Transcript
from genoviz.sequences.locus import Locus

pytest.importorskip("pysam")

DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))

# FWD: exons 2001-2100, 3001-3200, 4001-4300 (+). REV: exons 9001-9100, 8001-8200, 7001-7300 (-), first exon first.
ROWS = """
chr1 me gene 2001 4300 . + . ID=g1;Name=FWD;Alias=ALSO
chr1 me mRNA 2001 4300 . + . ID=ENST01.4;Parent=g1;tag=MANE_Select
chr1 me exon 2001 2100 . + . Parent=ENST01.4
chr1 me exon 3001 3200 . + . Parent=ENST01.4
chr1 me exon 4001 4300 . + . Parent=ENST01.4
chr1 me mRNA 2501 4300 . + . ID=ENST02.1;Parent=g1
chr1 me exon 2501 4300 . + . Parent=ENST02.1
chr1 me gene 7001 9100 . - . ID=g2;Name=REV-1
chr1 me mRNA 7001 9100 . - . ID=t3;Parent=g2
chr1 me exon 7001 7300 . - . Parent=t3
chr1 me exon 8001 8200 . - . Parent=t3
chr1 me exon 9001 9100 . - . Parent=t3
chr1 me gene 101 200 . + . ID=g3;Name=EARLY
"""


@pytest.fixture
def genes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GeneModels:
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "genes.gff3"
    path.write_text("".join("\t".join(row.split(" ")) + "\n" for row in ROWS.strip().splitlines()))
    return open_genes(path, assembly="toy")


@pytest.mark.parametrize(
    ("text", "place", "title"),
    [
        ("FWD", "chr1:2001-4300", "FWD"),
        ("fwd", "chr1:2001-4300", "FWD"),
        ("gene ALSO", "chr1:2001-4300", "FWD"),
        ("the FWD gene", "chr1:2001-4300", "FWD"),
        ("ENST02", "chr1:2501-4300", "FWD"),
        ("REV-1", "chr1:7001-9100(-)", "REV-1"),
        ("REV\u20111", "chr1:7001-9100(-)", "REV-1"),  # a non-breaking hyphen
        ("FWD +- 500", "chr1:1501-4800", "FWD ± 500"),
        ("REV-1 ± 500", "chr1:6501-9600(-)", "REV-1 ± 500"),
        ("TSS of FWD", "chr1:2001-2001", "TSS of FWD"),
        ("TSS of REV-1", "chr1:9100-9100(-)", "TSS of REV-1"),
        ("transcription start site of REV-1 +/- 10bp", "chr1:9090-9110(-)", "TSS of REV-1 ± 10"),
        ("REV-1 TSS", "chr1:9100-9100(-)", "TSS of REV-1"),
        ("TSS of ENST02.1", "chr1:2501-2501", "TSS of FWD"),
        # 1,000 bases before the start and 100 from it on.
        ("promoter of FWD", "chr1:1001-2100", "promoter of FWD"),
        ("promoter of REV-1", "chr1:9001-10100(-)", "promoter of REV-1"),
        ("FWD promoter", "chr1:1001-2100", "promoter of FWD"),
        ("the promoter for fwd", "chr1:1001-2100", "promoter of FWD"),
        ("exon 1 of FWD", "chr1:2001-2100", "exon 1 of FWD"),
        ("exon 1 of REV-1", "chr1:9001-9100(-)", "exon 1 of REV-1"),
        ("exon 3 of REV-1", "chr1:7001-7300(-)", "exon 3 of REV-1"),
        ("last exon of REV-1", "chr1:7001-7300(-)", "exon 3 of REV-1"),
        ("exon last of REV-1", "chr1:7001-7300(-)", "exon 3 of REV-1"),
        ("REV-1 exon 2", "chr1:8001-8200(-)", "exon 2 of REV-1"),
        ("EXON 2 OF rev-1 \u00b1200", "chr1:7801-8400(-)", "exon 2 of REV-1 ± 200"),
        ("exon 2 of REV-1 + - 1 kb", "chr1:7001-9200(-)", "exon 2 of REV-1 ± 1,000"),
        ("exon 1 of ENST02", "chr1:2501-4300", "exon 1 of FWD"),
        ("intron 1 of FWD", "chr1:2101-3000", "intron 1 of FWD"),
        ("intron 1 of REV-1", "chr1:8201-9000(-)", "intron 1 of REV-1"),
        ("donor of exon 1 of FWD", "chr1:2101-2102", "donor of exon 1 of FWD"),
        ("acceptor of exon 2 of FWD", "chr1:2999-3000", "acceptor of exon 2 of FWD"),
        ("donor of exon 1 of REV-1", "chr1:8999-9000(-)", "donor of exon 1 of REV-1"),
        ("splice acceptor site of exon 2 of REV-1", "chr1:8201-8202(-)", "acceptor of exon 2 of REV-1"),
        ("donor of intron 2 of REV-1", "chr1:7999-8000(-)", "donor of intron 2 of REV-1"),
        ("acceptor of intron 2 of REV-1", "chr1:7301-7302(-)", "acceptor of intron 2 of REV-1"),
        ("chr1:100-200", "chr1:100-200", "chr1:100-200"),
        ("1:1,000\u20132,000(-) ± 10", "chr1:990-2010(-)", "chr1:1,000-2,000(-) ± 10"),
    ],
)
def test_forms(genes: GeneModels, text: str, place: str, title: str) -> None:
    found = find_place(text, assembly="toy", genes=genes)
    assert found.locus == Locus.parse(place, assembly="toy")
    assert found.title == title


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("exon 4 of FWD", UnknownName, "no exon 4 of FWD: ENST01.4 has 3 exons.*from 1 to 3"),
        ("exon 0 of FWD", UnknownName, "no exon 0"),
        ("intron 3 of FWD", UnknownName, "ENST01.4 has 2 introns"),
        ("exon 2 of ENST02", UnknownName, "ENST02.1 has 1 exon"),
        ("intron 1 of ENST02", UnknownName, "ENST02.1 has 0 introns"),
        ("donor of exon 3 of FWD", UnknownName, "Exon 3 is the last of FWD"),
        ("acceptor of exon 1 of REV-1", UnknownName, "Exon 1 is the first of REV-1"),
        ("exon 1 of EARLY", UnknownName, "exons of EARLY .* are not in the annotation"),
        ("FWDD", UnknownName, "no gene named `FWDD`. Did you mean `FWD`"),
        ("promoter of FWDD", UnknownName, "Did you mean `FWD`"),
        ("", BadLocus, "empty"),
        ("x" * 400, BadLocus, "too long"),
        ("exon of FWD", BadLocus, "exon 11 of GENE"),
        ("chr1:", BadLocus, "could not be read as a locus"),
        ("chr1:0-5", BadLocus, "1-based"),
        ("chr1 100 200", BadLocus, "BED"),
        ("FWD +- 900,000,000", BadInput, "No chromosome is that long"),
        ("two words here", BadLocus, "promoter of GENE"),
    ],
)
def test_what_cannot_be_read(genes: GeneModels, text: str, error: type[GenovizError], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        find_place(text, assembly="toy", genes=genes)
    assert caught.value.accepted
    assert caught.value.fix


@given(text=st.text(max_size=40))
def test_any_text_is_a_place_or_a_message(text: str) -> None:
    message = None
    try:
        find_place(text, assembly="hg38")
    except GenovizError as error:
        message = error
    assert message is None or (message.read and message.fix)


def test_it_says_which_transcript(genes: GeneModels) -> None:
    found = find_place("exon 2 of FWD", assembly="toy", genes=genes)
    assert (found.gene, found.transcript) == ("FWD", "ENST01.4")
    assert found.notes == ("Transcript ENST01.4 (MANE Select, 3 exons).",)
    named = find_place("exon 1 of ENST02", assembly="toy", genes=genes)
    assert named.notes == ("Transcript ENST02.1 (named, 1 exon).",)
    early = find_place("TSS of EARLY", assembly="toy", genes=genes)
    assert "its gene's start stands for the transcription start" in early.notes[1]


def test_promoters_are_cut_at_the_chromosome_start(genes: GeneModels) -> None:
    found = find_place("promoter of EARLY", assembly="toy", genes=genes)
    assert found.locus == Locus("chr1", 0, 200, "+", "toy")
    assert found.notes[-1] == "Cut at the first base of chr1: 900 bases fewer than asked for."
    # An index of 0 and a window of one base: the start itself.
    assert find_place("promoter of FWD", assembly="toy", genes=genes, upstream=0, downstream=1).locus == Locus(
        "chr1", 2000, 2001, "+", "toy"
    )
    with pytest.raises(BadInput):
        find_place("promoter of FWD", assembly="toy", genes=genes, downstream=0)


def test_tss_window_by_hand() -> None:
    """A model of 10 bases that expects the start at index 7: seven bases before it, two after."""
    plus = Transcript("t", "G", "g", Locus("chr1", 100, 200))
    assert tss_window(plus, 10, 7) == Locus("chr1", 93, 103)  # base 100 is 7 after 93
    minus = Transcript("t", "G", "g", Locus("chr1", 100, 200, "-"))
    assert tss_window(minus, 10, 7) == Locus("chr1", 197, 207, "-")  # read from 206 down: 199 is the 8th base
    for index in (-1, 10):
        with pytest.raises(BadInput):
            tss_window(plus, 10, index)
    with pytest.raises(BadLocus):
        tss_window(plus, 300, 250)


@given(start=st.integers(500, 600), length=st.integers(1, 400), index=st.integers(0, 399), strand=st.sampled_from("+-"))
def test_tss_window_puts_the_start_at_the_index(start: int, length: int, index: int, strand: str) -> None:
    transcript = Transcript("t", "G", "g", Locus("chr1", start, start + 50, strand))
    if index < length:
        window = tss_window(transcript, length, index)
        assert len(window) == length
        assert window.to_genomic(index) == transcript.tss


def test_windows_around_a_place(genes: GeneModels) -> None:
    rev = find_place("REV-1", assembly="toy", genes=genes)
    assert rev.window(5) == Locus("chr1", 9097, 9102, "-", "toy")  # the start, base 9,099, in the middle
    assert rev.window(5, 0) == Locus("chr1", 9095, 9100, "-", "toy")
    exon = find_place("exon 1 of FWD", assembly="toy", genes=genes)
    assert exon.window(100) == exon.locus
    donor = find_place("donor of exon 1 of REV-1", assembly="toy", genes=genes)
    assert donor.anchor == 8999  # the G of GT, 0-based


def test_landmarks_without_annotation() -> None:
    found = find_place("promoter of HBB", assembly="hg19")
    assert found.locus == Locus.parse("chr11:5,248,252-5,248,438", assembly="hg19")
    assert "no strand" in found.notes[1]
    assert find_place("hbb", assembly="GRCh38").locus == Locus.parse("chr11:5,227,022-5,227,208", assembly="GRCh38")
    assert find_place("BRCA1", assembly="hg38").locus.strand == "-"
    assert find_place("SORT1 enhancer ± 50", assembly="hg38").locus == Locus(
        "chr1", 109_274_601, 109_275_301, "+", "hg38"
    )
    for text, assembly in (("BRCA1", "hg19"), ("HBB", "sacCer3"), ("HBB", ""), ("exon 2 of HBB", "hg38")):
        with pytest.raises(UnknownName, match="no gene models are at hand"):
            find_place(text, assembly=assembly)
    with pytest.raises(UnknownName):
        find_place("HBB", assembly="hg38", landmarks=False)


def test_suggestions(genes: GeneModels) -> None:
    assert suggest("rev", assembly="toy", genes=genes) == [("REV-1", "gene, chr1:7,001-9,100(-)")]
    titles = [text for text, _ in suggest("tert", assembly="hg38")]
    assert titles == ["TERT promoter"]
    for text, _ in suggest("e", assembly="hg38", limit=50):
        find_place(text, assembly="hg38")  # whatever is suggested can be read
    assert suggest("", assembly="hg38") == []


def test_landmark_search() -> None:
    assert search_landmarks("myc", assembly="hg19")[0].name == "MYC rs11986220"
    assert get_landmark("LDLR promoter", assembly="hg38") == get_landmark("ldlr", assembly="hg38", kind="promoter")
    assert get_landmark("LDLR", assembly="hg38", kind="enhancer") is None
    assert len({mark.title for mark in LANDMARKS}) == len(LANDMARKS)
    assert all(mark.source for mark in LANDMARKS)


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets are not here")
def test_landmarks_are_those_of_their_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path))
    elements: dict[tuple[str, str], set[str]] = {}
    for line in (DATA / "satmut_mpra" / "elements.tsv").read_text().splitlines()[1:]:
        _, kind, _, assembly, chrom, start, end, *_ = line.split("\t")
        elements.setdefault((kind, assembly), set()).add(f"{chrom}:{start}-{end}")
    genes = open_genes(sorted((DATA / "genome_human_hg38_loci").glob("*.gff3.gz")), assembly="hg38")
    for mark in LANDMARKS:
        if mark.kind == "gene":
            assert genes.gene(mark.name).locus == mark.locus("hg38")
        else:
            for build, other in (("GRCh37", "hg19"), ("GRCh38", "hg38")):
                assert dict(mark.places)[other] in elements[mark.kind, build]


def test_parts_of_a_gene_whose_name_has_spaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "genes.gff3"
    rows = ("gene\t2001\t4300\t.\t+\t.\tID=g1;Name=two words", "exon\t2001\t4300\t.\t+\t.\tParent=g1")
    path.write_text("".join(f"chr1\tme\t{row}\n" for row in rows))
    models = open_genes(path, assembly="toy")
    for text in ("promoter of two words", "promoter of the two words gene"):
        assert str(find_place(text, assembly="toy", genes=models).locus) == "chr1:1,001-2,100"
    assert find_place("exon 1 of two words +- 10", assembly="toy", genes=models).title == "exon 1 of two words ± 10"
