"""A small sample of the table in docs/motifs.md: factors whose top sequences carry their own site are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.name_factors import count_names, names_factor, names_family, top_sequences
from genoviz.models.load import load_model
from genoviz.motifs.collection import find
from genoviz.sequences.shuffle import dinucleotide_shuffle

PEAKS = Path(__file__).parents[3] / "shared" / "data" / "tf_chip_deepbind10"


def test_names_and_families() -> None:
    assert names_factor(find("REST"), "REST")
    assert names_factor(find("ELK1::HOXA1"), "ELK1")
    assert not names_factor(find("CTCF"), "CTCFL")
    assert names_family(find("CTCF"), "CTCFL")
    assert names_family(find("ETV6"), "GABPA")
    # One structural family with CTCF, another site.
    assert not names_family(find("ZBTB7A"), "CTCFL")


@pytest.mark.data
@pytest.mark.skipif(not PEAKS.is_dir(), reason="the public data sets are not here")
@pytest.mark.parametrize("factor", ["CTCFL", "REST", "USF1"])
def test_top_sequences_name_the_family_and_their_shuffles_do_not(factor: str) -> None:
    model = load_model("tfbind.encode10")
    (path,) = PEAKS.glob(f"{factor}_*.test.tsv.gz")
    top = top_sequences(model, path, factor, 4)
    assert count_names(model, factor, top).family >= 3
    assert count_names(model, factor, [dinucleotide_shuffle(bases, 1)[0] for bases in top]).family <= 1
