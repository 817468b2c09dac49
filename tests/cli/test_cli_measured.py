"""`genoviz measured ...`: the numbers of the functions, in tables and as documented JSON; what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from genoviz.files.tsv import json_value, tsv
from genoviz.measured import tables
from genoviz.measured.against import against
from genoviz.measured.assay import read_assay
from genoviz.measured.assay_against import assay_against
from genoviz.measured.example import example_table
from genoviz.measured.reading import experiment_of, look_into
from genoviz.models.load import load_model
from genoviz.models.target import Target
from tests.cli.calls import as_text, bad, good, header_of, record, rows_of

MODEL = load_model("toy.sum")


@pytest.fixture
def example(tmp_path: Path) -> str:
    path = tmp_path / "example.tsv"
    path.write_bytes(example_table())
    return str(path)


def test_changes_elements_and_models(example: str) -> None:
    experiment = experiment_of(look_into(example_table())).kept(least_barcodes=10, deletions=False).turned()
    found = against(MODEL, experiment, Target.default(MODEL.card))
    words = ("measured", "changes", "toy.sum", example, "--barcodes", "10", "--no-deletions", "--reverse")
    made = record(*words)
    assert made["rows"] == [json_value(row) for row in as_text(tables.change_table(found))]
    assert made["sentence"] == found.sentence
    assert made["ceiling"]["replicates"] == 3
    printed = good(*words, "--table", "regions", "--region", "90")
    assert rows_of(printed) == rows_of(tsv(tables.region_table(found, 90)))
    assert header_of(printed) == header_of(tsv([], tables.against_provenance(found)))
    assert record("measured", "elements", example)["rows"] == [{"element": "element", "rows": 720}]
    beside = record("measured", "models", example, "--model", "toy.sum", "--model", "toy.and", "--no-deletions")
    assert {row["model"] for row in beside["rows"]} == {"toy.sum", "toy.and"}
    assert beside["rows"][0]["pearson"] >= beside["rows"][1]["pearson"]


def test_an_assay(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(
        "id,ref_seq,alt_seq,score\n" + "".join(f"{i},GATAAG{'C' * i},GACAAG{'C' * i},{i}\n" for i in range(12))
    )
    found = assay_against(MODEL, read_assay(path.read_bytes()))
    made = record("measured", "assay", "toy.sum", str(path))
    assert made["rows"] == as_text(tables.assay_table(found))
    assert made["rows_compared"] == 12


def test_a_track(tmp_path: Path) -> None:
    path = tmp_path / "cover.bedgraph"
    path.write_text("chrT1\t10000\t10030\t1\nchrT1\t10030\t10060\t2\n")
    made = record("measured", "track", "toy.sum", str(path), "--genome", "teaching", "--place", "chrT1:10001-10060")
    assert made["bins"] == len(made["rows"]) == 60
    assert [row["measured"] for row in made["rows"][28:32]] == [1, 1, 2, 2]


def test_what_can_not_be_used_is_said(example: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "ROLE=NAME" in bad("measured", "elements", example, "--column", "effect")
    assert "no column named `nothing`" in bad("measured", "elements", example, "--column", "effect=nothing")
    assert "at least one base" in bad("measured", "changes", "toy.sum", example, "--region", "0")
    assert "no element named `b`" in bad("measured", "changes", "toy.sum", example, "-e", "b")
    monkeypatch.setenv("GENOVIZ_SATURATION_TABLE", str(tmp_path / "none.tsv"))
    assert "genoviz measured fetch" in bad("measured", "elements", "public")
    assert "is not there" in bad("measured", "fetch")
    monkeypatch.setenv("GENOVIZ_SATURATION_TABLE", example)
    assert rows_of(good("measured", "elements", "public"))[0]["element"] == "element"
