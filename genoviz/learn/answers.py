"""Right answers of all lessons in words, for teachers; `docs/teaching.md` has them."""

from __future__ import annotations

from typing import Any

import numpy as np

from genoviz.learn.exercise import Exercise, get_exercise
from genoviz.lessons.guesses import stretches
from genoviz.lessons.lesson import Lesson, list_lessons
from genoviz.sequences.bases import BASES


def answer_words(exercise: Exercise[Any], answer: Any) -> str:
    """An answer as a teacher reads it: places from 1, edits such as `T71C`, values by name, a filter by its best letters."""
    if exercise.kind == "base":
        return f"base {answer + 1} ({_letters(exercise)[answer]})"
    if exercise.kind == "bases":
        return f"bases {stretches(answer)}"
    if exercise.kind == "stretch":
        return f"bases {answer[0] + 1} to {answer[1]} ({_letters(exercise)[answer[0] : answer[1]]})"
    if exercise.kind == "edit":
        before = _letters(exercise)
        if len(before) != len(answer):
            return str(answer)
        return ", ".join(f"{a}{i}{b}" for i, (a, b) in enumerate(zip(before, answer, strict=True), start=1) if a != b)
    if exercise.kind == "filter":
        return "a filter for " + "".join(BASES[int(np.argmax(c))] if max(c) > min(c) else "N" for c in answer)
    return "; ".join(
        f"{name}: {value:g}" if isinstance(value, float | int) else f"{name}: {value}" for name, value in answer.items()
    )


def _letters(exercise: Exercise[Any]) -> str:
    picture = exercise.scene().picture
    return "" if picture is None else picture.sequence.bases


def lesson_answers(lesson: Lesson) -> str:
    """The steps of a lesson with one right answer each, as Markdown. Computes them."""
    lines = [f"**Lesson {lesson.number}, {lesson.title}** (`{lesson.key}`, {lesson.minutes} min)\n"]
    for number, step in enumerate(lesson.steps, start=1):
        exercise = get_exercise(step.task)
        lines.append(f"{number}. {step.title}: {answer_words(exercise, exercise.solution())}")
    return "\n".join(lines) + "\n"


def all_answers() -> str:
    """Those of all lessons; this takes a minute."""
    return "\n".join(lesson_answers(lesson) for lesson in list_lessons())
