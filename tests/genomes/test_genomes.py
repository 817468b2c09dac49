"""The registry of genomes: what is listed, opened, registered, and survived."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from genoviz.errors import BadGenome, BadInput, BadLocus, UnknownName
from genoviz.genes.registered import open_genes_of
from genoviz.genomes.genome import Genome
from genoviz.genomes.registry import (
    REMOTE,
    GenomeEntry,
    find_genome,
    gene_files,
    genomes_folder,
    list_genomes,
    open_entry,
    open_genome,
    register,
    unregister,
)
from genoviz.genomes.remote import RemoteGenome
from genoviz.sequences.locus import Locus

pytest.importorskip("pysam")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENOVIZ_GENOMES", str(tmp_path / "genomes"))
    return tmp_path / "genomes"


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    path = tmp_path / "toy.fa"
    path.write_text(">chr1\nACGTACGT\n>chr2\nGGGG\n")
    return path


def local() -> list[GenomeEntry]:
    return [entry for entry in list_genomes() if not entry.remote and not entry.synthetic]


def test_register_open_unregister(toy: Path, folder: Path) -> None:
    assert local() == []
    entry = register(toy, "toy", "toy1", title="A toy")
    assert entry == GenomeEntry("toy", "A toy", "toy1", (toy,))
    assert local() == [entry] == [find_genome("toy")]
    assert Path(f"{toy}.fai").is_file()
    with open_genome("toy") as genome:
        assert (genome.title, genome.assembly) == ("A toy", "toy1")
        assert genome.fetch(Locus("1", 0, 4, "-")).bases == "ACGT"
    unregister("toy")
    assert local() == []
    assert toy.is_file()
    with pytest.raises(UnknownName):
        unregister("toy")


def test_open_by_path(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_genome(toy, assembly="x") as genome, open_genome(str(toy)) as other:
        assert (genome.assembly, other.assembly) == ("x", "")
    register(toy, "toy.fa", "toy1")
    monkeypatch.chdir(toy.parent)
    with open_genome("toy.fa") as genome, open_genome("./toy.fa") as other:
        assert (genome.assembly, other.assembly) == ("toy1", "")
    with pytest.raises(BadGenome, match="`toy1`, but `hg38` was asked for"):
        open_genome("toy.fa", assembly="hg38")
    with pytest.raises(UnknownName, match=r"Did you mean `toy\.fa`"):
        open_genome("toi.fa")


def test_remote_ones_are_listed_last_and_only_opened_by_their_name() -> None:
    assert [entry.name for entry in list_genomes()][-3:] == list(REMOTE)
    assert all(entry.remote == (entry.name in REMOTE) for entry in list_genomes())
    genome = open_genome("ucsc:hg38", assembly="GRCh38")
    assert isinstance(genome, RemoteGenome)
    assert (genome.database, genome.assembly) == ("hg38", "hg38")
    with pytest.raises(UnknownName, match=r"not on this computer.*ucsc:hg19.*genoviz genome add hg19"):
        open_genome("hg19")


def test_the_teaching_genome_is_listed() -> None:
    entry = find_genome("teaching")
    assert entry.synthetic
    assert not entry.remote
    assert "synthetic" in entry.title.lower()
    with open_entry(entry) as genome:
        assert genome.assembly == entry.assembly
        assert isinstance(genome, Genome)
        assert genome.stored
    models = open_genes_of("teaching")
    assert models is not None


def test_bad_entries_never_break_the_list(toy: Path, folder: Path) -> None:
    register(toy, "good", "toy1")
    good = (folder / "good.json").read_text()
    written: dict[str, str | bytes] = {
        "empty": "",
        "list": "[1]",
        "number": "5",
        "binary": b"\xff\xfe\x00",
        "deep": "[" * 100_000,
        "no_files": good.replace(json.dumps([str(toy)])[1:-1], ""),
        "no_assembly": good.replace("toy1", ""),
        "gone": good.replace("toy.fa", "gone.fa"),
        "number_file": json.dumps({"assembly": "x", "files": [5]}),
        "bad_place": json.dumps({"assembly": "x", "files": ["a.fa"], "loci": {"a.fa": "here"}}),
        "no_genes": json.dumps({"assembly": "x", "files": [str(toy)], "genes": "gone.gff3"}),
    }
    for name, content in written.items():
        (folder / f"{name}.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "folder.json").mkdir()
    found = {entry.name: entry.problem for entry in local()}
    assert set(found) == {*written, "folder", "good"}
    assert [name for name, problem in found.items() if not problem] == ["good"]
    assert "gone.fa` is missing" in found["gone"]
    with pytest.raises(BadGenome, match=r"`empty` can't be opened.*genoviz genome remove empty"):
        open_genome("empty")
    unregister("empty")


def test_a_moved_folder_still_works(toy: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(toy, "toy", "toy1")
    shutil.copy(toy, folder / "own.fa")
    content = json.loads((folder / "toy.json").read_text()) | {"files": ["own.fa"]}
    (folder / "toy.json").write_text(json.dumps(content))
    moved = folder.rename(folder.parent / "elsewhere")
    monkeypatch.setenv("GENOVIZ_GENOMES", str(moved))
    with open_genome("toy") as genome:
        assert genome.fetch(Locus("chr2", 0, 4)).bases == "GGGG"


def test_pieces_with_places(tmp_path: Path) -> None:
    folder = tmp_path / "pieces"
    folder.mkdir()
    (folder / "a.fa").write_text(">chr1\nAAAA\n")
    (folder / "b.fa").write_text(">chr1\nCCCC\n")
    (folder / "a.gff3").write_text("##gff-version 3\n")
    places = {"a.fa": "chr1:11-14", "b.fa": "1:21-24"}
    with pytest.raises(BadGenome, match="does not say"):
        register(folder, "pieces", "toy1")
    with pytest.raises(BadInput, match=r"`c\.fa`"):
        register(folder, "pieces", "toy1", loci=places | {"c.fa": "chr1:1-4"})
    with pytest.raises(BadLocus):
        register(folder, "pieces", "toy1", loci=places | {"b.fa": "chr1"})
    assert local() == []
    entry = register(folder, "pieces", "toy1", folder, loci=places)
    assert entry.genes == folder
    assert gene_files(folder) == [folder / "a.gff3"]
    with open_genome("pieces") as genome:
        assert genome.fetch(Locus("chr1", 10, 24), pad=True).bases == "AAAANNNNNNCCCC"


def test_what_cannot_be_registered(toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("", "a b", "../x", "teaching", "ucsc:hg38", "x" * 65, ".hidden"):
        with pytest.raises(BadInput, match="can't be the name"):
            register(toy, name, "toy1")
    with pytest.raises(BadInput, match="never guessed"):
        register(toy, "toy", " ")
    with pytest.raises(BadInput, match="no gene models"):
        register(toy, "toy", "toy1", tmp_path / "none.gff3")
    with pytest.raises(BadInput, match="no gene models"):
        register(toy, "toy", "toy1", tmp_path)
    with pytest.raises(BadGenome, match="no file"):
        register(tmp_path / "none.fa", "toy", "toy1")
    human = tmp_path / "human.fa"
    human.write_text(">NC_000021.8\nACGT\n")
    with pytest.raises(BadGenome, match="GRCh37"):
        register(human, "hg38", "hg38")
    register(toy, "toy", "toy1")
    with pytest.raises(BadInput, match="already"):
        register(toy, "toy", "toy2")
    assert register(toy, "toy", "toy2", replace=True).assembly == "toy2"
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GENOVIZ_GENOMES", str(tmp_path / "file"))
    assert local() == []
    with pytest.raises(BadInput, match="GENOVIZ_GENOMES"):
        register(toy, "toy", "toy1")


def test_the_folder_without_a_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GENOVIZ_GENOMES")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert genomes_folder() == tmp_path / "genoviz" / "genomes"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")  # to be ignored, by the specification of these variables
    monkeypatch.setenv("HOME", str(tmp_path))
    assert genomes_folder() == tmp_path / ".local" / "share" / "genoviz" / "genomes"


DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "genome_human_hg38_loci").is_dir(), reason="needs the public data sets")
def test_the_human_pieces_register_as_one_genome() -> None:
    pieces = DATA / "genome_human_hg38_loci"
    entry = register(pieces, "hg38-loci", "hg38", pieces)
    assert entry.problem == ""
    assert len(gene_files(pieces)) == 15
    with open_genome("hg38-loci", assembly="GRCh38") as genome:
        assert genome.fetch(Locus.parse("chr17:43,124,094-43,124,096(-)")).bases == "ATG"
    with pytest.raises(BadGenome, match="GRCh38, hg19"):
        register(pieces, "wrong", "hg19")
