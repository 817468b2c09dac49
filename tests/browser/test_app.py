"""The app in a real Chromium: paste, see, at desktop and phone width, light and dark, with the network off."""

import http.client
import urllib.request
from pathlib import Path

import pytest

from .conftest import CHROMIUM, paste, server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs a chromium on the PATH"),
    pytest.mark.xdist_group("browser"),
]
BASES = "CAGAGCAGACAACTAAGTGCTATCAACTAGACCGGAAGTGCCTGAGGTGCTACTACAGTGTCCACTTCCGGTGTTCCGACAAATAACTACGTTTCCCTTAA"


def settle(page) -> None:
    page.get_by_text("Completeness gap").first.wait_for()
    page.wait_for_selector(".gv[data-rev]:not([data-rev=''])")


def test_paste_shows_prediction_picture_and_numbers_with_the_network_off(open_page) -> None:
    page = open_page("/?track=GABPA")
    paste(page, BASES)
    settle(page)
    page.get_by_text("this is a GABPA peak and not a shuffled sequence").first.wait_for()
    page.get_by_text("The strongest block, bases").first.wait_for()  # in the viewer, which has a shadow root
    page.locator(".gr-row:not(.gr-full)", has_text="GABPA").wait_for()  # a bar of all outputs
    assert page.outside == []


def test_files_download(open_page) -> None:
    page = open_page("/?example=ets")
    settle(page)
    for name, start in (
        ("Attribution (TSV)", "# genoviz: "),
        ("Mutations (TSV)", "# genoviz: "),
        ("Sequence (FASTA)", ">"),
    ):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name).click()
        assert Path(waiting.value.path()).read_text().startswith(start)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_width_has_nothing_to_scroll_sideways(open_page, scheme: str) -> None:
    page = open_page("/?example=ets", width=390, scheme=scheme)
    settle(page)
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 390
    assert page.outside == []


def test_a_letter_typed_into_the_picture_changes_the_prediction(open_page) -> None:
    page = open_page("/?example=ets&window=30-45")
    settle(page)
    page.locator("canvas.gv-base").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("t")
    page.get_by_text("against the original").first.wait_for()
    page.wait_for_function("location.search.includes('edits=')")
    page.keyboard.press("Control+z")
    page.get_by_text("against the original").first.wait_for(state="hidden")


def test_two_visitors_do_not_see_each_others_edits(open_page) -> None:
    one, two = open_page("/?example=ets"), open_page("/?example=ets")
    settle(one)
    settle(two)
    box = one.get_by_role("textbox", name="Type an edit")
    box.fill("G34T")
    box.press("Enter")
    one.get_by_text("against the original").first.wait_for()
    assert two.get_by_text("against the original").count() == 0


VARIANT = "/variants?model=splice.sites&track=human+donor&genome=teaching&variant=chrT1-2646-G-T"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_variant_is_drawn_with_the_network_off_and_fits_the_screen(open_page, width: int, scheme: str) -> None:
    page = open_page(VARIANT, width=width, scheme=scheme, title="Variants")
    page.get_by_text("largest change is a donor loss").first.wait_for(timeout=60_000)
    page.wait_for_selector(".gv[data-rev]:not([data-rev=''])")
    page.get_by_text("random substitutions").first.wait_for(timeout=60_000)
    painted = page.locator("canvas.gv-base").first.evaluate(
        "(c) => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
    )
    assert painted > 20
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    assert page.outside == []
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Effect (TSV)").click()
    assert "donor loss" in Path(waiting.value.path()).read_text()


@pytest.mark.parametrize(
    ("path", "title"), [("/models", "Models"), ("/help", "Help"), ("/variants", "Variants"), ("/design", "Design")]
)
def test_the_first_visitor_of_a_server_may_follow_a_link_to_any_page(browser, path: str, title: str) -> None:
    """A server that has not shown a page yet once said that there is no such page, over the page itself."""
    with server() as url:
        page = browser.new_page()
        page.goto(url + path)
        page.get_by_role("heading", name=title, exact=True).wait_for(timeout=60_000)
        page.get_by_text("research and teaching only").wait_for(state="attached")
        assert page.get_by_text("Page not found").count() == 0
        page.close()


def test_a_figure_of_any_name_downloads(open_page) -> None:
    page = open_page("/?track=GABPA")
    paste(page, rf">cost $5 and $6 \frac{{$ <b> 漢{chr(10)}{BASES}")
    settle(page)
    for kind, start in (("svg", b"<svg"), ("pdf", b"%PDF"), ("png", b"\x89PNG")):
        page.get_by_role("button", name="Save the picture").click()
        page.get_by_label("File", exact=True).select_option(kind)
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Save file").click()
        assert Path(waiting.value.path()).read_bytes().startswith(start)


def test_a_server_opens_no_session_for_a_strange_name_and_keeps_its_counts_to_itself(address) -> None:
    """DNS rebinding: a page elsewhere that gives its own name this computer's address."""
    host = address.removeprefix("http://")
    with urllib.request.urlopen(f"{address}/_stcore/metrics") as answer:
        assert b"cache_memory_bytes" not in answer.read()
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    for name, status in ((host, 101), ("evil.example.com", 403)):
        connection = http.client.HTTPConnection(host, timeout=30)
        connection.request("GET", "/_stcore/stream", headers=upgrade | {"Host": name})
        assert connection.getresponse().status == status
        connection.close()


def test_a_base_and_a_cell_are_clicked_on_the_page_language(open_page) -> None:
    place = "/language?model=grulm.yeast-ecoli&track=log-likelihood&example=lm&depends=101-112"
    page = open_page(place, title="Language")
    page.wait_for_selector(".gv[data-rev]:not([data-rev=''])")
    page.locator("canvas.gv-base").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_text("change it to").wait_for()
    page.get_by_text("nats at the base itself").wait_for()
    page.get_by_role("radio", name="Dependency map").click()
    said = page.get_by_text("What each base at")
    said.wait_for()
    before, cells = said.inner_text(), page.locator("g.scatterlayer path.point")
    cells.nth(80).scroll_into_view_if_needed()
    box = cells.nth(80).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("(before) => !document.body.innerText.includes(before)", arg=before)
    assert page.outside == []
