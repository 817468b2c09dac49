"""`genoviz lesson`: the list, and codes of a class."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from genoviz.cli.main import app
from genoviz.learn.codes import write_code
from genoviz.learn.progress import SOLVED, StepResult
from genoviz.lessons.lesson import list_lessons


@pytest.fixture(autouse=True)
def no_class_phrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GENOVIZ_CLASS_PHRASE", raising=False)


def code_of(name: str) -> str:
    return write_code("one-hot", name, date(2026, 11, 30), (StepResult(2, 1, SOLVED),), "")


def test_the_lessons_are_listed_in_their_order() -> None:
    printed = CliRunner().invoke(app, ["lesson", "list"]).stdout.splitlines()
    assert printed[0].startswith("number\tlesson\ttitle")
    assert [line.split("\t")[1] for line in printed[1:]] == [lesson.key for lesson in list_lessons()]


def test_codes_of_a_class_are_checked_together(tmp_path: Path) -> None:
    file = tmp_path / "codes.txt"
    file.write_text(f"{code_of('Ana')}\n\n{code_of('Ben').replace('Ben', 'Eva')}\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["lesson", "check", code_of("Zoë"), "--file", str(file), "--json"])
    assert done.exit_code == 1
    assert [(row["name"], row["solved"], row["tries"], row["hints"]) for row in json.loads(done.stdout)] == [
        ("Zoë", 1, 2, 1),
        ("Ana", 1, 2, 1),
    ]
    assert "does not fit" in done.stderr
    assert "Eva" in done.stderr
    assert CliRunner().invoke(app, ["lesson", "check", code_of("Ana")]).exit_code == 0
    assert CliRunner().invoke(app, ["lesson", "check"]).exit_code == 2
    assert CliRunner().invoke(app, ["lesson", "check", "-f", str(tmp_path / "none")]).exit_code == 2
