"""The page Sequence, run by Streamlit's own test harness: examples, bad input, links, equal numbers."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genoviz.attribute import attribute
from genoviz.lessons.examples import EXAMPLES, get_example
from genoviz.models.load import load_model
from genoviz.mutagenesis import saturate
from genoviz.predict import predict
from genoviz.summary import rounded
from genoviz.target import Target

APP = str(Path(__file__).parents[2] / "app.py")


def start(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.warning, app.info, app.title)
    return "\n".join(str(e.value) for kind in kinds for e in kind).replace("\\", "")


def paste(app: AppTest, text: str) -> AppTest:
    app.text_area(key="sequence_text").set_value(text)
    return app.run()


def test_empty_page_offers_the_examples() -> None:
    app = start()
    assert not app.exception
    for example in EXAMPLES:
        assert app.button(key=f"example_{example.key}")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.key)
def test_examples_run_on_one_click(example) -> None:
    app = start()
    app.button(key=f"example_{example.key}").click()
    app.run()
    assert not app.exception
    shown = texts(app)
    assert f"{example.track}:" in shown
    assert "AUROC" in shown
    # The construct's own site must explain it: the strongest block that the page names overlaps a planted site.
    block = shown.split("strongest block, bases ")[1].split(" ")[0]
    first, last = (int(n) for n in block.split("-"))
    assert any(first - 1 < site.end and last > site.start for site in example.sites)
    assert not app.warning


def test_page_shows_the_numbers_of_the_functions() -> None:
    example = get_example("ets")
    app = start(example="ets")
    model = load_model(example.model)
    target = Target("binding", (example.track,))
    tracks = predict(model, example.sequence)[0]["binding"]
    value = float(tracks.values[tracks.names.index(example.track), 0])
    explanation = attribute(model, example.sequence, target)
    mutations = saturate(model, example.sequence, target)
    shown = texts(app)
    assert f"probability {rounded(value, 'probability')}" in shown
    assert f"logit {explanation.value:.3g}" in shown
    strongest = np.nanmax(np.abs(mutations.delta))
    assert f"{strongest:.3g} logit" in shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("   ", "Paste a DNA sequence"),
        ("A", "N added"),
        ("MKTLLILAVVAAALAEQFP", "protein"),
        ("ACGT\x00\x01\x02ACGT", "looks like"),
        ("ACGTRYKM" * 12 + "ACGTA", "ambiguous"),
        ("ACGU" * 30, "read as T"),
        ("ACGT" * 50, "are read"),
        ("N" * 101, "ambiguous"),
        ("ACGT!ACGT", "!"),
        (">only a name", "no bases"),
        ("".join(f">r{i}\nACGT\n" for i in range(10_000)), "10,000"),
        ("ACGT" * 250_001, "1,000,004"),
        (">a\n" + "ACGTT" * 21 + "\n>b\nACGT$\n>c\n" + "GATTACA" * 15, "3 records"),
    ],
)
def test_bad_and_odd_input_gets_a_message_and_the_page_lives(text: str, words: str) -> None:
    app = paste(start(), text)
    assert not app.exception
    assert words in texts(app)
    # Nothing is lost and the page goes on working.
    assert app.text_area(key="sequence_text").value == text
    paste(app, get_example("ebox").sequence.bases)
    assert "USF1" in texts(app) or "ARID3A:" in texts(app)


def test_one_megabase_is_cropped_aloud() -> None:
    app = paste(start(), "ACGTTGCA" * 125_000)
    assert not app.exception
    assert "of 1,000,000 (centre) are read" in texts(app)


def test_link_with_unknown_names_falls_back_with_a_notice() -> None:
    app = start(model="tfbind.nothing", track="XYZ", method="magic", example="ets")
    assert not app.exception
    shown = texts(app)
    assert "tfbind.nothing" in shown
    assert "XYZ" in shown
    assert "magic" in shown
    assert app.selectbox(key="model").value == "tfbind.encode10"


def test_link_restores_the_view() -> None:
    bases = get_example("nrse").sequence.bases
    app = start(v="1", model="tfbind.encode10", track="REST", scale="value", method="inputxgradient", seq=bases)
    assert app.selectbox(key="track").value == "REST"
    assert app.selectbox(key="method").value == "inputxgradient"
    assert app.text_area(key="sequence_text").value == bases
    assert app.query_params["track"] in ("REST", ["REST"])
    assert app.query_params["seq"] in (bases, [bases])


def test_damaged_weights_give_a_message(monkeypatch, tmp_path) -> None:
    (tmp_path / "tfbind.encode10.safetensors").write_bytes(b"not the weights")
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    import streamlit as st

    st.cache_resource.clear()
    st.cache_data.clear()
    app = start(example="ets")
    assert not app.exception
    assert "checksum" in texts(app)
    st.cache_resource.clear()


def test_own_reference_sequence_is_checked() -> None:
    app = start(example="ets", baseline="sequence")
    app.text_input(key="reference_text").set_value("ACGT")
    app.run()
    assert not app.exception
    assert "4 bases" in texts(app)
    app.text_input(key="reference_text").set_value("ACGTT" * 20 + "A")
    app.run()
    assert not app.error


def test_window_is_read_from_1_and_bad_ones_are_refused() -> None:
    app = start(example="ets")
    app.text_input(key="window").set_value("30-41")
    app.run()
    assert "substitutions at 12 positions" in texts(app)
    app.text_input(key="window").set_value("90-300")
    app.run()
    assert not app.exception
    assert "1 to 101" in texts(app)


@pytest.mark.parametrize("page", ["pages/about/models.py", "pages/about/help.py"])
def test_other_pages_open(page: str) -> None:
    app = start()
    app.switch_page(page).run()
    assert not app.exception
    assert app.title
