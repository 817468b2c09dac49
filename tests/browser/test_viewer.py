"""The viewer in a real Chromium: what is drawn, edited, kept and sent."""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("viewer"),
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this computer"),
]
ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
READY = ".gv[data-rev]:not([data-rev=''])"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = Path(__file__).with_name("viewer_demo.py")
    options = {
        "server.headless": "true",
        "server.port": port,
        "server.address": "127.0.0.1",
        "browser.gatherUsageStats": "false",
        "server.fileWatcherType": "none",
        "client.toolbarMode": "minimal",
    }
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += [part for name, value in options.items() for part in (f"--{name}", str(value))]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health"):
                    break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Page:
    """One tab with the demo, and the places in its canvas."""

    def __init__(self, context: Any, server: str, query: str, scheme: str) -> None:
        self.page = context.new_page()
        self.page.emulate_media(color_scheme=scheme)
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(f"{server}/?{query}")
        self.page.wait_for_selector(READY, timeout=20_000)
        self.canvas = self.page.locator("canvas.gv-base")

    def js(self, expression: str) -> Any:
        return self.page.evaluate(
            f"() => {{ const find = (r) => r.querySelector('.gv') || [...r.querySelectorAll('*')].map((e) => e.shadowRoot && find(e.shadowRoot)).find(Boolean); const v = find(document).gvViewer; return {expression}; }}"
        )

    def until(self, condition: str) -> None:
        """Wait for what is true of the viewer after a while; a busy computer takes longer."""
        for _ in range(80):
            if self.js(condition):
                return
            time.sleep(0.1)
        raise AssertionError(f"{condition} did not come true")

    def place(self, base: int, kind: str = "seq", row: int = 0) -> tuple[float, float]:
        """Page coordinates of a 1-based position, on the letters or in a row of the mutation map."""
        where = (
            "v.layout.letters + 8"
            if kind == "seq"
            else "((p) => p.y + ("
            + str(row)
            + " + 0.5) * p.track.height / p.track.rows.length)(v.layout.places.find((q) => q.track.kind === 'heat'))"
        )
        x, y = self.js(f"[v.view.xOf((v.minus ? v.display.length - {base} : {base} - 1) + 0.5), {where}]")
        box = self.canvas.bounding_box()
        return box["x"] + x, box["y"] + y

    def click(self, base: int, kind: str = "seq", row: int = 0) -> None:
        self.page.mouse.click(*self.place(base, kind, row))

    def shows(self, text: str | re.Pattern[str]) -> None:
        sync_api.expect(self.page.get_by_text(text).first).to_be_visible(timeout=8_000)

    def text(self, start: str) -> str:
        return str(self.page.get_by_text(re.compile(f"^{start}")).first.inner_text())

    def pixels(self) -> np.ndarray:
        from PIL import Image

        with Image.open(io.BytesIO(self.canvas.screenshot())) as picture:
            return np.asarray(picture.convert("RGB")).astype(int)


@pytest.fixture(scope="module")
def desktop(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1100, "height": 900}, accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def open_page(desktop: Any, server: str) -> Iterator[Any]:
    pages: list[Page] = []

    def make(query: str = "L=101", *, scheme: str = "light", context: Any = desktop) -> Page:
        pages.append(Page(context, server, query, scheme))
        return pages[-1]

    yield make
    for page in pages:
        page.page.close()
        assert not page.problems


def contrast(a: str, b: str) -> float:
    def light(color: str) -> float:
        values = [int(v) / 255 for v in re.findall(r"\d+", color)[:3]]
        r, g, b_ = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b_

    one, two = sorted((light(a), light(b)))
    return (two + 0.05) / (one + 0.05)


def faults(picture: np.ndarray, page: Page) -> list[str]:
    """What is wrong with a picture of the canvas: blank, cut off or of another size than it was drawn for."""
    found = []
    if picture.shape[:2] != (round(page.js("v.layout.height")), round(page.js("v.screen.width"))):
        found.append("not the size it was drawn for")
    background = picture[2, 2]
    ink = np.abs(picture - background).sum(2) > 60
    if len(np.unique(picture[ink] // 32 @ [1, 8, 64])) <= 40:
        found.append("few colours")  # letters, scale and curves have many
    for kind, y, height in [
        *page.js("v.layout.places.map((p) => [p.track.kind, p.y, p.track.height])"),
        ("letters", page.js("v.layout.letters"), 18),
    ]:
        band = ink[int(y) : int(y + height)]
        if band.mean() <= 0.01:
            found.append(f"{kind} blank")
        elif (band[:, -band.shape[1] // 10 :].mean() <= 0.005) and kind != "spans":
            found.append(f"{kind} cut off on the right")
    edges = {"top": ink[:2], "bottom": ink[-2:], "left": ink[:, :1], "right": ink[:, -1:]}
    return found + [f"cut off at the {side}" for side, strip in edges.items() if strip.any()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_neither_blank_nor_clipped(open_page: Any, scheme: str) -> None:
    page = open_page(scheme=scheme)
    picture = page.pixels()
    assert (picture[2, 2].mean() < 100) == (scheme == "dark")
    assert faults(picture, page) == []
    # Four letters, four colours: the AP-1 site TGACTCA is drawn high in the logo.
    logo = page.js("((p) => [p.y, p.track.height])(v.layout.places.find((p) => p.track.kind === 'logo'))")
    for base, letter in zip(range(41, 48), "TGACTCA", strict=True):
        x = page.js(f"v.view.xOf({base} - 0.5)")
        column = picture[int(logo[0]) : int(logo[0] + logo[1] * 0.6), int(x - 4) : int(x + 5)]
        want = np.array([int(page.js(f"v.letters.fills['{letter}']")[k : k + 2], 16) for k in (1, 3, 5)])
        assert (np.abs(column - want).sum(2) < 40).any(), f"no {letter} at base {base}"
    assert contrast(page.js("v.screen.theme.ink"), page.js("v.screen.theme.page")) > 7  # text is drawn at 80 % of it
    fg, bg = page.js("v.screen.theme.ink"), page.js("v.screen.theme.page")
    muted = [0.8 * int(a) + 0.2 * int(b) for a, b in zip(re.findall(r"\d+", fg), re.findall(r"\d+", bg), strict=False)]
    assert contrast(f"rgb({','.join(str(int(v)) for v in muted[:3])})", bg) >= 4.5


def test_the_picture_test_sees_a_blank_and_a_clipped_canvas(open_page: Any) -> None:
    page = open_page()
    good = page.pixels()
    assert faults(good, page) == []
    blank, short, shifted, narrow = (good.copy() for _ in range(4))
    blank[:] = good[2, 2]
    assert "logo blank" in faults(blank, page)
    short[-70:] = good[2, 2]  # the lowest track was never drawn
    assert "line blank" in faults(short, page)
    shifted = np.roll(shifted, 40, axis=1)  # what left on the right comes back on the left
    assert faults(shifted, page)
    narrow[:, 700:] = good[2, 2]
    assert {"logo cut off on the right", "heat cut off on the right"} <= set(faults(narrow, page))
    assert "not the size it was drawn for" in faults(good[:-30], page)
    page.js("(v.screen.surface.context.clearRect(0, 0, 5000, 5000), 1)")
    assert "letters blank" in faults(page.pixels(), page)
    page.js("(v.view.left = 0, v.draw(), 1)")  # the names of rows and rulers hang over the left edge
    assert "cut off at the left" in faults(page.pixels(), page)


def test_the_menu_of_a_base_leaves_the_logo_in_sight(open_page: Any) -> None:
    page = open_page()
    page.click(42)
    menu, canvas = page.page.locator(".gv-menu").bounding_box(), page.canvas.bounding_box()
    assert menu["y"] + menu["height"] <= canvas["y"] + page.js("v.layout.letters"), "it stands above the letters"
    assert menu["y"] >= 0
    # Where there is no room above, as after scrolling down to the map, it opens under the pointer.
    page.page.keyboard.press("Escape")
    page.page.set_viewport_size({"width": 1100, "height": 420})
    page.canvas.evaluate("(c) => c.scrollIntoView({ block: 'end' })")
    page.page.wait_for_timeout(300)
    page.click(42, "heat", row="ACGT".index(page.js("v.display.bases[41]")))
    menu = page.page.locator(".gv-menu").bounding_box()
    assert 0 <= menu["y"] < 420
    page.page.set_viewport_size({"width": 1100, "height": 900})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_can_be_read_in_every_palette(open_page: Any, scheme: str) -> None:
    page = open_page(scheme=scheme)
    for palette in ("classic", "colour-safe", "mono"):
        page.page.get_by_label("Letter colours").select_option(palette)
        page.page.wait_for_timeout(100)
        letters, background = page.js("v.letters"), page.js("v.screen.theme.page")
        inks = [letters["outlines"].get(base, letters["fills"][base]) for base in "ACGT"]  # as in the row of letters
        for ink in inks if palette != "mono" else [page.js("v.screen.theme.ink")]:
            rgb = ink if ink.startswith("rgb") else f"rgb({','.join(str(int(ink[k : k + 2], 16)) for k in (1, 3, 5))})"
            assert contrast(rgb, background) >= 4.5, (palette, ink)


CLIPBOARD = """([kind, text]) => {
    const find = (r) => r.querySelector('.gv') || [...r.querySelectorAll('*')].map((e) => e.shadowRoot && find(e.shadowRoot)).find(Boolean);
    const held = new DataTransfer(); held.setData('text/plain', text);
    find(document).gvViewer.screen.canvas.dispatchEvent(new ClipboardEvent(kind, { clipboardData: held, bubbles: true, cancelable: true }));
    return held.getData('text/plain');
}"""


def test_a_stretch_is_copied_and_pasted(open_page: Any) -> None:
    page = open_page()
    page.canvas.focus()
    for key in ("Home", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.page.keyboard.press(key)
    assert page.page.evaluate(CLIPBOARD, ["copy", ""]) == page.js("v.display.bases.slice(0, 3)")
    page.page.keyboard.press("Escape")
    page.page.evaluate(CLIPBOARD, ["paste", ">a name\nacg\nuuu"])
    page.shows(re.compile("^edits: ins 3 ACGTTT$"))
    page.page.evaluate(CLIPBOARD, ["paste", "protein"])
    assert page.page.locator(".gv-live").inner_text().startswith("Only A, C, G, T and N")


def test_focus_is_visible(open_page: Any) -> None:
    page = open_page()
    page.page.get_by_role("button", name="Keys").focus()
    page.page.keyboard.press("Tab")  # from the last tool into the picture
    assert page.js("v.screen.focused")
    assert page.canvas.evaluate("(c) => getComputedStyle(c).boxShadow") != "none"
    page.page.keyboard.press("Shift+Tab")
    assert page.page.get_by_role("button", name="Keys").evaluate("(b) => getComputedStyle(b).outlineStyle") == "solid"


def test_a_click_on_a_letter_edits_it_and_the_number_changes(open_page: Any) -> None:
    page = open_page()
    before = page.text("score:")
    assert page.text("events:") == "events: none", "mounting sends nothing"
    page.click(42)
    sync_api.expect(page.page.locator(".gv-menu")).to_be_visible()
    page.page.get_by_role("button", name="Set to T").click()
    assert page.js("v.display.bases[41]") == "T", "the letter changes at once"
    page.shows("edits: G42T")
    assert page.text("score:") != before
    page.shows("last: substitute 41 42 T")
    page.page.keyboard.press("Control+z")
    page.shows("edits: none")
    assert page.text("score:") == before
    page.page.keyboard.press("Control+Shift+Z")
    page.shows("edits: G42T")


def test_a_click_on_a_heat_cell_sets_that_base(open_page: Any) -> None:
    page = open_page("L=101&rows=6")
    page.click(41, "heat", row=0)
    page.shows("edits: T41A")
    page.click(43, "heat", row=4)
    page.shows("edits: T41A, del 43")
    page.click(50, "heat", row=5)
    page.page.keyboard.type("ggg")
    page.page.keyboard.press("Enter")
    page.shows("edits: T41A, del 43, ins 50 GGG")
    assert page.js("v.display.length") == 103


def test_the_keyboard_edits_and_no_key_is_lost_when_typing_fast(open_page: Any) -> None:
    page = open_page()
    keys = page.page.keyboard
    page.canvas.focus()
    keys.press("Home")
    for letter in "ACGTACGT":  # faster than the page can answer
        keys.press(letter.lower())
        keys.press("ArrowRight")
    typed = page.js("v.display.bases.slice(0, 8)")
    assert typed == "ACGTACGT"
    page.shows(re.compile(r"^edits: C1A, .*T7G$"))
    keys.press("Home")
    keys.press("Delete")
    page.shows(re.compile("^edits: .*del 1$"))
    keys.press("Control+z")
    page.shows(re.compile("^edits: .*T7G$"))
    keys.press("Control+Shift+Z")
    page.shows(re.compile("^edits: .*del 1$"))
    for _ in range(3):
        keys.press("Shift+ArrowRight")
    page.shows("last: select 0 4 CGTA")
    keys.press("Escape")
    page.shows("last: select 0 0")
    keys.press("?")
    sync_api.expect(page.page.locator(".gv-help")).to_be_visible()
    keys.press("Escape")
    sync_api.expect(page.page.locator(".gv-help")).to_be_hidden()


def test_the_other_strand_turns_everything_and_edits_arrive_on_the_given_strand(open_page: Any) -> None:
    page = open_page()
    letters = page.js("v.display.bases")
    page.page.get_by_role("button", name="Show the other strand").click()
    turned = page.js("v.display.bases")
    assert turned == letters[::-1].translate(str.maketrans("ACGTN", "TGCAN"))
    assert page.js("v.display.position(0)") == 101
    assert page.js("v.display.genomeOf(v.display.originOf(0)) - v.display.genomeOf(v.display.originOf(100))") == 100, (
        "the genome axis descends"
    )
    page.click(42)  # G on the given strand, C here
    page.page.get_by_role("button", name="Set to A").click()
    page.shows("edits: G42T")
    page.click(20)
    page.page.get_by_label("Insert before").fill("AC")
    page.page.keyboard.press("Enter")
    page.shows("edits: G42T, ins 21 GT")
    assert page.js("[v.minus, v.display.length]") == [True, 103]


def test_on_the_other_strand_an_insertion_cell_shows_what_its_menu_makes(open_page: Any) -> None:
    page = open_page("L=101&rows=6")
    heat = "v.display.tracks.find((t) => t.kind === 'heat')"
    before_43 = page.js(f"{heat}.rows[5][42]")
    assert before_43 != page.js(f"{heat}.rows[5][41]")
    page.page.get_by_role("button", name="Show the other strand").click()
    page.page.mouse.move(*page.place(42, "heat", row=5))
    tip = page.page.locator(".gv-tip").inner_text()
    shown = re.search(r"ins\n([+−][\d.]+)", tip)
    assert shown is not None, tip
    assert float(shown[1].replace("−", "-")) == pytest.approx(before_43, rel=5e-3)
    page.click(42, "heat", row=5)
    page.page.keyboard.type("a")
    page.page.keyboard.press("Enter")
    page.shows("edits: ins 43 T")


def test_the_tracks_stay_when_an_edited_sequence_is_turned_back(open_page: Any) -> None:
    page = open_page()
    page.page.get_by_role("button", name="Show the other strand").click()
    page.click(42)
    page.page.get_by_role("button", name="Set to A").click()
    page.shows("edits: G42T")
    page.page.get_by_role("button", name="Show the other strand").click()
    page.page.mouse.move(2, 2)
    page.canvas.evaluate("(c) => c.blur()")
    page.page.keyboard.press("Escape")
    page.page.wait_for_timeout(500)
    assert [fault for fault in faults(page.pixels(), page) if "blank" in fault] == []


def test_zoom_and_cursor_survive_a_rerun_and_the_wheel_waits_for_focus(open_page: Any) -> None:
    page = open_page("L=600")
    page.page.mouse.move(*page.place(300))
    page.page.mouse.wheel(0, -400)
    assert page.js("[v.view.start, v.view.end]") == [0, 600], "the wheel scrolls the page before the picture has focus"
    page.canvas.focus()
    for _ in range(8):
        page.page.mouse.wheel(0, -80)
    window = page.js("[v.view.start, v.view.end]")
    assert 10 < window[1] - window[0] < 200
    assert window[0] < 299 < window[1], "zoomed at the pointer"
    page.page.get_by_role("button", name="Rerun").click()
    page.page.wait_for_timeout(600)
    assert page.js("[v.view.start, v.view.end]") == window
    page.canvas.focus()
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("a" if page.js("v.display.bases[v.cursor]") != "A" else "c")
    page.shows(re.compile(r"^edits: [ACGT]\d+[AC]$"))
    assert page.js("[v.view.start, v.view.end]") == window, "an edit does not move the window"


def test_drag_pans_and_shift_drag_selects(open_page: Any) -> None:
    page = open_page("L=600")
    page.page.get_by_role("button", name="Zoom in").click()
    start = page.js("v.view.start")
    (x, y) = page.place(300)
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + 120, y, steps=4)
    page.page.mouse.up()
    assert page.js("v.view.start") < start
    page.page.mouse.move(*page.place(250))
    page.page.keyboard.down("Shift")
    page.page.mouse.down()
    page.page.mouse.move(*page.place(269), steps=4)
    page.page.mouse.up()
    page.page.keyboard.up("Shift")
    page.shows(re.compile("^last: select 249 269 [ACGTN]{20}$"))
    page.page.locator(".gv-menu").get_by_role("button", name="Zoom").click()
    assert page.js("Math.round(v.view.end - v.view.start)") == 22


def test_a_refused_edit_falls_back_and_the_page_says_why(open_page: Any) -> None:
    page = open_page()
    page.js("v.emit({ kind: 'delete', start: 0, end: v.display.length, bases: '' })")  # more than the buttons allow
    page.shows("At least one base must stay.")
    # The message can be on the page before the viewer has its answer.
    page.until("v.display.length === 101 && v.outbox.pending.length === 0 && !v.waiting")


def test_two_tabs_do_not_influence_each_other(open_page: Any) -> None:
    one, two = open_page(), open_page()
    one.click(42)
    one.page.get_by_role("button", name="Set to T").click()
    one.shows("edits: G42T")
    two.page.get_by_role("button", name="Rerun").click()
    two.page.wait_for_timeout(400)
    assert two.text("edits:") == "edits: none"
    assert two.js("v.display.bases[41]") == "G"


def test_a_phone_has_no_horizontal_overflow_and_can_scroll(open_page: Any, browser: Any) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = open_page("L=101", context=phone)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.js("v.screen.box.scrollWidth <= v.screen.box.clientWidth")
    assert page.canvas.evaluate("(c) => getComputedStyle(c).touchAction") == "pan-y"
    for _ in range(2):
        page.page.get_by_role("button", name="Zoom in").click()
    middle = page.js("Math.round((v.view.start + v.view.end) / 2)")
    page.page.touchscreen.tap(*page.place(middle))
    menu = page.page.locator(".gv-menu")
    sync_api.expect(menu).to_be_visible()
    box = menu.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert menu.evaluate(
        "(m) => [...m.querySelectorAll('*')].every((e) => e.getBoundingClientRect().right <= m.getBoundingClientRect().right)"
    )
    assert not page.pixels()[:, -1].std() > 30


def saved(page: Page, kind: str) -> tuple[str, bytes]:
    """Name and content of the file that the dialog makes."""
    page.page.get_by_role("button", name="Save the picture").click()
    page.page.get_by_label("File", exact=True).select_option(kind)
    with page.page.expect_download() as download:
        page.page.get_by_role("button", name="Save file").click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_one_dialog_saves_the_view_light_and_of_a_width_on_paper(open_page: Any, server: str) -> None:
    from xml.etree import ElementTree

    from PIL import Image

    page = open_page("L=101", scheme="dark")
    name, svg = saved(page, "svg")
    assert name.endswith(".svg")
    drawing = ElementTree.fromstring(svg)
    assert drawing.get("width") == "180mm"
    assert b'fill="#ffffff"' in svg, "light, though the page is dark"
    assert "image" not in {node.tag.split("}")[-1] for node in drawing.iter()}, "all vectors"
    words = " ".join(node.text or "" for node in drawing.iter() if node.tag.endswith("text"))
    for expected in ("MYC <enhancer>", "GRCh38", "Attribution × input", "Mutation map", "measured"):
        assert expected in words
    page.page.get_by_role("button", name="Save the picture").click()
    page.page.get_by_label("Width in mm").fill("90")
    page.page.get_by_label("Mutation map").uncheck()
    page.page.keyboard.press("Escape")
    with Image.open(io.BytesIO(saved(page, "png")[1])) as picture:
        assert picture.width == round(90 / 25.4 * 300)
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.01)
    pdf = saved(page, "pdf")[1]
    assert pdf.startswith(b"%PDF-1.4")
    start = int(re.search(rb"startxref\n(\d+)", pdf)[1])
    assert pdf[start:].startswith(b"xref")
    length, at = int(re.search(rb"/Length (\d+)", pdf)[1]), pdf.index(b"stream\n") + 7
    content = zlib.decompress(pdf[at : at + length])
    assert b"(MYC <enhancer>" in content
    assert b"Mutation map" not in content, "left out"
    assert content.count(b"q\n") == content.count(b"Q\n") + content.endswith(b"Q")
    assert all(url.startswith((server, "data:", "blob:")) for url in page.requests)


def test_the_original_sets_the_scale_and_is_shown_as_outline_or_difference(open_page: Any) -> None:
    page = open_page("L=101&band=0.3")
    logo = "v.display.tracks.find((t) => t.kind === 'logo')"
    drawn = "'' + v.layout.places.find((p) => p.track.kind === 'logo').drawn"
    before = page.js(drawn)
    page.click(41, "heat", row=0)  # the site goes
    page.until(f"{logo}.ghost.length === 1")
    assert page.js(drawn) == before, "the original's scale"
    page.page.get_by_role("button", name="Refit the scale").click()
    assert page.js(drawn) != before
    gone = page.js(f"{logo}.rows[0][42]"), page.js(f"{logo}.ghost[0][42]")
    page.canvas.focus()
    page.page.keyboard.press("o")
    assert page.js(f"{logo}.title").endswith("shown minus original")
    assert page.js(f"{logo}.rows[0][42]") == pytest.approx(gone[0] - gone[1])
    page.page.keyboard.press("o")
    faded = page.pixels()
    page.page.keyboard.press("b")
    assert (faded != page.pixels()).any(), "letters below the band come forward"


def test_a_tap_on_a_narrow_base_comes_nearer_and_rows_can_be_wrapped(open_page: Any, browser: Any) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = open_page("L=600", context=phone)
    page.page.touchscreen.tap(*page.place(300))
    page.until("v.view.pixelsPerBase > 20")
    assert page.page.locator(".gv-menu").is_hidden()
    assert page.js("v.view.start < 299 && v.view.end > 300")
    page.page.get_by_role("button", name="Show the whole sequence").click()
    page.page.get_by_role("button", name="Wrap a long sequence").click()
    page.until("v.rows.length === 20 && v.rows[19].view.pixelsPerBase >= 9")
    y = page.js("v.rows[3].layout.letters + 8")
    box = page.canvas.bounding_box()
    page.canvas.evaluate("(c, y) => window.scrollTo(0, c.getBoundingClientRect().top + y - 400)", y)
    assert page.js("v.rowAt(" + str(y) + ").view.start") == page.js("v.rows[3].view.start") > 0
    assert box["height"] == page.js("v.rows[19].layout.height")


PINCH = """() => {
    const find = (r) => r.querySelector('.gv') || [...r.querySelectorAll('*')].map((e) => e.shadowRoot && find(e.shadowRoot)).find(Boolean);
    const canvas = find(document).gvViewer.screen.canvas, left = canvas.getBoundingClientRect().left;
    canvas.setPointerCapture = () => {};
    const touch = (type, id, x) => canvas.dispatchEvent(new PointerEvent(type, {
        pointerId: id, pointerType: 'touch', clientX: left + x, clientY: 400, bubbles: true, button: type === 'pointermove' ? -1 : 0 }));
    touch('pointerdown', 1, 180); touch('pointerdown', 2, 220);
    for (let k = 0; k < 10; k++) { touch('pointermove', 1, 180 - 8 * k); touch('pointermove', 2, 220 + 8 * k); }
    touch('pointerup', 1, 108); touch('pointerup', 2, 292);
}"""


def test_two_fingers_zoom_and_the_theme_can_change_meanwhile(open_page: Any) -> None:
    page = open_page("L=600")
    page.page.evaluate(PINCH)
    start, end = page.js("[v.view.start, v.view.end]")
    assert 100 < end - start < 160
    assert start < page.js("(200 - v.view.left) / v.view.width * 600") < end
    page.page.emulate_media(color_scheme="dark")
    page.until("v.screen.theme.dark")
    assert page.js("[v.view.start, v.view.end]") == [start, end]


def test_everything_has_a_name_and_hostile_text_stays_text(open_page: Any) -> None:
    page = open_page()
    assert page.canvas.get_attribute("aria-label").startswith("MYC <enhancer>, 101 bases")
    nameless = page.page.locator(".gv-bar button:not([aria-label])")
    assert nameless.count() == 0
    assert page.page.locator(".gv b:has-text('FOXA')").count() == 0
    page.canvas.focus()
    page.page.keyboard.press("Home")
    page.page.keyboard.press("ArrowRight")
    assert page.page.locator(".gv-live").inner_text().startswith("Base 2,")
