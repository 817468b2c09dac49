"""Tables and JSON of a variant's effect, on the teaching genome."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from genoviz.attribute.attribution import attribute
from genoviz.cli.main import app
from genoviz.effects.effect import VariantEffect, variant_effect
from genoviz.effects.tables import effect_record, effect_row, effect_table, per_base_table
from genoviz.files.tsv import text_of
from genoviz.genomes.registry import open_genome
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.variants.variant import Variant
from tests.comparison import close

MODEL = load_model("tfbind.encode10")
TARGET = Target.parse("GABPA", MODEL.card)


def effect(variant: Variant, strand: str = "+") -> VariantEffect:
    with open_genome("teaching") as genome:
        return variant_effect(MODEL, variant, genome, TARGET, strand=strand)


def test_the_effect_table_holds_target_outputs_and_single_changes() -> None:
    found = effect(Variant("chrT1", 10820, "ATG", "CGT"))
    table = effect_table(MODEL.card, found)
    assert table[0]["effect"] == pytest.approx(found.alternate_value - found.reference_value)
    tracks = [row for row in table if row["what"] == "output binding"]
    assert [row["name"] for row in tracks] == list(MODEL.card.outputs[0].tracks)
    for row in tracks:
        assert row["effect"] == pytest.approx(row["alternate"] - row["reference"])
        assert 0 <= row["reference"] <= 1
    singles = [row["name"] for row in table if row["what"] == "single change"]
    assert singles == ["chrT1-10820-A-C", "chrT1-10821-T-G", "chrT1-10822-G-T"]


def test_the_json_of_a_variant_is_that_of_the_command_line() -> None:
    """`genoviz variants --variant --json` prints what Python gives, and its text has the same numbers."""
    found = effect(Variant("chrT1", 10820, "ATG", "CGT"))
    words = ("variants", MODEL.card.name, "--genome", "teaching", "--variant", "chrT1-10820-ATG-CGT", "-t", "GABPA")
    with open_genome("teaching") as genome:
        record = effect_record(MODEL.card, found, genome=genome.title)
    assert json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout) == record
    assert (record["delta"], record["notices"]) == (found.delta, list(found.notices))
    assert effect_record(MODEL.card, found, notices=("one",))["notices"] == ["one"]
    assert [part["variant"] for part in record["parts"]] == [str(part.variant) for part in found.parts]
    lines = [line for line in CliRunner().invoke(app, words).stdout.splitlines() if not line.startswith("#")]
    names, printed = (line.split("\t") for line in lines)
    row = effect_row(found)
    assert names == list(row)
    assert printed == [text_of(value) for value in row.values()]


def test_what_is_not_finite_is_null() -> None:
    found = replace(effect(Variant("chrT1", 10820, "A", "C")), alternate_value=math.inf)
    record = effect_record(MODEL.card, found)
    assert (record["alternate"], record["delta"]) == (None, None)
    assert record["reference"] == found.reference_value


@pytest.mark.parametrize("strand", ["+", "-"])
def test_scores_per_base_are_those_of_both_attributions(strand: str) -> None:
    found = effect(Variant("chrT1", 17199, "CACG", "C"), strand)
    windows = found.windows
    both = [
        attribute(MODEL, sequence, TARGET, other=windows.reference)
        for sequence in (windows.reference, windows.alternate)
    ]
    rows = per_base_table(windows, *both)
    assert len(rows) == 101
    assert "".join(row["reference"] for row in rows) == windows.reference.bases
    assert sum(row["reference_score"] for row in rows) == close(float(both[0].per_base.sum()), beside=both[0].per_base)
    gone = [row["position"] for row in rows if "alternate" not in row]
    assert sorted(gone) == [17200, 17201, 17202]
    for row in rows:
        if "alternate" in row and row["position"] != 17199:
            assert row["alternate"] == row["reference"]
    positions = [row["position"] for row in rows]
    assert positions == sorted(positions, reverse=strand == "-")
