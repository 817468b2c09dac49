"""Result codes: what goes in comes out, and nothing in them can be changed."""

from datetime import date

import pytest

from genoviz.errors import BadInput
from genoviz.learn.codes import read_code, write_code
from genoviz.learn.progress import OPEN, SHOWN, SOLVED, Progress, StepResult

DAY = date(2026, 11, 30)
STEPS = StepResult(1, 0, SOLVED), StepResult(3, 2, SHOWN), StepResult(0, 1, OPEN)


@pytest.mark.parametrize("phrase", ["", "blue heron"])
@pytest.mark.parametrize("name", ["Ana López", "O'Neil / 3B, ~x.y", "李"])
def test_a_code_says_what_was_done(name: str, phrase: str) -> None:
    code = write_code("one-hot", f"  {name} ", DAY, STEPS, phrase)
    assert not set(code) & set(" \"'|&;<>()$`\\*?[]#!")  # a shell takes it as one word
    result = read_code(f" {code}\n", phrase)
    assert (result.lesson, result.name, result.day, result.steps) == ("one-hot", name, DAY, STEPS)
    assert result.signed_by_class == bool(phrase)
    assert "1 of 3 steps solved (4 tries, 3 hints), 1 answer shown" in result.sentence


@pytest.mark.parametrize("phrase", ["", "blue heron"])
def test_no_part_of_a_code_can_be_changed(phrase: str) -> None:
    code = write_code("one-hot", "Ana", DAY, STEPS, phrase)
    others = {"one-hot": "depth", "/Ana/": "/Ben/", "2026-11-30": "2026-11-29", "g3h2": "s1h0", "o0h1": "s1h0"}
    for old, new in others.items():
        assert old in code
        with pytest.raises(BadInput, match="does not fit"):
            read_code(code.replace(old, new), phrase)
    swapped = code[:-1] + ("A" if code[-1] != "A" else "B")
    with pytest.raises(BadInput, match="does not fit"):
        read_code(swapped, phrase)


def test_the_public_key_does_not_open_or_replace_a_class_phrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_CLASS_PHRASE", "blue heron")
    code = write_code("one-hot", "Ana", DAY, STEPS)
    assert read_code(code).signed_by_class
    with pytest.raises(BadInput, match="signed with a class phrase"):
        read_code(code, "")
    with pytest.raises(BadInput, match="does not fit"):
        read_code(code, "grey heron")
    forged = write_code("one-hot", "Ben", DAY, STEPS, "")  # as anybody can who reads the source
    with pytest.raises(BadInput, match="not signed with the class phrase"):
        read_code(forged)


@pytest.mark.parametrize("text", ["", "hello", "gv1/a/b/c/d", "gv2/one-hot/Ana/2026-11-30/s1h0/AAAA-AAAA-AAAA-AAAA"])
def test_what_is_no_code_is_said_to_be_none(text: str) -> None:
    with pytest.raises(BadInput):
        read_code(text, "")


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x07b"])
def test_a_code_needs_a_name(name: str) -> None:
    with pytest.raises(BadInput):
        write_code("one-hot", name, DAY, STEPS, "")


def test_a_step_that_is_done_stays_as_it_is() -> None:
    at = Progress.fresh(2).hinted(0).graded(0, False).graded(0, True)
    assert at.steps[0] == StepResult(2, 1, SOLVED)
    assert at.graded(0, False).hinted(0).shown(0) == at
    assert not at.finished
    assert at.shown(1).finished
    assert at.shown(1).sentence == "1 of 2 steps solved (2 tries, 1 hint), 1 answer shown"
