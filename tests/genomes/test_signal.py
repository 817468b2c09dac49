"""Measured tracks along a place: bedGraph, wiggle, strands, and what is refused."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from genoviz.errors import BadInput
from genoviz.genomes.signal import read_signal
from genoviz.measured.along import along_against, binned
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence

PLACE = Locus("chr2", 10, 18)
N = np.nan


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("track type=bedGraph\nchr2\t8\t12\t1.5\n2\t14\t15\t-2\nchr3\t10\t18\t9\n", [1.5, 1.5, N, N, -2, N, N, N]),
        ("fixedStep chrom=chr2 start=10 step=2 span=1\n7\n8\n9\n", [N, 8, N, 9, N, N, N, N]),
        ("variableStep chrom=chr2 span=2\n12 3\n17 4\n", [N, 3, 3, N, N, N, 4, 4]),
        ("#a\nchr2 10 11 1\nchr2 11 x 2\n", [1, N, N, N, N, N, N, N]),
    ],
)
def test_values_lie_where_the_file_says(text: str, values: list[float]) -> None:
    found = read_signal(gzip.compress(text.encode()), PLACE)
    assert np.array_equal(found.values, values, equal_nan=True)
    turned = read_signal(text.encode(), Locus("2", 10, 18, "-"))
    assert np.array_equal(turned.values, values[::-1], equal_nan=True)
    assert f"values at {np.isfinite(values).sum()} of 8 bases" in found.sentence


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no values"),
        (b">chr2\nACGT\n", "no values"),
        (gzip.compress(b"chr2\t8\t12\t1.5\n", mtime=0)[:20], "damaged"),
    ],
)
def test_other_files_are_refused(content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_signal(content, PLACE)


def test_bigwig_asks_for_its_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyBigWig", None)
    with pytest.raises(BadInput, match=r"genoviz\[tracks\]"):
        read_signal(b"\x26\xfc\x8f\x88" + b"\0" * 60, PLACE)


def test_a_track_is_held_against_importance_and_profile() -> None:
    model = load_model("toy.sum")
    sequence = Sequence("C" * 27 + "GATAAG" + "C" * 27, locus=Locus("chr1", 100, 160))
    importance = np.abs(saturate(model, sequence, Target.default(model.card)).importance)
    lines = "".join(f"chr1\t{100 + i}\t{101 + i}\t{v}\n" for i, v in enumerate(importance))
    found = along_against(model, sequence, Target.default(model.card), read_signal(lines.encode(), sequence.locus))
    assert found.overall.pearson == pytest.approx(1)
    assert "importance of each base" in found.sentence
    bpnet = load_model("bpnet.yeast")
    place = Sequence("ACGTTGCACGTG" * 62, locus=Locus("chrI", 0, 744))
    signal = read_signal(b"chrI\t0\t400\t1\nchrI\t400\t744\t2\n", place.locus)
    profile = along_against(bpnet, place, Target("profile", (bpnet.card.output("profile").tracks[0],)), signal)
    assert profile.what == "profile"
    assert len(profile.predicted) == bpnet.card.output("profile").bins
    assert profile.measured[0] == 1
    assert binned(np.arange(6.0), 0, 3, 2).tolist() == [1, 4]
    with pytest.raises(BadInput, match="sequence has 60"):
        along_against(model, sequence, Target.default(model.card), signal)
