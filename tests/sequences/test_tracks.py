"""Tracks: shapes, places and tables."""

from __future__ import annotations

import numpy as np
import pytest

from genoviz.errors import BadInput
from genoviz.sequences.locus import Locus
from genoviz.sequences.tracks import Tracks

VALUES = np.arange(8.0).reshape(2, 4)


def make(**options: object) -> Tracks:
    return Tracks(VALUES, ("CTCF", "GABPA"), "logit", **options)  # type: ignore[arg-type]


def test_read_only_and_independent_of_the_source() -> None:
    source = VALUES.copy()
    tracks = Tracks(source, ("a", "b"), "logit")
    source[0, 0] = 99
    assert tracks.values[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        tracks.values[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        tracks.track("a")[0] = 1


def test_dtype_is_kept_or_made_floating() -> None:
    assert Tracks(VALUES.astype(np.float32), ("a", "b"), "x").values.dtype == np.float32
    assert Tracks(VALUES.astype(int), ("a", "b"), "x").values.dtype == np.float64


def test_equality_is_identity() -> None:
    one = make()
    assert one == one
    assert one != make()
    assert len({one, make()}) == 2


def test_track_by_name_and_near_matches() -> None:
    tracks = make()
    assert len(tracks) == 4
    assert tracks.track("GABPA").tolist() == [4, 5, 6, 7]
    with pytest.raises(BadInput, match="Near matches are `CTCF`"):
        tracks.track("ctfc")
    with pytest.raises(BadInput, match="There are `CTCF`, `GABPA`"):
        tracks.track("zzzz")


@pytest.mark.parametrize("strand", ["+", "-"])
def test_slice_moves_the_locus(strand: str) -> None:
    tracks = make(resolution=10, locus=Locus("chr1", 100, 140, strand), start=5)
    part = tracks.slice(1, 3)
    assert part.values.tolist() == [[1, 2], [5, 6]]
    assert part.start == 15
    assert part.locus == Locus("chr1", 110, 130, strand)
    first = tracks.slice(0, 1)
    assert first.locus == (Locus("chr1", 100, 110) if strand == "+" else Locus("chr1", 130, 140, "-"))


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (0, 5)])
def test_slice_refuses(start: int, end: int) -> None:
    with pytest.raises(BadInput):
        make().slice(start, end)


def test_frame() -> None:
    frame = make(resolution=10, locus=Locus("chr1", 100, 140, "-")).to_frame()
    assert list(frame.columns) == ["chrom", "start", "end", "CTCF", "GABPA"]
    assert frame["start"].tolist() == [130, 120, 110, 100]
    assert frame["end"].tolist() == [140, 130, 120, 110]
    assert frame["GABPA"].tolist() == [4, 5, 6, 7]
    plus = make(locus=Locus("chr1", 100, 104)).to_frame()
    assert plus["start"].tolist() == [100, 101, 102, 103]
    bare = make(start=7).to_frame()
    assert list(bare.columns) == ["start", "end", "CTCF", "GABPA"]
    assert bare["start"].tolist() == [7, 8, 9, 10]


@pytest.mark.parametrize(
    "options",
    [
        {"names": ("a",)},
        {"names": ("a", "a")},
        {"values": np.zeros(3)},
        {"values": np.zeros((2, 3, 4))},
        {"resolution": 0},
        {"locus": Locus("chr1", 0, 5)},
    ],
)
def test_refuses_what_does_not_agree(options: dict) -> None:
    fields = {"values": VALUES, "names": ("a", "b"), "unit": "logit"} | options
    with pytest.raises(BadInput):
        Tracks(**fields)
