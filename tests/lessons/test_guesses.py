"""Guesses of which bases matter: files, the sum over a class, and how they compare with scores."""

from __future__ import annotations

import json

import numpy as np
import pytest

from genoviz.errors import BadInput
from genoviz.lessons.guesses import Guesses, agreement, merge_guesses, places_of, read_guesses, stretches

BASES = "ACGTACGT"


def guess(marked: list[int], number: str, bases: str = BASES) -> Guesses:
    return Guesses.of(bases, "toy.sum", "activity", marked, number)


def test_a_class_is_the_sum_of_its_people_each_counted_once() -> None:
    one, two, three = guess([1, 2], "a"), guess([2], "b"), guess([7], "c")
    some = merge_guesses([one, two, one])
    assert (some.counts, some.people) == ((0, 1, 2, 0, 0, 0, 0, 0), 2)
    everybody = merge_guesses([two, three, some])  # `two` is in `some` already
    assert (everybody.counts, sorted(everybody.numbers)) == ((0, 1, 2, 0, 0, 0, 0, 1), ["a", "b", "c"])
    assert everybody.shares.tolist() == pytest.approx([0, 1 / 3, 2 / 3, 0, 0, 0, 0, 1 / 3])
    assert everybody.sentence == "3 people guessed: more than half marked 3."
    with pytest.raises(BadInput, match="in common"):
        merge_guesses([some, merge_guesses([two, three])])
    with pytest.raises(BadInput, match="different sequences"):
        merge_guesses([one, guess([1], "d", "ACGTACGA")])


def test_files_are_read_as_they_were_written_and_name_nobody() -> None:
    one = Guesses.of(BASES, "toy.sum", "activity", (0, 5))
    assert read_guesses(one.text()) == one
    assert Guesses.of(BASES, "toy.sum", "activity", (0, 5)).numbers != one.numbers
    assert set(json.loads(one.text())) == {"kind", "version", "model", "track", "sequence", "counts", "guesses"}


@pytest.mark.parametrize(
    "change",
    [
        {"counts": [0] * 7},
        {"counts": [2] + [0] * 7},  # more than there are people
        {"counts": [-1] + [0] * 7},
        {"guesses": []},
        {"guesses": ["a", "a"]},
        {"sequence": "ACGT ?"},
        {"sequence": ""},
        {"kind": "other"},
        {"counts": None},
    ],
)
def test_what_is_no_file_of_guesses_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="can't be read as guesses"):
        read_guesses(json.dumps(json.loads(guess([1], "a").text()) | change))


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "9" * 5_000, "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="can't be read as guesses"):
        read_guesses(text)


def test_marks_are_held_against_as_many_of_the_largest_scores() -> None:
    scores = np.array([0.1, -5.0, 3.0, 0.0, 2.0, np.nan, 0.0, 0.0])
    assert agreement([1, 2], scores) == 2  # size counts, not sign
    assert agreement([1, 4], scores) == 1
    assert agreement([0, 1, 2, 4], scores) == 4


def test_bases_as_text_and_back() -> None:
    assert stretches([30, 31, 32, 62]) == "31-33, 63"
    assert places_of("31-33, 63", 70) == [30, 31, 32, 62]
    assert stretches([]) == ""
    for wrong in ("", "0", "71", "a", "3-x", "9-3", "1-999999999999"):
        with pytest.raises(BadInput):
            places_of(wrong, 70)
