"""The pages Planted truth and Predict first, run by Streamlit's own test harness."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from genoviz.attribute.attribution import attribute
from genoviz.lessons.examples import get_example
from genoviz.lessons.guesses import Guesses, agreement
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.sandbox.plan import Plan
from genoviz.sandbox.recovery import recover
from genoviz.sandbox.train import train
from tests.pages.waiting import AT_MOST, run_until

APP = str(Path(__file__).parents[2] / "app.py")


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.warning, app.info)
    return "\n".join(str(e.value) for kind in kinds for e in kind).replace("\\", "")


def test_planted_truth_trains_explains_and_says_the_numbers_of_the_functions() -> None:
    app = AppTest.from_file(APP, default_timeout=AT_MOST).run()
    app.switch_page("pages/learn/sandbox.py").run()
    app.text_input(key="sandbox_motifs").input("GATAAG").run()
    app.selectbox(key="sandbox_rule").set_value("all").run()
    assert "needs two or more" in texts(app)
    chosen = {"rule": "any", "length": 40, "count": 500, "epochs": 4, "methods": ["inputxgradient"]}
    for name, value in chosen.items():
        app.session_state[f"sandbox_{name}"] = value
    app.run()
    app.button(key="start sandbox").click().run()
    run_until(app, lambda app: not any(button.key == "stop sandbox" for button in app.button))
    assert not app.exception
    trained = train(Plan(("GATAAG",), length=40, count=500), epochs=4)
    found = recover(trained, ["inputxgradient"])
    assert trained.sentence in texts(app)
    assert found.sentence in texts(app)
    assert "Planted sites: the truth" in app.get("bidi_component")[0].proto.json


def test_predict_first_shows_truth_and_model_only_after_the_marks() -> None:
    example = get_example("ets")
    assert example is not None
    app = AppTest.from_file(APP, default_timeout=AT_MOST)
    app.query_params.update({"v": "1", "example": "ets"})
    app.run()
    app.switch_page("pages/learn/peek.py").run()
    assert app.button(key="peek_give").disabled
    app.text_input(key="peek_typed").set_value("nothing").run()
    assert "does not name bases" in texts(app)
    app.text_input(key="peek_typed").set_value("31-40, 63").run()
    shown = app.get("bidi_component")[0].proto.json
    assert "Your marks" in shown
    assert "Truth" not in shown
    app.text_input(key="peek_typed").set_value("63").run()  # taken away again
    app.button(key="peek_give").click().run()
    assert not app.exception
    shown = app.get("bidi_component")[0].proto.json
    assert "Truth: sites written in" in shown
    marked = range(30, 40)
    scores = attribute(load_model("tfbind.encode10"), example.sequence, Target("binding", ("GABPA",))).per_base
    assert f"{agreement(marked, scores)} of your 10 marks are among the 10 bases" in texts(app)
    assert "10 lie in the sites that are known, which have 20 bases" in texts(app)
    other = Guesses.of(example.sequence.bases, "tfbind.encode10", "GABPA", range(62, 72))
    wrong = Guesses.of(example.sequence.bases, "tfbind.encode10", "REST", range(62, 72))
    files = app.get("file_uploader")[0]
    files.set_value(
        [("a.json", other.text().encode(), "application/json"), ("b.json", wrong.text().encode(), "application/json")]
    )
    app.run()
    assert not app.exception
    assert "1 person guessed: more than half marked 63-72." in texts(app)
    assert "different sequences, models or outputs" in texts(app)
    app.button(key="peek_again").click().run()
    assert app.button(key="peek_give").disabled
