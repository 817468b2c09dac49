"""The choices of Grammar, Discover, Design and Language in their addresses."""

from __future__ import annotations

from itertools import chain

import pytest

from genoviz.models.catalogue import get_card
from genoviz.ui.design.page import SETTINGS as DESIGN
from genoviz.ui.discover.page import SETTINGS as DISCOVER
from genoviz.ui.frame.page_settings import Setting, given, taken
from genoviz.ui.frame.state import PRIVATE, View, write_link
from genoviz.ui.grammar.page import SETTINGS as GRAMMAR
from genoviz.ui.language.page import SETTINGS as LANGUAGE
from tests.ui.test_address import address_of, opened

VALUES = {
    "design_goal": "value",
    "design_value": -1.25,
    "design_start": "shuffled",
    "design_seed": 7,
    "design_edits": 3,
    "design_method": "beam",
    "design_width": 9,
    "design_locked": "1-20, 50",
    "design_gc": "40-60",
    "design_sites": "EcoRI",
    "grammar_mode": "copies",
    "grammar_a": "ETS",
    "grammar_b": "AP-1",
    "grammar_background": "genome",
    "grammar_n": 100,
    "grammar_gc": 38,
    "grammar_gap": 45,
    "grammar_step": 3,
    "grammar_strand": "-",
    "grammar_between": 2,
    "grammar_copies": 4,
    "grammar_blocks": "ETS 31-40",
    "grammar_window": "31-60",
    "grammar_measure": "scores",
    "grammar_scored": "28-33",
    "grammar_method": "ig",
    "discover_source": "records",
    "discover_sites": ["AP-1", "GATA"],
    "discover_engine": "tfmodisco",
    "discover_least": 20,
    "language_mode": "written",
    "language_window": "1-50",
    "language_stretch": "3-9",
    "language_count": 3,
    "language_temperature": 0.5,
    "language_seed": 4,
}


@pytest.mark.parametrize(
    "settings", [DESIGN, GRAMMAR, DISCOVER, LANGUAGE], ids=["design", "grammar", "discover", "language"]
)
def test_reading_inverts_writing_for_every_widget(settings: tuple[Setting, ...]) -> None:
    values = {one.key: VALUES[one.key] for one in settings}
    assert taken(settings, given(settings, values)) == (values, [])
    assert given(settings, {one.key: one.first for one in settings}) == {}


def test_names_are_of_one_page_and_of_no_other_parameter() -> None:
    names = [one.name for one in chain(DESIGN, GRAMMAR, DISCOVER, LANGUAGE)]
    shared = View(
        "m", "t", "value", "ig", "zeros", "A", "", "1T", "2", "3", "1", "x", "G", name="n", pin="o", palette="mono"
    )
    others = {*write_link(shared), "example", "genome", "place", "strand", "variant", "window", "private", "card"}
    assert len(names) == len(set(names))
    assert not set(names) & others
    assert {"locked", "forbidden", "site", "site_b", "blocks", "pairs", "depends", "written"} <= set(PRIVATE)


@pytest.mark.parametrize(
    ("settings", "name", "text", "words"),
    [
        (DESIGN, "goal", "up", "accepted is one of raise, lower, value, off."),
        (DESIGN, "most", "99", "accepted is a number from 1 to 10."),
        (DESIGN, "most", "x", "accepted is a number from 1 to 10."),
        (DESIGN, "value", "nan", "accepted is a number from -1e+06 to 1e+06."),
        (DESIGN, "locked", "1" * 301, "accepted is up to 300 letters."),
        (GRAMMAR, "backgrounds", "7", "accepted is one of 50, 100, 200."),
        (DISCOVER, "planted", "ETS,none", "accepted is up to 4 of AP-1"),
    ],
)
def test_what_cannot_be_used_is_said(settings: tuple[Setting, ...], name: str, text: str, words: str) -> None:
    values, notices = taken(settings, {name: text})
    assert values == {}
    assert words in notices[0]


def test_a_link_opens_a_design_and_the_address_follows_the_page() -> None:
    length = get_card("toy.sum").length
    bases, locked = ("ACGT" * length)[:length], f"1-{length}"
    parameters = {"model": "toy.sum", "seq": bases, "goal": "lower", "locked": locked, "most": "77"}
    app = opened("pages/explore/design.py", **parameters)
    assert app.segmented_control(key="design_goal").value == "lower"
    assert any("a number from 1 to 10" in one.value.replace("\\", "") for one in app.warning)
    assert any("All bases are locked" in one.value for one in app.info)
    assert (address_of(app)["goal"], address_of(app)["locked"]) == ("lower", locked)
    app.segmented_control(key="design_goal").set_value("off").run()
    assert address_of(app)["goal"] == "off"
    app.toggle(key="private_address").set_value(True).run()
    assert {"seq", "locked"}.isdisjoint(address_of(app))
    assert address_of(app)["goal"] == "off"
