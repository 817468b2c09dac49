"""Positions of two edited forms of one sequence, paired by their edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadInput
from genoviz.sequences.edit_alignment import align, followed
from genoviz.sequences.edits import Edit, EditHistory
from genoviz.sequences.sequence import Sequence

ORIGINAL = Sequence("ACGTACGTAC")


def history(*edits: Edit) -> EditHistory:
    return EditHistory.replay(ORIGINAL, edits)


def test_by_hand() -> None:
    deleted, inserted = history(Edit(2, 4, "")), history(Edit(2, 2, "TT"))
    # original  AC  GTACGTAC ; first AC--ACGTAC ; second ACTTGTACGTAC
    pairs = align(deleted, inserted)
    assert pairs[:7] == [(0, 0), (1, 1), (None, 2), (None, 3), (None, 4), (None, 5), (2, 6)]
    assert pairs[-1] == (7, 11)
    assert align(history(Edit(5, 6, "G")), history()) == [(i, i) for i in range(10)]
    assert align(history(Edit(10, 10, "GG")), history(Edit(10, 10, "T")))[-2:] == [(10, 10), (11, None)]


def test_sites_are_followed() -> None:
    assert followed(history(Edit(0, 0, "GG")), 2, 5) == (4, 7)
    assert followed(history(Edit(3, 4, "G")), 2, 5) == (2, 5)
    assert followed(history(Edit(3, 4, "")), 2, 5) is None
    assert followed(history(Edit(3, 3, "A")), 2, 5) is None
    assert followed(history(Edit(2, 3, "")), 3, 5) == (2, 4)


def test_other_originals() -> None:
    with pytest.raises(BadInput, match="same sequence"):
        align(history(), EditHistory(Sequence("ACGT")))


@st.composite
def histories(draw: st.DrawFn) -> EditHistory:
    made = history()
    for _ in range(draw(st.integers(0, 4))):
        length = len(made.current)
        start = draw(st.integers(0, length))
        end = draw(st.integers(start, min(length, start + 3)))
        bases = draw(st.text("ACGT", min_size=int(start == end), max_size=4))
        if length + len(bases) - (end - start) > 0 and (bases or start < end):
            made = made.apply(Edit(start, end, bases))
    return made


@given(histories(), histories())
def test_every_position_once_and_in_order(a: EditHistory, b: EditHistory) -> None:
    pairs = align(a, b)
    assert [i for i, _ in pairs if i is not None] == list(range(len(a.current)))
    assert [j for _, j in pairs if j is not None] == list(range(len(b.current)))
    assert align(b, a) == [(j, i) for i, j in pairs]
    assert align(a, a) == [(i, i) for i in range(len(a.current))]


@given(histories())
def test_a_followed_base_is_the_base_that_it_was(a: EditHistory) -> None:
    untouched = all(edit.shift for edit in a.done)
    for i, base in enumerate(ORIGINAL.bases):
        place = followed(a, i, i + 1)
        if place is not None and untouched:
            assert a.current.bases[place[0]] == base
