"""The page of motif discovery, and the panel of filters."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.asked import paste
from tests.pages.waiting import AT_MOST, run_until

ROOT = Path(__file__).parents[2]


def page() -> None:
    from genoviz.ui.discover import page as discover_page
    from genoviz.ui.frame import inputs

    inputs.start_session()
    inputs.keep_choices()
    inputs.keep_choices(discover_page.KEYS, discover_page.FIRST)
    discover_page.show(inputs.frame("explain"))


def panel() -> None:
    import streamlit as st

    from genoviz.models.catalogue import get_card
    from genoviz.ui.models.filters import filters_panel

    filters_panel(get_card(st.session_state.get("shown", "promoter.ecoli")))


def said(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.info, *app.error]
    return "\n".join(e.value.replace("\\", "") for e in shown)


def finish(app: AppTest, button: str) -> AppTest:
    """Press the button that starts the work, if it is asked for, and wait for its end."""
    starts = [b for b in app.button if b.label == button]
    if starts:
        starts[0].click().run()
    return run_until(app, lambda app: not any(b.label == "Stop" for b in app.button))


@pytest.mark.long
def test_the_example_is_found_and_named() -> None:
    app = AppTest.from_function(page, default_timeout=AT_MOST)
    app.session_state["model"], app.session_state["track"] = "tfbind.encode10", "GABPA"
    app.query_params["model"], app.query_params["track"] = "tfbind.encode10", "GABPA"
    app.run()
    assert not app.exception
    finish(app, "Discover")
    assert not app.exception
    text = said(app)
    assert "200 random sequences of 101 bases with ETS, seed 0." in text
    assert "Pattern 1** · raises the output" in text
    assert "looks like" in text
    assert len(app.dataframe) >= 1
    sites = app.dataframe[0].value
    assert {"+", "-"} == set(sites["strand"])
    assert [b.label for b in app.get("download_button")][:2] == ["Patterns (MEME)", "All sites (TSV)"]


def test_few_records_are_refused_and_none_are_asked_for() -> None:
    app = AppTest.from_function(page, default_timeout=AT_MOST)
    app.session_state["discover_source"] = "records"
    app.run()
    assert "FASTA records in the box" in said(app)
    paste(app, ">a\nACGTACGT\n>b\nACGT\n")
    assert not app.exception
    assert "2 sequences" in said(app)
    assert "needs at least 20" in said(app)


def test_a_bed_file_is_read_by_what_its_format_says() -> None:
    """BED12 with a byte order mark, saved for another build: no summits, and what the genome lacks is said."""
    app = AppTest.from_function(page, default_timeout=AT_MOST)
    app.session_state["discover_source"] = "file"
    app.run()
    row = "chrT1\t{}\t{}\tr\t0\t-\t0\t0\t0\t2\t10,20,\t0,80,\n"
    rows = "".join(row.format(1000 + 150 * i, 1100 + 150 * i) for i in range(3))
    content = b"\xef\xbb\xbf" + rows.encode() + b"chrT1\t200000\t200100\nchrX\t5\t10\n"
    app.file_uploader(key="discover_file").set_value(("regions.bed", content, "text/plain")).run()
    assert not app.exception
    text = said(app)
    assert "3 windows of 101 bases around the middles of the regions" in text
    assert "1: they end behind the last base of their chromosome" in text
    assert "has no such chromosome" in text


def test_the_panel_shows_filters_and_one_of_them() -> None:
    app = AppTest.from_function(panel, default_timeout=AT_MOST)
    app.run()
    assert not app.exception
    finish(app, "Switch them off")
    assert not app.exception
    assert app.subheader[0].value == "What the first layer looks for"
    text = said(app)
    assert "96 filters of network 1 of 3, by importance" in text
    assert "half of the largest activation" in text
    assert len(app.get("plotly_chart")) == 1
    other = app.selectbox(key="filters_one_promoter.ecoli").options[3]
    app.selectbox(key="filters_one_promoter.ecoli").set_value(other.lower()).run()
    assert not app.exception
    app.selectbox(key="filters_source_promoter.ecoli").set_value("teaching").run()
    finish(app, "Switch them off")
    assert not app.exception
    assert "(synthetic-1), seed 0" in said(app)


@pytest.mark.parametrize("name", ["mlp.ecoli", "toy.sum"])
def test_models_without_and_with_a_hand_set_filter(name) -> None:
    app = AppTest.from_function(panel, default_timeout=AT_MOST)
    app.session_state["shown"] = name
    app.run()
    assert not app.exception
    assert bool(app.subheader) == (name == "toy.sum")
