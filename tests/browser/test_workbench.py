"""The page Sequence as an instrument: select, compare, share, and wait for a slow model, in a real Chromium."""

import re
from pathlib import Path

import pytest

from genoviz.lessons.examples import get_example

from .conftest import CHROMIUM, paste

sync_api = pytest.importorskip("playwright.sync_api")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs a chromium on the PATH"),
    pytest.mark.xdist_group("browser"),
]
FIND = """() => {
    const all = (r) => [...r.querySelectorAll('*')].flatMap((e) => (e.gvViewer ? [e.gvViewer] : e.shadowRoot ? all(e.shadowRoot) : []));
    const [v, pinned] = all(document);
    return EXPRESSION;
}"""
NO_SITE = "TGCATCATGCTTACGCAGTCATCTGATCAGCTCATGCAATGCTACCTGCATTCGACTGCA"
SLOW = "ACGTTGCAAC" * 9 + "TGACTCA" + "GATTACAGGC" * 10 + "ACG"


def js(page, expression: str):
    """A value of the first viewer `v` or the second, `pinned`."""
    return page.evaluate(FIND.replace("EXPRESSION", expression))


def settle(page) -> None:
    page.get_by_text("For research and teaching. Predictions").wait_for()  # the page's last line
    page.wait_for_selector(".gv[data-rev]:not([data-rev=''])")


def until(page, expression: str) -> None:
    page.wait_for_function(FIND.replace("EXPRESSION", expression))


def at_rest(page) -> None:
    """No run of the page is under way: a click during one can be lost."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')


def type_edit(page, text: str) -> None:
    box = page.get_by_role("textbox", name="Type an edit")
    sync_api.expect(box).to_have_count(1)  # while the page is drawn anew the one of before may still be there
    box.fill(text)
    box.press("Enter")


def select(page, start: int, length: int) -> None:
    """Select bases from 1-based `start` on, with the keyboard."""
    page.locator("canvas.gv-base").first.focus()
    page.keyboard.press("Home")
    for _ in range(start - 1):
        page.keyboard.press("ArrowRight")
    for _ in range(length - 1):
        page.keyboard.press("Shift+ArrowRight")
    page.get_by_text(f"Selected: bases {start}-{start + length - 1}").wait_for()


def test_a_selection_is_described_shuffled_mutated_and_replaced(open_page) -> None:
    page = open_page("/?example=ets")
    settle(page)
    select(page, 31, 10)
    page.get_by_text(re.compile("^Mean attribution .* per base. Best of 14 known sites: ETS ")).wait_for()
    page.get_by_role("button", name="Shuffle it 20 times").click()
    page.get_by_text(re.compile("^Shuffling bases 31-40 changes the output by -")).wait_for()
    page.get_by_role("button", name="Mutate only this stretch").click()
    page.get_by_text("substitutions at 10 positions").first.wait_for()
    until(
        page,
        "v.display.tracks.some((t) => t.kind === 'heat' && Number.isNaN(t.rows[0][29]) && !Number.isNaN(t.rows[0][30]))",
    )
    page.get_by_role("button", name="Mutate all").click()
    page.get_by_text("substitutions at 101 positions").first.wait_for()


def test_an_edit_shows_the_map_first_and_the_letters_when_they_are_explained(open_page) -> None:
    page = open_page("/?example=ets")
    settle(page)
    at_rest(page)
    heights = "[...v.display.tracks.find((t) => t.kind === 'logo').rows[0]]"
    before = js(page, heights)
    js(
        page,
        """(window.seen = [], new MutationObserver(() => window.seen.push([v.tracks.some((t) => t.stale), v.waiting]))
        .observe(v.screen.box, { attributeFilter: ['data-rev'] }))""",
    )
    page.locator("canvas.gv-base").first.focus()
    page.keyboard.press("Home")
    page.keyboard.press("t")
    until(page, "window.seen.length > 1 && !v.tracks.some((t) => t.stale)")
    assert page.evaluate("window.seen[0]") == [True, False]
    assert js(page, heights) != before
    at_rest(page)
    js(page, "window.seen.length = 0")
    page.keyboard.press("Control+z")
    until(page, "window.seen.length > 0 && !v.waiting")
    assert page.evaluate("window.seen.some(([stale]) => stale)") is False, "letters at hand are not computed again"
    assert js(page, heights) == before


def test_a_motif_is_dropped_in_by_name(open_page) -> None:
    page = open_page("/?example=ets")
    settle(page)
    page.locator("canvas.gv-base").first.focus()
    for key in ("Home", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.get_by_label("Motif by name").fill("ap-1")
    page.keyboard.press("Enter")
    page.get_by_text("against the original").first.wait_for()
    assert js(page, "v.display.bases.slice(1, 8)") == "TGACTCA"
    page.locator("canvas.gv-base").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Motif by name").fill("nothing like it")
    page.keyboard.press("Enter")
    page.get_by_text("nothing like it").first.wait_for()  # the message names it


def test_the_pinned_state_shows_the_same_bases_through_zoom_and_deletion(open_page) -> None:
    page = open_page("/?example=ets")
    settle(page)
    page.get_by_role("button", name="Pin this state").click()
    until(page, "pinned && pinned.display.length === 101")
    type_edit(page, "del 20-22")
    until(page, "v.display.length === 98")
    js(page, "v.setWindow(30, 60)")
    assert js(page, "[pinned.view.start, pinned.view.end]") == [33, 63], "three bases further in the undeleted sequence"
    js(page, "pinned.setWindow(0, 40)")
    assert js(page, "[v.view.start, v.view.end]") == [0, 40]
    drawn = "({v}.layout.places.find((p) => p.track.kind === 'logo').drawn ?? [])"
    # Letters of one height are one score; each viewer draws in a frame of its own.
    until(page, f"'' + {drawn.format(v='v')} === '' + {drawn.format(v='pinned')}")
    reach = "{v}.picture.reachOf({v}.display.tracks.find((t) => t.kind === 'heat'))"
    assert js(page, reach.format(v="v")) == js(page, reach.format(v="pinned"))
    page.get_by_role("button", name="Show the other strand").first.click()
    until(page, "v.minus && pinned.minus")
    until(page, "pinned.display.tracks.some((t) => t.title.startsWith('Score now minus pinned'))")
    type_edit(page, "C66A")  # breaks the second site, which then is low on the pinned state's scale
    until(page, "v.data.edits.length === 2 && !v.waiting")
    js(page, "v.setWindow(...v.display.flip([57, 72]))")
    until(page, f"{drawn.format(v='v')}[1] > 0.5")
    at_rest(page)
    page.get_by_role("button", name="Unpin").click()
    until(page, "!pinned")
    assert js(page, f"{drawn.format(v='v')}[1] > 0.5"), "the original's scale stays"
    page.get_by_role("button", name="Refit the scale to the edited sequence").click()
    until(page, f"{drawn.format(v='v')}[1] < 0.5")


def test_a_copied_link_restores_edits_window_and_method(open_page) -> None:
    page = open_page("/?example=ets&method=inputxgradient")
    settle(page)
    type_edit(page, "G34T")
    page.wait_for_function("location.search.includes('edits=')")
    # The box is a new, empty one, and the keyboard is in it.
    page.wait_for_function("document.activeElement.matches(\"[class*='st-key-typed_edit'] input[value='']\")")
    js(page, "v.setWindow(25, 50)")
    page.get_by_role("button", name="Copy a link to this view").click()
    until(page, "v.screen.tools.link.textContent === 'Copied'")
    link = page.evaluate("navigator.clipboard.readText()")
    again = open_page(link)
    settle(again)
    assert js(again, "[v.view.start, v.view.end, v.display.bases[33]]") == [25, 50, "T"]
    again.get_by_role("button", name="Input x gradient").wait_for()


def test_a_session_file_brings_back_a_sequence_too_long_for_a_link(open_page) -> None:
    page = open_page("/?track=GABPA")
    long = "ACGTTGCAAC" * 60 + get_example("ets").sequence.bases + "GATTACAGGC" * 60
    paste(page, long)
    settle(page)
    type_edit(page, "50G")
    page.get_by_text("against the original").first.wait_for()
    # A download asked for while the page still runs is lost.
    at_rest(page)
    assert "seq=" not in page.url
    edited = js(page, "v.display.bases")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Session (JSON)").click()
    other = open_page()
    other.locator("input[type=file]").set_input_files(
        {"name": "session.json", "mimeType": "application/json", "buffer": Path(waiting.value.path()).read_bytes()}
    )
    other.get_by_text("a session file: a sequence of 1,301 bases; 1 edit").wait_for()
    other.locator(".st-key-box_go button").click()
    settle(other)
    until(other, f"v.display.bases === '{edited}'")


def test_a_slow_map_shows_its_cost_runs_with_progress_and_keeps_the_part_done(open_page) -> None:
    page = open_page(f"/?model=slow.profile&seq={SLOW}")
    settle(page)
    page.get_by_text(re.compile(r"The mutation map takes 600 predictions, about \d+ s on this computer")).wait_for()
    assert js(page, "v.display.tracks.map((t) => t.kind).filter((k) => k !== 'spans')") == ["line", "logo"], (
        "nothing was computed unasked"
    )
    assert js(page, "v.layout.rulers.map((r) => r[0])") == ["base", "tss"]
    assert (
        js(page, "v.display.tracks[0].rows[0].indexOf(Math.max(...v.display.tracks[0].rows[0].filter((x) => x === x)))")
        == 90
    )
    page.get_by_role("button", name="Compute the mutation map").click()
    page.get_by_text(re.compile(r"Mutating every base: [1-9]\d* %, about .* left")).wait_for()
    page.get_by_role("button", name="Stop and keep what is done").click()
    page.get_by_text("Stopped: the map shows what was done until then.").wait_for()
    until(page, "v.display.tracks.some((t) => t.kind === 'heat')")
    done = js(page, "v.display.tracks.find((t) => t.kind === 'heat').rows[0].filter((x) => x === x).length")
    assert 0 < done < 200
    # Another sequence and back: the part done is still there, and can be done anew.
    type_edit(page, "A1C")
    page.get_by_text("The mutation map takes 600 predictions").wait_for()
    page.get_by_text(re.compile("^Original ·")).click()
    page.get_by_text("Stopped: the map shows what was done until then.").wait_for()
    page.get_by_role("button", name="Compute it again").click()
    page.get_by_role("button", name="Compute the mutation map").wait_for()


def test_a_slow_method_shows_its_cost_and_can_be_stopped(open_page) -> None:
    page = open_page(f"/?model=slow.profile&seq={SLOW}&mutate=1-10&method=ablation")
    settle(page)
    page.get_by_text(re.compile(r"takes the work of some 600 predictions, about \d+ s on this computer")).wait_for()
    page.get_by_role("button", name="Explain", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role(
        "button", name="Explain", exact=True
    ).click()  # offered again, as there is no half of an explanation
    until(page, "v.display.tracks.some((t) => t.kind === 'logo')")
    type_edit(page, "A1C")
    page.get_by_role("button", name="Explain", exact=True).wait_for()
    page.get_by_text(re.compile("^Original ·")).click()
    until(page, "v.display.tracks.some((t) => t.kind === 'logo')")  # known already


def test_the_pinned_state_has_its_own_cost_and_stop(open_page) -> None:
    page = open_page(f"/?model=slow.profile&seq={SLOW}&mutate=1-120")
    settle(page)
    page.get_by_role("button", name="Pin this state").click()
    until(page, "pinned")
    type_edit(page, "A1C")
    costs = page.get_by_text("The mutation map takes 360 predictions")
    costs.nth(1).wait_for()
    page.get_by_role("button", name="Compute the mutation map").last.click()
    page.get_by_role("button", name="Stop and keep what is done").click()
    until(page, "pinned.display.tracks.some((t) => t.kind === 'heat')")
    assert costs.count() == 1, "the current state's map was not started"


def test_on_a_phone_the_logo_is_on_the_first_screen(open_page) -> None:
    page = open_page("/?example=ets", width=390, height=844)
    settle(page)
    page.get_by_text("AUROC").first.wait_for()  # what stands above the viewer is there
    until(
        page,
        "((p) => v.screen.canvas.getBoundingClientRect().top + p.y + p.track.height / 2 < 844)(v.layout.places.find((p) => p.track.kind === 'logo'))",
    )
    bars, picture = page.get_by_text("All outputs").bounding_box(), page.locator("canvas.gv-base").bounding_box()
    assert bars["y"] > picture["y"] + picture["height"]


def test_checks_run_on_request_and_a_red_light_stands_above_the_picture(open_page) -> None:
    page = open_page(f"/?model=toy.sum&seq={NO_SITE}&method=inputxgradient")
    settle(page)
    page.get_by_text("Can this explanation be trusted?").click()
    page.get_by_role("button", name="Check", exact=True).click()
    light = page.get_by_text(re.compile(r"^Fails \d of \d checks: "))
    light.wait_for()
    assert light.bounding_box()["y"] < page.locator("canvas.gv-base").first.bounding_box()["y"]
    page.get_by_text(re.compile("6 Stays when little changes:")).wait_for()
    until(page, "v.data.title.includes('fails: ')")


def test_a_clicked_dot_of_the_influence_map_chooses_its_bin(open_page) -> None:
    page = open_page(
        "/compare?model=bpnet.yeast&track=Rap1&example=rap1&compare=influence", title="Compare explanations"
    )
    ask = page.get_by_role("button", name="Compute", exact=True)
    dots = page.locator(".scatterlayer .point")
    dots.first.or_(ask).first.wait_for(timeout=180_000)
    if ask.count():
        ask.click()
    settle(page)
    at_rest(page)
    chosen = "v.display.tracks.find((t) => t.kind === 'spans').items[0].label"
    before = js(page, chosen)
    dots.last.click(force=True)
    until(page, f"{chosen} !== {before!r}")
    assert page.get_by_role("slider", name="Chosen row").input_value() == str(dots.count() - 1)
