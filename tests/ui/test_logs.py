"""Sequences, places and variants are never in the logs of the server."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.ui.sequence.search import Growing, Question
from tests.pages.asked import paste

BASES = "GATTACAGATTACCAGGTTGACCATGCAACGTTAGC" * 3
APP = str(Path(__file__).parents[2] / "app.py")


def test_a_model_that_fails_is_logged_without_the_sequence(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Growing, progress: object) -> None:
        raise ValueError(f"can't read {self.question.bases}")

    monkeypatch.setattr(Growing, "_work", fail)
    with pytest.raises(ValueError, match="can't read"):
        Growing(Question(BASES, "", False, ()), "").work(lambda share: None)
    assert "ended early (ValueError)" in caplog.text
    assert BASES[:12] not in caplog.text


def test_what_people_paste_is_not_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    app = AppTest.from_file(APP, default_timeout=60).run()
    paste(app, f">patient 7\n{BASES}!?\n")  # refused, so that there is something to say
    written = caplog.text + "".join(capfd.readouterr())
    for secret in (BASES[:12], "patient 7"):
        assert secret not in written
