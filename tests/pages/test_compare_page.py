"""The page Compare: each part shows the numbers of the function, and the address brings the choices back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.compare.comparison import compare
from genoviz.compare.influence import influence
from genoviz.compare.mechanisms import mechanisms
from genoviz.compare.two_sequences import compare_sequences
from genoviz.models.load import load_model
from genoviz.sequences.sequence import Sequence
from tests.pages.waiting import AT_MOST, run_until

APP = Path(__file__).parents[2] / "app.py"
BASES = "C" * 20 + "GATAAG" + "CT" * 17


@pytest.fixture(autouse=True)
def no_other_genomes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_GENOMES", str(tmp_path / "genomes"))


@pytest.fixture
def opened() -> Iterator[AppTest]:
    app = AppTest.from_file(str(APP), default_timeout=AT_MOST)
    yield app
    assert not app.exception


def start(app: AppTest, **parameters: str) -> AppTest:
    """Open the page by a link: the first run must be of it, as in a browser."""
    app.switch_page("pages/explore/compare.py")
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.error, app.warning, app.info)
    return "\n".join(str(e.value) for kind in kinds for e in kind).replace("\\", "")


def until(app: AppTest, said: str) -> None:
    def done(app: AppTest) -> bool:
        for ask in (button for button in app.button if button.label == "Compute"):
            ask.click()
        return said in texts(app) or bool(app.error)

    run_until(app, done)
    assert said in texts(app)


def tracks(app: AppTest) -> list[str]:
    data = json.loads(app.get("bidi_component")[-1].proto.json)
    return [track["title"] for track in data["tracks"]]


def test_maps_and_two_sequences_from_a_link(opened: AppTest) -> None:
    app = start(
        opened,
        model="toy.sum",
        track="activity",
        seq=BASES,
        methods="inputxgradient,ablation",
        models="toy.and,nothing",
    )
    models = [load_model("toy.sum"), load_model("toy.and")]
    found = compare(models, Sequence(BASES), methods=["inputxgradient", "ablation"])
    until(app, found.sentence)
    assert any("found = compare(models" in code.value for code in app.code)
    assert tracks(app)[0] == "Consensus of at least 3 of 4"
    assert tracks(app)[-4:] == [f"{i}. {row.label}" for i, row in enumerate(found.rows, start=1)]
    address = {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}
    assert address["methods"] == "inputxgradient,ablation"
    assert address["models"] == "toy.and"  # one that does not exist is dropped
    assert (address["compare"], address["seq"]) == ("maps", BASES)
    app.multiselect(key="compare_methods").set_value(["deeplift", "ablation"])
    app.selectbox(key="compare_baseline").set_value("zeros").run()
    until(app, compare(models, Sequence(BASES), methods=["deeplift", "ablation"], baseline="zeros").sentence)
    app.segmented_control(key="compare_mode").set_value("sequences").run()
    assert "Paste a second sequence" in texts(app)
    other = BASES.replace("GATAAG", "GACAAG")
    app.text_area(key="compare_other").set_value(other).run()
    two = compare_sequences(models[0], Sequence(BASES), Sequence(other))
    until(app, two.sentence)
    assert tracks(app)[0] == "Letters of the second that differ"


def test_clusters_bins_and_means(opened: AppTest) -> None:
    app = start(opened, model="toy.sum", track="activity", seq=BASES, compare="mechanisms")
    until(app, mechanisms(load_model("toy.sum"), Sequence(BASES)).sentence)
    app.segmented_control(key="compare_mode").set_value("influence").run()
    assert "gives one number per sequence" in texts(app)
    app.segmented_control(key="compare_mode").set_value("records").run()
    until(app, "Input x Gradient against toy.sum activity, Mutation importance (ISM).")
    app.segmented_control(key="compare_mode").set_value("sets").run()
    app.segmented_control(key="compare_source").set_value("example").run()
    until(app, "Strongest mean score of a place")
    assert tracks(app) == ["with site: mean of 50 records", "without: mean of 50 records"]


def test_a_bin_of_a_profile_shows_what_drives_it(opened: AppTest) -> None:
    bpnet = load_model("bpnet.yeast")
    text = ("ACGTTGCACGTGATCC" * 50)[: bpnet.card.length]
    app = start(opened, model="bpnet.yeast", track="Cbf1", seq=text)
    app.segmented_control(key="compare_mode").set_value("influence").run()
    app.slider(key="compare_bins").set_value((300, 303)).run()
    found = influence(bpnet, Sequence(text), track="Cbf1 profile", bins=(299, 303))
    until(app, found.sentence)
    app.slider(key="compare_row").set_value(1).run()
    assert tracks(app)[-1] == f"What drives {found.bin_name(1)}: mutations"
