"""`genoviz verdict`: bases and files, rows and JSON that are those of the functions, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from genoviz.lessons.examples import get_example
from genoviz.models.catalogue import get_card
from genoviz.verdict.verdict import verdict
from tests.cli.calls import bad, call, good, record, rows_of

REST, ETS = get_example("nrse").sequence, get_example("ets").sequence
ONLY = ("--model", "pwm.encode10")


def test_a_table_is_that_of_the_function() -> None:
    result = call("verdict", REST.bases, *ONLY)
    found = verdict(REST, [get_card("pwm.encode10")])
    assert found.sentence in result.stderr
    rows = rows_of(result.stdout)
    assert [row["track"] for row in rows] == [row.track for row in found.standings[:10]]
    assert float(rows[0]["logit"]) == pytest.approx(found.standings[0].logit)
    assert record("verdict", REST.bases, *ONLY)["verdict"] == found.sentence
    first = rows[0]
    assert (first["track"], first["stands_out"], first["bases"]) == ("REST", "yes", "1-101")
    assert first["family"].endswith("REST")
    assert first["site_bases"] in REST.bases


def test_records_of_a_file_follow_each_other(tmp_path: Path) -> None:
    file = tmp_path / "two.fa"
    file.write_text(f">one\n{REST.bases}\n>none\nACGTACG\n>two\n{ETS.bases}\n", encoding="utf-8")
    lines = [json.loads(line) for line in good("verdict", str(file), *ONLY, "--json").splitlines()]
    assert [line["name"] for line in lines] == ["one", "none", "two"]
    assert [bool(line["rows"]) for line in lines] == [True, False, True]
    assert list(lines[1]["left_out"]) == ["pwm.encode10"]
    assert lines[0]["rows"][0]["track"] == "REST"
    assert lines[2]["rows"][0]["track"] in ("GABPA", "ELK1")


def test_what_is_no_sequence_is_refused() -> None:
    assert "There is no file `nothing.fa`" in bad("verdict", "nothing.fa")
    assert "no organism named `wolf`" in bad("verdict", REST.bases, *ONLY, "--organism", "wolf")
    assert "20,000" in bad("verdict", "-", *ONLY, input="ACGT" * 5_001)
