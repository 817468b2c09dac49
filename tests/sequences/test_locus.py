"""Locus: text against hand-written answers, and round trips."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadLocus
from genoviz.sequences.assemblies import same_assembly
from genoviz.sequences.chromosome_name import canonical_chromosome
from genoviz.sequences.locus import Locus

CHROMS = st.sampled_from(
    ["chr1", "chr22", "chrX", "chrM", "chrIV", "IV", "NC_000008.11", "2L", "chr1_KI270706v1_random"]
)


@st.composite
def loci(draw: st.DrawFn, largest: int = 10**9) -> Locus:
    start = draw(st.integers(0, largest))
    return Locus(draw(CHROMS), start, start + draw(st.integers(1, 5000)), draw(st.sampled_from("+-")))


ACCEPTED = [
    ("chr8:140,300,616-140,300,700", "chr8", 140300615, 140300700, "+"),
    ("chr8:140300616-140300700", "chr8", 140300615, 140300700, "+"),
    ("8:1-10", "chr8", 0, 10, "+"),
    ("  chr8 : 1 - 10  ", "chr8", 0, 10, "+"),
    ("chr8:1\u201310", "chr8", 0, 10, "+"),
    ("chr8:1\u201410", "chr8", 0, 10, "+"),
    ("chr8:1\u221210", "chr8", 0, 10, "+"),
    ("chr8:1..10", "chr8", 0, 10, "+"),
    ("chr8\uff1a1-10", "chr8", 0, 10, "+"),
    ("chr8:5", "chr8", 4, 5, "+"),
    ("chr8:1,005", "chr8", 1004, 1005, "+"),
    ("chr8:5-5", "chr8", 4, 5, "+"),
    ("chr8:1-10(-)", "chr8", 0, 10, "-"),
    ("chr8:1-10 (+)", "chr8", 0, 10, "+"),
    ("chr8:1-10:-", "chr8", 0, 10, "-"),
    ("chr8:1-10:-1", "chr8", 0, 10, "-"),
    ("chr8:5:+", "chr8", 4, 5, "+"),
    ("chr8:140 300 616-140 300 700", "chr8", 140300615, 140300700, "+"),
    ("chr8 100-200", "chr8", 99, 200, "+"),
    ("8-100-200", "chr8", 99, 200, "+"),
    ("X:1-2", "chrX", 0, 2, "+"),
    ("x:1-2", "chrX", 0, 2, "+"),
    ("MT:1-2", "chrM", 0, 2, "+"),
    ("chrM:1-2", "chrM", 0, 2, "+"),
    ("CHR22:1-2", "chr22", 0, 2, "+"),
    ("23:1-2", "23", 0, 2, "+"),
    ("NC_000008.11:3-4", "NC_000008.11", 2, 4, "+"),
    ("chrIV:3-4", "chrIV", 2, 4, "+"),
    ("IV:3-4", "IV", 2, 4, "+"),
    ("\u200bchr8:1-10", "chr8", 0, 10, "+"),
]

REJECTED = [
    "",
    "   ",
    "chr8",
    "BRCA1",
    "rs123",
    "chr8:",
    "chr8:-",
    ":1-10",
    "chr8:0-10",
    "chr8:10-5",
    "chr8:-5-10",
    "chr8:1-",
    "chr8:a-b",
    "chr8:1e3-2e3",
    "chr8:1.5-2.5",
    "chr8:1,2-10",
    "chr8:100 200",
    "chr8\t100\t200",
    "chr8 100 200",
    "chr8:1-10(*)",
    "chr8:1-10-20",
    "chr8:1-10,chr9:1-10",
    "chr8:" + "9" * 40,
    "chr8:" + "9" * 10_000,
    "\ud800:1-2",
    "chr8:\u0661-\u0662",  # Arabic-Indic digits
]


@pytest.mark.parametrize(("text", "chrom", "start", "end", "strand"), ACCEPTED)
def test_accepted(text: str, chrom: str, start: int, end: int, strand: str) -> None:
    assert Locus.parse(text) == Locus(chrom, start, end, strand)


@pytest.mark.parametrize("text", REJECTED)
def test_rejected_in_three_parts(text: str) -> None:
    with pytest.raises(BadLocus) as caught:
        Locus.parse(text)
    assert caught.value.read
    assert caught.value.accepted
    assert caught.value.fix
    str(caught.value).encode()


def test_bed_text_is_answered_with_the_right_text() -> None:
    with pytest.raises(BadLocus, match=r"chr8:101-200"):
        Locus.parse("chr8\t100\t200\tpeak\t0\t+")


def test_worked_example() -> None:
    locus = Locus.parse("8:140,300,616\u2013140,300,700", assembly="GRCh38")
    assert len(locus) == 85
    assert locus.bed == "chr8\t140300615\t140300700"
    assert str(locus) == "chr8:140,300,616-140,300,700"
    assert str(locus.flip()) == "chr8:140,300,616-140,300,700(-)"
    assert locus.assembly == locus.flip().assembly == "GRCh38"


def test_strand_option_overrides_the_text() -> None:
    assert Locus.parse("chr8:1-10(-)", strand="+").strand == "+"
    assert Locus.parse("chr8:1-10", strand="-").strand == "-"


@pytest.mark.parametrize(
    "fields",
    [
        ("", 0, 1),
        ("chr 1", 0, 1),
        ("chr:1", 0, 1),
        ("chr1\n", 0, 1),
        ("chr1", -1, 1),
        ("chr1", 1, 1),
        ("chr1", 5, 2),
        ("chr1", 0, 1, "."),
    ],
)
def test_constructor_validates(fields: tuple) -> None:
    with pytest.raises(BadLocus):
        Locus(*fields)


def test_resize_puts_the_extra_base_right() -> None:
    locus = Locus("chr1", 100, 200)
    assert locus.resize(101) == Locus("chr1", 100, 201)
    assert locus.resize(102) == Locus("chr1", 99, 201)
    assert locus.resize(99) == Locus("chr1", 101, 200)
    assert locus.resize(98) == Locus("chr1", 101, 199)
    with pytest.raises(BadLocus):
        locus.resize(0)
    with pytest.raises(BadLocus):
        Locus("chr1", 1, 3).resize(100)


def test_contains_and_overlaps() -> None:
    locus = Locus("chr1", 10, 20)
    assert locus.contains(10)
    assert locus.contains(19)
    assert not locus.contains(20)
    assert not locus.contains(9)
    assert locus.contains(Locus("chr1", 10, 20, "-"))
    assert not locus.contains(Locus("chr2", 12, 13))
    assert not locus.contains(Locus("chr1", 9, 12))
    assert locus.overlaps(Locus("chr1", 19, 30, "-"))
    assert locus.overlaps(Locus("chr1", 1, 11))
    for touching in (Locus("chr1", 20, 30), Locus("chr1", 1, 10)):  # half-open: they share no base
        assert not locus.overlaps(touching)
        assert not touching.overlaps(locus)
    assert not locus.overlaps(Locus("chr2", 10, 20))
    one, other = Locus("chr1", 1, 2, "+", "GRCh37"), Locus("chr1", 1, 2, "+", "hg38")
    assert not one.overlaps(other)
    assert other.overlaps(Locus("chr1", 1, 2, "+", "GRCh38"))


def test_same_assembly() -> None:
    assert same_assembly("hg38", "GRCh38")
    assert same_assembly("", "GRCh38")
    assert not same_assembly("hg19", "hg38")
    assert canonical_chromosome("mt") == "chrM"


@given(loci())
def test_parse_is_the_inverse_of_str(locus: Locus) -> None:
    assert Locus.parse(str(locus)) == locus


@given(loci(), st.integers(0, 4999))
def test_relative_and_genomic_are_inverse(locus: Locus, i: int) -> None:
    if i >= len(locus):
        with pytest.raises(BadLocus):
            locus.to_genomic(i)
        return
    pos = locus.to_genomic(i)
    assert locus.contains(pos)
    assert locus.to_relative(pos) == i
    assert locus.flip().to_relative(pos) == len(locus) - 1 - i


@given(loci(), st.integers(1, 6000))
def test_resize_keeps_the_centre(locus: Locus, length: int) -> None:
    if locus.start < 6000:
        return
    resized = locus.resize(length)
    assert len(resized) == length
    moved = (resized.start + resized.end) - (locus.start + locus.end)
    assert moved == (length - len(locus)) % 2  # in half bases, never to the left


@given(loci(), st.integers(0, 1000))
def test_shift_and_flip_undo(locus: Locus, n: int) -> None:
    assert locus.shift(n).shift(-n) == locus
    assert locus.flip().flip() == locus
    assert len(locus.shift(n)) == len(locus)


@given(st.text(max_size=40) | st.text(alphabet="chrX0123456789:-,. +()\t", max_size=40))
def test_any_text_gives_a_locus_or_a_message(text: str) -> None:
    try:
        locus = Locus.parse(text)
    except BadLocus:
        return
    assert Locus.parse(str(locus)) == locus
