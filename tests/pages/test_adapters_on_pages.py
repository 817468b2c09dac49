"""Models of somebody's on the pages: what they get wrong is a message, and the page with all other models stays usable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.models import catalogue
from tests.cli.test_cli_adapters import CODE
from tests.models.adapters import SEQUENCE, WITH_N
from tests.pages.asked import paste
from tests.pages.waiting import AT_MOST

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture(autouse=True)
def plug_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "mine_on_pages.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "exits_on_pages.py").write_text("import sys; sys.exit(3)", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    points = ["my.nan=mine_on_pages:NanOnN", "my.exits=mine_on_pages:Exits", "my.broken=exits_on_pages:Model"]
    monkeypatch.setenv("GENOVIZ_MODELS", ",".join(points))
    catalogue._cards.cache_clear()
    yield
    monkeypatch.undo()
    catalogue._cards.cache_clear()


def start(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=AT_MOST)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def errors(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(e.value for e in app.error).replace("\\", "")


def test_the_gallery_says_which_plug_in_is_left_out() -> None:
    app = start()
    app.switch_page("pages/about/models.py").run()
    assert "The plug-in `my.broken` (exits_on_pages:Model) can't be used: SystemExit: 3" in errors(app)
    assert app.button(key="details_my.nan")
    assert app.button(key="details_toy.sum")
    app.button(key="details_my.exits").click().run()  # a class that can't be made
    assert "SystemExit: 7" in errors(app)


@pytest.mark.parametrize(
    ("model", "words"), [("my.nan", "gave nan for this sequence (20 bases, 2 N)"), ("my.exits", "SystemExit: 7")]
)
def test_a_model_without_an_answer_is_a_message(model: str, words: str) -> None:
    app = start(model=model, seq=WITH_N)
    assert words in errors(app)
    paste(app, SEQUENCE)
    assert ("gave nan" in errors(app)) is False


def test_a_method_that_fails_on_a_model_is_not_offered() -> None:
    app = start(model="grulm.yeast-ecoli", method="ig", seq="ACGTTGCAAC" * 20)
    assert not app.exception
    said = "\n".join(e.value for e in app.warning).replace("\\", "")
    assert "Integrated Gradients is not offered for `grulm.yeast-ecoli`" in said
    assert "Shown instead: DeepLIFT / SHAP" in said
    options = app.selectbox(key="method").options
    assert not any("Integrated Gradients" in option for option in options)
    assert any("DeepLIFT / SHAP" in option for option in options)
