"""MaxEntScan's scores of a site with either allele: which bases are read, on both strands and across indels."""

from __future__ import annotations

import pytest

from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.weights import is_ready
from genoviz.sequences.sequence import Sequence
from genoviz.splicing.strength import BASELINES, site_strengths
from genoviz.variants.variant import Variant
from genoviz.variants.windows import allele_windows
from tests.small_reference import SmallReference

needs_weights = pytest.mark.skipif(
    not all(is_ready(get_card(name)) for name in BASELINES.values()), reason="the published tables are not here"
)
DONOR, ACCEPTOR = "CAGGTAAGT", "TTCCAAACGAACTTTTGTAGGGA"  # documented scores 10.86 and 2.89
FLANK = "ACGTTGCATC" * 6


def strengths(text: str, variant: Variant, strand: str, sites: list[tuple[str, int]]):
    models = {site: load_model(name) for site, name in BASELINES.items()}
    windows = allele_windows(variant, SmallReference({"chr1": text}), 101, strand=strand)
    return site_strengths(models, windows, sites)


@needs_weights
@pytest.mark.parametrize("strand", ["+", "-"])
def test_documented_sites_on_both_strands(strand: str) -> None:
    text = FLANK + DONOR + FLANK
    place = len(FLANK) + 3  # 1-based: the exon's last base
    changed, at = "G", place + 1  # the intron's first base
    if strand == "-":
        text = Sequence(text).reverse_complement().bases
        place, at = len(text) + 1 - place, len(text) + 1 - at
        changed = "C"
    (found,) = strengths(text, Variant("chr1", at, changed, "A"), strand, [("donor", place - at)])
    assert found.reference_bases == DONOR
    assert found.reference == pytest.approx(10.86, abs=0.005)
    assert found.alternate_bases == (DONOR[:3] + ("A" if strand == "+" else "T") + DONOR[4:])
    assert found.alternate is not None
    assert found.alternate < 5
    assert found.position == place


@needs_weights
def test_an_acceptor_moves_with_an_insertion_before_it() -> None:
    text = FLANK + ACCEPTOR + FLANK
    place = len(FLANK) + 21  # the exon's first base
    left = len(FLANK) - 3
    insertion = Variant("chr1", left, text[left - 1], text[left - 1] + "GATTACA")
    (found,) = strengths(text, insertion, "+", [("acceptor", place - left)])
    assert found.reference_bases == found.alternate_bases == ACCEPTOR
    assert found.reference == pytest.approx(2.89, abs=0.005)


@needs_weights
def test_a_deleted_base_has_no_score() -> None:
    text = FLANK + DONOR + FLANK
    place = len(FLANK) + 3
    (found,) = strengths(
        text, Variant("chr1", place - 1, text[place - 2 : place], text[place - 2]), "+", [("donor", 1)]
    )
    assert found.reference_bases == DONOR
    assert found.alternate is None
    assert found.alternate_bases == ""
