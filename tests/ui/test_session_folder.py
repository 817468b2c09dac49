"""Files of a session lie in one folder that goes with the session."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.ui.frame.session_folder import SessionFolder


def script() -> None:
    import streamlit as st

    from genoviz.ui.frame.session_folder import session_folder

    st.text(str(session_folder()))


def test_one_folder_for_all_runs_of_a_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    app = AppTest.from_function(script).run()
    first = app.text[0].value
    for _ in range(3):
        app.run()
    assert app.text[0].value == first
    assert [str(path) for path in tmp_path.iterdir()] == [first]
    other = AppTest.from_function(script).run()
    assert other.text[0].value != first


def test_the_folder_goes_with_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = SessionFolder()
    (folder.path / "variants.tsv").write_text("chr1\t1\n")
    del folder
    gc.collect()
    assert list(tmp_path.iterdir()) == []
