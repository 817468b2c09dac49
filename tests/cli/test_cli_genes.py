"""Gene models on the command line: names that stand twice, what is left out, and caches that can't be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from genoviz.cli.main import app
from genoviz.genomes.teaching import teaching_genome
from tests.small_annotation import gtf, tabs

pytest.importorskip("pysam")

DUPX = gtf(
    "DUPX", "NM_9", *(f"chrT1 exon {a} {a + 99} + {n}" for a, n in ((20001, 1), (20401, 2), (60001, 1), (60401, 2)))
)
BACTERIUM = "".join(
    gtf(name, "unknown_transcript_1", f"chrT1 gene {place}", f"chrT1 CDS {place} 1")
    for name, place in (("b1", "101 400 +"), ("b2", "1001 1300 -"))
)
TRANS = (
    tabs("""
chrT1 R gene 1000 1100 . - . ID=g;Name=rpsX;exception=trans-splicing
chrT1 R gene 5000 5400 . + . ID=g;Name=rpsX;exception=trans-splicing
chrT1 R CDS 1000 1100 . - 0 ID=c;Parent=g;exception=trans-splicing
chrT1 R CDS 5000 5400 . + 0 ID=c;Parent=g;exception=trans-splicing
chrT1 R gene 8001 8100 . - . ID=h;Name=okY
chrT1 R CDS 8001 8100 . - 0 Parent=h
""")
    + f"chrT1\tR\tgene\t5\t{'9' * 51}\t.\t+\t.\tID=far\n"
)


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_GENOMES", str(tmp_path / "genomes"))
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "cache"))


def along(tmp_path: Path, text: str, place: str, name: str, *more: str) -> Result:
    if not (tmp_path / name).exists() or (tmp_path / name).read_text() != text:  # its time is part of the cache's key
        (tmp_path / name).write_text(text)
    words = (
        "splice",
        "splice.sites",
        "--genome",
        "teaching",
        "--genes",
        str(tmp_path / name),
        "--bases",
        "--along",
        place,
    )
    return CliRunner().invoke(app, [*words, *more])


def bases(result: Result) -> tuple[int, int, str]:
    """First and last position 5' to 3', and the strand."""
    assert result.exit_code == 0, result.stderr
    rows = [line.split("\t") for line in result.stdout.splitlines() if not line.startswith("#")][1:]
    return int(rows[0][1]), int(rows[-1][1]), rows[0][2]


def test_a_transcript_at_two_places(tmp_path: Path) -> None:
    result = along(tmp_path, DUPX, "exon 3 of DUPX", "a.gtf")
    assert result.exit_code == 2
    assert "One name stands at several places" in result.stderr
    assert "2 genes go by the name `DUPX`. They are `DUPX chrT1:20,001-20,500`" in result.stderr
    assert bases(along(tmp_path, DUPX, "exon 2 of DUPX chrT1:60,001-60,500", "a.gtf")) == (60401, 60500, "+")
    named = along(tmp_path, DUPX, "chrT1:20,001-20,010", "a.gtf", "--transcript", "NM_9 chrT1:20,001-20,500")
    assert bases(named) == (20001, 20010, "+")
    assert along(tmp_path, DUPX, "chrT1:20,001-20,010", "a.gtf", "--transcript", "NM_9").exit_code == 2


def test_a_nameless_transcript_is_read_on_its_own_strand(tmp_path: Path) -> None:
    assert bases(along(tmp_path, BACTERIUM, "exon 1 of b2", "a.gtf")) == (1300, 1001, "-")
    assert bases(along(tmp_path, BACTERIUM, "b1", "a.gtf")) == (101, 400, "+")


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    result = along(tmp_path, TRANS, "exon 1 of rpsX", "a.gff3")
    assert result.exit_code == 2
    assert "could not be read as one stretch" in result.stderr
    result = along(tmp_path, TRANS, "okY", "a.gff3")
    assert bases(result) == (8100, 8001, "-")
    assert "trans-spliced transcripts, whose parts do not lie in one stretch: 1" in result.stderr
    assert "positions past 2,147,483,647, which no index holds: 1" in result.stderr


def test_variants_are_scored_with_both_copies_of_a_gene(tmp_path: Path) -> None:
    text = gtf("G", "T", "chrT1 exon 2001 3000 + 1") + gtf("G", "T", "chrT1 exon 2501 3500 - 1")
    (tmp_path / "a.gtf").write_text(text)
    words = ("splice", "splice.sites", "--genome", "teaching", "--variant", "chrT1-2646-G-T")
    result = CliRunner().invoke(app, [*words, "--genes", str(tmp_path / "a.gtf")])
    assert result.exit_code == 0, result.stderr
    header, *rows = [line.split("\t") for line in result.stdout.splitlines() if not line.startswith("#")]
    assert sorted(row[header.index("strand")] for row in rows) == ["+", "-"]


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    first = along(tmp_path, BACTERIUM, "b2", "a.gtf")
    (folder,) = (tmp_path / "cache" / "genes").iterdir()
    for damage in (b"", b"garbage"):
        for file in folder.iterdir():
            file.write_bytes(damage)
        again = along(tmp_path, BACTERIUM, "b2", "a.gtf")
        assert (again.exit_code, again.stdout) == (0, first.stdout)


def test_a_cache_that_can_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "file"))
    result = along(tmp_path, BACTERIUM, "b2", "a.gtf")
    assert bases(result) == (1300, 1001, "-")
    assert "set GENOVIZ_CACHE to a folder that can be written to" in result.stderr


def test_adding_a_genome_reads_its_genes(tmp_path: Path) -> None:
    (tmp_path / "a.gff3").write_text(TRANS)
    (tmp_path / "bad.gff3").write_text("no annotation\n")
    words = ["genome", "add", str(teaching_genome().fasta), "--assembly", "synthetic-1", "--name"]
    result = CliRunner().invoke(app, [*words, "mine", "--genes", str(tmp_path / "a.gff3")])
    assert result.exit_code == 0
    assert "The gene models hold 1 gene." in result.stderr
    assert "Left out of the gene models: " in result.stderr
    result = CliRunner().invoke(app, [*words, "other", "--genes", str(tmp_path / "bad.gff3")])
    assert result.exit_code == 2
    assert "is no gene annotation" in result.stderr
