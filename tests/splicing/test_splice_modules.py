"""Splicing by module: how alleles are cut into parts, the published sum, and the numbers of the authors' package."""

from __future__ import annotations

import csv
import gzip
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from genoviz.errors import BadInput, BadLocus, BadSequence, BadVariant, RefMismatch
from genoviz.genes.transcripts import Transcript
from genoviz.genomes.genome import Genome as Fasta
from genoviz.models.base import Model, NetModel
from genoviz.models.card import Output
from genoviz.models.catalogue import get_card
from genoviz.models.toy_cards import TOY_CARDS
from genoviz.models.weights import is_ready
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.splicing.modules import (
    MODULES,
    ExonParts,
    ModuleEffect,
    compare_parts,
    exons_near,
    load_modules,
    module_scores,
    splice_modules,
)
from genoviz.variants.variant import Variant
from tests.variants.test_allele_windows import Genome

DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
LOCI = DATA / "genome_human_hg38_loci"
VEXSEQ = DATA / "splice_variant_assays" / "vexseq_train.tsv.gz"
ready = pytest.mark.skipif(
    not all(is_ready(get_card(f"splice.mmsplice-{m}")) for m in MODULES), reason="the published weights are not here"
)


class Count(torch.nn.Module):
    """Number of A, times a scale."""

    def __init__(self, scale: float = 1.0) -> None:
        super().__init__()
        self.scale = scale

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        return self.scale * X[:, 0].sum(1, keepdim=True)


def counting(scale: float = 1.0) -> dict[str, Model]:
    card = replace(TOY_CARDS[0], outputs=(Output("score", ("score",), "score"),))
    return {module: NetModel(Count(scale), card) for module in MODULES}


COUNTING = counting()
EXON = ExonParts("C" * 98 + "AG", "CCTTCCTTCCTT", "GT" + "C" * 98)


def changed(before: str = EXON.before, exon: str = EXON.exon, behind: str = EXON.behind) -> ModuleEffect:
    (effect,) = compare_parts(COUNTING, [(EXON, ExonParts(before, exon, behind))])
    return effect


def with_a(text: str, *places: int) -> str:
    return "".join("A" if i in [p % len(text) for p in places] else base for i, base in enumerate(text))


# -- which bases a module reads ------------------------------------------------------------------------------------------------


def test_modules_read_their_bases() -> None:
    before = "".join(chr(97 + i % 26) for i in range(100))
    parts = ExonParts(before, "EXONPART", "gt" + "x" * 10 + "Y" * 88)
    read = parts.read_by()
    assert list(read) == list(MODULES)
    assert read["intron3"] == before[:94]
    assert read["acceptor"] == before[50:] + "EXO"
    assert read["exon"] == "EXONPART"
    assert read["donor"] == "NPART" + "gt" + "x" * 10 + "Y"
    assert read["intron5"] == "x" * 6 + "Y" * 88


def test_a_missing_intron_is_n_and_a_short_exon_lets_its_neighbour_in() -> None:
    first = ExonParts("", "ACGTACGT", "GTAAGT" + "C" * 94).read_by()
    assert first["acceptor"] == "N" * 50 + "ACG"
    assert first["intron3"] == "N" * 45
    last = ExonParts("C" * 98 + "AG", "ACGTACGT", "").read_by()
    assert (last["donor"], last["intron5"]) == ("TACGT" + "N" * 13, "N" * 8)
    tiny = ExonParts("C" * 98 + "AG", "T", "GTAAGT" + "C" * 94).read_by()
    assert tiny["acceptor"] == "C" * 48 + "AG" + "TGT"
    assert tiny["donor"] == "CCAGT" + "GTAAGT" + "C" * 7
    assert ExonParts("C" * 98 + "AG", "", "GTAAGT" + "C" * 94).read_by()["exon"] == "N"


def test_a_sequence_is_cut_at_its_introns() -> None:
    parts = ExonParts.of(Sequence("AAACCCCGG"), (3, 2))
    assert parts == ExonParts("AAA", "CCCC", "GG")
    assert parts.reverse_complement() == ExonParts("CC", "GGGG", "TTT")
    assert ExonParts.of(Sequence("ACGT"), (0, 0)) == ExonParts("", "ACGT", "")
    with pytest.raises(BadSequence, match="9 bases can't begin with 100 and end with 100"):
        ExonParts.of(Sequence("AAACCCCGG"))
    with pytest.raises(BadSequence):
        ExonParts.of(Sequence("AAACCCCGG"), (-1, 2))


# -- the sum, by hand with modules that count A --------------------------------------------------------------------------------

INTERCEPT = 0.0006480262366686865


@pytest.mark.parametrize(
    ("effect", "deltas", "total"),
    [
        (changed(), (0, 0, 0, 0, 0), 0),
        (changed(before=with_a(EXON.before, 10)), (1, 0, 0, 0, 0), 0.49685773),
        (changed(before=with_a(EXON.before, 60)), (1, 1, 0, 0, 0), 0.49685773 + 0.88148553 + 0.72322957),
        (changed(before=with_a(EXON.before, -3)), (0, 1, 0, 0, 0), 0.72322957),
        (changed(exon=with_a(EXON.exon, 1)), (0, 1, 1, 0, 0), 0.72322957 + 1.54760024 - 0.69419094),
        (changed(exon=with_a(EXON.exon, 5)), (0, 0, 1, 0, 0), 1.54760024),
        (changed(exon=with_a(EXON.exon, -1)), (0, 0, 1, 1, 0), 1.54760024 - 0.69419094 + 0.75011527),
        (changed(behind=with_a(EXON.behind, 4)), (0, 0, 0, 1, 0), 0.75011527),
        (changed(behind=with_a(EXON.behind, 8)), (0, 0, 0, 1, 1), 0.75011527 + 2.26187717 + 2.40138709),
        (changed(behind=with_a(EXON.behind, 60)), (0, 0, 0, 0, 1), 2.26187717),
        # Both sites change, but the exon lies between them: the exon module does not.
        (
            changed(before=with_a(EXON.before, -3), behind=with_a(EXON.behind, 4)),
            (0, 1, 0, 1, 0),
            0.72322957 + 0.75011527,
        ),
    ],
)
def test_shares_add_up_as_published(effect: ModuleEffect, deltas: tuple[int, ...], total: float) -> None:
    assert tuple(change.delta for change in effect.changes) == deltas
    assert tuple(change.module for change in effect.changes) == MODULES
    assert effect.delta_logit_psi == pytest.approx(total + INTERCEPT, abs=1e-12)
    assert sum(change.share for change in effect.changes) + INTERCEPT == pytest.approx(effect.delta_logit_psi)


def test_site_probabilities_are_clipped_before_their_logit() -> None:
    scores = module_scores(counting(5.0), [ExonParts("A" * 98 + "AG", "CCCC", "GT" + "A" * 98)])[0]
    most = np.log((1 - 1e-5) / 1e-5)
    np.testing.assert_allclose(scores, [5 * 94, most, 0, most, 5 * 94])


def test_psi_changes_by_the_logit_and_stays_a_share() -> None:
    up = changed(exon=with_a(EXON.exon, 5))
    logit = np.log(0.3 / 0.7) + up.delta_logit_psi
    assert up.delta_psi(0.3) == pytest.approx(1 / (1 + np.exp(-logit)) - 0.3)
    assert 0 < up.delta_psi(0.0) < 0.01  # as from 0.001
    assert 0 < up.delta_psi(1.0) < 0.001
    with pytest.raises(BadInput, match="Divide percent by 100"):
        up.delta_psi(30)


def test_the_result_in_words() -> None:
    assert changed().sentence == "The change changes no module's score."
    effect = changed(behind=with_a(EXON.behind, 60))
    assert effect.sentence == (
        "The change: change of logit PSI +2.26 (spliced in more often), most of it by the intron5 module (+2.26)."
    )
    odd = ExonParts("C" * 100, "CCNC", "GCAAGT" + "C" * 94)
    (found,) = compare_parts(COUNTING, [(odd, odd)])
    assert found.notices == (
        "The intron before the exon ends in CC, not AG. Is this the exon's first base?",
        "The intron behind the exon begins with GC, not GT. Is this the exon's last base?",
        "1 base of exon and introns are N.",
    )
    assert changed().notices == ()


# -- alleles in their parts ----------------------------------------------------------------------------------------------------

#                1         2         3
#       123456789012345678901234567890123456
TOY = "CCTGTACCATTCAGGCATCGATTGGTAAGTCCTGACAGTACC"
SMALL = Locus("chr1", 14, 24)  # GCATCGATTG


def cut(variant: Variant, exon: Locus = SMALL, introns: tuple[int, int] = (6, 6)) -> tuple[ExonParts, ExonParts]:
    effect = splice_modules(COUNTING, variant, Genome(TOY), exon, introns=introns)
    return effect.reference, effect.alternate


def test_introns_keep_their_length_and_exons_do_not() -> None:
    reference, alternate = cut(Variant("chr1", 17, "ATC", "A"))
    assert reference == ExonParts("ATTCAG", "GCATCGATTG", "GTAAGT")
    assert alternate == ExonParts("ATTCAG", "GCAGATTG", "GTAAGT")
    assert cut(Variant("chr1", 17, "A", "AGGG"))[1] == ExonParts("ATTCAG", "GCAGGGTCGATTG", "GTAAGT")
    # A deletion in an intron: more of it comes in at the far end; an insertion pushes out as much.
    assert cut(Variant("chr1", 10, "TTC", "T"))[1] == ExonParts("CCATAG", "GCATCGATTG", "GTAAGT")
    assert cut(Variant("chr1", 27, "AAG", "A"))[1] == ExonParts("ATTCAG", "GCATCGATTG", "GTATCC")
    assert cut(Variant("chr1", 12, "C", "CGG"))[1] == ExonParts("TCGGAG", "GCATCGATTG", "GTAAGT")


def test_changes_at_the_border_are_paired_from_the_left() -> None:
    # Inserted bases belong to the base before them.
    assert cut(Variant("chr1", 14, "G", "GCC"))[1] == ExonParts("CAGCC"[-6:].rjust(6, "T"), "GCATCGATTG", "GTAAGT")
    assert cut(Variant("chr1", 24, "G", "GAC"))[1] == ExonParts("ATTCAG", "GCATCGATTGAC", "GTAAGT")
    # AGGC -> TCAT over the acceptor's border; then with one base less, and one more.
    assert cut(Variant("chr1", 13, "AGGC", "TCAT"))[1] == ExonParts("ATTCTC", "ATATCGATTG", "GTAAGT")
    assert cut(Variant("chr1", 13, "AGGC", "TCA"))[1] == ExonParts("ATTCTC", "AATCGATTG", "GTAAGT")
    assert cut(Variant("chr1", 13, "AGG", "TCAAA"))[1] == ExonParts("ATTCTC", "AAACATCGATTG", "GTAAGT")


def test_the_minus_strand_is_the_reverse_complement() -> None:
    plus = cut(Variant("chr1", 10, "TTC", "T"), introns=(6, 4))
    minus = cut(Variant("chr1", 10, "TTC", "T"), replace(SMALL, strand="-"), introns=(4, 6))
    assert minus == tuple(part.reverse_complement() for part in plus)


def test_a_transcript_s_end_has_no_intron() -> None:
    reference, alternate = cut(Variant("chr1", 17, "A", "G"), introns=(0, 6))
    assert (reference.before, alternate.before) == ("", "")
    with pytest.raises(BadVariant, match="outside"):
        cut(Variant("chr1", 12, "C", "T"), introns=(0, 6))


@given(st.data())
def test_parts_of_either_allele_against_a_slow_second_way(data: st.DataObject) -> None:
    """The alternate parts must be what a walk along the reference's bases gives, whatever the variant."""
    text = data.draw(st.text("ACGT", min_size=60, max_size=60))
    start, end = data.draw(st.integers(20, 28)), data.draw(st.integers(30, 40))
    pos = data.draw(st.integers(start - 5, end + 4))
    ref = text[pos - 1 : pos - 1 + data.draw(st.integers(1, 6))]
    alt = data.draw(st.text("ACGT", min_size=1, max_size=6))
    assume(ref != alt)
    genome, exon = Genome(text), Locus("chr1", start, end, data.draw(st.sampled_from("+-")))
    aligned = Variant("chr1", pos, ref, alt).left_align(genome.bases)
    assume(start - 6 < aligned.pos + len(aligned.ref) - 1 and aligned.pos - 1 < end + 6)
    found = splice_modules(COUNTING, aligned, genome, exon, introns=(6, 6))
    parts, taken = {"left": "", "exon": "", "right": ""}, 0
    for place in range(60):
        name = "left" if place < start else "exon" if place < end else "right"
        offset = place - (aligned.pos - 1)
        if 0 <= offset < len(aligned.ref):
            upto = len(aligned.alt) if offset == len(aligned.ref) - 1 else min(offset + 1, len(aligned.alt))
            parts[name] += aligned.alt[taken:upto]
            taken = upto
        else:
            parts[name] += text[place]
    expected = ExonParts(parts["left"][-6:], parts["exon"], parts["right"][:6])
    assert found.alternate == (expected if exon.strand == "+" else expected.reverse_complement())
    assert len(found.reference.before) == len(found.reference.behind) == 6


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(RefMismatch):
        cut(Variant("chr1", 17, "C", "G"))
    with pytest.raises(BadVariant, match="lies outside chr1:9-30"):
        cut(Variant("chr1", 3, "T", "G"))
    with pytest.raises(BadLocus, match="GRCh37, but toy genome is toy"):
        cut(Variant("chr1", 17, "A", "G", "GRCh37"))
    with pytest.raises(BadLocus, match="one assembly"):
        cut(Variant("chr1", 17, "A", "G"), replace(SMALL, assembly="GRCh37"))


@pytest.mark.parametrize("strand", ["+", "-"])
def test_exons_near_a_variant(strand: str) -> None:
    exons = tuple(Locus("chr1", start, start + 150, strand) for start in (1000, 1200, 3000))
    if strand == "-":
        exons = exons[::-1]
    transcript = Transcript("T", "G", "G", Locus("chr1", 1000, 3150, strand), exons)
    near = exons_near(transcript, Variant("chr1", 1180, "A", "C"))
    assert {found.exon.start for found in near} == {1000, 1200}
    by_start = {found.exon.start: found for found in near}
    assert by_start[1000].introns == ((0, 100) if strand == "+" else (100, 0))
    assert by_start[1200].introns == (100, 100)
    assert [found.number for found in near] == ([1, 2] if strand == "+" else [2, 3])
    assert exons_near(transcript, Variant("chr1", 990, "A", "C")) == []  # before the transcript
    assert exons_near(transcript, Variant("chr1", 2900, "A", "C")) == []
    assert len(exons_near(transcript, Variant("chr1", 2901, "A", "C"))) == 1
    assert exons_near(transcript, Variant("chr2", 1180, "A", "C")) == []
    assert exons_near(transcript, Variant("1", 1180, "A", "C")) == near


# -- published weights ---------------------------------------------------------------------------------------------------------

EXONS = {
    "chr13_BRCA2": Locus("chr13", 32316421, 32316527, "+", "GRCh38"),
    "chr17_TP53": Locus("chr17", 7675993, 7676272, "-", "GRCh38"),
}
# Change of logit PSI by mmsplice 2.4.0 (`ExonDataset`, kipoiseq 0.7.1, TensorFlow 2.15) on the same bases.
PACKAGE = [
    ("chr13_BRCA2", 32316419, "C", "T", -0.86242),
    ("chr13_BRCA2", 32316421, "G", "A", -2.98178),
    ("chr13_BRCA2", 32316422, "A", "G", 0.43805),
    ("chr13_BRCA2", 32316442, "A", "G", -0.76569),
    ("chr13_BRCA2", 32316527, "G", "A", -4.11214),
    ("chr13_BRCA2", 32316528, "G", "A", -3.29786),
    ("chr13_BRCA2", 32316532, "T", "C", 0.22678),
    ("chr13_BRCA2", 32316577, "T", "C", -0.03559),
    ("chr13_BRCA2", 32316392, "G", "A", 0.16780),
    ("chr13_BRCA2", 32316332, "A", "G", -0.04047),
    ("chr13_BRCA2", 32316439, "TGGA", "T", -0.27610),
    ("chr13_BRCA2", 32316382, "GCATCC", "G", 0.27675),
    ("chr13_BRCA2", 32316419, "CAGACT", "C", -5.20979),
    ("chr13_BRCA2", 32316525, "CAGGTA", "C", -5.40983),
    ("chr13_BRCA2", 32316402, "T", "TGTCA", 0.34268),
    ("chr13_BRCA2", 32316452, "T", "TTTG", 0.38226),
    ("chr13_BRCA2", 32316417, "T", "TGCA", -2.05171),
    ("chr13_BRCA2", 32316527, "G", "GGTA", -6.36166),
    ("chr13_BRCA2", 32316420, "AGAC", "TCAT", -3.77139),
    ("chr13_BRCA2", 32316420, "AGA", "GGATC", -2.20673),
    ("chr13_BRCA2", 32316587, "GCTTGCTA", "G", -0.26765),
    ("chr13_BRCA2", 32316326, "ATTCAAACAAAT", "A", -0.03870),
    ("chr17_TP53", 7675991, "G", "A", -0.06718),
    ("chr17_TP53", 7675993, "C", "T", -4.21899),
    ("chr17_TP53", 7675994, "C", "T", -4.05283),
    ("chr17_TP53", 7676014, "C", "T", 0.00615),
    ("chr17_TP53", 7676272, "A", "G", 0.55632),
    ("chr17_TP53", 7676273, "C", "T", -1.74353),
    ("chr17_TP53", 7676277, "A", "G", 0.45648),
    ("chr17_TP53", 7676322, "A", "G", 0.26572),
    ("chr17_TP53", 7675964, "C", "T", 0.06358),
    ("chr17_TP53", 7675904, "A", "G", 0.07537),
    ("chr17_TP53", 7676014, "CTGT", "C", -0.08667),
    ("chr17_TP53", 7675953, "CATTGA", "C", -0.16813),
    ("chr17_TP53", 7675991, "GACCGT", "G", -6.16345),
    ("chr17_TP53", 7676269, "GGGACT", "G", -1.12817),
    ("chr17_TP53", 7675972, "C", "CCAGT", 0.02433),
    ("chr17_TP53", 7676024, "A", "ATTG", -0.02214),
    ("chr17_TP53", 7675993, "C", "CCAG", -5.04886),
    ("chr17_TP53", 7676271, "G", "GAGT", -0.05336),
    ("chr17_TP53", 7675992, "ACCG", "TCAT", -5.22569),
    ("chr17_TP53", 7675992, "AC", "GGAT", -5.11358),
    ("chr17_TP53", 7676332, "CCCTCCAG", "C", -0.04877),
    ("chr17_TP53", 7675899, "TGAAGAGGAATC", "T", -0.05829),
]


@ready
@pytest.mark.skipif(not LOCI.is_dir(), reason="the human loci are not here")
def test_variants_at_real_exons_get_the_numbers_of_the_authors_package() -> None:
    """Substitutions, insertions and deletions in exon and introns and across both borders, on both strands."""
    modules = load_modules()
    for region, exon in EXONS.items():
        with Fasta(LOCI / f"{region}.fa.gz", assembly="GRCh38") as genome:
            rows = [row for row in PACKAGE if row[0] == region]
            assert len(rows) == 22
            found = [
                splice_modules(modules, Variant(exon.chrom, pos, ref, alt, "GRCh38"), genome, exon).delta_logit_psi
                for _, pos, ref, alt, _ in rows
            ]
        np.testing.assert_allclose(found, [row[4] for row in rows], atol=2e-5)


@ready
@pytest.mark.skipif(not LOCI.is_dir(), reason="the human loci are not here")
def test_a_lost_donor_is_said_to_be_lost() -> None:
    with Fasta(LOCI / "chr13_BRCA2.fa.gz", assembly="GRCh38") as genome:
        effect = splice_modules(load_modules(), Variant("13", 32316528, "G", "A"), genome, EXONS["chr13_BRCA2"])
    assert effect.largest.module == "donor"
    assert effect.sentence == (
        "chr13-32316528-G-A: change of logit PSI of the exon chr13:32,316,422-32,316,527 -3.30 (spliced in less often), "
        "most of it by the donor module (-3.30)."
    )
    assert effect.delta_psi(0.9) == pytest.approx(-0.65, abs=0.01)


@ready
@pytest.mark.skipif(not VEXSEQ.is_file(), reason="the measured splicing effects are not here")
def test_measured_changes_of_splicing_are_explained_as_by_the_authors_package() -> None:
    """957 variants of Vex-seq. The authors' package has the same correlations to the last digit shown (delta of logit PSI
    against delta of PSI: Pearson 0.612, Spearman 0.420; as delta of PSI: 0.685)."""
    with gzip.open(VEXSEQ, "rt") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    pairs = [(ExonParts.of(Sequence(row["ref_seq"])), ExonParts.of(Sequence(row["alt_seq"]))) for row in rows]
    effects = compare_parts(load_modules(), pairs)
    measured = np.array([float(row["HepG2_delta_psi"]) for row in rows])
    logit = np.array([effect.delta_logit_psi for effect in effects])
    psi = np.array([e.delta_psi(float(row["HepG2_ref_psi"]) / 100) for e, row in zip(effects, rows, strict=True)])
    np.testing.assert_allclose(psi[:5], [0.03583492, 0.05159992, -0.05489264, -0.06314007, -0.03015368], atol=1e-6)
    assert len(rows) == 957
    assert np.corrcoef(logit, measured)[0, 1] == pytest.approx(0.612, abs=0.0005)
    assert np.corrcoef(psi, measured)[0, 1] == pytest.approx(0.685, abs=0.0005)
    assert np.corrcoef(ranks(logit), ranks(measured))[0, 1] == pytest.approx(0.420, abs=0.0005)


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks, equal values sharing their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (counts.cumsum() - (counts - 1) / 2)[inverse]
