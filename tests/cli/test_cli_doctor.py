"""`genoviz doctor`, and the table of settings that it and the documents know."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

from genoviz.cli import doctor
from genoviz.cli.doctor import CHECKS, FAILED, LOOK, Finding
from genoviz.cli.settings import SETTINGS
from genoviz.errors import BadCheckpoint
from genoviz.models.base import Model
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from tests.cli.calls import call, good

ROOT = Path(__file__).parents[2]


def test_a_whole_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CHECKS", [check for check in CHECKS if check is not doctor._models])
    monkeypatch.setenv("GENOVIZ_WEIGTHS", "x")
    text = good("doctor")
    assert "Did you mean GENOVIZ_WEIGHTS?" in text
    assert "genomes on this computer: teaching" in text
    assert FAILED not in text


def test_what_is_broken_and_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def version(name: str) -> str:
        if name == "h5py":
            raise metadata.PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setenv("GENOVIZ_WEIGHTS", str(tmp_path / "none"))
    monkeypatch.setattr(doctor, "may_be_written", lambda folder: False)
    monkeypatch.setattr(doctor, "CHECKS", [doctor._packages, doctor._settings, doctor._folders])
    result = call("doctor")
    assert result.exit_code == 1
    for words in ("missing: h5py", "pip install -r requirements.txt", "GENOVIZ_WEIGHTS names", "Set TMPDIR"):
        assert words in result.output
    states = [finding.state for finding in doctor._folders()]
    assert states == [FAILED, LOOK, LOOK], "without a cache the app starts, without temporary files it does not"
    assert Finding("ok", "x").sentence == "ok     x"


def test_models_that_do_not_load_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> Model:
        if name == "tfbind.encode10":
            raise BadCheckpoint("damaged", "", "")
        return load_model(name)

    cards = [get_card("toy.sum"), get_card("tfbind.encode10")]
    monkeypatch.setattr("genoviz.models.catalogue.list_models", lambda: cards)
    monkeypatch.setattr("genoviz.models.load.load_model", load)
    found = list(doctor._models())
    assert [(finding.state, finding.what) for finding in found] == [(FAILED, "damaged"), ("ok", "a prediction is made")]
    assert found[0].fix == "Install genoviz again."


def test_every_setting_is_in_the_table_and_in_the_document() -> None:
    read = set()
    for path in (ROOT / "genoviz").rglob("*.py"):
        if path.name != "settings.py":
            read |= set(re.findall(r"""["'](GENOVIZ_[A-Z_]*[A-Z])["']""", path.read_text(encoding="utf-8")))
    assert read == set(SETTINGS)
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(GENOVIZ_[A-Z_]+)` \| (.+) \|$", text, re.MULTILINE))
    assert rows == SETTINGS
