"""The table of one variant: a model's numbers and splice scores under the same columns."""

from __future__ import annotations

from genoviz.effects.effect import variant_effect
from genoviz.effects.tables import effect_table
from genoviz.genomes.registry import open_genome
from genoviz.models.load import load_model
from genoviz.report.variant_tables import variant_table
from genoviz.splicing.effect import splice_effect
from genoviz.variants.variant import Variant


def test_splice_scores_are_in_the_table() -> None:
    model = load_model("splice.sites")
    variant = Variant("chrT1", 2646, "G", "T")
    with open_genome("teaching") as genome:
        found = variant_effect(model, variant, genome)
        splice = splice_effect(model, variant, genome, "+")
    table = variant_table(model.card, found, splice)
    assert variant_table(model.card, found) == effect_table(model.card, found) == table[:-4]
    rows = {row["name"]: row for row in table[-4:]}
    assert rows["donor loss"]["what"] == "splice, at -1 bp"
    assert rows["donor loss"]["effect"] > 0.9
    assert len(rows) == 4
    for row in table[-4:]:
        assert set(row) <= set(table[0])
