"""Lessons and results as rows for files and JSON."""

from __future__ import annotations

from collections.abc import Iterable

from genoviz.files.tsv import Row
from genoviz.learn.codes import Result
from genoviz.learn.progress import SHOWN, SOLVED
from genoviz.lessons.lesson import Lesson


def lesson_rows(lessons: Iterable[Lesson]) -> list[Row]:
    """One row for each lesson."""
    return [
        {
            "number": lesson.number,
            "lesson": lesson.key,
            "title": lesson.title,
            "question": lesson.question,
            "minutes": lesson.minutes,
            "steps": len(lesson.steps),
            "citation": lesson.citation,
        }
        for lesson in lessons
    ]


def result_rows(results: Iterable[Result]) -> list[Row]:
    """One row for each result: who, what, when, and how."""
    return [
        {
            "name": result.name,
            "lesson": result.lesson,
            "date": result.day.isoformat(),
            "steps": len(result.steps),
            "solved": sum(step.state == SOLVED for step in result.steps),
            "shown": sum(step.state == SHOWN for step in result.steps),
            "tries": sum(step.tries for step in result.steps),
            "hints": sum(step.hints for step in result.steps),
            "class_phrase": "yes" if result.signed_by_class else "no",
        }
        for result in results
    ]
