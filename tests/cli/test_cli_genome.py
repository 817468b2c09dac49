"""`genoviz genome ...`: every command, and what it says about bad input."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from genoviz.cli.genome import app
from genoviz.sequences.sequence import Sequence
from tests.stand_in import reply, stand_in

pytest.importorskip("pysam")
runner = CliRunner()


@pytest.fixture(autouse=True)
def genomes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENOVIZ_GENOMES", str(tmp_path / "genomes"))
    monkeypatch.setenv("GENOVIZ_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    path = tmp_path / "toy.fa"
    path.write_text(">chr1\nACGTTCGT\n>chr2 chr2:101-104\nGGGG\n")
    return path


def run(*words: object) -> str:
    done = runner.invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.stderr
    return done.stdout


def refused(*words: object) -> str:
    done = runner.invoke(app, [str(word) for word in words])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("genoviz: ")
    return done.stderr


def test_a_file_from_add_to_remove(toy: Path) -> None:
    run("add", toy, "--assembly", "toy1", "--title", "A toy")
    rows = {row["name"]: row for row in json.loads(run("list", "--json"))}
    assert rows["toy"] == {
        "name": "toy", "title": "A toy", "assembly": "toy1", "kind": "local", "genes": "", "files": str(toy), "problem": ""
    }  # fmt: skip
    assert rows["ucsc:hg38"]["kind"] == "remote"
    assert f"toy\tA toy\ttoy1\tlocal\t\t{toy}\t\n" in run("list")
    assert run("show", "toy") == (
        "chromosome\tstart\tend\tlength\tassembly\nchr1\t1\t8\t8\ttoy1\nchr2\t101\t104\t4\ttoy1\n"
    )
    fasta = run("fetch", "toy", "1:3-6(-)")
    assert fasta.splitlines()[0] == ">chr1:3-6(-) toy1 A toy"
    assert Sequence.read(fasta).bases == "GAAC"
    assert Sequence.read(run("fetch", "toy", "chr2:99-102", "--pad")).bases == "NNGG"
    run("remove", "toy")
    assert toy.is_file()
    assert "toy\t" not in run("list")


def test_a_file_without_registering(toy: Path) -> None:
    assert run("fetch", toy, "chr1:8", "--assembly", "toy9").splitlines() == [">chr1:8-8 toy9 toy.fa", "T"]
    assert "assembly not named" in run("fetch", toy, "chr1:8")


def test_a_place_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "piece.fa"
    path.write_text(">chr20\nACGT\n")
    run("add", path, "--assembly", "hg19", "--name", "piece", "--place", "piece.fa=chr20:1,000,001-1,000,004")
    assert Sequence.read(run("fetch", "piece", "20:1000002-1000003")).bases == "CG"
    assert "--place x was given" in refused("add", path, "--assembly", "hg19", "--name", "p", "--place", "x")


def test_download(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with stand_in() as server:
        monkeypatch.setenv("GENOVIZ_UCSC_DOWNLOADS", server.url)
        packed = gzip.compress(b">chrI\nACGTACGT\n")
        server.play = lambda h: reply(h, packed, status=200 if h.path.endswith("sacCer3.fa.gz") else 404)
        run("add", "sacCer3")
        assert [path.split("/")[-1] for path in server.asked] == ["md5sum.txt", "sacCer3.fa.gz"]
    assert Sequence.read(run("fetch", "sacCer3", "chrI:5-8")).bases == "ACGT"
    assert "its own assembly" in refused("add", "hg38", "--assembly", "hg19")


def test_bad_input(toy: Path) -> None:
    assert "never guessed" in refused("add", toy)
    assert "neither a file nor a genome" in refused("add", "mm10")
    assert "reaches outside" in refused("fetch", toy, "chr1:1-9")
    assert "could not be read as a locus" in refused("fetch", toy, "chr1:x")
    assert "no genome named" in refused("show", "nothing")
    assert "not on this computer" in refused("fetch", "hg38", "chr1:1-9")
    assert "can't be the name" in refused("remove", "ucsc:hg38")
