"""Relatives among sequences: by keys and by shared bases on either strand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genoviz.models.onehot import letter_codes
from genoviz.training.families import SHARED, connected, neighbours, related, relatives
from genoviz.training.recipes import crx, utr5, yeast_promoters
from genoviz.training.supervised import by_shared_bases
from genoviz.training.tables import Examples, join

DATA = Path(__file__).parents[3] / "shared" / "data"


def turned(text: str) -> str:
    return text.translate(str.maketrans("ACGT", "TGCA"))[::-1]


def test_keys_connect_directly_and_through_others() -> None:
    assert connected([{"a"}, {"b"}, {"c"}, {"a", "c"}, set()]).tolist() == [0, 1, 0, 0, 2]


def test_shared_bases_by_hand() -> None:
    """Rows 0 and 1 share CCGAT, row 2 holds it on the other strand, row 3 has only four of its bases."""
    rows = letter_codes(["ACCGATG", "CCGATAA", "TTATCGG", "GTCCGAA"])
    assert related(rows, shared=5).tolist() == [0, 0, 0, 1]
    assert related(rows, shared=4).tolist() == [0, 0, 0, 0]
    assert related(rows, shared=7).tolist() == [0, 1, 1, 2]  # row 2 is row 1 turned round
    assert related(rows, shared=8).tolist() == [0, 1, 2, 3]  # longer than the rows


def test_equal_keys_are_relatives_too() -> None:
    rows = letter_codes(["ACCGATG", "GGGTTTA", "TTATCGG"])
    assert related(rows, shared=6, keys=["x", "y", "x"]).tolist() == [0, 1, 0]


def test_n_is_shared_with_nothing() -> None:
    assert related(letter_codes(["ACGNNNN", "TTTNNNN"]), shared=4).tolist() == [0, 1]
    assert related(letter_codes(["AAAA", "NNNN"]), shared=4).tolist() == [0, 1]


def test_words_of_32_bases_fill_64_bits() -> None:
    """A and G in the first place differ in the highest bits."""
    rest = "".join(np.random.default_rng(0).choice(list("ACGT"), 31))
    rows = letter_codes(["A" + rest, "G" + rest, turned("A" + rest)])
    assert related(rows, shared=32).tolist() == [0, 1, 0]
    assert related(rows, shared=31).tolist() == [0, 0, 0]


def test_neighbours_on_one_strand_are_at_one_locus() -> None:
    places = [("chr1+", 500, 600), ("chr1+", 100, 200), ("chr1-", 110, 210), ("chr1+", 290, 390), ("chr2+", 100, 200)]
    assert neighbours(places, within=100).tolist() == [1, 0, 2, 0, 3]
    assert neighbours(places, within=90).tolist() == [2, 0, 3, 1, 4]
    assert neighbours(places, within=111).tolist() == [0, 0, 1, 0, 2]
    inside = [
        ("chr1+", 0, 1000),
        ("chr1+", 10, 20),
        ("chr1+", 1050, 1060),
    ]  # the longest decides how far a locus reaches
    assert neighbours(inside, within=100).tolist() == [0, 0, 0]


def test_loci_stay_with_their_rows_and_make_relatives() -> None:
    rows = Examples(
        letter_codes(["ACGT", "CCCC", "GATA"]), np.zeros((3, 1), dtype=np.float32), np.array(["a", "b", "a"])
    )
    assert by_shared_bases(rows).tolist() == [0, 1, 0]
    taken = join([rows.take(np.array([2, 1])), rows])
    assert taken.loci is not None
    assert taken.loci.tolist() == ["a", "b", "a", "b", "a"]
    assert join([rows, Examples(rows.bases, rows.values)]).loci is None


@pytest.mark.parametrize("rows", [1, 10_000])
def test_relatives_of_other_sequences(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genoviz.training.families._ROWS", rows)  # in several parts and in one
    rng = np.random.default_rng(1)
    one, other, third = ("".join(rng.choice(list("ACGT"), 60)) for _ in range(3))
    learned = letter_codes([other[:20] + turned(one)[:40], third])
    asked = letter_codes([one, other, third[:31] + one[:29]])
    assert relatives(asked, learned).tolist() == [True, False, False]
    assert relatives(asked, learned, shared=20).tolist() == [True, True, True]
    assert relatives(letter_codes(["ACGT", "NNNN"]), learned).tolist() == [False, False]  # too short, no bases


@pytest.mark.long
@pytest.mark.skipif(not DATA.is_dir(), reason="needs the public data sets")
def test_real_families() -> None:
    """Both versions of a CRX element are of one family; the native yeast fragments of the test are of 36."""
    rows = [row for row in crx.rows_of(DATA / crx.FOLDER) if row["split"] == "test"]
    family = by_shared_bases(crx._examples(rows))
    by_element: dict[str, set[int]] = {}
    for row, number in zip(rows, family, strict=True):
        by_element.setdefault(row["label"].rpartition("_")[0], set()).add(int(number))
    assert len(by_element) == 743
    assert all(len(numbers) == 1 for numbers in by_element.values())
    test = yeast_promoters.read(DATA / yeast_promoters.FOLDER).test
    native = np.isfinite(test.values[:, list(yeast_promoters.TRACKS).index("native")])
    assert (native.sum(), len(np.unique(yeast_promoters.families(test)[native]))) == (683, 36)
    halves = utr5._read(DATA / utr5.FOLDER / "test.tsv.gz")
    by_halves = connected([{text[:25], text[25:]} for text in halves.texts()])
    wider = utr5.families(halves)
    assert all(len(set(wider[by_halves == f])) == 1 for f in np.unique(by_halves))  # the split's families are never cut
    assert SHARED == 32
