"""Letters of the state before an edit, along the edit; an edit is answered in two runs, everything else in one."""

from types import SimpleNamespace

import numpy as np
import pytest

from genoviz.attribute.attribution import Attribution
from genoviz.errors import BadInput
from genoviz.models.target import Target
from genoviz.sequences.edit_text import from_text
from genoviz.sequences.edited_window import read_window
from genoviz.sequences.edits import EditHistory
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer
from genoviz.ui.sequence import earlier_letters as letters

ORIGINAL = Sequence("ACGTACGT")
NAN = float("nan")


def state(text: str) -> EditHistory:
    return EditHistory.replay(ORIGINAL, from_text(text) if text else ())


def explained(history: EditHistory) -> Attribution:
    """Scores 1 to 8 in the row of each base."""
    read = read_window(history.current, 8)
    scores = np.zeros((4, 8), dtype=np.float32)
    scores["ACGT".index("A")] = np.arange(1, 9)
    return Attribution(scores, None, read, Target("x"), "deepliftshap", "zero", 1, 0, 0.0, 0.0, None, None, None, {}, "", ())  # fmt: skip


@pytest.mark.parametrize(
    ("earlier", "now", "expected"),
    [
        ("", "3A", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("", "d3-4", [1, 2, 5, 6, 7, 8, NAN, NAN]),
        ("", "i3GG", [1, 2, NAN, NAN, 3, 4, 5, 6]),
        ("d3-4", "", [1, 2, NAN, NAN, 3, 4, 5, 6]),  # undone: the model read no such bases before
        ("d3-4", "d3-4.1T", [1, 2, 3, 4, 5, 6, NAN, NAN]),
        ("i3GG", "i3GG.d7-7", [1, 2, NAN, NAN, 5, 6, 8, NAN]),  # inserted bases belong to none of the original
    ],
)
def test_scores_stay_with_their_bases(monkeypatch, earlier: str, now: str, expected: list[float]) -> None:
    session(monkeypatch)
    before, after = state(earlier), state(now)
    letters.keep_letters(before, read_window(before.current, 8), "asked", explained(before))
    moved = letters.earlier_letters(after, read_window(after.current, 8), "asked")
    assert moved is not None
    np.testing.assert_array_equal(moved.scores.sum(0), np.array(expected, dtype=np.float32))
    assert moved.sequence.bases == read_window(after.current, 8).bases


def session(monkeypatch, *, alone: bool = True) -> None:
    monkeypatch.setattr(letters, "st", SimpleNamespace(session_state={}))
    monkeypatch.setattr(letters, "_runs_alone", lambda: alone)


def test_an_edit_is_answered_twice_and_then_known(monkeypatch) -> None:
    session(monkeypatch)
    original, edited = state(""), state("3A")
    assert letters.earlier_letters(original, ORIGINAL, "asked") is None, "nothing was explained before"
    letters.keep_letters(original, ORIGINAL, "asked", explained(original))
    assert letters.earlier_letters(edited, edited.current, "asked") is not None
    assert letters.earlier_letters(edited, edited.current, "asked") is None, "the second run computes the letters"
    letters.keep_letters(edited, edited.current, "asked", explained(edited))
    assert letters.earlier_letters(original, ORIGINAL, "asked") is None, "letters at hand need no stand-in"
    assert letters.earlier_letters(state("4A"), state("4A").current, "another method") is None
    assert letters.earlier_letters(state("4A"), state("4A").current, "asked") is not None
    letters.keep_letters(state("4A"), state("4A").current, "asked", None)
    assert letters.earlier_letters(state("4A"), state("4A").current, "asked") is None, "letters were offered instead"


def test_a_page_that_is_opened_has_all_at_once(monkeypatch) -> None:
    session(monkeypatch, alone=False)
    letters.keep_letters(state(""), ORIGINAL, "asked", explained(state("")))
    assert letters.earlier_letters(state("3A"), state("3A").current, "asked") is None


def test_a_refused_event_is_known_before_the_viewer_says_it(monkeypatch) -> None:
    inbox: dict[str, object] = {"ack": None, "last": None, "problem": None}
    monkeypatch.setattr(viewer, "st", SimpleNamespace(session_state={"workbench:inbox": inbox}))
    assert not viewer.refuses("workbench")
    assert not viewer.refuses("another")
    inbox["problem"] = BadInput("No.", "Yes.")
    assert viewer.refuses("workbench")
