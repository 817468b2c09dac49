"""Chromosome names: spellings of one chromosome, and accessions that tell the build."""

from __future__ import annotations

import pytest

from genoviz.errors import BadGenome, BadLocus
from genoviz.genomes.chromosome_names import ACCESSIONS, ChromosomeNames, OtherSequence, chromosome_key
from genoviz.sequences.chromosome_name import canonical_chromosome
from genoviz.sequences.locus import Locus
from genoviz.variants.variant import Variant

HUMAN = [*map(str, range(1, 23)), "X", "Y"]


def lengths_of(assembly: str, form: str = "chr{}") -> dict[str, int]:
    return {form.format(a.chromosome): a.length for a in ACCESSIONS.values() if a.assembly == assembly}


@pytest.mark.parametrize(("assembly", "other"), [("GRCh38", "GRCh37"), ("GRCh37", "GRCh38")])
@pytest.mark.parametrize("form", ["chr{}", "{}"])
@pytest.mark.parametrize("named", [True, False])
def test_human_accessions(assembly: str, other: str, form: str, named: bool) -> None:
    names = ChromosomeNames(lengths_of(assembly, form), assembly if named else "")
    assert len(names.lengths) == 24
    for accession in ACCESSIONS.values():
        if accession.assembly == assembly:
            assert names.resolve(accession.name) == form.format(accession.chromosome)
        elif accession.assembly == other:
            with pytest.raises(BadLocus, match=other):
                names.resolve(accession.name)


def test_accessions_are_those_that_variants_know() -> None:
    for accession in ACCESSIONS.values():
        if accession.assembly in ("GRCh37", "GRCh38"):
            variant = Variant.parse(f"{accession.name}:g.5A>G")
            assert (variant.chrom, variant.assembly) == (f"chr{accession.chromosome}", accession.assembly)


def test_a_refseq_file_answers_to_plain_names() -> None:
    stored = {a.name: a.length for a in ACCESSIONS.values() if a.assembly == "R64"}
    names = ChromosomeNames(stored, "sacCer3")
    for asked in ("chrIV", "IV", "4", "chr4"):
        assert names.resolve(asked) == "NC_001136.10"
    assert names.resolve("Mito") == names.resolve("chrM") == "NC_001224.1"


def test_a_build_under_the_wrong_name_is_refused() -> None:
    with pytest.raises(BadGenome, match=r"is called `hg19`, but its `chr1` .* is `NC_000001\.11` \(GRCh38"):
        ChromosomeNames(lengths_of("GRCh38"), "hg19")
    with pytest.raises(BadGenome, match="Open it as GRCh37"):
        ChromosomeNames({"NC_000001.10": 100}, "GRCh38")
    ChromosomeNames(lengths_of("GRCh38"), "a build of mine")
    ChromosomeNames({"chr1": 1000}, "GRCh38")


def test_pieces_need_the_build_named() -> None:
    """The end of a piece says nothing about the length of its chromosome."""
    assert ChromosomeNames({"chr17": 43_600_000}, "hg38").resolve("NC_000017.11") == "chr17"
    with pytest.raises(BadLocus, match="assembly is not named"):
        ChromosomeNames({"chr17": 43_600_000}).resolve("NC_000017.11")
    with pytest.raises(BadLocus, match="`hg19`"):
        ChromosomeNames({"chr17": 43_600_000}, "hg19").resolve("NC_000017.11")
    with pytest.raises(BadLocus):  # longer than the chromosome
        ChromosomeNames({"chr17": 83_257_442}, "hg38").resolve("NC_000017.11")


def test_the_two_mitochondria_of_hg19_are_not_mixed_up() -> None:
    assert ChromosomeNames({"chrM": 16_569}, "hg38").resolve("NC_012920.1") == "chrM"
    assert ChromosomeNames({"chrM": 16_571}, "hg19").resolve("NC_001807.4") == "chrM"
    with pytest.raises(BadLocus, match="16,571"):
        ChromosomeNames({"chrM": 16_571}, "hg19").resolve("NC_012920.1")


@pytest.mark.parametrize("name", ["NC_000017", "NC_000017.12", "nc_000017.9"])
def test_unknown_versions_are_refused(name: str) -> None:
    with pytest.raises(BadLocus, match=r"NC_000017\.10.*GRCh37.*NC_000017\.11.*GRCh38"):
        ChromosomeNames(lengths_of("GRCh38"), "GRCh38").resolve(name)
    assert ChromosomeNames({name: 5}).resolve(name) == name  # unless the file itself says so


def test_arabic_for_roman() -> None:
    yeast = ChromosomeNames(lengths_of("R64"), "R64")
    assert [yeast.resolve(str(n)) for n in (1, 4, 9, 10, 16)] == ["chrI", "chrIV", "chrIX", "chrX", "chrXVI"]
    assert yeast.resolve("X") == "chrX"
    for name in ("17", "0", "04x", "chr٤"):
        with pytest.raises(BadLocus):
            yeast.resolve(name)
    worm = ChromosomeNames(dict.fromkeys(["I", "II", "III", "IV", "V", "X", "MtDNA"], 100))
    assert worm.resolve("chr5") == "V"
    with pytest.raises(BadLocus):  # X is no number there
        worm.resolve("10")
    human = ChromosomeNames(lengths_of("GRCh38"), "GRCh38")
    assert human.resolve("X") == "chrX"
    assert human.resolve("10") == "chr10"
    with pytest.raises(BadLocus):
        human.resolve("IV")
    assert ChromosomeNames({"I": 9, "II": 9, "III": 9, "3": 9}).resolve("chr3") == "3"


def test_bacterium() -> None:
    for stored in ("chr", "Chromosome", "U00096.2"):
        names = ChromosomeNames({stored: 4_639_675}, "MG1655")
        for asked in ("NC_000913.2", "U00096.2", "chromosome", "chr"):
            assert names.resolve(asked) == stored
        for asked in ("NC_000913.3", "U00096.3"):
            with pytest.raises(BadLocus, match="4,641,652"):
                names.resolve(asked)


def test_keys() -> None:
    assert {chromosome_key(n) for n in ("chr17", "17", "CHR17", "NC_000017.11", "NC_000017.10")} == {"17"}
    assert {chromosome_key(n) for n in ("MT", "chrM", "M", "Mito", "chrMT", "NC_012920.1")} == {"M"}
    assert [a.length for a in ACCESSIONS.values() if a.chromosome == "2"] == [243_199_373, 242_193_529]


CAMBRIDGE, YORUBA = 16_569, 16_571


@pytest.mark.parametrize(
    ("assembly", "lengths", "found"),
    [  # hg19 of UCSC has NC_001807; with the patches, which came later, the Cambridge sequence beside it
        ("hg19", {"chrM": YORUBA}, {"M": "chrM", "chrM": "chrM", "NC_001807.4": "chrM", "Mito": "chrM"}),
        (
            "hg19.p13.plusMT",
            {"chrM": YORUBA, "chrMT": CAMBRIDGE},
            {
                "MT": "chrMT",
                "mt": "chrMT",
                "chrMT": "chrMT",
                "M": "chrM",
                "NC_012920.1": "chrMT",
                "NC_001807.4": "chrM",
            },
        ),
        ("b37", {"MT": CAMBRIDGE}, dict.fromkeys(("MT", "M", "chrM", "chrMT", "mito", "NC_012920.1"), "MT")),
        ("GRCh38.p14", {"chrM": CAMBRIDGE}, dict.fromkeys(("MT", "M", "chrM", "chrMT", "NC_012920.1"), "chrM")),
        ("hg18", {"chrM": YORUBA}, {"NC_001807.4": "chrM"}),
        ("hs1", {"chrM": CAMBRIDGE}, {"MT": "chrM"}),
        ("", {"chrM": CAMBRIDGE}, {"MT": "chrM", "NC_012920.1": "chrM"}),
        ("mm39", {"chrM": YORUBA}, {"MT": "chrM"}),  # of no human genome is anything known by this length
        ("sacCer3", {"chrM": 85_779}, {"Mito": "chrM", "MT": "chrM", "NC_001224.1": "chrM"}),
    ],
)
def test_mitochondria(assembly: str, lengths: dict[str, int], found: dict[str, str]) -> None:
    names = ChromosomeNames(lengths, assembly)
    assert {name: names.resolve(name) for name in found} == found


@pytest.mark.parametrize(
    ("assembly", "length", "name", "says"),
    [
        ("hg19", YORUBA, "NC_012920.1", "16,569 bases"),
        ("hg19", YORUBA, "MT", "`chrM` .* is `NC_001807.4`"),
        ("hg19", YORUBA, "chrMT", "Choose a genome that has the Cambridge sequence, or type `chrM`"),
        ("", YORUBA, "mt", "16,571 bases"),
        ("hg38", CAMBRIDGE, "NC_001807.4", "16,571 bases"),
        ("hs1", CAMBRIDGE, "NC_012920.1", "is not the sequence"),  # as long, but of another person
    ],
)
def test_another_mitochondrion_is_refused(assembly: str, length: int, name: str, says: str) -> None:
    with pytest.raises(OtherSequence, match=says):
        ChromosomeNames({"chrM": length}, assembly).resolve(name)


def test_a_record_of_exactly_this_name_goes_first() -> None:
    both = ChromosomeNames({"1": 100, "chr1": 90, "scA": 80, "sca": 70, "Chr2": 60, "chr2": 50, "3": 40})
    for name in both.lengths:
        assert both.resolve(name) == name
    assert both.resolve(canonical_chromosome("1")) == "1"  # typed `1`, shown as `chr1`
    assert both.resolve(Locus.parse("Chr2:1-5").chrom) == "Chr2"
    assert both.resolve(Variant.parse("1-5-A-G").chrom) == "1"
    assert both.resolve("chr3") == both.resolve("CHR3") == "3"
    assert both.resolve("2") == "chr2"  # the same letters with `chr`, not others
    for name, meant in (("CHR1", "`1` or `chr1`"), ("SCA", "`scA` or `sca`")):
        with pytest.raises(BadLocus, match=meant):
            both.resolve(name)


def test_letters_of_other_scripts_are_their_own_capitals() -> None:
    names = ChromosomeNames({"ß": 9, "SS": 8, "chr²": 7, "chrÄ": 6, "染色体1": 5, "2": 4})
    for name in names.lengths:
        assert names.resolve(name) == name
    assert names.resolve("ss") == "SS"
    for name in ("chrä", "chr①", "①", "ẞ"):
        with pytest.raises(BadLocus, match="no chromosome named"):
            names.resolve(name)
