"""The page Design, run by Streamlit's own test harness."""

from __future__ import annotations

import json
from pathlib import Path

from streamlit.testing.v1 import AppTest

from genoviz.design.check import check_design
from genoviz.design.counterfactual import counterfactual
from genoviz.design.fewest_edits import design
from genoviz.lessons.examples import get_example
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence, read_sequences
from genoviz.sequences.shuffle import dinucleotide_shuffle
from tests.pages.waiting import AT_MOST, run_until

APP = str(Path(__file__).parents[2] / "app.py")


def open_page(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=AT_MOST)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    app.switch_page("pages/explore/design.py")
    return app.run()


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.warning, app.info, app.success, app.title)
    return "\n".join(str(e.value) for kind in kinds for e in kind).replace("\\", "")


def finish(app: AppTest) -> AppTest:
    """Start the search where its cost is shown first, and wait until it has ended."""
    if any(button.key == "start design" for button in app.button):
        app.button(key="start design").click()
        app.run()
    return run_until(app, lambda app: not any(button.key == "stop design" for button in app.button))


def ets() -> Sequence:
    example = get_example("ets")
    assert example is not None
    return example.sequence


def test_without_a_sequence_the_page_offers_examples() -> None:
    app = open_page()
    assert not app.exception
    assert "which few edits" in texts(app)
    app.button(key="example_ets").click()
    app.run()
    assert not app.exception
    assert "Two ETS sites" in texts(app)


def test_a_design_has_the_numbers_of_the_function_and_opens_in_sequence() -> None:
    app = open_page(example="ets")
    app.segmented_control(key="design_start").set_value("shuffled")
    app.run()
    app.slider(key="design_edits").set_value(2)
    app.text_input(key="design_locked").set_value("1-5")
    app.text_input(key="design_sites").set_value("EcoRI")
    finish(app.run())
    assert not app.exception
    assert not app.error
    model = load_model("tfbind.encode10")
    start = Sequence(dinucleotide_shuffle(ets().bases, 1, seed=0)[0])
    found = design(
        model, start, Target("binding", ("GABPA",)), edits=2, locked=((0, 5),), forbidden=("GAATTC",)
    )  # fmt: skip
    check = check_design(model, found)
    assert found.sentence in texts(app)
    assert check.sentence in texts(app)
    steps = app.dataframe[0].value
    assert list(steps["edit"]) == [step.label for step in found.steps]
    viewer = json.loads(app.get("bidi_component")[0].proto.json)
    titles = [track["title"] for track in viewer["tracks"]]
    assert titles[0] == "Edits"
    assert [t for t in titles if t.startswith(("Before", "After"))] == [
        "Before: the start",
        "After: the designed sequence",
    ]
    app.button(key="design_open").click()
    app.run()
    assert not app.exception
    assert app.title[0].value == "Explore a sequence"
    box = read_sequences(app.session_state["sequence_text"])
    assert box[0].sequence is not None
    assert box[0].sequence.bases == found.sequence.bases


def test_switching_off_shows_the_ladder() -> None:
    app = open_page(example="ebox")
    app.segmented_control(key="design_goal").set_value("off")
    app.run()
    app.slider(key="design_edits").set_value(3)
    app.number_input(key="design_width").set_value(1)
    finish(app.run())
    assert not app.exception
    example = get_example("ebox")
    assert example is not None
    model = load_model("tfbind.encode10")
    ladder = counterfactual(model, example.sequence, Target("binding", ("USF1",)), edits=3, width=1)
    assert ladder.sentence in texts(app)
    assert list(app.dataframe[0].value["set"]) == [", ".join(rung.labels) for rung in ladder.rungs]


def test_mistakes_are_said_before_anything_is_computed() -> None:
    app = open_page(example="ets")
    for key, wrong, said in (
        ("design_sites", "EcoRX", "There is no site named"),
        ("design_locked", "5-3", "can't be read as a range"),
        ("design_locked", "90-200", "The sequence has bases 1 to 101"),
        ("design_gc", "60-40", "can't be read as a range of GC"),
    ):
        app.text_input(key=key).set_value(wrong)
        app.run()
        assert not app.exception
        assert said in texts(app)
        app.text_input(key=key).set_value("")
    app.run()
    assert not app.error


def test_what_is_off_already_is_said_without_an_error() -> None:
    app = open_page(example="ets")
    app.segmented_control(key="design_start").set_value("shuffled")
    app.segmented_control(key="design_goal").set_value("off")
    finish(app.run())
    assert not app.exception
    assert "so it is off already" in texts(app)
    assert not app.error


def test_choices_survive_a_change_of_page() -> None:
    app = open_page(example="ets")
    app.text_input(key="design_locked").set_value("1-20")
    app.slider(key="design_edits").set_value(7)
    app.run()
    app.switch_page("pages/about/help.py")
    app.run()
    app.switch_page("pages/explore/design.py")
    app.run()
    assert app.text_input(key="design_locked").value == "1-20"
    assert app.slider(key="design_edits").value == 7
