"""A gene of four exons, small enough to be worked out by hand, on either strand."""

from __future__ import annotations

from genoviz.genes.transcripts import Transcript
from genoviz.isoforms.sites import PredictedSite
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.variants.variant import Variant
from tests.small_reference import SmallReference

# Exons in capital letters: 5' UTR, ATG, 60 alanines; Asp Glu Arg Gly His; Trp, 30 Glu, Cys; Lys Leu stop, 3' UTR.
EXONS = ("CCACC" + "ATG" + "GCT" * 60, "GATGAACGTGGTCAT", "TGG" + "GAA" * 30 + "TGC", "AAACTGTAA" + "CCCCCC")
INTRONS = (
    "GTAAGT" + "C" * 290 + "TTTTTTTCAG",  # 306 bases
    "GTATAAGTAAGT" + "C" * 284 + "TTTTTTTCAG",  # 306; GTATAA is Val and a stop, and a second GT follows
    "GTAAGT" + "C" * 44 + "TTTTTTTCAG",  # 60: a short intron
)
BEFORE, BEHIND = "T" * 100, "T" * 50
TEXT = BEFORE + EXONS[0] + "".join(intron + exon for intron, exon in zip(INTRONS, EXONS[1:], strict=True)) + BEHIND
# First and last bases (1-based): exon 1 101-288, exon 2 595-609, exon 3 916-1011, exon 4 1072-1086.
SPANS = ((100, 288), (594, 609), (915, 1011), (1071, 1086))
CODING = ((105, 288), (594, 609), (915, 1011), (1071, 1080))
LENGTH = len(TEXT)

PLUS = SmallReference({"chr1": TEXT})
MINUS = SmallReference({"chr1": Sequence(TEXT).reverse_complement().bases})


def _place(span: tuple[int, int], strand: str) -> Locus:
    first, end = span if strand == "+" else (LENGTH - span[1], LENGTH - span[0])
    return Locus("chr1", first, end, strand, "GRCh38")


def transcript(strand: str = "+", *, coding: bool = True) -> Transcript:
    """The gene's transcript; 5' to 3' its exons are `EXONS` on either strand."""
    exons = tuple(_place(span, strand) for span in SPANS)
    parts = tuple(_place(span, strand) for span in CODING) if coding else ()
    return Transcript("NM_1.2", "G", "g", _place((100, 1086), strand), exons=exons, coding=parts)


def genome(strand: str) -> SmallReference:
    """The genome in which the gene is on a strand."""
    return PLUS if strand == "+" else MINUS


def variant(strand: str, pos: int, ref: str, alt: str) -> Variant:
    """A change written for the plus strand, on the genome of either strand, left-aligned."""
    made = Variant("chr1", pos, ref, alt, "GRCh38")
    if strand == "-":
        first, other = (Sequence(bases).reverse_complement().bases for bases in (ref, alt))
        made = Variant("chr1", LENGTH - (pos + len(ref) - 1) + 1, first, other, "GRCh38")
    return made.left_align(genome(strand).bases)


def site(strand: str, kind: str, pos: int, before: float, after: float, exon: int = 0) -> PredictedSite:
    """A predicted site by its place on the plus strand."""
    return PredictedSite(kind, pos if strand == "+" else LENGTH + 1 - pos, before, after, exon)
