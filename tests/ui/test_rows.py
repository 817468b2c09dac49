"""Rows that are chosen by a click: a script that no text of the data can reach as markup, and clicks that name a row."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.ui.frame import rows

SCRIPT = Path(rows.__file__).with_name("rows.mjs")
NODE = shutil.which("node") or ""


def test_text_never_becomes_markup() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert "innerHTML" not in text
    assert text.count("export ") == 1
    assert "import " not in text


@pytest.mark.skipif(not NODE, reason="no node on this computer")
def test_node_can_read_the_script() -> None:
    subprocess.run([NODE, "--check", str(SCRIPT)], check=True, timeout=60)


def test_what_is_sent_is_the_rows() -> None:
    def page() -> None:
        from genoviz.ui.frame.rows import Row, rows

        rows("key", [Row("<b>", 50, 25, "0.5", facts=("one",), chosen=True)], label="All", on_pick=lambda number: None)

    app = AppTest.from_function(page).run()
    assert not app.exception
    sent = json.loads(app.get("bidi_component")[0].proto.json)
    assert sent["label"] == "All"
    (row,) = sent["rows"]
    assert (row["label"], row["start"], row["share"], row["value"], row["facts"]) == ("<b>", 50, 25, "0.5", ["one"])
    assert row["chosen"]
