"""The page Language, run by Streamlit's own test harness."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genoviz.dependency import dependency
from genoviz.dependency.attention import attention
from genoviz.language import infill
from genoviz.language.ratio import likelihood_ratio
from genoviz.lessons.examples import get_example
from genoviz.models.load import load_model
from genoviz.predict.expectation import expect
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import estimate
from genoviz.ui.language import dependency as panel
from genoviz.ui.language import writing
from tests.pages.waiting import run_until
from tests.ui.test_address import address_of, opened

MODEL = "grulm.yeast-ecoli"
PAGE = "pages/explore/language.py"


@pytest.fixture(autouse=True)
def nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panel, "expectation_seconds", lambda card: 1e-3)
    monkeypatch.setattr(writing, "base_seconds", lambda card: 1e-3)
    monkeypatch.setattr(estimate, "mutant", lambda card, target: 1e-3)


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.info)
    return "\n".join(str(one.value) for kind in kinds for one in kind).replace("\\", "")


def test_the_three_parts_have_the_numbers_of_the_functions() -> None:
    app = opened(
        PAGE, model=MODEL, track="log-likelihood", example="lm", depends="101-106", written="101-103", drawn="2"
    )
    model, example = load_model(MODEL), get_example("lm")
    assert example is not None
    sequence = example.sequence
    assert f"{expect(model, sequence).surprise.mean():.2f} bits of surprise" in texts(app)
    assert "autoregressive, both strands" in texts(app)
    app.session_state["language picked base"] = (103, sequence.bases)
    app.run()
    app.segmented_control(key="language_to").set_value("G").run()
    assert likelihood_ratio(model, sequence, 103, "G").sentence in texts(app)
    app.segmented_control(key="language_mode").set_value("dependency").run()
    run_until(app, lambda app: app.get("plotly_chart") or app.error)
    found = dependency(model, sequence, window=(100, 106))
    assert found.sentence in texts(app)
    app.number_input(key="language_changed").set_value(102)
    app.number_input(key="language_read").set_value(104).run()
    shown = app.dataframe[0].value
    np.testing.assert_allclose(shown.iloc[:, 5:].to_numpy(), found.table(101, 103), rtol=1e-5)
    app.segmented_control(key="language_mode").set_value("written").run()
    run_until(app, lambda app: "The likeliest of" in texts(app) or app.error)
    assert infill(model, sequence, (100, 103), n=2).sentence in texts(app)
    assert address_of(app)["language"] == "written"
    app.segmented_control(key="language_mode").set_value("attention").run()
    assert "has no attention" in texts(app)
    assert not app.exception


def test_attention_comes_with_what_it_is_not() -> None:
    app = opened(PAGE, model="maskedlm.yeast-ecoli", track="log-likelihood", example="lm", language="attention")
    run_until(app, lambda app: app.get("plotly_chart") or app.error)
    example = get_example("lm")
    assert example is not None
    found = attention(load_model("maskedlm.yeast-ecoli"), example.sequence)
    assert found.sentence in "".join(str(one.value) for one in app.warning).replace("\\", "")
    app.selectbox(key="language_head").set_value("layer 2, head 1").run()
    app.selectbox(key="language_tower").set_value("from the right").run()
    assert not app.exception


def test_another_model_is_sent_to_language_models_and_has_interactions() -> None:
    length = load_model("toy.and").card.length
    bases = Sequence("GATAAG" + "T" * (length - 12) + "CACGTG").bases
    app = opened(PAGE, model="toy.and", track="score", seq=bases)
    assert "was trained on labels" in texts(app)
    assert f"language model {MODEL}" in [button.key for button in app.button]
    app.segmented_control(key="language_mode").set_value("dependency").run()
    run_until(app, lambda app: app.get("plotly_chart") or app.error)
    assert "what two changes do beyond the sum" in texts(app)
    app.segmented_control(key="language_mode").set_value("expected").run()
    app.button(key=f"language model {MODEL}").click().run()
    assert app.selectbox(key="model").value == MODEL
    assert not app.exception
