"""Which genome a variant is of."""

from __future__ import annotations

import pytest

from genoviz.genomes.registry import GenomeEntry
from genoviz.question.fitting import fitting_genome, genome_named, genomes_with
from genoviz.question.library import Library
from tests.small_reference import SmallReference

PIECES = {
    "old": SmallReference({"chr1": "ACGTACGTAC"}, "hg19"),
    "new": SmallReference({"chr1": "TCGTTCGTAC", "chr2": "GGGG"}, "hg38"),
    "own": SmallReference({"plasmid7": "ACGT"}, "mine"),
}
ENTRIES = (
    *(GenomeEntry(name, name, found.assembly) for name, found in PIECES.items()),
    GenomeEntry("ucsc:hg38", "Human", "hg38", remote=True),
    GenomeEntry("ucsc:sacCer3", "Yeast", "sacCer3", remote=True),
)


def library(chosen: str = "old") -> Library:
    return Library(ENTRIES, lambda entry: PIECES[entry.name], lambda _: None, chosen)


@pytest.mark.parametrize(
    ("text", "chosen", "build", "entry", "others", "changed"),
    [
        ("chr1-1-A-G", "old", "", "old", (), False),
        ("chr1-1-T-G", "old", "", "new", (), True),  # only there is a T
        ("chr1-2-C-G", "old", "", "old", ("new",), False),  # fits both: the chosen one, the other is named
        ("chr1-2-C-G", "new", "", "new", ("old",), False),
        ("hg38 chr1-2-C-G", "old", "", "new", (), True),  # the text names the build
        ("chr1-2-C-G", "old", "GRCh38", "new", (), True),  # a link does
        ("chr2-1-G-A", "own", "", "new", (), True),  # only there is the chromosome
        ("chr2-1-T-A", "own", "", "new", (), True),  # it does not fit there, but is nowhere else
        ("chr2-1-G-A", "ucsc:hg38", "", "ucsc:hg38", (), False),  # a service that was chosen stays
    ],
)
def test_the_genome_is_that_of_the_reference_bases(
    text: str, chosen: str, build: str, entry: str, others: tuple[str, ...], changed: bool
) -> None:
    found = fitting_genome(text, library(chosen), build=build)
    assert found is not None
    assert found.entry is not None
    assert (found.entry.name, tuple(one.name for one in found.others), found.changed) == (entry, others, changed)


def test_what_fits_nowhere_is_offered_to_services_of_its_builds_only() -> None:
    found = fitting_genome("chr17-5000-A-G", library())
    assert found is not None
    assert (found.entry, [one.name for one in found.online]) == (None, ["ucsc:hg38"])
    assert found.sentence == "It fits no genome on this computer. It may be one of hg38 (online)."


@pytest.mark.parametrize("text", ["hello", "rs334", "NM_000059.4:c.68-7T>A", "ACGT", ""])
def test_other_text_has_no_genome(text: str) -> None:
    assert fitting_genome(text, library()) is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("GRCh38", "new"),
        ("hg19", "old"),
        ("old", "old"),
        ("ucsc:hg38", "ucsc:hg38"),
        ("sacCer3", None),
        ("theirs", None),
    ],
)
def test_a_build_stands_for_a_genome_on_this_computer(name: str, found: str | None) -> None:
    entry = genome_named(name, ENTRIES)
    assert (entry.name if entry else None) == found


def test_genomes_that_have_a_chromosome() -> None:
    assert [one.name for one in genomes_with("chr2", library())] == ["new", "ucsc:hg38"]
    assert [one.name for one in genomes_with("plasmid7", library())] == ["own"]
    assert [one.name for one in genomes_with("chrIV", library())] == ["ucsc:sacCer3"]
