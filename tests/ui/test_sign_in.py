"""Where sign-in is asked for, nobody gets past it who is not signed in."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genoviz.errors import BadInput
from genoviz.ui.frame import sign_in


def test_nothing_is_shown_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sign_in.VARIABLE, "wrong.toml")
    app = AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=60).run()
    assert [button.label for button in app.main.button] == ["Sign in"]
    assert not app.text_area
    assert not app.exception


def test_a_server_does_not_start_half_guarded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert sign_in.secrets_file() == ""
    monkeypatch.setenv(sign_in.VARIABLE, str(tmp_path / "s.toml"))
    with pytest.raises(BadInput, match="not there"):
        sign_in.secrets_file()
    (tmp_path / "s.toml").touch()
    monkeypatch.setattr(sign_in, "find_spec", lambda name: None)
    with pytest.raises(BadInput, match="authlib"):
        sign_in.secrets_file()
