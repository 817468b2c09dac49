"""The box in a real Chromium: it is read while somebody types, and on a phone the sidebar closes after a choice."""

import time

import pytest

from .conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs a chromium on the PATH"),
    pytest.mark.xdist_group("browser"),
]


def test_what_is_typed_is_understood_and_goes_on_without_losing_a_letter(open_page) -> None:
    page = open_page()
    box = page.get_by_role("textbox", name="Sequence, gene, place or variant")
    box.click()
    for i, letter in enumerate("MYC exon 2 of TEACH01"):
        page.keyboard.type(letter)
        # Pauses longer and shorter than the one after which the box is read.
        time.sleep(0.45 if i in (2, 8, 14) else 0.02)
    assert box.input_value() == "MYC exon 2 of TEACH01"
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    for _ in range(4):
        box.press("Home")
        box.press("Delete")
    page.get_by_text("exon 2 of TEACH01, synthetic-1: chrT1:3,181-3,315").wait_for()
    box.fill("MYC")
    page.get_by_text("3 bases, if these letters are meant as bases").wait_for()
    box.fill("no such thing")
    page.get_by_text("was not understood").wait_for()
    box.fill("chrT1-2646-G-T")
    page.get_by_text("variant chrT1:2,646 G>T, synthetic-1, REF fits").wait_for()
    # A plain Enter reads the box, and the focus goes to the button: another one goes on.
    box.press("Enter")
    page.wait_for_function("document.activeElement.closest('.st-key-box_go') !== null")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Variants", exact=True).wait_for()
    page.wait_for_function("location.search.includes('variant=chrT1-2646-G-T')")
    assert page.outside == []


def test_on_a_phone_the_sidebar_closes_after_a_choice(open_page) -> None:
    page = open_page("/?example=ets", width=390, height=844)
    page.get_by_text("Completeness gap").first.wait_for()
    page.get_by_test_id("stExpandSidebarButton").click()
    sidebar = page.get_by_test_id("stSidebar")
    page.wait_for_function("document.querySelector('[data-testid=stSidebar]').dataset.collapsed === 'false'")
    explain = sidebar.get_by_role("combobox", name="Explain")
    explain.evaluate(
        "(e) => e.scrollIntoView({block: 'center'})"
    )  # a list that opens at the very edge closes as it scrolls
    explain.click()
    page.get_by_role("option", name="REST").click()
    page.wait_for_function("document.querySelector('[data-testid=stSidebar]').dataset.collapsed === 'true'")
    page.get_by_role("heading", name="REST: probability").wait_for()
