"""The alternate allele along a stretch: as the edited genome itself, read from end to end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genoviz.sequences.locus import Locus
from genoviz.splicing.along import splice_along
from genoviz.splicing.along_alternate import CHANGED, along_alternate
from genoviz.variants.variant import Variant
from tests.splicing.test_splice_along import Letters, genome, random_bases

BASES = random_bases(300)


@pytest.mark.parametrize("strand", ["+", "-"])
def test_a_substitution_is_the_edited_genome(tmp_path: Path, strand: str) -> None:
    at = BASES.index("GT", 120)
    variant, whole = Variant("chr1", at + 1, "G", "C", ""), Locus("chr1", 0, 300)
    (tmp_path / "other").mkdir()
    with genome(tmp_path, BASES) as before, genome(tmp_path / "other", BASES[:at] + "C" + BASES[at + 1 :]) as after:
        along = splice_along(Letters(), before, whole, strand)
        expected = splice_along(Letters(), after, whole, strand)
        found = along_alternate(Letters(), along, variant, before)
    np.testing.assert_allclose(found.alternate.values, expected.values, atol=1e-6)
    assert found.reference is along
    assert {(s.site, s.position) for s in found.alternate.sites} == {(s.site, s.position) for s in expected.sites}
    differs = np.abs(expected.values - along.values) >= CHANGED
    assert len(found.changed) == int(differs.sum()) > 0
    if strand == "+":
        lost = next(one for one in found.changed if one.site == "donor" and one.change < -0.5)
        assert lost.position == at  # the base before GT
        assert f"donor at {at:,}" in found.sentence


def test_a_deletion_leaves_the_bases_behind_it_in_their_places(tmp_path: Path) -> None:
    variant = Variant("chr1", 150, BASES[149:153], BASES[149], "")
    (tmp_path / "other").mkdir()
    with genome(tmp_path, BASES) as before, genome(tmp_path / "other", BASES[:150] + BASES[153:]) as after:
        along = splice_along(Letters(), before, Locus("chr1", 0, 300), "+")
        expected = splice_along(Letters(), after, Locus("chr1", 0, 297), "+").values
        found = along_alternate(Letters(), along, variant, before)
    start = found.variant.pos  # bases from here on are deleted, three of them
    np.testing.assert_allclose(found.alternate.values[:start], expected[:start], atol=1e-6)
    np.testing.assert_allclose(found.alternate.values[start + 3 :], expected[start:], atol=1e-6)
    assert not found.alternate.values[start : start + 3].any()
