"""The page Units."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.discover.comparison import random_background
from genoviz.models.load import load_model
from genoviz.motifs.collection import collection
from genoviz.units.bank import unit_bank
from tests.pages.waiting import AT_MOST, run_until


def units() -> None:
    from genoviz.ui.frame import inputs
    from genoviz.ui.units import page, source

    inputs.start_session()
    inputs.keep_choices()
    inputs.keep_choices(page.KEYS, page.FIRST)
    page.show(inputs.frame("explain", sequences=source.reads_records()))


def said(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.info, *app.warning, *app.success, *app.error]
    return "\n".join(e.value.replace("\\", "") for e in shown)


def test_the_grid_opens_a_unit_with_its_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genoviz.units.naming.closest_motifs", lambda card: collection(("insects",)))
    app = AppTest.from_function(units, default_timeout=AT_MOST)
    app.query_params["model"] = "toy.and"
    run_until(app.run(), lambda app: not any(b.label.startswith("Stop") for b in app.button))
    assert not app.exception
    model = load_model("toy.and")
    bank = unit_bank(model, random_background(model.card, n=400))
    assert bank.sentence in said(app)
    assert bank.units[0].sentence in said(app)
    other = bank.units[1]
    app.button(key=f"open unit {other.number}").click().run()
    assert not app.exception
    assert other.sentence in said(app)
    assert other.verdict.capitalize() in said(app)
    app.segmented_control(key="units_source").set_value("records").run()
    assert "40 to 200 FASTA records" in said(app)
