"""Real peaks name their factor, shuffles do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import name_peaks as bench
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle

ROOT = Path(__file__).parents[2]
FOLDER = ROOT.parent / "shared" / "data" / "tf_chip_ctcf_pu1_hg19"


@pytest.mark.data
@pytest.mark.skipif(not FOLDER.is_dir(), reason="needs the peaks of CTCF and PU.1")
def test_hits_and_blocks_name_ctcf_and_hits_name_pu1() -> None:
    ctcf, pu1 = (bench.peaks(FOLDER, factor, 20) for factor in ("CTCF", "PU1"))
    shuffled = [Sequence(dinucleotide_shuffle(s.bases, 1, seed=i)[0]) for i, s in enumerate(ctcf)]
    assert bench.share_of_best_hits(ctcf, bench.is_ctcf) >= 0.5
    assert bench.share_of_blocks(ctcf) >= 0.4
    assert bench.share_of_best_hits(pu1, bench.is_ets) >= 0.35
    assert bench.share_of_best_hits(shuffled, bench.is_ctcf) <= 0.1
