"""The texts of the lessons: their form, their facts, their links."""

from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from genoviz.errors import BadInput, UnknownName
from genoviz.learn.exercise import get_exercise
from genoviz.lessons.lesson import FOLDER, Lesson, fill, get_lesson, list_lessons, read_lesson
from genoviz.models.catalogue import get_card
from genoviz.report.app_link import VERSION
from genoviz.ui.frame.state import read_link

ROOT = Path(__file__).parents[2]
PAGES = (
    "sequence",
    "variants",
    "compare",
    "grammar",
    "discover",
    "design",
    "models",
    "help",
    "lessons",
    "sandbox",
    "measured",
)
TEXT = (FOLDER / "01-one-hot.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("lesson", list_lessons(), ids=lambda lesson: lesson.key)
def test_a_lesson_is_short_and_all_its_facts_are_there(lesson: Lesson) -> None:
    assert 10 <= lesson.minutes <= 15
    assert 3 <= len(lesson.steps) <= 5
    assert lesson.links
    for text in (lesson.intro, lesson.summary, lesson.further):
        assert fill(text, {}) == text
        assert len(text.split()) < 200
    for step in lesson.steps:
        facts = get_exercise(step.task).facts()
        assert 2 <= len(step.hints) <= 3
        for text in (step.text, step.prompt, *step.hints, step.why):
            assert "nan" not in fill(text, facts).split()
            assert len(fill(text, facts).split()) < 150, (step.title, text)


@pytest.mark.parametrize("lesson", list_lessons(), ids=lambda lesson: lesson.key)
def test_links_of_a_lesson_restore_what_they_name(lesson: Lesson) -> None:
    for page, text in lesson.links:
        assert page in PAGES
        parameters = dict(parse_qsl(text, strict_parsing=True))
        if page in ("models", "help"):
            assert page == "help" or get_card(parameters["model"])
        else:
            assert parameters["v"] == VERSION
            assert read_link(parameters)[1] == []


def test_lessons_are_found_by_key_and_number() -> None:
    numbers = [lesson.number for lesson in list_lessons()]
    assert numbers == sorted(set(numbers))
    assert get_lesson("1") == get_lesson("one-hot")
    with pytest.raises(UnknownName, match="one-hot"):
        get_lesson("onehot")
    with pytest.raises(UnknownName):
        get_exercise("one_hot.nothing")
    with pytest.raises(UnknownName):
        get_exercise("nothing.window")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("number: 1", "number: 2", "has the number 2"),
        ("minutes: 10", "minutes: ten", "takes ten minutes"),
        ("doi: ", "dio: ", "doi or url"),
        ("question: ", "question ", "among its fields"),
        ("## Summary", "## Sumary", "The step `Sumary`"),
        ("task: one_hot.decode", "task: decode", "has 0 tasks"),
        ("### Why", "### Because", "parts Hints, Because"),
        ("---\nnumber", "number", "can't be read as a lesson"),
    ],
)
def test_what_is_wrong_with_a_text_is_said(old: str, new: str, words: str) -> None:
    assert old in TEXT
    with pytest.raises(BadInput, match=words):
        read_lesson(TEXT.replace(old, new, 1), "01-one-hot.md")


def test_an_unknown_fact_is_an_error() -> None:
    assert fill("at {place}", {"place": "7"}) == "at 7"
    with pytest.raises(BadInput, match="`plcae`"):
        fill("at {plcae}", {"place": "7"})


def test_the_document_lists_the_lessons() -> None:
    document = (ROOT / "docs/lessons.md").read_text(encoding="utf-8").partition("<!-- end of lessons -->")[0]
    rows = [line for line in document.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert rows == [f"| {lesson.number} | {lesson.title} | {lesson.question} |" for lesson in list_lessons()]
