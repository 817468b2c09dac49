"""Tables of a variant's effect, on the teaching genome."""

from __future__ import annotations

import pytest

from genoviz.attribute.attribution import attribute
from genoviz.effects.effect import VariantEffect, variant_effect
from genoviz.genomes.registry import open_genome
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.report.variant_tables import effect_table, per_base_table
from genoviz.splicing.effect import splice_effect
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


def test_splice_scores_are_in_the_table() -> None:
    model = load_model("splice.sites")
    variant = Variant("chrT1", 2646, "G", "T")
    with open_genome("teaching") as genome:
        found = variant_effect(model, variant, genome)
        splice = splice_effect(model, variant, genome, "+")
    rows = {row["name"]: row for row in effect_table(model.card, found, splice) if row["what"].startswith("splice")}
    assert rows["donor loss"]["what"] == "splice, at -1 bp"
    assert rows["donor loss"]["effect"] > 0.9
    assert len(rows) == 4


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
