"""Shared by the tests of loaders: a folder in which a test writes weights files."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The first place that weights are looked for."""
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path))
    return tmp_path
