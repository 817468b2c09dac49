"""Genes drawn along a window: hand-worked places on both strands."""

from __future__ import annotations

from genoviz.genes.track import GeneSpan, gene_spans, planted_spans
from genoviz.genes.transcripts import Transcript
from genoviz.genomes.registry import open_genome
from genoviz.genomes.teaching import truth
from genoviz.motifs.sites import get_site
from genoviz.sequences.bases import IUPAC
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence


def locus(start: int, end: int, strand: str = "-") -> Locus:
    return Locus("chr1", start, end, strand)


# On the minus strand: exon 1 is 80-100 (first base 99), exon 2 is 20-50; coding from 90 down to 30.
MINUS = Transcript(
    "T1", "GENE", "G1", locus(20, 100), (locus(80, 100), locus(20, 50)), (locus(80, 90), locus(30, 50)), "mRNA"
)


def short(spans: tuple[GeneSpan, ...]) -> list[tuple[int, int, str, str, str]]:
    return [(s.start, s.end, s.style, s.label, s.strand) for s in spans]


def test_a_minus_gene_on_the_plus_strand() -> None:
    assert short(gene_spans([MINUS], locus(10, 110, "+"))) == [
        (10, 20, "utr", "GENE exon 2, untranslated", "-"),
        (20, 40, "exon", "GENE exon 2", "-"),
        (40, 70, "intron", "GENE intron 1", "-"),
        (70, 80, "exon", "GENE exon 1", "-"),
        (80, 90, "utr", "GENE exon 1, untranslated", "-"),
        (89, 90, "tss", "GENE transcription start", "-"),
    ]


def test_the_same_gene_on_its_own_strand_is_cut_to_the_window() -> None:
    assert short(gene_spans([MINUS], locus(45, 95, "-"))) == [
        (0, 5, "utr", "GENE exon 1, untranslated", "+"),
        (5, 15, "exon", "GENE exon 1", "+"),
        (15, 45, "intron", "GENE intron 1", "+"),
        (45, 50, "exon", "GENE exon 2", "+"),
    ]


def test_one_transcript_stands_for_each_gene() -> None:
    shorter = Transcript("T0", "GENE", "G1", locus(60, 100), (locus(60, 100),), (locus(80, 90),), "mRNA")
    other = Transcript("T9", "OTHER", "G2", locus(40, 60, "+"), (), (), "gene", inferred=True)
    labels = {s.label for s in gene_spans([shorter, other, MINUS], locus(0, 120, "+"))}
    assert "GENE exon 2" in labels
    assert "OTHER" in labels
    # Nothing says where OTHER begins to be transcribed.
    assert "OTHER transcription start" not in labels
    assert len([label for label in labels if label.startswith("GENE exon 1")]) == 2


def test_planted_sites_lie_where_the_bases_are() -> None:
    with open_genome("teaching") as genome:
        for strand in "+-":
            window = Locus("chrT1", 1000, 1300, strand, "synthetic-1")
            sequence = genome.fetch(window)
            spans = planted_spans(truth(), window)
            assert {s.label for s in spans} >= {"AP-1", "E-box", "GATA"}
            for span in spans:
                if (site := get_site(span.label)) is not None:
                    part = Sequence(sequence.bases[span.start : span.end])
                    letters = part.bases if span.strand == "+" else part.reverse_complement().bases
                    assert all(base in IUPAC[code] for base, code in zip(letters, site.consensus, strict=True))
