"""Boxes of E. coli promoters by hand: the transcription start is at base 121, and all other bases are C."""

from __future__ import annotations

import pytest

from genoviz.consequences.bacterial import Boxes, boxes_of
from tests.consequences.changes import said, words, written

MODEL = "promoter.ecoli"
# TTGACA at 85-90, 17 bases, TATAAT at 108-113, 7 bases, the start at 121
BEST = written(150, (85, "TTGACA"), (108, "TATAAT"))


def test_the_boxes_are_found() -> None:
    assert boxes_of(BEST, 120) == Boxes(84, 107)
    assert Boxes(84, 107).spacer == 17
    # 12 letters, less half for a spacer of 18
    assert boxes_of(written(150, (84, "TTGACA"), (108, "TATAAT")), 120) == Boxes(83, 107)
    assert boxes_of("C" * 150, 120) is None


@pytest.mark.parametrize(
    ("box", "rule", "edit", "back", "consensus"),
    [("-10", "minus-10", "T113G", "G113T", "TATAAT"), ("-35", "minus-35", "T85G", "G85T", "TTGACA")],
)
def test_letters_of_a_box_are_lost_and_won(box: str, rule: str, edit: str, back: str, consensus: str) -> None:
    assert words(MODEL, BEST, edit) == [f"takes the {box} box from 6 to 5 of the 6 letters of {consensus}"]
    place = int(edit[1:-1]) - 1
    worse = BEST[:place] + "G" + BEST[place + 1 :]
    (found,) = said(MODEL, worse, back)
    assert (found.rule, found.words) == (rule, f"brings the {box} box from 5 to 6 of the 6 letters of {consensus}")
    assert words(MODEL, worse, f"G{place + 1}A") == []  # neither letter is that of the consensus


def test_bases_beside_the_boxes_say_nothing() -> None:
    for edit in ("C84A", "C91T", "C107A", "C114G", "C121A", "C10T"):
        assert words(MODEL, BEST, edit) == [], edit


def test_a_box_at_a_better_place() -> None:
    # 5 letters of TATAAT at 106-111 (TATAAC); its last letter makes 6, and the box at 108-113 has 4
    bases = written(150, (85, "TTGACA"), (106, "TATAAC"))
    (found,) = said(MODEL, bases, "C111T", "minus-10")
    assert found.words == "brings the -10 box from 5 to 6 of the 6 letters of TATAAT"
    # TATAAT at 108 is whole; a second TATAAT can't be better, so that nothing moves
    assert words(MODEL, BEST, "C103T") == []


def test_both_boxes_come_to_be_and_go() -> None:
    # 4 + 3 letters are enough, 3 + 3 are not
    few = written(150, (85, "TTGGGG"), (108, "TATACC"))
    assert boxes_of(few, 120) == Boxes(84, 107)
    (lost,) = said(MODEL, few, "T108C", "minus-10")
    assert lost.words == "takes the -10 box from 4 to 3 of the 6 letters of TATAAT"
    assert lost.more == "both boxes together have fewer than 7 letters"
    (made,) = said(MODEL, few[:107] + "C" + few[108:], "C108T", "minus-10")
    assert made.words == "brings the -10 box from 3 to 4 of the 6 letters of TATAAT"
    assert made.more == "both boxes together have now 7 letters"


def test_the_spacer_gets_longer_and_shorter() -> None:
    assert words(MODEL, BEST, "ins 100 C", "spacer") == [
        "changes the spacer between -35 and -10 from 17 to 18 bases, away from 17"
    ]
    assert words(MODEL, BEST, "del 100", "spacer") == [
        "changes the spacer between -35 and -10 from 17 to 16 bases, away from 17"
    ]
    longer = written(150, (84, "TTGACA"), (108, "TATAAT"))
    assert words(MODEL, longer, "del 100", "spacer") == [
        "changes the spacer between -35 and -10 from 18 to 17 bases, nearer to 17"
    ]
    assert words(MODEL, BEST, "ins 85 C", "spacer") == words(MODEL, BEST, "C100G", "spacer") == []


def test_the_extended_minus_10_box() -> None:
    assert words(MODEL, BEST[:105] + "G" + BEST[106:], "C105T") == ["makes the TG of an extended -10 box"]
    extended = written(150, (85, "TTGACA"), (105, "TGCTATAAT"))
    assert (
        words(MODEL, extended, "T105C")
        == words(MODEL, extended, "G106A")
        == ["takes away the TG of the extended -10 box"]
    )
    assert words(MODEL, extended, "C107G") == []  # the base between counts for nothing
