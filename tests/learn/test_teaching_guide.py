"""The teacher's guide has an answer for each step of each lesson, in the words of the exercises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from genoviz.learn.answers import answer_words, lesson_answers
from genoviz.learn.exercise import get_exercise
from genoviz.lessons.lesson import get_lesson, list_lessons

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/teaching.md").read_text(encoding="utf-8")


def test_no_step_is_missing() -> None:
    """Where this fails, `python docs/teaching.py` makes the answers anew."""
    for lesson in list_lessons():
        head = f"**Lesson {lesson.number}, {lesson.title}** (`{lesson.key}`, {lesson.minutes} min)"
        found = re.search(re.escape(head) + r"\n\n((?:[0-9]+\. .+\n)+)", GUIDE)
        assert found, head
        rows = found[1].splitlines()
        for number, (row, step) in enumerate(zip(rows, lesson.steps, strict=True), start=1):
            assert row.startswith(f"{number}. {step.title}: "), row
            assert len(row) > len(f"{number}. {step.title}: ")


@pytest.mark.parametrize("key", ["one-hot", "scores", "splicing"])  # quick ones whose answers are no close call
def test_answers_are_those_of_the_exercises(key: str) -> None:
    assert lesson_answers(get_lesson(key)) in GUIDE


def test_answers_are_said_as_a_teacher_reads_them() -> None:
    decode = get_exercise("one_hot.decode")
    assert answer_words(decode, "GAAAAAT") == "A1G, A7T"
    assert answer_words(decode, "GA") == "GA"
    assert answer_words(get_exercise("one_hot.partner"), 7) == "base 8 (G)"
    assert answer_words(get_exercise("honest_scores.rare"), {"a": 0.5, "b": "x"}) == "a: 0.5; b: x"


def test_the_pages_and_lessons_of_the_plan_are_there() -> None:
    app = (ROOT / "app.py").read_text(encoding="utf-8")
    for page in ("Lessons", "Predict first", "Planted truth"):
        assert f'title="{page}"' in app
        assert f"*{page}*" in GUIDE
    assert "lessons?lesson=lies" in GUIDE
    assert get_lesson("lies").number == 8
