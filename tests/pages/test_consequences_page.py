"""What mutations do, in words, on the page Sequence."""

from __future__ import annotations

import json
from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.pages.waiting import AT_MOST

APP = str(Path(__file__).parents[2] / "app.py")
LEADER = (
    "ACGCCGACTCTTGCCTCCACGGCTAGCTCAGCCATCCGGCAACCTGAGCC"  # CTTGCC: T11A makes an ATG, 40 bases before the main start
)


def mutation_map(app: AppTest) -> dict:
    """The map as the viewer was given it."""
    sent = [json.loads(e.proto.json) for e in app.get("bidi_component")]
    (viewer,) = [one for one in sent if "seq" in one]  # lists of rows are components, too
    return next(track for track in viewer["tracks"] if track["kind"] == "heat")


def test_an_edit_is_said_and_mutations_that_do_one_thing_are_found() -> None:
    app = AppTest.from_file(APP, default_timeout=AT_MOST)
    for key, value in {"model": "utr5.mrl", "seq": LEADER, "edits": "11A"}.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    said = [str(e.value).replace("\\", "") for e in app.markdown]
    assert any(text.startswith("T11A makes an upstream ATG, out of frame: **-2.4 ribosomes**") for text in said)
    (edits,) = [frame.value for frame in app.dataframe if "What it does" in frame.value and "Edit" in frame.value]
    assert edits["What it does"].tolist() == ["makes an upstream ATG, out of frame"]
    sent = mutation_map(app)
    rows = [sent["notes"][k : k + 3] for k in range(0, len(sent["notes"]), 3)]
    assert all(
        sent["texts"][text].startswith("takes away an upstream ATG") for row, at, text in rows if at in (10, 11, 12)
    )
    assert "marked" not in sent
    app.multiselect(key="only_mutations").set_value(["upstream-start"])
    app.run()
    assert not app.exception
    sent = mutation_map(app)
    marked = sent["texts"][: sent["marked"]]
    assert marked
    assert all("upstream ATG, " in text for text in marked)
    (strongest,) = [frame.value for frame in app.dataframe if "Mutation" in frame.value]
    assert strongest["What it does"].str.contains("an upstream ATG").all()
    assert len(strongest) == sum(sent["notes"][k + 2] < sent["marked"] for k in range(0, len(sent["notes"]), 3))
