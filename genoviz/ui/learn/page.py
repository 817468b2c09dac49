"""The page Lessons: the list; one lesson with its steps, and what it ends with."""

from __future__ import annotations

from datetime import date

import streamlit as st

from genoviz.errors import GenovizError
from genoviz.learn.codes import LONGEST_NAME, write_code
from genoviz.learn.progress import OPEN, SHOWN, Progress
from genoviz.lessons.lesson import Lesson, get_lesson, list_lessons
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.learn import kept
from genoviz.ui.learn.step import show_step
from genoviz.ui.learn.text import say

LESSON, STEP = "lesson", "step"  # parameters of the address


def show() -> None:
    """The lesson that the address names, or the list."""
    if wanted := st.query_params.get(LESSON):
        try:
            lesson = get_lesson(wanted[:60])
        except GenovizError as error:
            st.query_params.clear()
            st.warning(escape(str(error)), icon=":material/link:")
        else:
            _lesson(lesson)
            return
    _list()


def _list() -> None:
    st.markdown(
        "Each lesson answers one question, by doing. Answers are checked against what the models on this computer compute: "
        "nothing is sent anywhere. A lesson ends with a code for your teacher."
    )
    for lesson in list_lessons():
        at = kept.progress(lesson)
        done = f" · {at.sentence}" if at != Progress.fresh(len(at.steps)) else ""
        word = "Look again" if at.finished else "Go on" if at.done else "Start"
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container():
                st.markdown(f"**{lesson.number} · {escape(lesson.title)}**  \n{escape(lesson.question)}")
                st.caption(f"{lesson.minutes} min{done}")
            st.button(
                f"{word}: lesson {lesson.number}",
                key=f"open_lesson_{lesson.key}",
                on_click=_open,
                args=(lesson, min(at.done, len(lesson.steps))),
                type="primary" if word == "Go on" else "secondary",
            )


def _open(lesson: Lesson, step: int) -> None:
    """Show a step (from 0) of a lesson; the one after the last is its end. For callbacks."""
    st.query_params[LESSON] = lesson.key
    st.query_params[STEP] = str(step + 1)


def _close() -> None:
    for name in (LESSON, STEP):
        st.query_params.pop(name, None)


def _lesson(lesson: Lesson) -> None:
    at = kept.progress(lesson)
    last = len(lesson.steps)
    asked = st.query_params.get(STEP, "1")[:3]
    step = min(last, max(0, int(asked) - 1)) if asked.isascii() and asked.isdigit() else 0
    st.button("All lessons", key="lessons_all", icon=":material/arrow_back:", on_click=_close, type="tertiary")
    st.header(f"{lesson.number} · {lesson.title}", anchor=False)
    st.markdown(f"*{escape(lesson.question)}*")
    _steps(lesson, at, step)
    if step == last:
        _end(lesson, at)
        return
    if step == 0:
        say(lesson.intro)
    st.subheader(f"Step {step + 1}: {lesson.steps[step].title}", anchor=False)
    with messages():
        show_step(lesson, step)
    if kept.progress(lesson).steps[step].state != OPEN:
        word = "Next step" if step + 1 < last else "To the end"
        st.button(word, key=f"lesson_next_{lesson.key}_{step}", type="primary", on_click=_open, args=(lesson, step + 1))


def _steps(lesson: Lesson, at: Progress, step: int) -> None:
    """Where one is, and the way to every other step."""
    last = len(lesson.steps)

    def label(i: int) -> str:
        if i == last:
            return "End"
        state = at.steps[i].state
        return f"{i + 1}" if state == OPEN else f"{i + 1} (shown)" if state == SHOWN else f"{i + 1} ✓"

    key = f"lesson_steps_{lesson.key}"
    st.session_state[key] = step
    st.segmented_control(
        "Steps",
        range(last + 1),
        key=key,
        format_func=label,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: _open(lesson, int(st.session_state[key])),
    )


def _end(lesson: Lesson, at: Progress) -> None:
    """Summary, further reading, and the code."""
    st.subheader("What you have seen", anchor=False)
    say(lesson.summary)
    st.subheader("Go further", anchor=False)
    say(lesson.further)
    st.markdown(f"Read: [{escape(lesson.citation)}]({lesson.address})")
    st.subheader("For your teacher", anchor=False)
    st.markdown(escape(f"{at.sentence}."))
    if not at.finished:
        st.info("The code can be made at any time; it says which steps are still open.")
    typed = st.text_input(
        "Your name",
        value=kept.name(),
        max_chars=LONGEST_NAME,
        key=f"lesson_name_{lesson.key}",
        help="It stands in the code and nowhere else. The code does not fit any more when it is changed.",
    )
    kept.set_name(typed)
    if typed.strip():
        st.code(write_code(lesson.key, typed, date.today(), at.steps), language=None, wrap_lines=True)
        st.caption("Copy the line and send it to your teacher, who checks it with `genoviz lesson check`.")
