"""The gallery of models."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.models.catalogue import list_models
from genoviz.ui.gallery import matching

ROOT = Path(__file__).parents[2]


def start() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.switch_page("pages/about/models.py").run()
    return app


def texts(app: AppTest) -> str:
    """All text of the page, without the signs that keep it from being read as markup."""
    return "\n".join(
        e.value.replace("\\", "") for e in [*app.markdown, *app.caption, *app.subheader, *app.header, *app.error]
    )


def test_every_model_has_a_tile_under_its_family() -> None:
    app = start()
    assert not app.exception
    shown = texts(app)
    for card in list_models():
        assert card.title in shown
        assert app.button(key=f"details_{card.name}")
    assert shown.index("1982 · MLP") < shown.index("2015 · CNN") < shown.index("hand-set")


def test_search() -> None:
    found = matching(list_models(), "gabpa cnn")
    assert [card.name for card in found] == ["tfbind.encode10"]
    app = start()
    app.text_input[0].input("nothing like this").run()
    assert "No model matches" in app.info[0].value


def curves(app: AppTest) -> list:
    """The charts of the held-out data: all but the activations of a filter."""
    return [chart for chart in app.get("plotly_chart") if "activation of a window" not in chart.proto.spec]


@pytest.mark.parametrize("card", list_models(), ids=lambda c: c.name)
def test_details_open_and_close(card) -> None:
    app = start()
    app.button(key=f"details_{card.name}").click().run()
    assert not app.exception
    assert not app.error
    assert app.header[0].value == card.title
    shown = texts(app)
    for limit in card.limits:
        assert limit.split("`")[0][:40] in shown
    charts = curves(app)
    assert len(charts) == (0 if not card.held_out else 2 if not card.scatter and "positives" in card.held_out[0] else 1)
    app.button[0].click().run()
    assert card.title in texts(app)
    assert not app.header


def test_the_current_sequence_is_marked_in_the_curves() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["example"] = "ets"
    app.run()
    app.switch_page("pages/about/models.py").run()
    app.button(key="details_tfbind.encode10").click().run()
    app.selectbox(key="held_out_tfbind.encode10").set_value("GABPA").run()
    charts = curves(app)
    assert len(charts) == 2
    assert all("this sequence" in chart.proto.spec for chart in charts)
    assert "Read a sequence" not in texts(app)


def test_an_unknown_card_in_a_link_is_said() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.switch_page("pages/about/models.py")
    app.query_params["card"] = "promoter.ecolli"
    app.run()
    assert not app.exception
    said = "".join(e.value for e in app.error).replace("\\", "")
    assert "Did you mean `promoter.ecoli`" in said
