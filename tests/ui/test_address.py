"""What the page's address holds, and how it is kept out: by the user's switch, by the link, by the server."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.ui.frame.state import PRIVATE, View, default_view, read_session, write_link, write_session
from tests.pages.waiting import AT_MOST

ROOT = Path(__file__).parents[2]
BASES = "ACGTTGCAACGTGGAATTCC" * 5
INPUT = {"seq": BASES, "edits": "3T"}
VARIANT = {"model": "splice.sites", "genome": "teaching", "variant": "chrT1-2646-G-T", "strand": "+"}


def opened(page: str = "", **parameters: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=AT_MOST)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    if page:
        app.switch_page(page).run()
    assert not app.exception
    return app


def address_of(app: AppTest) -> dict[str, str]:
    return {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}


def test_a_private_link_has_nothing_of_the_input() -> None:
    view = default_view()
    shown = View(
        view.model, view.track, "value", "ig", sequence=BASES, edits="3T", first="7", mutate="1-9", reference="ACGT"
    )
    placed = replace(shown, sequence="", genome="hg38", place="BRCA1", strand="-")
    asked = View(view.model, view.track, genome="hg38", variant="chr1-5-A-G", strand="+")
    for one in (shown, placed, asked):
        assert set(write_link(one)) & set(PRIVATE)
        private = write_link(one, private=True)
        assert not set(private) & set(PRIVATE)
        assert private["model"] == view.model
    assert write_link(shown, private=True)["method"] == "ig"
    # A session file holds everything either way.
    text = write_session(shown, {"trust": "1 of 2 checks is green; red: x."})
    assert json.loads(text)["trust"].endswith("red: x.")
    found = read_session(text.encode())
    assert found is not None
    assert (found[0].sequence, found[1]) == (BASES, [])


def test_sequence_and_edits_leave_the_address_and_come_back() -> None:
    app = opened(model="toy.sum", **INPUT)
    assert address_of(app)["seq"] == BASES
    assert address_of(app)["edits"] == "3T"
    assert any("bases, the place or the variant, and edits stand in the page's address" in c.value for c in app.caption)
    app.toggle(key="private_address").set_value(True).run()
    assert address_of(app)["private"] == "1"
    assert not set(address_of(app)) & set(PRIVATE)
    assert app.session_state["sequence_text"] == BASES
    app.toggle(key="private_address").set_value(False).run()
    assert address_of(app)["seq"] == BASES
    assert "private" not in address_of(app)


def test_the_switch_persists_over_pages() -> None:
    app = opened(model="toy.sum", **INPUT)
    app.toggle(key="private_address").set_value(True).run()
    for page in (
        "pages/about/models.py",
        "pages/explore/variants.py",
        "pages/about/help.py",
        "pages/explore/sequence.py",
    ):
        app.switch_page(page).run()
        assert not app.exception
        assert not set(address_of(app)) & set(PRIVATE), page
    assert app.toggle(key="private_address").value
    assert app.session_state["sequence_text"] == BASES


def test_a_variant_is_kept_out_by_the_link_itself() -> None:
    app = opened("pages/explore/variants.py", **VARIANT)
    assert address_of(app)["variant"] == VARIANT["variant"]
    app.toggle(key="private_address").set_value(True).run()
    assert not set(address_of(app)) & set(PRIVATE)
    app.text_input(key="variant_text").set_value("chrT1-10719-G-T").run()
    assert not set(address_of(app)) & set(PRIVATE)
    # Opened anew with `private=1`, as after a reload.
    again = opened("pages/explore/variants.py", private="1", **VARIANT)
    assert again.text_input(key="variant_text").value == VARIANT["variant"]
    assert not set(address_of(again)) & set(PRIVATE)


@pytest.mark.parametrize(("value", "private"), [("1", True), ("yes", True), ("", False), ("0", False), ("maybe", True)])
def test_a_server_keeps_it_out_for_all(monkeypatch: pytest.MonkeyPatch, value: str, private: bool) -> None:
    monkeypatch.setenv("GENOVIZ_PRIVATE_ADDRESS", value)
    app = opened(model="toy.sum", **INPUT)
    assert bool(set(address_of(app)) & set(PRIVATE)) == (not private)
    assert app.session_state["sequence_text"] == BASES
    toggle = next(t for t in app.toggle if t.label == "Keep my input out of the address")
    assert toggle.disabled == private
    assert toggle.value == private


def test_the_page_of_many_variants_says_what_is_kept() -> None:
    app = opened("pages/explore/variants.py", model="tfbind.encode10", genome="teaching")
    app.session_state["variant_mode"] = "many"
    app.run()
    assert any("until the page is closed or the app stops" in caption.value for caption in app.caption)
