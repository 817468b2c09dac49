"""The command `genoviz splice`: the numbers of the Python functions, and what it can't do."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from genoviz.cli.main import app
from genoviz.genes.registered import open_genes_of
from genoviz.genomes.registry import open_genome
from genoviz.models.load import load_model
from genoviz.sequences.locus import Locus
from genoviz.splicing.alleles import annotated_sites
from genoviz.splicing.effect import splice_effect
from genoviz.variants.variant import Variant

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


# ---- files and stretches -------------------------------------------------------------------------


def test_a_file_keeps_its_lines_and_says_what_it_skips(tmp_path: Path) -> None:
    """A variant, one whose reference base is wrong, one outside all genes, and a line that is none."""
    given = tmp_path / "in.vcf"
    lines = ["chrT1\t2646\tlost\tG\tT", "chrT1\t2646\twrong\tC\tT", "chrT1\t5\tfar\tN\tT", "chrT1\tx\tbad\tA\tC"]
    bases = open_genome("teaching").fetch(Locus("chrT1", 4, 5))
    lines[2] = lines[2].replace("N", bases.bases).replace("\tT", "\t" + ("A" if bases.bases != "A" else "C"))
    given.write_text(
        "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        + "".join(f"{line}\t.\t.\t.\n" for line in lines)
    )
    out = tmp_path / "out.tsv"
    result = run("splice.sites", "--genome", "teaching", "--vcf", str(given), "--out", str(out))
    assert result.exit_code == 0, result.stderr
    rows = rows_of(out.read_text())
    assert [row["line"] for row in rows] == sorted((row["line"] for row in rows), key=int)
    by_id = {row["id"]: row for row in rows if row["id"]}
    assert float(by_id["lost"]["donor_loss"]) > 0.5
    assert by_id["lost"]["skipped"] == ""
    assert by_id["wrong"]["skipped"]
    assert by_id["far"]["skipped"] == "no transcript here; name a strand"
    assert sum(bool(row["skipped"]) for row in rows) == 3
    assert "1 scored, 3 skipped." in result.stderr


def test_a_stretch_lists_annotated_sites_with_their_exons() -> None:
    genes = open_genes_of("teaching")
    assert genes is not None
    with genes:
        transcript = next(t for t in genes.within(Locus("chrT1", 2645, 2646)) if t.strand == "+" and len(t.exons) > 1)
    result = run("splice.sites", "--genome", "teaching", "--along", transcript.gene)
    assert result.exit_code == 0, result.stderr
    rows = rows_of(result.stdout)
    listed = {(row["site"], int(row["position"])): row["exon"] for row in rows if row["exon"]}
    assert listed == {(site, at): str(exon) for (site, at), exon in annotated_sites(transcript).items()}
    assert str(transcript.identifier) in result.stderr
