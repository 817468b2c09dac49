"""The gallery of models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genoviz.models.calibration import calibration
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.fetch import is_free
from genoviz.models.selection import matching
from tests.pages.links import unlinked
from tests.pages.waiting import AT_MOST, run_until
from tests.stand_in import Server, reply, stand_in

ROOT = Path(__file__).parents[2]


def start() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=AT_MOST)
    app.run()
    app.switch_page("pages/about/models.py").run()
    return app


def details_of(name: str) -> AppTest:
    """The card of a model, opened by its address: the gallery need not be drawn for it."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=AT_MOST)
    app.switch_page("pages/about/models.py")
    app.query_params["card"] = name
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    elements = [*app.markdown, *app.caption, *app.subheader, *app.header, *app.error]
    return unlinked("\n".join(e.value for e in elements))


def test_every_model_has_a_tile_under_its_question_and_under_its_family() -> None:
    app = start()
    assert not app.exception
    shown = texts(app)
    for card in list_models():
        assert card.title in shown
        assert app.button(key=f"details_{card.name}")
        assert app.button(key=f"use_{card.name}").label == "Explore with this model"
    assert "Where is the transcript spliced?" in shown
    app.segmented_control(key="models_view").set_value("Through time").run()
    shown = texts(app)
    assert shown.index("1982 · MLP") < shown.index("2015 · CNN") < shown.index("hand-set")


def test_search_filters_and_the_way_to_explore() -> None:
    found = matching(list_models(), "gabpa cnn")
    assert [card.name for card in found] == ["tfbind.encode10"]
    app = start()
    app.text_input(key="models_query").input("LSTM").run()
    app.selectbox(key="models_molecule").set_value("RNA").run()
    # The filters are the command line's, so the numbers are, too; nothing of DeepBind has a recurrent layer.
    assert [button.key for button in app.button if (button.key or "").startswith("use_")] == ["use_rbp.clip8"]
    assert f"1 of {len(list_models())} models, and 0 of DeepBind" in texts(app)
    app.segmented_control(key="models_view").set_value("Table").run()
    table = app.dataframe[0].value
    assert table["Name"].tolist() == ["rbp.clip8"]
    assert (table["Year"][0], table["Authors"][0]) == (2018, "Pan et al.")
    app.text_input(key="models_query").input("nothing like this").run()
    assert "No model fits" in app.info[0].value
    next(button for button in app.button if button.label == "Clear search").click().run()
    assert f"{len(list_models())} models, and 927 of DeepBind" in texts(app)
    app.segmented_control(key="models_view").set_value("By question").run()
    app.button(key="use_rbp.clip8").click().run()
    assert not app.exception
    assert app.selectbox(key="model").value == "rbp.clip8"


def curves(app: AppTest) -> list:
    """The charts of the held-out data: all but the activations of a filter."""
    return [chart for chart in app.get("plotly_chart") if "activation of a window" not in chart.proto.spec]


@pytest.mark.parametrize("card", [c for c in list_models() if not c.files], ids=lambda c: c.name)
def test_details(card) -> None:
    app = details_of(card.name)
    assert not app.error
    assert app.header[0].value == card.title
    shown = texts(app)
    for limit in card.limits:
        assert limit.split("`")[0][:40] in shown
    charts = curves(app)
    classes = not card.scatter and "positives" in card.held_out[0] if card.held_out else False
    reliable = classes and calibration(card, next(iter(card.background))) is not None
    assert len(charts) == (0 if not card.held_out else 3 if reliable else 2 if classes else 1)


def test_scores_of_two_tests_are_never_mixed() -> None:
    """The tile has the mean of the official test, the table names each test, the curves are those of dev."""
    card, app = get_card("tfbind.gue"), start()
    official = [row["mcc"] for row in card.held_out if row["test"] == "official GUE test"]
    assert f"Mean MCC {np.mean(official):.3f} over 9 tracks, official GUE test" in texts(app)
    app.button(key="details_tfbind.gue").click().run()
    assert not app.exception
    assert "1,000 test sequences of GUE dev" in texts(app)
    table = app.dataframe[0].value
    assert table["Test"].tolist() == ["official GUE test"] * 9 + ["GUE dev"] * 9
    beside = table["Beside it, same test"].fillna("")
    assert all(("DNABERT-2" in text) == (i < 5) for i, text in enumerate(beside))
    assert "Elsewhere, not comparable" not in table
    app.button[0].click().run()  # All models
    assert card.title not in [header.value for header in app.header]
    assert app.button(key="details_tfbind.gue")


def test_the_current_sequence_is_marked_in_the_curves() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=AT_MOST)
    app.query_params["example"] = "ets"
    app.run()
    app.switch_page("pages/about/models.py").run()
    app.button(key="details_tfbind.encode10").click().run()
    app.selectbox(key="held_out_tfbind.encode10").set_value("GABPA").run()
    charts = curves(app)
    assert [("this sequence" in chart.proto.spec) for chart in charts].count(True) == 2  # not in the reliability curve
    assert "Read a sequence" not in texts(app)


def test_an_unknown_card_in_a_link_is_said() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=AT_MOST)
    app.run()
    app.switch_page("pages/about/models.py")
    app.query_params["card"] = "promoter.ecolli"
    app.run()
    assert not app.exception
    said = "".join(e.value for e in app.error).replace("\\", "")
    assert "Did you mean `promoter.ecoli`" in said


# ---- published models ------------------------------------------------------------------------------

PUBLISHED = "splice.maxent5"
CONTENT = b"not the published tables"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """No weights on this computer, and a server that has a file of each name."""
    monkeypatch.delenv("GENOVIZ_WEIGHTS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with stand_in() as made:
        made.play = lambda handler: reply(handler, CONTENT, headers={"ETag": '"1"'})
        monkeypatch.setenv("GENOVIZ_WEIGHTS_URL", made.url)
        yield made


def said(app: AppTest) -> str:
    return "".join(e.value for e in app.error).replace("\\", "")


@pytest.mark.parametrize("card", [c for c in list_models() if c.files], ids=lambda c: c.name)
def test_a_card_teaches_without_weights(card, server: Server) -> None:
    app = details_of(card.name)
    assert not app.error
    shown = texts(app)
    assert "Licence" in shown
    if all(file.can_be_fetched for file in card.files):
        assert f"genoviz fetch {card.name}" in shown
        assert app.button(key=f"get {card.name}").disabled != is_free(card)
    else:
        assert "no address of its own" in shown
        assert card.files[0].name in shown
    assert ("An example output" in shown) == bool(card.example)
    assert server.asked == []


def test_a_download_that_fails_is_said_and_offered_again(server: Server, tmp_path: Path) -> None:
    app = details_of(PUBLISHED)
    app.button(key=f"get {PUBLISHED}").click().run()
    run_until(app, lambda app: app.error)
    assert server.asked
    assert get_card(PUBLISHED).files[0].name in said(app)
    assert not any(tmp_path.rglob("*maxent*"))
    app.run()
    assert app.button(key=f"get {PUBLISHED}")


def test_binding_licences_must_be_accepted(server: Server) -> None:
    card = next(c for c in list_models() if c.files and not is_free(c))
    app = details_of(card.name)
    assert app.button(key=f"get {card.name}").disabled
    app.checkbox(key=f"licence {card.name}").check().run()
    assert not app.button(key=f"get {card.name}").disabled


def test_the_picker_holds_what_is_here_and_a_link_offers_the_rest(server: Server) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=AT_MOST)
    app.run()
    options = app.selectbox(key="model").options
    assert f"⤓ {get_card(PUBLISHED).title}" in options
    assert options.index("— Splicing —") < options.index(get_card("splice.sites").title)
    assert options.index(get_card("splice.sites").title) < options.index(f"⤓ {get_card(PUBLISHED).title}")
    app.selectbox(key="model").set_value("question: Splicing").run()
    assert app.selectbox(key="model").value == "splice.sites"  # a heading stands for its first model
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=AT_MOST)
    app.query_params["model"] = PUBLISHED
    app.run()
    assert not app.exception
    assert app.header[0].value == get_card(PUBLISHED).title
    assert app.button(key=f"get {PUBLISHED}")
