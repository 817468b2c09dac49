"""The command `genoviz variants`: files, one variant, and what it says when something is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from genoviz.cli.common import moving
from genoviz.cli.variants import variants
from genoviz.effects import batch
from genoviz.effects.file_chunks import Totals

pytest.importorskip("pysam")
SITE = "GATAAG"
app = typer.Typer()
app.command()(variants)


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, str]:
    genome, vcf = tmp_path / "genome.fa", tmp_path / "in.vcf"
    genome.write_text(f">chr1\n{'C' * 100}{SITE}{'C' * 100}\n", encoding="utf-8")
    vcf.write_text(
        "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        "chr1\t101\tx\tG\tC\t.\t.\tAC=3\nchr1\t102\ty\tC\tT\t.\t.\t.\n",
        encoding="utf-8",
    )
    return {"genome": str(genome), "vcf": str(vcf), "out": str(tmp_path / "out.vcf")}


def run(*arguments: str, code: int = 0) -> tuple[str, str]:
    """Standard output and standard error."""
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


def test_scores_a_file_and_says_the_totals(inputs: dict[str, str]) -> None:
    arguments = ("toy.sum", *(part for key in inputs for part in (f"--{key}", inputs[key])), "--assembly", "toy1")
    stdout, stderr = run(*arguments)
    assert stdout == ""
    assert stderr == ("2 records: 1 alleles scored, 1 skipped (1 reference allele differs from the genome).\n")
    text = Path(inputs["out"]).read_text(encoding="utf-8")
    assert "##genoviz_model=toy.sum\n" in text
    assert "##genoviz_assembly=toy1\n" in text
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    assert rows[0][7] == "AC=3;GENOVIZ_REFERENCE=3;GENOVIZ_ALTERNATE=2;GENOVIZ_EFFECT=-1"
    assert rows[1][7] == "GENOVIZ_SKIPPED=reference_allele_differs_from_the_genome_A_there"
    again = run(*arguments[:-2], "--assembly", "toy1", "--workers", "1", "--restart")[1]
    assert again == stderr
    assert Path(inputs["out"]).read_text(encoding="utf-8") == text


def test_one_variant(inputs: dict[str, str]) -> None:
    arguments = ("toy.sum", "--genome", inputs["genome"], "--assembly", "toy1", "--variant", "1:101 G>C")
    stdout, stderr = run(*arguments)
    comments = [line for line in stdout.splitlines() if line.startswith("#")]
    assert "# assembly: toy1" in comments
    names, row = (line.split("\t") for line in stdout.splitlines() if not line.startswith("#"))
    found = dict(zip(names, row, strict=True))
    assert (found["variant"], found["reference"], found["alternate"], found["delta"]) == (
        "chr1-101-G-C",
        "3",
        "2",
        "-1",
    )
    assert "chr1-101-G-C lowers the prediction from 3" in stderr
    record = json.loads(run(*arguments, "--json")[0])
    assert record["variant"] == "chr1-101-G-C"
    assert (record["reference"], record["alternate"], record["delta"]) == (3, 2, -1)
    assert (record["window"], record["strand"], record["assembly"]) == ("chr1:72-131", "+", "toy1")
    assert record["scores"][0]["value"] == -1
    minus = json.loads(run(*arguments, "--json", "--strand", "-")[0])
    assert (minus["strand"], minus["delta"]) == ("-", 0)


def test_a_wrong_reference_is_shown_with_what_would_fit(inputs: dict[str, str]) -> None:
    _, stderr = run("toy.sum", "--genome", inputs["genome"], "--variant", "chr1-102-C-T", code=2)
    assert stderr.startswith("genoviz: ")
    assert "CCCCCCCCCG[A]TAAGCCCCCC" in stderr


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"genome": "mars"}, "mars"),
        ({"vcf": "nothing.vcf"}, "There is no file"),
        ({"target": "other"}, "no output or track named `other`"),
        ({"engine": "slurm"}, "no engine named `slurm`"),
        ({"batch": "0"}, "batch is 0"),
        ({"variant": "chr1-101-G-C"}, "not clear what to score"),
    ],
)
def test_bad_input_exits_with_two(inputs: dict[str, str], change: dict[str, str], says: str) -> None:
    options = [part for key, value in (inputs | change).items() for part in (f"--{key}", value)]
    _, stderr = run("toy.sum", *options, code=2)
    assert says in stderr
    assert not Path(inputs["out"]).exists()


def test_a_splice_model_scores_one_variant_on_its_genes() -> None:
    words = ("splice.sites", "--genome", "teaching", "--variant", "chrT1-2646-G-T")
    record = json.loads(run(*words, "--json")[0])
    (gene,) = record["rows"]
    assert (gene["gene"], gene["scores"][3]["change"]) == ("TEACH01", "loss")
    assert gene["scores"][3]["value"] > 0.99
    plain = json.loads(run(*words, "--json", "--scorer", "difference", "-t", "human donor")[0])
    assert plain["target"].startswith("site:human donor")
    _, stderr = run(*words, "-t", "human donor", "-t", "human acceptor", code=2)
    assert "compared on one --target" in stderr
    for variant, reason in (
        ("chrT9-5-A-G", "Near matches are `chrT2`"),
        ("chrT1-2646-C-T", "has G there"),
        ("chrT1-99999999-A-G", "reaches outside the bases"),
    ):
        assert reason in run(*words[:-1], variant, code=2)[1]


def test_without_input_it_says_what_is_needed(inputs: dict[str, str]) -> None:
    _, stderr = run("toy.sum", "--genome", inputs["genome"], code=2)
    assert "--vcf IN and --out OUT" in stderr


def test_ctrl_c_says_how_to_go_on(inputs: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "score_file", interrupted)
    options = [part for key, value in inputs.items() for part in (f"--{key}", value)]
    _, stderr = run("toy.sum", *options, code=130)
    assert "out.vcf.part" in stderr
    assert "goes on from there" in stderr


def test_progress_shows_share_records_and_pace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert moving() is None  # standard error is no terminal here
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    show = moving()
    assert show is not None
    show(batch.Pace(Totals(5120), 0.25, 1234.5))
    assert re.search(r"\r 25 %, 5,120 records, 1,23[45] per second", capsys.readouterr().err)
