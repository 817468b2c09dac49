"""A file that could not be made: the reason is on the page, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.errors import BadInput, GenovizError
from genoviz.ui.frame.downloads import guarded

UI = Path(__file__).parents[2] / "genoviz" / "ui"


def page() -> None:
    import streamlit as st

    from genoviz.errors import BadInput
    from genoviz.ui.frame.downloads import download

    download("Table", lambda: "a\tb\n", "good.tsv", "text/tab-separated-values")
    download("Figure", lambda: b"", "$x_1$.svg", "image/svg+xml", help="A figure.")
    if st.button("fail"):
        st.session_state["failed downloads"]["$x_1$.svg"] = BadInput("Too wide.", "Less is drawn.", "Draw less.")


def test_the_reason_is_shown_once() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert not app.error
    assert [button.label for button in app.get("download_button")] == ["Table", "Figure"]
    app.button[0].click().run()
    app.run()
    assert [error.value.replace("\\", "") for error in app.error] == ["**Too wide.**\n\nLess is drawn. Draw less."]
    assert not app.run().error


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (BadInput("Too wide.", "Less is drawn.", "Draw less."), ("Too wide.", "Draw less.")),
        (ValueError("ParseException: $a$"), ("ValueError: ParseException: $a$", "report")),
        (RuntimeError("long " * 1000), ("RuntimeError: long", "report")),
    ],
)
def test_a_failure_leaves_its_reason(error: Exception, says: tuple[str, ...]) -> None:
    failed: dict[str, GenovizError] = {}

    def make() -> str:
        raise error

    with pytest.raises(type(error)):  # Streamlit says at once that there is no file
        guarded(make, "a.svg", failed)()
    assert str(failed["a.svg"]).startswith("The file a.svg could not be made")
    assert all(word in str(failed["a.svg"]) for word in says)
    assert len(str(failed["a.svg"])) < 500
    assert guarded(lambda: "fine", "b.tsv", failed)() == "fine"
    assert list(failed) == ["a.svg"]


def test_every_button_for_a_file_is_one_of_these() -> None:
    users = [path.name for path in UI.rglob("*.py") if "st.download_button(" in path.read_text(encoding="utf-8")]
    assert users == ["downloads.py"]
