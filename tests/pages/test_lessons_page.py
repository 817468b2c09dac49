"""The lessons on their page, from start to end, with wrong and right answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.learn.codes import read_code
from genoviz.learn.exercise import Exercise, get_exercise
from genoviz.lessons.lesson import Lesson, list_lessons
from genoviz.sequences.edit_text import to_text
from genoviz.ui.learn.answers import changes
from tests.pages.waiting import AT_MOST

APP = str(Path(__file__).parents[2] / "app.py")
SCRIPT = """
import streamlit as st
from genoviz.ui.learn import page

page.show()
"""


def answer(app: AppTest, place: str, exercise: Exercise[Any], given: Any) -> None:
    """Give an answer with the widgets that a keyboard reaches."""
    key = f"lesson_{place}_"
    if exercise.kind == "base":
        app.number_input(key=key + "number").set_value(given + 1)
    elif exercise.kind == "stretch":
        app.number_input(key=key + "first").set_value(given[0] + 1)
        app.number_input(key=key + "last").set_value(given[1])
    elif exercise.kind == "bases":
        picked = app.session_state[key + "picked"]
        for place_ in set(picked) ^ set(given):
            app.text_input(key=key + "typed").set_value(str(place_ + 1)).run()
    elif exercise.kind == "edit":
        if any(button.key == key + "again" for button in app.button):
            app.button(key=key + "again").click().run()
        for edit in changes(exercise, given):
            app.text_input(key=key + "edit").set_value(to_text([edit])).run()
    elif exercise.kind == "filter":  # its table can't be reached by the harness
        app.session_state[key + "table"] = given
        app.session_state[key + "version"] += 1
        app.session_state[key + "fresh"] = True
    else:
        for name, value in given.items():
            widgets = app.radio if isinstance(value, str) else app.slider
            widgets(key=key + name).set_value(value)
    app.run()


def said(app: AppTest) -> str:
    return "\n".join(str(one.value) for kind in (app.success, app.info) for one in kind).replace("\\", "")


@pytest.mark.parametrize("lesson", list_lessons(), ids=lambda lesson: lesson.key)
def test_a_lesson_runs_from_start_to_end(lesson: Lesson) -> None:
    app = AppTest.from_string(SCRIPT, default_timeout=AT_MOST)
    app.query_params["lesson"] = lesson.key
    app.run()
    for number, step in enumerate(lesson.steps):
        exercise, place = get_exercise(step.task), f"{lesson.key}_{number}"
        answer(app, place, exercise, exercise.mistake())
        app.button(key=f"lesson_check_{place}").click().run()
        assert not app.exception, step.task
        assert app.info, step.task
        assert not app.success, step.task
        app.button(key=f"lesson_help_{place}").click().run()
        answer(app, place, exercise, exercise.solution())
        app.button(key=f"lesson_check_{place}").click().run()
        assert not app.exception, step.task
        assert app.success, (step.task, said(app))
        app.button(key=f"lesson_next_{place}").click().run()
    app.text_input(key=f"lesson_name_{lesson.key}").set_value("Ana López").run()
    assert not app.exception
    (code,) = app.code
    result = read_code(code.value)
    assert (result.lesson, result.name) == (lesson.key, "Ana López")
    assert {(one.tries, one.hints, one.state) for one in result.steps} == {(2, 1, "solved")}


def test_hints_lead_to_the_answer_and_the_list_shows_how_far_one_is() -> None:
    app = AppTest.from_file(APP, default_timeout=AT_MOST).run()
    app.switch_page("pages/learn/lessons.py").run()
    app.button(key="open_lesson_one-hot").click().run()
    app.button(key="lesson_check_one-hot_0").click().run()
    assert "Nothing is chosen yet" in said(app)
    for _ in list_lessons()[0].steps[0].hints:
        app.button(key="lesson_help_one-hot_0").click().run()
    app.button(key="lesson_help_one-hot_0_give").click().run()
    assert "GATNACA" in app.get("bidi_component")[0].proto.json
    app.button(key="lessons_all").click().run()
    app.button(key="open_lesson_convolution").click().run()
    app.text_input(key="lesson_convolution_0_word").set_value("tataat").run()
    app.button(key="lesson_check_convolution_0").click().run()
    assert "The site scores +6.0" in said(app)
    app.button(key="lesson_next_convolution_0").click().run()
    app.segmented_control(key="lesson_steps_convolution").set_value(0).run()  # what was built is still there
    app.button(key="lesson_check_convolution_0").click().run()
    assert "The site scores +6.0" in said(app)
    app.button(key="lessons_all").click().run()
    assert "0 of 4 steps solved (0 tries, 3 hints), 1 answer shown" in "\n".join(c.value for c in app.caption)
    assert not app.exception
