"""A lesson in a real Chromium, from its list to its code, with pointer and keyboard."""

import re

import pytest

from genoviz.learn.codes import read_code

from .conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs a chromium on the PATH"),
    pytest.mark.xdist_group("browser"),
]


def check(page, words: str) -> None:
    page.get_by_role("button", name="Check").click()
    page.get_by_text(words).first.wait_for()


def drawn(page) -> None:
    page.wait_for_selector(".gv[data-rev]:not([data-rev=''])")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark")])
def test_a_lesson_is_done_with_pointer_and_keyboard(open_page, width: int, scheme: str) -> None:
    page = open_page("/lessons", width=width, scheme=scheme, title="Lessons")
    page.get_by_role("button", name="Start: lesson 7").click()
    page.get_by_role("heading", name="Step 1").wait_for()
    drawn(page)
    number = page.get_by_role("spinbutton", name=re.compile("Your base"))
    for _ in range(3):  # bases too narrow to hit are zoomed in on first
        page.locator("canvas.gv-base").first.click(position={"x": width // 2, "y": 70})
        page.wait_for_timeout(400)
    page.wait_for_function("document.querySelector('input[type=number]').value !== ''")
    number.fill("222")
    number.press("Enter")
    check(page, "Another base loses more.")
    page.get_by_role("button", name="Hint 1 of 3").click()
    page.get_by_text("Look for the deepest blue").wait_for()
    number.fill("221")
    number.press("Enter")
    check(page, "its strongest loss is")
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= width
    page.get_by_role("button", name="Next step").click()
    for step, edit, words in ((2, "41T", "It now reads"), (3, "19T", "and the model says")):
        page.get_by_role("heading", name=f"Step {step}").wait_for()
        drawn(page)
        box = page.get_by_role("textbox", name="Type an edit")
        box.fill(edit)
        box.press("Enter")
        page.get_by_role("button", name="Start again").wait_for()
        check(page, words)
        page.get_by_role("button", name="Next step").click()
    page.get_by_role("heading", name="Step 4").wait_for()
    for group, option in enumerate(("the same with the other sign", "the same", "another number")):
        page.get_by_test_id("stRadio").nth(group).get_by_text(option, exact=True).click()
    page.get_by_role("button", name="Ask the model").click()
    page.get_by_text("All three.").wait_for()
    page.get_by_role("button", name="To the end").click()
    name = page.get_by_role("textbox", name="Your name")
    name.fill("Ana López")
    name.press("Enter")
    code = page.get_by_test_id("stCode").inner_text()
    result = read_code(code)
    assert (result.lesson, result.name, [step.state for step in result.steps]) == (
        "variants",
        "Ana López",
        ["solved"] * 4,
    )
    assert (result.steps[0].tries, result.steps[0].hints) == (2, 1)
    assert page.outside == []
