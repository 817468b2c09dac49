"""Whole numbers in text, and the name of a chromosome that remembers how it was written."""

from __future__ import annotations

import copy
import pickle

import pytest

from genoviz.sequences.chromosome_name import ChromosomeName, as_written, canonical_chromosome
from genoviz.sequences.locus import Locus
from genoviz.sequences.numbers import whole_number

NO_NUMBERS = [
    "",
    " 5",
    "-5",
    "+5",
    "5.0",
    "1e5",
    "1_000",
    "²",
    "①",
    "½",
    "Ⅷ",
    "٥",
    "５",
    "nan",
    "inf",
    "9" * 16,
    "9" * 5000,
]


@pytest.mark.parametrize("text", NO_NUMBERS, ids=[*map(ascii, NO_NUMBERS[:-2]), "16 digits", "5,000 digits"])
def test_no_whole_numbers(text: str) -> None:
    assert whole_number(text) is None


def test_whole_numbers() -> None:
    assert [whole_number(text) for text in ("0", "007", "9" * 15)] == [0, 7, 10**15 - 1]


@pytest.mark.parametrize(
    ("written", "name"),
    [("1", "chr1"), ("Chr8", "chr8"), ("MT", "chrM"), ("m", "chrM"), ("chrX", "chrX"), ("scA", "scA"), ("IV", "IV")],
)
def test_a_name_remembers_how_it_was_written(written: str, name: str) -> None:
    found = canonical_chromosome(written)
    assert found == name
    assert hash(found) == hash(name)
    assert as_written(found) == written
    assert as_written(canonical_chromosome(found)) == written
    for again in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found), Locus(found, 0, 5).flip().chrom):
        assert (again, as_written(again)) == (name, written)
    assert as_written(f"{found}") == name


def test_a_name_is_the_plain_text_it_is() -> None:
    name = ChromosomeName("chr1", "1")
    assert {name: 5}["chr1"] == 5
    assert Locus(name, 0, 5) == Locus("chr1", 0, 5)
    assert str(Locus.parse("1:1-5")) == "chr1:1-5"
    # letters of other scripts are no human chromosomes
    assert canonical_chromosome("chr١") == "chr١"
    assert canonical_chromosome("chr²") == "chr²"
