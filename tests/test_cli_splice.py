"""The command `genoviz splice`: the numbers of the Python functions, and what it can't do."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from genoviz.cli import app
from genoviz.genomes import open_genes_of, open_genome
from genoviz.locus import Locus
from genoviz.models.load import load_model
from genoviz.splice_effect import splice_effect
from genoviz.variant import Variant

LOST_DONOR = Variant("chrT1", 2646, "G", "T")


def run(*words: str):
    return CliRunner().invoke(app, ["splice", *words])


def rows_of(text: str) -> list[dict[str, str]]:
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return [dict(zip(lines[0], line, strict=False)) for line in lines[1:]]


@pytest.mark.parametrize("masked", [False, True])
def test_scores_are_those_of_the_function(masked: bool) -> None:
    genes = open_genes_of("teaching")
    assert genes is not None
    with genes:
        at = genes.within(Locus("chrT1", 2645, 2646, assembly=genes.assembly))
    options = ("--masked",) if masked else ()
    result = run("splice.sites", "--genome", "teaching", "--variant", str(LOST_DONOR), *options)
    assert result.exit_code == 0, result.stderr
    rows = rows_of(result.stdout)
    assert rows
    model, genome = load_model("splice.sites"), open_genome("teaching")
    for row in rows:
        transcript = next(t for t in at if t.identifier == row["transcript"])
        effect = splice_effect(model, LOST_DONOR, genome, row["strand"], transcript=transcript, masked=masked)
        for score in effect.scores:
            assert float(row[f"{score.site}_{score.change}"]) == pytest.approx(score.value, abs=1e-6)
            assert int(row[f"{score.site}_{score.change}_distance"]) == score.distance
    assert max(float(row["donor_loss"]) for row in rows) > 0.5


def test_a_model_without_splice_sites_is_told() -> None:
    result = run("tfbind.encode10", "--genome", "teaching", "--variant", str(LOST_DONOR))
    assert result.exit_code == 2
    assert "splice" in result.stderr
    assert "Traceback" not in result.stderr


def test_nothing_asked_is_said() -> None:
    result = run("splice.sites", "--genome", "teaching")
    assert result.exit_code == 2
    assert "--variant" in result.stderr
