"""Calls of the command line, and what docs/json.md says of their JSON."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from genoviz.cli.main import app

DOCUMENT = (Path(__file__).parents[2] / "docs/json.md").read_text(encoding="utf-8")
GROUPS = ("compare", "grammar", "measured", "motifs")
COMMON = {"model", "sha256", "version", "rows", "read"}  # said once, for all tables


def call(*words: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=input)


def good(*words: str, input: str | bytes | None = None) -> str:
    result = call(*words, input=input)
    assert result.exit_code == 0, result.stderr or result.exception
    return result.stdout


def bad(*words: str, input: str | bytes | None = None) -> str:
    """The message of a refused call; nothing may reach standard output."""
    result = call(*words, input=input)
    assert result.exit_code == 2, (result.exit_code, result.exception)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


def rows_of(text: str) -> list[dict[str, str]]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def header_of(text: str) -> dict[str, str]:
    return dict(line[2:].split(": ", 1) for line in text.splitlines() if line.startswith("# "))


def record(*words: str) -> dict[str, Any]:
    """The JSON of a call; every name in it is in docs/json.md, where the command is described."""
    found: dict[str, Any] = json.loads(good(*words, "--json"))
    command = " ".join(words[: 2 if words[0] in GROUPS else 1])
    known = set(re.findall(r"`(\w+)`", _section(words))) | COMMON
    names = set(found) | {name for row in found["rows"] for name in row}
    missing = {name for name in names if not {name, re.sub("_(low|high)$", "", name)} & known}
    assert not missing, f"docs/json.md does not say what {missing} of `genoviz {command}` are"
    return found


def _section(words: tuple[str, ...]) -> str:
    """What the document says of a command: from its heading to the next."""
    for part in re.split(r"\n(?=\*\*`genoviz |## )", DOCUMENT):
        heading = re.match(r"\*\*`genoviz (.+?)`", part)
        group, verb, *_ = heading[1].split() if heading else ("", "")
        if group == words[0] and (group not in GROUPS or words[1] in verb.split("|")):
            return part
    raise AssertionError(f"docs/json.md does not describe `genoviz {' '.join(words[:2])}`")


def as_text(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a Python function with the names of their JSON."""
    return [{re.sub(r"\W+", "_", key).strip("_"): value for key, value in row.items()} for row in rows]
