"""`genoviz discover` and `genoviz filters`: the numbers of the functions, the files of the pages, their inputs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from genoviz.discover import patterns
from genoviz.discover.comparison import fitted_records, genome_background, random_background
from genoviz.discover.filters import filter_bank
from genoviz.discover.patterns import Discovery, discover, planted
from genoviz.discover.tables import (
    discovery_provenance,
    filter_provenance,
    filter_table,
    pattern_table,
    site_table,
)
from genoviz.files.tsv import tsv
from genoviz.genomes.regions import region_windows
from genoviz.genomes.registry import open_genome
from genoviz.models.base import Model
from genoviz.models.factors import closest_motifs, factors_of
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.motifs.files import read_motifs
from genoviz.motifs.names import name_motifs
from genoviz.sequences.sequence import Sequence, read_sequences
from tests.cli.calls import as_text, bad, call, good, record, rows_of

NAME = "tfbind.encode10"
SEQUENCES = planted(101, ["ACCGGAAGTG"], n=40)[0]
OPTIONS = ("--references", "2", "--least", "5")


@pytest.fixture(scope="module")
def fasta(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("discover") / "planted.fa"
    path.write_text("".join(sequence.fasta() for sequence in SEQUENCES))
    return path


@pytest.fixture(scope="module")
def found() -> Discovery:
    return discover(load_model(NAME), SEQUENCES, Target("binding", ("GABPA",)), references=2, least=5)


def test_patterns_are_those_of_the_function_with_their_names(found: Discovery, fasta: Path, tmp_path: Path) -> None:
    assert found.patterns
    model, meme = load_model(NAME), tmp_path / "patterns.meme"
    queries = [pattern.motif for pattern in found.patterns]
    names = name_motifs(queries, closest_motifs(model.card), about=factors_of(found.contributions.target))
    words = ("discover", NAME, "-t", "GABPA", "--fasta", str(fasta), *OPTIONS)
    printed = good(*words, "--meme", str(meme))
    assert printed == tsv(pattern_table(found, names), discovery_provenance(model.card, found))
    assert meme.read_text() == found.meme
    # All sites: the file of the page.
    assert good(*words, "--sites") == tsv(site_table(found), discovery_provenance(model.card, found))
    made = record(*words)
    assert [row["pattern"] for row in made["rows"]] == [pattern.name for pattern in found.patterns]
    for row, pattern in zip(made["rows"], found.patterns, strict=True):
        np.testing.assert_array_equal(row["contributions"], pattern.contributions)
        np.testing.assert_array_equal(row["probabilities"], pattern.motif.matrix)
        assert len(row["places"]) == row["sites"] == len(pattern.sites)
        place = row["places"][0]
        shown = Sequence(SEQUENCES[place["record"] - 1].bases[place["start"] - 1 : place["end"]])
        assert place["bases"] == (shown if place["strand"] == "+" else shown.reverse_complement()).bases
        assert place["contribution"] == pattern.sites[0].value
    assert f"{len(found.patterns)} patterns from {found.seqlets[0]}" in call(*words).stderr


def test_sequences_are_cropped_and_padded_as_on_the_page(tmp_path: Path) -> None:
    text = ">a\n" + "ACGT" * 20 + "\n>b\nACGTA\n>c\n" + "A" * 60 + "\n>bad\nMKV!\n"
    found, said = fitted_records(read_sequences(text), 60)
    assert [len(sequence) for sequence in found] == [60, 60, 60]
    assert found[0].bases == ("ACGT" * 20)[10:70]
    assert found[1].bases.strip("N") == "ACGTA"
    assert said == "3 sequences, 1 more are unreadable; 2 cropped to the middle or padded with N to 60 bases."
    file = tmp_path / "four.fa"
    file.write_text(text)
    assert said in bad("discover", "toy.sum", "--fasta", str(file))  # and then that they are too few


def test_regions_of_a_genome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bed = tmp_path / "regions.bed"
    bed.write_text("".join(f"chrT1\t{1000 + 150 * i}\t{1100 + 150 * i}\n" for i in range(24)))
    model, searched = load_model("toy.sum"), []

    def note(model: Model, sequences: list[Sequence], *rest: object, **options: object) -> Discovery:
        searched.extend(sequences)
        return discover(model, sequences, references=2, least=5)

    monkeypatch.setattr(patterns, "discover", note)
    with open_genome("teaching") as genome:
        windows = list(region_windows(bed.read_text(), genome, 60, most=100).windows)
    expected = discover(model, windows, references=2, least=5)
    printed = good("discover", "toy.sum", "--bed", str(bed), "--genome", "teaching", "--sites")
    assert printed == tsv(site_table(expected), discovery_provenance(model.card, expected))
    assert searched == windows
    assert searched[0].locus is not None


def test_regions_that_the_genome_lacks_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A BED12 file of another build with a byte order mark: blocks are no summits, and what is not there is counted."""
    rows = [f"chrT1\t{1000 + 150 * i}\t{1100 + 150 * i}\tr{i}\t0\t-\t0\t0\t0\t2\t10,20,\t0,80," for i in range(24)]
    bed = tmp_path / "regions.bed"
    bed.write_text("\n".join([*rows, "chrT1\t200000\t200100\tfar", "chrX\t5\t10\tnowhere"]), encoding="utf-8-sig")
    searched: list[Sequence] = []

    def note(model: Model, sequences: list[Sequence], *rest: object, **options: object) -> Discovery:
        searched.extend(sequences)
        return discover(model, sequences, references=2, least=5)

    monkeypatch.setattr(patterns, "discover", note)
    result = call("discover", "toy.sum", "--bed", str(bed), "--genome", "teaching", "--sites")
    assert result.exit_code == 0
    assert "24 windows of 60 bases around the middles" in result.stderr
    assert "1: they end behind the last base of their chromosome" in result.stderr
    assert "has no such chromosome" in result.stderr
    assert searched[0].locus is not None
    assert (searched[0].locus.start, searched[0].locus.strand) == (1050 - 30, "-")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "It is not clear what to search"),
        (("--bed", "x.bed"), "It is not clear what to search"),
        (("--fasta", "nowhere.fa"), "can't be read"),
        (("--bed", "nowhere.bed", "--genome", "teaching"), "can't be read"),
    ],
)
def test_what_discover_refuses(words: tuple[str, ...], said: str) -> None:
    assert said in bad("discover", "toy.sum", *words)


def test_options_of_discover_are_checked(fasta: Path, tmp_path: Path) -> None:
    words = ("discover", "toy.sum", "--fasta", str(fasta), *OPTIONS)
    assert "Accepted: light, tfmodisco" in bad(*words, "--engine", "best")
    assert "At least 2" in bad(*words, "--least", "1")
    assert "can't be written" in bad(*words, "--meme", str(tmp_path / "no" / "folder.meme"))
    assert "on this computer" in bad("discover", "toy.sum", "--bed", str(fasta), "--genome", "ucsc:hg38")


def test_filters_are_those_of_the_function_and_of_the_page(tmp_path: Path) -> None:
    model, meme = load_model("tfbind.encode10"), tmp_path / "filters.meme"
    target = Target("binding", ("USF1",))
    bank = filter_bank(model, random_background(model.card, n=30, seed=4), target, member=2, off="zero", on=2)
    words: tuple[str, ...] = (
        "filters",
        "tfbind.encode10",
        "-t",
        "USF1",
        "--sequences",
        "30",
        "--seed",
        "4",
        "--member",
        "2",
    )
    words += ("--off", "zero", "--on", "2")
    assert good(*words, "--meme", str(meme)) == tsv(filter_table(bank), filter_provenance(model.card, bank))
    assert [m.sites for m in read_motifs(meme.read_text())] == [m.sites for m in bank.motifs]
    made = record(*words)
    for row, f in zip(made["rows"], bank.filters, strict=True):
        assert row["channels"] == list(f.channels)
        assert f.importance is not None
        assert [row["size"], row["change_low"]] == [f.importance.size, f.importance.change_95[0]]
        if f.motif:
            np.testing.assert_array_equal(row["probabilities"], f.motif.matrix)


def test_filters_over_a_genome_without_importance() -> None:
    model = load_model("toy.sum")
    with open_genome("teaching") as genome:
        drawn = genome_background(genome, 60, n=20)
    bank = filter_bank(model, drawn, on=0)
    printed = good("filters", "toy.sum", "--genome", "teaching", "--sequences", "20", "--on", "0")
    assert printed == tsv(filter_table(bank), filter_provenance(model.card, bank))
    assert {row["size"] for row in rows_of(printed)} == {""}
    assert as_text(filter_table(bank))[0]["size"] is None
    assert "does not begin with a convolution" in bad("filters", "kmer.encode10")
    assert "The model has 1" in bad("filters", "toy.sum", "--member", "2")
    assert "set to: mean, zero" in bad("filters", "toy.sum", "--off", "one")
