"""The viewer as a widget: edits are explained at once, refusals are said, and a picture stays where no kernel runs."""

from __future__ import annotations

import sys
from base64 import b64decode

import numpy as np
import pytest

import genoviz.notebook
from genoviz.attribute import attribute
from genoviz.errors import BadInput
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.predict import predict
from genoviz.sequences.sequence import Sequence
from genoviz.trust.report import assess
from genoviz.viewer.script import NOTEBOOK, script

BASES = "C" * 27 + "GATAAG" + "C" * 27
EDIT = {"kind": "substitute", "start": 27, "end": 28, "bases": "C", "strand": "+", "nonce": 1}


def message(*events: dict[str, object]) -> dict[str, object]:
    return {"client": "a", "events": list(events)}


def test_an_edit_is_made_explained_and_confirmed() -> None:
    pytest.importorskip("anywidget")
    shown = genoviz.notebook.view("toy.sum", BASES, method="deeplift")
    assert shown.attribution.value == 3
    first = shown.data
    shown.handle(message(EDIT))
    assert shown.history.current.bases == BASES[:27] + "C" + BASES[28:]
    assert shown.attribution.value == pytest.approx(
        predict(load_model("toy.sum"), shown.read)[0]["activity"].values[0, 0]
    )
    assert shown.data["seq"] == shown.history.current.bases
    assert shown.data["ack"] == {"client": "a", "nonce": 1}
    assert shown.data["rev"] != first["rev"]
    (letters,) = [track for track in shown.data["tracks"] if track["kind"] == "logo"]
    assert letters["ghost"] == first["tracks"][1]["values"], "the original is drawn behind"
    assert shown.data["id"] == first["id"]
    shown.handle(message(EDIT, {"kind": "undo", "nonce": 2}))
    assert shown.history.current.bases == BASES
    shown.handle(message({"kind": "delete", "start": 0, "end": 60, "nonce": 3}))
    assert "At least one base must stay" in shown.data["summary"]
    assert shown.history.current.bases == BASES
    shown.handle("nonsense")
    assert shown.data["seq"] == BASES


def test_a_picture_and_a_sentence_stay_without_a_kernel() -> None:
    pytest.importorskip("anywidget")
    shown = genoviz.notebook.view(load_model("toy.sum"), Sequence(BASES), "activity", mutations=False)
    bundle, _ = shown._repr_mimebundle_()
    assert bundle["text/plain"].startswith("The strongest block")
    assert b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert shown.picture("svg").startswith(b"<?xml")
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert [track["kind"] for track in shown.data["tracks"]] == ["spans", "logo"]
    assert list(shown.to_frame().columns)[:3] == ["position", "base", "score"]
    both = genoviz.notebook.view("toy.sum", BASES).to_frame()
    assert both.loc[27, ["score", "importance", "delta_A"]].tolist() == pytest.approx([both.score[27], 1, -1])


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "genoviz.notebook.widget", raising=False)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(BadInput, match=r"genoviz\[notebook\]"):
        genoviz.notebook.view("toy.sum", BASES)


def test_results_are_data_frames() -> None:
    model, sequence = load_model("toy.sum"), Sequence(BASES)
    explained = attribute(model, sequence, Target("activity"), "deeplift", baseline="zeros")
    frame = genoviz.notebook.to_frame(explained)
    assert np.array_equal(frame.score.to_numpy(np.float32), explained.per_base)
    assert list(genoviz.notebook.to_frame(assess(model, sequence)).columns)[:3] == ["check", "title", "light"]
    assert genoviz.notebook.to_frame(predict(model, sequence)[0]["activity"]).shape[0] == 1
    with pytest.raises(BadInput, match="list"):
        genoviz.notebook.to_frame([])


def test_the_script_begins_as_anywidget_wants_it() -> None:
    text = script(NOTEBOOK)
    assert "export default function widget() {\nreturn { render };\n}" in text
    assert "setTriggerValue" not in text
