"""`genoviz trust`: rows and JSON that are those of the function, and an exit code that tells of a red light."""

from __future__ import annotations

import json

import pytest

from genoviz.models.load import load_model
from genoviz.sequences.sequence import Sequence
from genoviz.trust import assess
from genoviz.trust.tables import trust_rows
from tests.cli.calls import bad, call, good, header_of, record, rows_of

BASES = "TGCATCATGCTTACGCAGTCATCAGATAAGCTCATGCAATGCTACCTGCATTCGACTGCA"


def test_lights_are_those_of_the_function() -> None:
    report = assess(load_model("toy.sum"), Sequence(BASES), seed=2)
    asked = ("trust", "toy.sum", "--sequence", BASES, "--seed", "2")
    rows = rows_of(good(*asked))
    assert [row["light"] for row in rows] == [light.colour or "" for light in report.lights]
    assert [float(row["figure"]) for row in rows] == pytest.approx([light.figure for light in report.lights])
    made_from = rows_of(good(*asked, "--details"))
    assert len(made_from) == len(trust_rows(report))
    found = record(*asked)
    assert found["trust"] == report.sentence
    assert [row["figure"] for row in found["rows"]] == [light.figure for light in report.lights]
    assert found["tables"].keys() == report.tables.keys()


def test_a_red_light_is_a_failed_check() -> None:
    result = call("trust", "toy.sum", "--sequence", "C" * 60, "-m", "inputxgradient")
    assert result.exit_code == 1
    assert "red: taller than chance" in result.stderr
    asked = ("attribute", "toy.sum", "--sequence", "C" * 60, "-m", "inputxgradient")
    assert header_of(good(*asked))["trust"] == json.loads(good(*asked, "--json"))["trust"] == "not checked"
    checked = call(*asked, "--check")
    assert checked.exit_code == 0  # the scores were asked for
    assert "red: taller than chance" in checked.stderr
    said = header_of(checked.stdout)
    assert "red: taller than chance" in said["trust"]
    assert said["trust signal"].startswith("red: No base has a score")
    made = json.loads(good(*asked, "--check", "--json"))
    assert made["trust"] == said["trust"]
    assert {row["check"]: row["light"] for row in made["checks"]}["signal"] == "red"
    assert "no method named `guess`" in bad("trust", "toy.sum", "--sequence", BASES, "-m", "guess")
