"""How far this session is in each lesson; kept while the browser's tab is open."""

from __future__ import annotations

from typing import Any

import streamlit as st

from genoviz.learn.progress import Progress
from genoviz.lessons.lesson import Lesson


def progress(lesson: Lesson) -> Progress:
    """How far this session is in a lesson."""
    return _of(lesson).setdefault("progress", Progress.fresh(len(lesson.steps)))


def keep(lesson: Lesson, new: Progress) -> None:
    """Take this as the progress in a lesson."""
    _of(lesson)["progress"] = new


def answer(lesson: Lesson, step: int) -> Any:
    """The answer to a step as it stands, or None."""
    return _of(lesson).get(("answer", step))


def keep_answer(lesson: Lesson, step: int, given: Any) -> None:
    """Take this as the answer to a step; what was said of another one is forgotten."""
    if given != answer(lesson, step):
        _of(lesson)["answer", step] = given
        _of(lesson).pop(("verdict", step), None)


def verdict(lesson: Lesson, step: int) -> Any:
    """What was said of the answer as it stands, or None."""
    return _of(lesson).get(("verdict", step))


def keep_verdict(lesson: Lesson, step: int, said: Any) -> None:
    """Take this as what was said of the answer."""
    _of(lesson)["verdict", step] = said


def set_name(name: str) -> None:
    """The name for result codes, kept for all lessons."""
    st.session_state["lesson_student"] = name


def name() -> str:
    """The name for result codes."""
    return str(st.session_state.get("lesson_student", ""))


def _of(lesson: Lesson) -> dict[Any, Any]:
    every: dict[str, dict[Any, Any]] = st.session_state.setdefault("lessons_kept", {})
    return every.setdefault(lesson.key, {})
