"""The command `genoviz splice`: the numbers of the Python functions, and what it can't do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from genoviz.cli.main import app
from genoviz.genes.registered import open_genes_of
from genoviz.genomes.registry import open_genome
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.sequences.locus import Locus
from genoviz.splicing.alleles import annotated_sites
from genoviz.splicing.effect import splice_effect
from genoviz.variants.variant import Variant
from tests.splicing.test_splice_effect import ALONG, EXON

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
    assert by_id["wrong"]["skipped"] == "reference allele differs from the genome (G there)"
    assert by_id["far"]["skipped"] == "no transcript here; name a strand"
    assert sum(bool(row["skipped"]) for row in rows) == 3
    assert "4 records: 1 alleles scored, 3 skipped (1 " in result.stderr


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


# ---- placements, notices and JSON ------------------------------------------------------------------

# TTCAG|GG: exon 3 begins with GG behind AG. Without the first G the acceptor moves, without the third it stays.
RIGHT = "chrT1-3665-GG-G"
LEFT = "chrT1-3663-AG-A"


def test_placements_are_columns() -> None:
    result = run("splice.sites", "--genome", "teaching", "--variant", RIGHT)
    assert result.exit_code == 0, result.stderr
    (row,) = rows_of(result.stdout)
    assert (row["scored"], row["written"], row["rightmost"]) == (LEFT, RIGHT, RIGHT)
    assert row["placements_differ"] == "yes"
    assert float(row["acceptor_loss"]) > 0.5
    assert float(row["rightmost_acceptor_loss"]) == float(row["written_acceptor_loss"]) < 0.1
    assert "depend on where this deletion is placed" in row["notices"]
    assert "depend on where this deletion is placed" in result.stderr
    assert "TEACH01" in result.stderr
    (snv,) = rows_of(run("splice.sites", "--genome", "teaching", "--variant", str(LOST_DONOR)).stdout)
    assert list(snv) == list(row)
    assert [snv[name] for name in ("placements_differ", "written", "rightmost", "notices")] == ["no", "", "", ""]


@pytest.mark.parametrize("spelling", ["chrT1:g.3666del", "chrT1:g.3664_3666G[2]", LEFT])
def test_all_spellings_have_the_same_scores(spelling: str) -> None:
    result = run("splice.sites", "--genome", "teaching", "--variant", spelling, "--json")
    assert result.exit_code == 0, result.stderr
    record = json.loads(result.stdout)
    (gene,) = record["rows"]
    assert gene["scored"] == LEFT
    left, right = gene["placements"][0], gene["placements"][-1]
    assert left["where"][0] == "left-most"
    assert (right["where"][0], right["variant"]) == ("right-most", RIGHT)
    assert left["scores"] == gene["scores"]
    written = left if spelling == LEFT else right
    assert "as written" in written["where"]


def test_json_has_what_the_table_has(tmp_path: Path) -> None:
    given, out = tmp_path / "in.vcf", tmp_path / "out.json"
    given.write_text(
        "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        "chrT1\t2646\tlost\tG\tT\t.\t.\t.\nchrT1\t2646\twrong\tC\tT\t.\t.\t.\nchrT1\tx\tbad\tA\tC\t.\t.\t.\n"
    )
    result = run("splice.sites", "--genome", "teaching", "--vcf", str(given), "--json", "--out", str(out))
    assert result.exit_code == 0, result.stderr
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert [record["line"] for record in records] == [3, 4, 5]
    lost, wrong, bad = records
    assert (lost["model"], lost["context"], lost["longer_network"]) == ("splice.sites", 402, None)
    assert (lost["variant"], lost["id"]) == ("chrT1-2646-G-T", "lost")
    (row,) = rows_of(run("splice.sites", "--genome", "teaching", "--variant", str(LOST_DONOR)).stdout)
    (gene,) = lost["rows"]
    for score in gene["scores"]:
        assert score["value"] == pytest.approx(float(row[f"{score['site']}_{score['change']}"]), abs=1e-6)
    assert len(gene["placements"]) == 1
    assert gene["placements"][0]["where"] == ["left-most", "right-most", "as written"]
    # What the transcript may become: the table has the likeliest form, JSON all, standard error the words.
    outcome = gene["outcome"]
    assert row["outcome"] == outcome["forms"][0]["form"]
    assert row["hgvs_c"] == gene["coding"]["hgvs_c"] == f"{gene['transcript']}:c.{row['hgvs_c'].partition(':c.')[2]}"
    assert row["consequence"] == "splice donor"
    assert outcome["assumptions"]
    assert any(site["exon"] and site["change"] < -0.5 for site in outcome["sites"])
    said = run("splice.sites", "--genome", "teaching", "--variant", row["hgvs_c"])
    assert outcome["sentence"] in said.stderr
    assert rows_of(said.stdout)[0]["scored"] == "chrT1-2646-G-T"
    assert wrong["rows"][0]["skipped"]
    assert wrong["rows"][0]["scores"] is None
    assert bad["variant"] is None


def test_sites_along_a_stretch_as_json() -> None:
    result = run("splice.sites", "--genome", "teaching", "--along", "TEACH01", "--json")
    assert result.exit_code == 0, result.stderr
    record = json.loads(result.stdout)
    assert record["transcript"] == "TEACH01.1"
    assert {(row["site"], row["position"]) for row in record["rows"] if row["exon"]} >= {("donor", 2645)}
    assert record["sentence"].startswith("4 of 4")


def test_a_transcript_that_ends_near_and_a_short_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The network that knows GT and AG only, on a transcript whose end hides the T of a donor's GT."""
    fasta, gff = tmp_path / "small.fa", tmp_path / "small.gff3"
    fasta.write_text(f">chr1\n{EXON.text}\n")
    gff.write_text("##gff-version 3\nchr1\tx\tmRNA\t21\t49\t.\t+\t.\tID=tx1;gene=G\n")
    monkeypatch.setattr("genoviz.cli.splice.get_card", lambda name: ALONG.card)
    monkeypatch.setattr("genoviz.models.load.load_model", lambda name: ALONG)
    for module in ("context", "tables"):
        monkeypatch.setattr(f"genoviz.splicing.{module}.longer_network", lambda card: get_card("splice.sites"))
    options = ("--genome", str(fasta), "--genes", str(gff), "--distance", "5", "--variant", "chr1-49-G-C")
    result = run("toy.splice", *options)
    assert result.exit_code == 0, result.stderr
    (row,) = rows_of(result.stdout)
    assert "the 3' end of tx1 lies 0 bases away (base 49), and N stands for 9 bases of the genome" in row["notices"]
    assert "# longer_network: splice.sites" in result.stdout
    assert "splice.sites reads 402" not in row["notices"]  # said once, not in each row
    assert result.stderr.count("splice.sites reads 402") == 1
    read = run("toy.splice", *options, "--read-outside")
    assert rows_of(read.stdout)[0]["notices"] == ""
    assert float(rows_of(read.stdout)[0]["donor_loss"]) == 0.5
