"""ENCODE's atlases on the page Models: found by the search, the licence and the download of the chosen one."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.models.test_atlas_table import ROWS, write
from tests.pages.waiting import AT_MOST


def page() -> None:
    from genoviz.ui.models import page

    page.show()


def texts(app: AppTest) -> str:
    return "\n".join(e.value for e in [*app.markdown, *app.caption, *app.header, *app.info, *app.error])


def test_the_search_finds_the_table_s_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("GENOVIZ_ATLAS", str(tmp_path / "atlas.tsv"))
    app = AppTest.from_function(page, default_timeout=AT_MOST).run()
    assert "`genoviz atlas --build`" in texts(app)

    write(tmp_path / "atlas.tsv", *ROWS)
    app.text_input(key="models_query").set_value("CTCF K562 count").run()
    assert not app.exception
    said = texts(app)
    assert "1 of 2 models fit the search above" in said
    assert "**CTCF in K562" in said
    assert "ENCODE data policy" in said
    assert "2 files, size not known" in said
    assert "Download" in [button.label for button in app.button]

    app.text_input(key="models_query").set_value("K562").run()
    assert "`atlas.ENCSR1` · BPNet · 2 folds" in texts(app)
