"""The panel of the DeepBind models."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.models import deepbind_index
from genoviz.ui.frame.outputs import digest
from tests.pages.links import unlinked
from tests.pages.waiting import AT_MOST

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
RELEASE = SHARED / "weights_deepbind" / "params.tar.xz"


def page(query: str) -> None:
    from genoviz.models import deepbind_index
    from genoviz.ui.models.deepbind import deepbind_panel

    deepbind_panel(tuple(deepbind_index.search(query)))


def start(query: str = "") -> AppTest:
    app = AppTest.from_function(page, kwargs={"query": query}, default_timeout=AT_MOST).run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    elements = [*app.markdown, *app.caption, *app.header, *app.subheader, *app.info, *app.error]
    return unlinked("\n".join(e.value for e in elements))


@pytest.fixture(autouse=True)
def no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    return tmp_path


def test_all_models_are_listed_and_a_search_narrows_them() -> None:
    app = start()
    assert "927 of 927 models" in texts(app)
    table = app.dataframe[0].value
    assert list(table.columns) == ["ID", "Protein", "Species", "Experiment", "Bases", "Measured", "Here"]
    assert len(table) == 927
    app = start("ctcf human")
    table = app.dataframe[0].value
    assert table["Protein"].iloc[0] == "CTCF"
    assert set(table["Species"]) == {"human"}
    assert not table["Here"].any()
    assert not app.button  # nothing is chosen yet


def test_the_only_match_opens_with_its_licence_and_a_download() -> None:
    app = start("D00328.003")
    assert not app.exception
    shown = texts(app)
    assert "DeepBind CTCF (human, SELEX, D00328.003)" in shown
    assert "BSD-3-Clause" in shown
    assert "The CTCF site of DeepBind's own example" in shown
    assert [button.label for button in app.button] == ["Explore with this model", "Download"]


def test_a_chosen_row_opens_its_card() -> None:
    app = start("ctcf")
    key = digest(" ".join(row.id for row in deepbind_index.search("ctcf")))
    app.session_state[f"deepbind_table_{key}"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    app.run()
    assert not app.exception
    assert app.dataframe[0].value["ID"].iloc[1] in texts(app)


@pytest.mark.skipif(not RELEASE.is_file(), reason="the published parameters are not here")
def test_a_model_at_hand_can_be_used(no_weights: Path) -> None:
    with tarfile.open(RELEASE) as archive:
        archive.extract("params/D00328.003.txt", no_weights, filter="data")
    app = start("D00328.003")
    assert [button.label for button in app.button] == ["Explore with this model"]
    assert "on this computer" not in texts(app)
