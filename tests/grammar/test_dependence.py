"""Blocks that depend on each other: by hand on the hand-set networks, against a loop, refusals."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from genoviz.errors import BadInput, Cancelled
from genoviz.grammar.backgrounds import shuffled
from genoviz.grammar.dependence import SequenceBlock, ablate_blocks, parse_blocks, strongest_blocks
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A, SITE_B
from genoviz.predict.prediction import predict
from genoviz.sequences.sequence import Sequence

TARGET = Target("activity", ("activity",))
# Rich in T, so that a shuffle written over a block never matches four bases of a site.
BOTH = Sequence("T" * 10 + SITE_A + "T" * 20 + SITE_B + "T" * 18, "both sites")
BLOCKS = (SequenceBlock(10, 16, "GATA"), SequenceBlock(36, 42, "E-box"), SequenceBlock(46, 52, "nothing"))


def value(name: str, text: str) -> float:
    return float(predict(load_model(name), Sequence(text))[0]["activity"].values[0, 0])


def test_two_sites_that_need_each_other_by_hand() -> None:
    """The smaller of both matches is 3. Without either, or both, it is 0: -3, -3 and -3, so +3 beyond the sum."""
    found = ablate_blocks(load_model("toy.and"), TARGET, BOTH, BLOCKS, n=10, seed=4)
    assert found.value == 3
    assert found.single.mean.tolist() == [-3, -3, 0]
    assert found.joint.mean[0, 1] == -3
    assert found.interaction.mean[0, 1] == found.interaction.mean[1, 0] == 3
    assert found.interaction.mean[0, 2] == found.interaction.mean[1, 2] == 0
    assert np.isnan(np.diag(found.interaction.mean)).all()
    assert found.pairs[0] == (0, 1)
    # GATA adds 3, without the E-box nothing, and without the third block still 3.
    assert found.worth.mean[0].tolist() == [3, 0, 3]
    assert found.sentence.startswith("GATA (11-16) and E-box (37-42) depend on each other most: GATA (11-16) adds +3")


def test_sites_that_add_up_do_not_interact() -> None:
    two = Sequence("T" * 10 + SITE_A + "T" * 20 + SITE_A + "T" * 18)
    found = ablate_blocks(load_model("toy.sum"), TARGET, two, BLOCKS[:2], n=10, seed=4)
    assert found.joint.mean[0, 1] == -6
    assert found.interaction.mean[0, 1] == 0
    assert "No pair" in found.sentence


def test_copies_make_up_for_each_other() -> None:
    """Two sites of A and one of B: losing one A costs nothing, losing both costs 3, so -3 beyond the sum."""
    text = Sequence(SITE_A + "T" * 14 + SITE_A + "T" * 10 + SITE_B + "T" * 18)
    found = ablate_blocks(
        load_model("toy.and"), TARGET, text, [SequenceBlock(0, 6), SequenceBlock(20, 26)], n=10, seed=4
    )
    assert found.interaction.mean[0, 1] == -3
    assert "make up for each other" in found.sentence


def test_against_a_loop() -> None:
    found = ablate_blocks(load_model("toy.sum"), TARGET, BOTH, BLOCKS, n=3, seed=1)
    for row, shuffle in enumerate(shuffled(BOTH, n=3, seed=1).sequences):
        for i, a in enumerate(BLOCKS):
            for j, b in enumerate(BLOCKS):
                letters = list(BOTH.bases)
                for block in (a, b):
                    letters[block.start : block.end] = shuffle[block.start : block.end]
                slow = value("toy.sum", "".join(letters)) - value("toy.sum", BOTH.bases)
                assert found.joint.values[row, i, j] == pytest.approx(slow)


def test_cancelling_keeps_the_shuffles_done() -> None:
    def progress(share: float) -> None:
        if share > 0.45:
            raise Cancelled

    found = ablate_blocks(load_model("toy.and"), TARGET, BOTH, BLOCKS, n=10, progress=progress)
    assert not found.complete
    assert found.single.values.shape == (4, 3)


def test_strongest_blocks_lie_apart_and_count_both_signs() -> None:
    scores = np.zeros(40)
    scores[3:7], scores[20:24], scores[30] = 1, -2, np.nan
    found = strongest_blocks(scores, n=5, width=4)
    assert [(b.start, b.end) for b in found[:2]] == [(3, 7), (20, 24)]
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_blocks_in_words() -> None:
    assert parse_blocks("ETS 31-40, 63\u201372;\nGC box 80-88") == (
        SequenceBlock(30, 40, "ETS"),
        SequenceBlock(62, 72),
        SequenceBlock(79, 88, "GC box"),
    )
    for bad in ("31", "40-31", "0-5", "a-b", f"1-{'9' * 5000}", "²-③", "١-٢", "nan-inf"):
        with pytest.raises(BadInput, match="can't be read"):
            parse_blocks(bad)


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        (((0, 6),), "1 blocks"),
        (((0, 6), (5, 9)), "overlap"),
        (((0, 6), (55, 61)), "has bases 1 to 60"),
        (tuple((i, i + 1) for i in range(13)), "13 blocks"),
    ],
)
def test_refusals(blocks: tuple[tuple[int, int], ...], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        ablate_blocks(load_model("toy.and"), TARGET, BOTH, [SequenceBlock(*b) for b in blocks])
