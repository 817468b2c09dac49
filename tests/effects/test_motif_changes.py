"""Motifs gained and lost: planted sites, exact p-values against all words, places on both strands."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.effects.motif_changes import motif_changes
from genoviz.effects.tables import change_table
from genoviz.errors import BadInput, BadMotif
from genoviz.genomes.registry import open_genome
from genoviz.models.catalogue import get_card
from genoviz.models.factors import motifs_for
from genoviz.motifs.collection import KnownMotif, collection
from genoviz.motifs.families import families_of
from genoviz.motifs.motif import Motif
from genoviz.motifs.p_value import STEP, motif_scan
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.variants.variant import Variant
from genoviz.variants.windows import allele_windows
from tests.variants.test_allele_windows import Genome


def exact(name: str, word: str) -> Motif:
    """A motif that knows one word."""
    return Motif(name, tuple(tuple(float(base == letter) for base in "ACGT") for letter in word))  # type: ignore[misc]


GATA = exact("GATA", "AGATAAGC")
#           the site is bases 41-48
PLUS = Genome("CT" * 20 + "AGATAAGC" + "CT" * 20)
MINUS = Genome("CT" * 20 + Sequence("AGATAAGC").reverse_complement().bases + "CT" * 20)

weights = st.lists(st.tuples(*[st.integers(0, 20)] * 4).filter(any), min_size=1, max_size=5)
backgrounds = st.sampled_from([(0.25, 0.25, 0.25, 0.25), (0.4, 0.1, 0.2, 0.3)])


@given(weights, backgrounds)
def test_p_values_are_those_of_all_words(
    counts: list[tuple[int, int, int, int]], background: tuple[float, ...]
) -> None:
    motif = Motif.from_counts("m", counts)
    scan = motif_scan(motif, background)
    words = ["".join(word) for word in itertools.product("ACGT", repeat=len(motif))]
    scores = np.array([scan.scores(word)[0] for word in words])
    chance = np.array([np.prod([background["ACGT".index(base)] for base in word]) for word in words])
    for score in {int(scores.min()), int(scores.max()), *scores[:5].tolist()}:
        assert scan.p_value(score) == pytest.approx(chance[scores >= score].sum(), rel=1e-9)
    assert scan.p_value(int(scores.max()) + 1) == 0
    assert scan.p_value(int(scores.min()) - 1) == pytest.approx(1)


@given(weights, st.text("ACGTN", min_size=5, max_size=30), backgrounds)
def test_rounded_scores_are_those_of_the_motif(
    counts: list[tuple[int, int, int, int]], text: str, background: tuple[float, ...]
) -> None:
    motif = Motif.from_counts("m", counts)
    found = motif_scan(motif, background).scores(text)
    known = [i for i in range(len(found)) if "N" not in text[i : i + len(motif)]]
    exact = motif.score(Sequence(text), background)
    np.testing.assert_allclose(found[known] * STEP, exact[known], atol=len(motif) * STEP / 2 + 1e-9)
    assert motif_scan(motif).scores("A" * (len(motif) - 1)).tolist() == []


@pytest.mark.parametrize(("genome", "strand"), [(PLUS, "+"), (MINUS, "-")])
@pytest.mark.parametrize("read", ["+", "-"])
def test_a_destroyed_site_is_lost_on_its_strand_and_place(genome: Genome, strand: str, read: str) -> None:
    variant = Variant("chr1", 44, genome.text[43], "C" if genome.text[43] != "C" else "G")
    windows = allele_windows(variant, genome, 41, strand=read)
    (lost,) = motif_changes(windows, [GATA])
    assert (lost.status, lost.allele) == ("lost", "REF")
    assert lost.locus == Locus("chr1", 40, 48, strand, "toy")
    assert lost.strand == ("+" if strand == read else "-")
    site = Sequence(windows.reference.bases[lost.start : lost.end])
    assert (site if lost.strand == "+" else site.reverse_complement()).bases == "AGATAAGC"
    assert lost.reference_p == pytest.approx(4**-8)
    assert lost.reference_score == pytest.approx(GATA.log_odds().max(1).sum(), abs=0.1)
    assert lost.change < -5
    assert lost.alternate_p > 1e-4
    assert lost.p_value == lost.reference_p


def test_the_change_back_is_a_gain() -> None:
    broken = Genome(PLUS.text[:43] + "C" + PLUS.text[44:])
    windows = allele_windows(Variant("chr1", 44, "C", "T"), broken, 41)
    (gained,) = motif_changes(windows, [GATA])
    assert (gained.status, gained.allele) == ("gained", "ALT")
    assert gained.locus == Locus("chr1", 40, 48, "+", "toy")
    assert windows.alternate.bases[gained.start : gained.end] == "AGATAAGC"
    assert gained.change > 5
    assert gained.p_value == gained.alternate_p < 1e-4


def test_a_site_that_only_moves_is_no_change() -> None:
    """Bases are inserted before the site, inside the window of bases that its match shares with the anchor."""
    windows = allele_windows(Variant("chr1", 40, "T", "TGG"), PLUS, 41)
    assert motif_changes(windows, [GATA]) == ()
    # One of the bases is the site's first: the match stays and so does its score.
    assert motif_changes(allele_windows(Variant("chr1", 40, "T", "TA"), PLUS, 41), [GATA]) == ()


def test_a_site_split_by_an_insertion_or_cut_by_a_deletion_is_lost() -> None:
    for variant in (Variant("chr1", 44, "T", "TCC"), Variant("chr1", 43, "ATA", "A")):
        (lost,) = motif_changes(allele_windows(variant, PLUS, 41), [GATA])
        assert (lost.status, lost.locus) == ("lost", Locus("chr1", 40, 48, "+", "toy"))


def test_a_site_made_of_inserted_bases_has_no_place_in_the_reference() -> None:
    genome = Genome("CT" * 40)
    windows = allele_windows(Variant("chr1", 40, "T", "TAGATAAGC"), genome, 41)
    (gained,) = motif_changes(windows, [GATA])
    assert (gained.status, gained.locus) == ("gained", None)
    assert windows.alternate.bases[gained.start : gained.end] == "AGATAAGC"
    assert "of the window" in str(change_table([gained])[0]["place"])


def test_a_match_is_looked_for_from_its_first_base() -> None:
    """AGATA-AGCTT-AGC: the bases that come in make the site anew, behind its own start."""
    windows = allele_windows(Variant("chr1", 45, "A", "AAGCTT"), PLUS, 41)
    assert "AGATAAGC" in windows.alternate.bases
    assert motif_changes(windows, [GATA]) == ()


def test_a_match_is_looked_for_from_its_last_base() -> None:
    """T-CA-GATAAGC: the site's first base is lost, and the one that comes to stand there is as good."""
    genome = Genome("CT" * 19 + "TC" + "AGATAAGC" + "CT" * 20)
    windows = allele_windows(Variant("chr1", 39, "TCA", "T"), genome, 41)
    assert "TGATAAGC" in windows.alternate.bases
    either = Motif("A or T first", ((0.5, 0.0, 0.0, 0.5), *GATA.probabilities[1:]))
    assert motif_changes(windows, [either]) == ()
    assert {row.status for row in motif_changes(windows, [GATA])} == {"lost"}


def test_a_match_in_both_alleles_is_changed_and_comes_last() -> None:
    soft = Motif.from_counts("soft", [[9, 1, 0, 0]] * 2 + [[0, 0, 20, 0]] * 6)
    genome = Genome("CT" * 20 + "AAGGGGGG" + "CT" * 20)
    windows = allele_windows(Variant("chr1", 41, "A", "C"), genome, 41)
    strict = exact("strict", "TAAGGGGG")
    found = motif_changes(windows, [soft, strict])
    assert [(row.motif.name, row.status) for row in found] == [("strict", "lost"), ("soft", "changed")]
    assert found[1].change == pytest.approx(-np.log2(9), abs=0.1)


def test_attribution_under_the_match() -> None:
    windows = allele_windows(Variant("chr1", 44, "T", "C"), PLUS, 41)
    values = np.arange(41.0)
    values[0] = np.nan
    (lost,) = motif_changes(windows, [GATA], reference_attribution=values)
    assert lost.attribution == values[lost.start : lost.end].sum()
    assert motif_changes(windows, [GATA])[0].attribution is None
    with pytest.raises(BadInput, match="The attribution of ALT"):
        motif_changes(windows, [GATA], alternate_attribution=np.zeros(3))
    with pytest.raises(BadInput, match="threshold is 1"):
        motif_changes(windows, [GATA], threshold=1)
    with pytest.raises(BadMotif, match="four positive numbers"):
        motif_changes(windows, [GATA], background=(0.5, 0.5, 0, 0))


def test_no_site_at_the_start_of_a_chromosome() -> None:
    genome = Genome("AGATAAGC" + "CT" * 30)
    (lost,) = motif_changes(allele_windows(Variant("chr1", 2, "G", "T"), genome, 41), [GATA])
    assert lost.locus == Locus("chr1", 0, 8, "+", "toy")


def test_relatives_are_one_change_and_the_explained_factor_names_it() -> None:
    windows = allele_windows(Variant("chr1", 44, "T", "C"), PLUS, 41)
    many = replace(GATA, name="many", sites=90)
    few, own = replace(GATA, name="few", sites=10), replace(GATA, name="own", sites=20)
    family = [KnownMotif.of(motif, "", "", "C4-GATA-related") for motif in (few, many, own)]
    (lost,) = motif_changes(windows, family)
    assert (lost.motif.name, lost.matching, lost.status) == ("many", 3, "lost")
    (lost,) = motif_changes(windows, family, about={"OWN"})
    assert (lost.motif.name, lost.matching) == ("own", 3)
    other = KnownMotif.of(replace(GATA, name="other"), "", "", "FOX")
    assert [row.motif.name for row in motif_changes(windows, [*family, other])] == ["many", "other"]


@pytest.mark.parametrize("strand", ["+", "-"])
def test_the_ets_site_of_the_example_is_lost_once(strand: str) -> None:
    """Of 37 motifs of vertebrates that change there, one is given for each place and family."""
    card = get_card("tfbind.encode10")
    with open_genome("teaching") as genome:
        windows = allele_windows(Variant("chrT1", 10719, "G", "T"), genome, card.length, strand=strand)
    every = [row for motif in collection(("vertebrates",)) for row in motif_changes(windows, [motif])]
    assert len({row.motif.accession for row in every}) == 37
    found = motif_changes(windows, motifs_for(card), about=("GABPA",))
    assert len(found) == len({family for row in found for family in families_of(row.motif)}) == 4
    first = change_table(found)[0]
    assert (first["family"], first["motif"], first["status"]) == ("Ets-related", "MA0062.4 GABPA", "lost")
    ets = {row.motif.name for row in every if "Ets-related" in families_of(row.motif)}
    assert first["factors"] == len(ets)
    assert first["place"] == "chrT1:10,715-10,724(-)"


@given(
    st.text("ACGT", min_size=60, max_size=60),
    st.integers(20, 40),
    st.integers(1, 3),
    st.text("ACGT", min_size=1, max_size=3),
)
def test_rows_say_what_a_plain_scan_finds(text: str, pos: int, gone: int, alt: str) -> None:
    ref = text[pos - 1 : pos - 1 + gone]
    if ref == alt:
        return
    motif = Motif.from_counts("m", [[8, 1, 1, 1], [1, 8, 1, 1], [1, 1, 8, 1], [4, 1, 4, 1]])
    windows = allele_windows(Variant("chr1", pos, ref, alt), Genome(text), 31)
    for row in motif_changes(windows, [motif], threshold=0.01):
        own = windows.reference if row.allele == "REF" else windows.alternate
        plain = motif.score(own, both_strands=True)[0 if row.strand == "+" else 1, row.start]
        own_score = row.reference_score if row.allele == "REF" else row.alternate_score
        assert own_score == pytest.approx(plain, abs=4 * STEP)
        assert row.change != 0
        span = windows.reference_span if row.allele == "REF" else windows.alternate_span
        assert row.start < span[1]
        assert row.end > span[0]
        assert (row.reference_p <= 0.01) == (row.status in ("lost", "changed"))
        assert (row.alternate_p <= 0.01) == (row.status in ("gained", "changed"))
