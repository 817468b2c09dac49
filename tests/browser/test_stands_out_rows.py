"""Rows that are clicked, in a real Chromium: those of the verdict and the bars of all outputs."""

import pytest

from genoviz.lessons.examples import get_example

from .conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs a chromium on the PATH"),
    pytest.mark.xdist_group("browser"),
]


def at_rest(page) -> None:
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def test_rows_and_bars_open_what_they_name(open_page) -> None:
    page = open_page(f"/?seq={get_example('ets').sequence.bases}")
    page.locator("h2", has_text="GABPA: probability").wait_for()
    row = page.locator(".gr-full", has_text="ELK1")
    row.locator("img").wait_for()  # the logo of its strongest block
    at_rest(page)
    row.click()
    page.locator("h2", has_text="ELK1: probability").wait_for()
    at_rest(page)
    assert page.locator(".gr-full[aria-pressed=true]").inner_text().startswith("ELK1")
    page.locator(".gr-row:not(.gr-full)", has_text="SP1").press("Enter")
    page.locator("h2", has_text="SP1: probability").wait_for()
    at_rest(page)
    assert "track=SP1" in page.url
    page.set_viewport_size({"width": 390, "height": 844})
    widths = page.locator(".gr-row").evaluate_all("rows => rows.map((row) => row.getBoundingClientRect().right)")
    assert max(widths) <= 390
