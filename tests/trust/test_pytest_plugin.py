"""`pytest --genoviz-model`: a test for each check, which says how to mend what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from genoviz.trust import pytest_plugin
from genoviz.trust.model_contract import CHECKS

MODEL = """
import torch
from genoviz.models.load import load_model

class Good:
    def __new__(cls):
        return load_model("toy.sum")

class Short:
    def __init__(self):
        self.card = load_model("toy.sum").card

    def logits(self, X):
        return {"activity": torch.zeros(len(X), 1)}
"""


class Record:
    """What became of each test."""

    def __init__(self) -> None:
        self.said: dict[str, tuple[str, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.said[report.nodeid.rpartition(": ")[2]] = report.outcome, report.longreprtext


def outcomes(model: str, folder: Path) -> tuple[int, dict[str, tuple[str, str]]]:
    record = Record()
    options = [
        "-q",
        "-c",
        str(folder / "pytest.ini"),
        "--rootdir",
        str(folder),
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    plugins = (
        []
        if pytest.importorskip("importlib.metadata").entry_points(group="pytest11", name="genoviz")
        else [pytest_plugin]
    )
    return int(pytest.main([*options, "--genoviz-model", model], plugins=[record, *plugins])), record.said


def test_each_check_is_a_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "of_mine_in_pytest.py").write_text(MODEL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [str(tmp_path), *__import__("sys").path])
    code, said = outcomes("of_mine_in_pytest:Good", tmp_path)
    assert code == 0
    assert {name: outcome for name, (outcome, _) in said.items()} == dict.fromkeys(
        (pytest_plugin.MADE, *CHECKS), "passed"
    )
    code, said = outcomes("of_mine_in_pytest:Short", tmp_path)
    assert code == 1
    assert said["made"][0] == "passed"
    failed = [text for outcome, text in said.values() if outcome == "failed"]
    assert any("(batch" in text for text in failed), failed
    assert not any("Traceback" in text or "pytest_plugin.py" in text for text in failed)
    code, said = outcomes("of_mine_in_pytest:Nothing", tmp_path)
    assert (code, said["made"][0], said["shape"][0]) == (1, "failed", "skipped")
    assert "called without arguments" in said["made"][1]
