"""Upstream start codons, worked out by hand on leaders of 50 bases of C: the main start is at base 51."""

from __future__ import annotations

import pytest

from genoviz import Sequence, consequences, get_card
from genoviz.sequences.edits import Edit
from tests.consequences.changes import said, words, written

MODEL = "utr5.mrl"


@pytest.mark.parametrize(
    ("start", "frame", "more"),
    [
        # 51 - 12 = 39 bases are 13 codons; 51 - 10 = 41 are none
        (12, "in frame", "no stop before the main start: it lengthens the protein; Kozak context weak"),
        (
            10,
            "out of frame",
            "no stop before the main start: its reading frame overlaps the gene's; Kozak context weak",
        ),
    ],
)
def test_a_start_codon_is_made_and_lost(start: int, frame: str, more: str) -> None:
    without, having = written(50, (start, "CTG")), written(50, (start, "ATG"))
    (made,) = said(MODEL, without, f"C{start}A", "upstream-start")
    assert (made.kind, made.words, made.more) == ("made", f"makes an upstream ATG, {frame}", more)
    assert (made.start, made.end) == (start - 1, start + 2)
    for edit in (f"A{start}C", f"G{start + 2}C"):
        (lost,) = said(MODEL, having, edit, "upstream-start")
        assert (lost.kind, lost.words, lost.more) == ("lost", f"takes away an upstream ATG, {frame}", more)
    assert words(MODEL, without, f"C{start}G") == []  # GTG is none
    assert words(MODEL, having, f"C{start + 3}T") == []  # the base behind it: no G at +4 before, none after


def test_the_reading_frame_of_a_start_codon_is_read_to_its_stop() -> None:
    # ATG at 10, then CCC CCC, and TAA at 19: three codons up to the stop
    (made,) = said(MODEL, written(50, (10, "CTG"), (19, "TAA")), "C10A", "upstream-start")
    assert made.more == "its reading frame of 3 codons ends at bases 19-21; Kozak context weak"
    # a stop in another frame is none
    (made,) = said(MODEL, written(50, (10, "CTG"), (20, "TAA")), "C10A", "upstream-start")
    assert made.more.startswith("no stop before the main start")


def test_a_start_codon_must_end_before_the_main_start() -> None:
    assert words(MODEL, written(50, (48, "CTG")), "C48A", "upstream-start") == ["makes an upstream ATG, in frame"]
    # the last two bases and the A of the main start are no ATG, and N are not read
    assert words(MODEL, written(50, (49, "CT")), "C49A", "upstream-start") == []
    leader = written(20, (9, "CTG")) + "N" * 30  # the main start follows the last base: 21 - 9 = 12
    assert words(MODEL, leader, "C9A", "upstream-start") == ["makes an upstream ATG, in frame"]


def test_the_stop_of_an_upstream_frame_is_made_and_lost() -> None:
    having, without = written(50, (10, "ATG"), (19, "TAA")), written(50, (10, "ATG"), (19, "CAA"))
    (lost,) = said(MODEL, having, "T19C", "upstream-stop")
    assert lost.words == "takes away the stop of the upstream ATG at base 10"
    assert lost.more == "no stop before the main start: its reading frame overlaps the gene's"
    (made,) = said(MODEL, without, "C19T", "upstream-stop")
    assert made.words == "makes a stop in the reading frame of the upstream ATG at base 10"
    assert made.more == "its reading frame of 3 codons ends at bases 19-21"
    assert words(MODEL, having, "A21G", "upstream-stop") == []  # TAG is a stop, too
    assert words(MODEL, written(50, (10, "ATG"), (20, "CAA")), "C20T", "upstream-stop") == []  # another frame
    assert words(MODEL, written(50, (19, "CAA")), "C19T", "upstream-stop") == []  # no start, no frame
    # behind an earlier stop of the same frame nothing ends
    assert words(MODEL, written(50, (10, "ATG"), (13, "TGA"), (19, "CAA")), "C19T", "upstream-stop") == []


def test_kozak_context_of_upstream_starts_and_of_the_main_one() -> None:
    weak, moderate = written(50, (10, "CCCATGC")), written(50, (10, "CCCATGG"))
    assert words(MODEL, moderate, "C10A") == [
        "makes the Kozak context of the upstream ATG at base 13 strong (was moderate)"
    ]
    assert words(MODEL, moderate, "G16T") == [
        "makes the Kozak context of the upstream ATG at base 13 weak (was moderate)"
    ]
    assert words(MODEL, weak, "C10G") == ["makes the Kozak context of the upstream ATG at base 13 moderate (was weak)"]
    assert words(MODEL, weak, "C11A") == []  # -2 does not count
    assert words(MODEL, weak, "C10T") == []
    assert words(MODEL, "C" * 50, "C48A") == ["gives the main start a purine (A) at -3"]
    assert words(MODEL, written(50, (48, "G")), "G48T") == ["takes the purine at -3 from the main start"]
    assert words(MODEL, written(50, (48, "G")), "G48A") == []
    assert words(MODEL, "C" * 50, "C47A") == []


def test_insertions_and_deletions_move_frames() -> None:
    leader = written(47, (20, "ATG")) + "NNN"  # 48 - 20 = 28: out of frame; N at the end are no bases
    assert words(MODEL, leader, "del 30", "upstream-start") == ["moves the upstream ATG at base 20 into frame"]
    assert words(MODEL, leader, "del 30-32", "upstream-start") == []
    assert words(MODEL, leader, "del 10", "upstream-start") == []
    assert words(MODEL, leader, "ins 25 AA", "upstream-start") == ["moves the upstream ATG at base 20 into frame"]
    # an ATG before another one is new, and the other one is not
    assert [f.start for f in said(MODEL, leader, "ins 20 ATG", "upstream-start")] == [19]
    assert [f.kind for f in said(MODEL, leader, "del 21", "upstream-start")] == ["lost"]


def test_rules_of_translation_are_for_its_models_alone() -> None:
    found = consequences.of_edit(get_card("tfbind.encode10"), Sequence(written(101, (10, "CTG"))), Edit(9, 10, "A"))
    assert [finding.words for finding in found] == []
