"""The page Measured: the numbers of the functions from a link, the public table only when asked for, tables of one's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.measured.against import against
from genoviz.measured.assay import read_assay
from genoviz.measured.assay_against import assay_against
from genoviz.measured.example import example_table
from genoviz.measured.reading import experiment_of, look_into
from genoviz.models.load import load_model
from genoviz.models.target import Target
from tests.pages.waiting import AT_MOST, run_until

APP = Path(__file__).parents[2] / "app.py"
MODEL = load_model("toy.sum")


@pytest.fixture(autouse=True)
def nothing_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_GENOMES", str(tmp_path / "genomes"))
    monkeypatch.setenv("GENOVIZ_SATURATION_TABLE", str(tmp_path / "public.tsv"))


@pytest.fixture
def opened() -> Iterator[AppTest]:
    app = AppTest.from_file(str(APP), default_timeout=AT_MOST)
    yield app
    assert not app.exception


def start(app: AppTest, **parameters: str) -> AppTest:
    app.switch_page("pages/explore/measured.py")
    for name, value in ({"model": "toy.sum", "track": "activity"} | parameters).items():
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


def test_single_changes_from_a_link(opened: AppTest) -> None:
    app = start(opened, table="example", barcodes="20", reverse="1")
    experiment = experiment_of(look_into(example_table())).kept(least_barcodes=20)
    found = against(MODEL, experiment.turned(), Target.default(MODEL.card))
    until(app, found.sentence)
    assert found.ceiling.sentence in texts(app)
    assert "measurements are invented" in texts(app)
    tracks = [track["title"] for track in json.loads(app.get("bidi_component")[-1].proto.json)["tracks"]]
    assert tracks[0] == "Measured"
    assert tracks[1].startswith("Predicted, toy.sum activity, Mutations")
    assert tracks[-1] == "Residual: measured minus predicted"
    app.selectbox(key="measured_method").set_value("saliency").run()
    until(app, against(MODEL, experiment.turned(), Target.default(MODEL.card), "saliency").sentence)
    address = {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}
    assert (address["table"], address["barcodes"], address["reverse"], address["by"]) == (
        "example",
        "20",
        "1",
        "saliency",
    )
    app.number_input(key="measured_barcodes").set_value(90_000).run()
    assert "passes the filters" in texts(app)
    app.segmented_control(key="measured_source").set_value("public").run()
    assert "Nat Commun 10:3583" in texts(app)
    assert [button.label for button in app.button if "Fetch" in button.label] == ["Fetch the table"]


def test_pairs_and_tracks(opened: AppTest) -> None:
    app = start(opened, measured="assays")
    assert "Promoter and enhancer libraries" in texts(app)
    rows = "id,ref_seq,alt_seq,score\n" + "".join(f"{i},GATAAG{'C' * i},GACAAG{'C' * i},{i}\n" for i in range(12))
    app.file_uploader(key="measured_upload_assays").set_value(("pairs.csv", rows.encode(), "text/csv")).run()
    until(app, assay_against(MODEL, read_assay(rows.encode())).sentence)
    app.segmented_control(key="measured_mode").set_value("tracks").run()
    assert "A track belongs to a place" in texts(app)
