"""One step of a lesson: its text, what is shown, the answer, and what is said of it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from genoviz.learn.exercise import Exercise, Verdict, get_exercise
from genoviz.learn.progress import OPEN, SHOWN, SOLVED
from genoviz.lessons.lesson import Lesson, Step
from genoviz.ui.frame.outputs import escape
from genoviz.ui.learn import answers, kept
from genoviz.ui.learn.drawing import draw
from genoviz.ui.learn.text import say


def show_step(lesson: Lesson, number: int) -> None:
    """A step (from 0) of a lesson, from its text to what its answer teaches."""
    step = lesson.steps[number]
    with st.spinner("The model is at work ..."):
        exercise = get_exercise(step.task)
        facts = exercise.facts()
    if step.text:
        say(step.text, facts)
    with st.container(border=True):
        say(step.prompt, facts)
    place = f"{lesson.key}_{number}"
    given = answers.ask(exercise, place, kept.answer(lesson, number))
    kept.keep_answer(lesson, number, given)
    at = kept.progress(lesson).steps[number]
    with st.container(horizontal=True):
        if st.button(exercise.button, key=f"lesson_check_{place}", type="primary" if at.state == OPEN else "secondary"):
            _grade(lesson, number, exercise, given)
        at = kept.progress(lesson).steps[number]
        if at.state == OPEN:
            _help_buttons(lesson, number, step, exercise)
    _said(lesson, number)
    for hint in step.hints[: at.hints]:
        say(f":material/lightbulb: {hint}", facts)
    if at.state != OPEN:
        if at.state == SHOWN:
            st.caption("The answer was shown to you.")
        say(step.why, facts)
        if (proof := exercise.proof()) is not None:
            draw(proof, f"{place}_proof")


def _grade(lesson: Lesson, number: int, exercise: Exercise[Any], given: Any) -> None:
    if given is None:
        kept.keep_verdict(lesson, number, Verdict(False, "Nothing is chosen yet."))
        return
    bar = st.progress(0.0, "At work ...") if exercise.kind == "train" else None

    def watch(share: float, words: str) -> None:
        if bar is not None:
            bar.progress(min(1.0, share), words)

    with st.spinner("Checking ..."):
        verdict = exercise.grade(given, watch)
    if bar is not None:
        bar.empty()
    before = kept.progress(lesson).steps[number].state
    kept.keep(lesson, kept.progress(lesson).graded(number, verdict.right))
    kept.keep_verdict(lesson, number, verdict)
    if exercise.kind == "train" or (before == OPEN and verdict.right):
        st.rerun()  # the scene shows what was trained; the list of steps has its mark


def _help_buttons(lesson: Lesson, number: int, step: Step, exercise: Exercise[Any]) -> None:
    """The next hint, or after the last one the answer."""
    read = kept.progress(lesson).steps[number].hints
    key = f"lesson_help_{lesson.key}_{number}"

    def hint() -> None:
        kept.keep(lesson, kept.progress(lesson).hinted(number))

    def give() -> None:
        kept.keep(lesson, kept.progress(lesson).shown(number))
        solution = exercise.solution()
        if exercise.kind == "train":
            exercise.grade(solution)
        answers.put(exercise, f"{lesson.key}_{number}", solution)
        kept.keep_answer(lesson, number, solution)

    if read < len(step.hints):
        st.button(f"Hint {read + 1} of {len(step.hints)}", key=key, on_click=hint)
    else:
        st.button("Show me", key=f"{key}_give", on_click=give, help="The code for your teacher will say so.")


def _said(lesson: Lesson, number: int) -> None:
    """What there is to say of the answer as it stands."""
    verdict: Verdict | None = kept.verdict(lesson, number)
    if verdict is None:
        if kept.progress(lesson).steps[number].state == SOLVED:
            st.caption("Solved. You can go on trying other answers.")
        return
    show = st.success if verdict.right else st.info
    show(escape(verdict.words), icon=":material/check_circle:" if verdict.right else ":material/replay:")
