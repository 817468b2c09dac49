"""Boxes of bacterial promoters over a variant."""

from __future__ import annotations

import pytest

from genoviz.effects.promoter_boxes import LEAST, best_pair, box_changes
from genoviz.sequences.sequence import Sequence
from genoviz.variants.variant import Variant
from genoviz.variants.windows import allele_windows
from tests.small_reference import SmallReference

# lac: TTTACA (5 of 6), 18 bases, TATGTT (4 of 6): 9 letters less half a one.
LAC = "CACCCCAGGCTTTACACTTTATGCTTCCGGCTCGTATGTTGTGTGGAATTGTGAGCGG"


def test_the_boxes_of_lac_by_hand() -> None:
    found = best_pair(LAC, (10, 40))
    assert found is not None
    assert (found.minus_35, found.spacer, found.minus_10, found.score) == ("TTTACA", 18, "TATGTT", 8.5)
    turned = best_pair(Sequence(LAC).reverse_complement().bases, (len(LAC) - 40, len(LAC) - 10), "-")
    assert turned is not None
    assert (str(turned), turned.score) == (str(found), found.score)
    assert best_pair("ACGC" * 20, (0, 80)) is None


@pytest.mark.parametrize(
    ("position", "ref", "alt", "status", "words"),
    [
        (LAC.index("TATGTT") + 4, "G", "A", "stronger", "TATGTT (8.5 of 12 letters) to TTTACA -18- TATATT (9.5"),  # UV5
        (LAC.index("TATGTT") + 2, "A", "G", "lost", "to none"),
        (LAC.index("TTTACA") + 3, "T", "G", "stronger", "to TTGACA -18- TATGTT (9.5 of 12 letters)"),
        (LAC.index("TTTACA") + 9, "T", "", "stronger", "-17- TATGTT (9 of 12 letters)"),  # a spacer of 17
    ],
)
def test_what_changes_them(position: int, ref: str, alt: str, status: str, words: str) -> None:
    pad = "GC" * 40
    reference = SmallReference({"chr1": pad + LAC + pad}, "made-up")
    at = len(pad) + position
    if not alt:  # with the base before it
        before = reference.bases("chr1", at - 2, at)
        variant = Variant("chr1", at - 1, before, before[0], "")
    else:
        variant = Variant("chr1", at, ref, alt, "")
    found = next(one for one in box_changes(allele_windows(variant, reference, 120)) if one.strand == "+")
    assert found.status == status
    assert words in found.sentence


def test_no_pair_below_the_threshold_is_named() -> None:
    reference = SmallReference({"chr1": "GC" * 200}, "made-up")
    assert box_changes(allele_windows(Variant("chr1", 201, "G", "T", ""), reference, 150)) == ()
    assert LEAST == 8.5
