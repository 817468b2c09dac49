"""Sequence: pasted text against hand-written answers, slow second implementations, and fuzzing."""

from __future__ import annotations

import contextlib
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadInput, BadSequence, GenovizError
from genoviz.sequences.bases import BASES, IUPAC
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Record, Sequence, describe, read_sequences

LETTERS = "".join(IUPAC)
dna = st.text(alphabet="ACGT", min_size=1, max_size=120)
iupac = st.text(alphabet=LETTERS, min_size=1, max_size=120)


@st.composite
def placed(draw: st.DrawFn) -> Sequence:
    bases = draw(iupac)
    start = draw(st.integers(0, 1000))
    return Sequence(bases, "s", Locus("chr1", start, start + len(bases), draw(st.sampled_from("+-")), "GRCh38"))


GENBANK = """LOCUS       SCU49845                  22 bp    DNA     linear   PLN 21-JUN-1999
DEFINITION  Saccharomyces cerevisiae TCP1-beta gene.
FEATURES             Location/Qualifiers
     source          1..22
ORIGIN
        1 gatcctccat atacaacggt
       21 at
//
"""
EMBL = """ID   X56734; SV 1; linear; mRNA; STD; PLN; 9 BP.
XX
SQ   Sequence 9 BP; 5 A; 2 C; 2 G; 0 T; 0 other;
     aaacaa acg                                                               9
//
"""

READ = [
    ("ACGT", "ACGT"),
    ("acgt", "ACGT"),
    ("AcgTn", "ACGTN"),
    ("  AC GT\t\tAC \n", "ACGTAC"),
    ("ACGT\r\nACGT\r\n", "ACGTACGT"),
    ("ACGT\rACGT", "ACGTACGT"),
    ("ACGT\n\n\nACGT", "ACGTACGT"),
    ("acgu", "ACGT"),
    ("AUG UAA", "ATGTAA"),
    (">x\nACGT\nACGT\n", "ACGTACGT"),
    (">x desc\r\nacgt\r\n", "ACGT"),
    (">\nACGT", "ACGT"),
    ("\n\n  >x\nACGT", "ACGT"),
    ("\ufeffACGT", "ACGT"),
    ("AC\u200bGT", "ACGT"),
    ("AC\u00a0GT", "ACGT"),
    ("        1 acgtacgtac acgtacgtac\n       21 ac", "ACGTACGTACACGTACGTAC"[:20] + "AC"),
    ("acgtacgtac acgt 14\nac 16", "ACGTACGTACACGTAC"),
    ("1\nACGT\n5\nACGT", "ACGTACGT"),
    ("5'-ACGT-3'", "ACGT"),
    ("5\u2032 ACGT 3\u2032", "ACGT"),
    (GENBANK, "GATCCTCCATATACAACGGTAT"),
    (EMBL, "AAACAAACG"),
    ("ACGTRYSWKMBDHVN", "ACGTRYSWKMBDHVN"),
    ("NNNN", "NNNN"),
    ("A", "A"),
    (b"ACGT", "ACGT"),
    (b"\xef\xbb\xbf>x\nACGT", "ACGT"),
    (b"\xff\xfe" + ">x\nACGT".encode("utf-16-le"), "ACGT"),
]

REFUSED = [
    ("", "empty"),
    ("   \n\t ", "empty"),
    (">only a header", "no bases"),
    ("123 456", "no bases"),
    ("MKLVINGKTL", r"protein sequence \(letter L at position 3\)"),
    (">sp|P69905|HBA_HUMAN\nMVLSPADKTNVKAAWGKVGAHAGEYGAEALERMFLSFPTTKTYFPHF", "protein"),
    (">sp|P1|X\nMKVSRDHGYWSS", "protein"),
    ("MSVKRDHGYWSSVKRDHHMKRDS", "protein"),
    ("ACEFG*", "protein"),
    ("ACGTXACGTACGTACGT", "`X` at position 5"),
    ("ACG-T", "gap `-`, the first at position 4"),
    ("AC..GT", "2 gaps `.`, the first at position 3"),
    ("ACGT*", "gap"),
    ("ACGT!", "`!` at position 5"),
    ("AC12GT", "`1` at position 3"),
    ("\u0410CGT", "cyrillic"),
    ("ACGT\0", "binary"),
    (b"\x00\x01\x02", "binary"),
    (b"\x1f\x8b\x08\x00abc", "gzip"),
    (b"PK\x03\x04abc", "zip"),
    ("PK\x03\x04abc", "zip"),
    (b"%PDF-1.4", "PDF"),
    (b"\xe9\xffACGT", "UTF-8"),
    (b"\xff\xfe\x00\xd8", "binary"),
    ("@read\nACGT\n+\nIIII", "FASTQ"),
    ("##fileformat=VCFv4.2\n", "VCF"),
    ("<!DOCTYPE html><p>ACGT", "web page"),
    ("chr8:100-200", "place in a genome"),
    ("LOCUS X\nORIGIN\n//", "no bases"),
    (">a\nACGT\n>b\nACGT", "2 sequences"),
]


@pytest.mark.parametrize(("text", "bases"), READ)
def test_read(text: str | bytes, bases: str) -> None:
    assert Sequence.read(text).bases == bases


@pytest.mark.parametrize(("text", "says"), REFUSED)
def test_refused_in_three_parts(text: str | bytes, says: str) -> None:
    with pytest.raises(BadSequence, match=says) as caught:
        Sequence.read(text)
    assert caught.value.accepted
    assert caught.value.fix
    str(caught.value).encode()


def test_names_and_notices() -> None:
    records = read_sequences(">first one\nACGU\n>bad\nAC-GT\n>first one\nNNRA\n>empty\n>last\nACGT\n")
    assert [r.name for r in records] == ["first one", "bad", "first one", "empty", "last"]
    assert [r.error is None for r in records] == [True, False, True, False, True]
    assert [r.sequence is None for r in records] == [False, True, False, True, False]
    assert records[0].notices == ("U was read as T (1 base).", "The name `first one` occurs 2 times.")
    assert any("3 ambiguous bases (R 1, N 2)" in n for n in records[2].notices)
    assert records[4] == Record("last", Sequence("ACGT", "last"), (), None)


def test_flat_file_names() -> None:
    assert [r.name for r in read_sequences(GENBANK + GENBANK.replace("SCU49845", "OTHER"))] == ["SCU49845", "OTHER"]
    assert read_sequences(EMBL)[0].name == "X56734"


def test_hostile_names_are_harmless() -> None:
    name = read_sequences(">a\x1b[31m\u202eb\ud800\x07<script>" + "x" * 10_000 + "\nACGT")[0].name
    assert len(name) == 200
    assert name.isprintable()
    name.encode()


def test_caps_name_count_and_cap() -> None:
    with pytest.raises(BadSequence, match=r"10,000 sequences.*At most 200"):
        read_sequences(">x\nACGT\n" * 10_000)
    with pytest.raises(BadSequence, match=r"1,000,001 bases.*At most 1,000,000"):
        read_sequences("A" * 1_000_001)
    assert len(read_sequences(">x\nACGT\n" * 200)) == 200
    assert len(read_sequences("A" * 20, max_bases=20)) == 1


@pytest.mark.clock
@pytest.mark.parametrize(
    "text",
    [
        "acgtn" * 200_000,
        "\n".join(f"{i * 60 + 1:9d} " + "acgtacgtac " * 6 for i in range(16_000)),
        ">r\n" + ("ACGTACGTAC" * 6 + "\n") * 16_000,
        "x" * 1_000_000,
        "5'" + "- " * 500_000,
        "1" * 1_000_000,
        ">\n" * 500_000,
    ],
    ids=["raw", "numbered", "fasta", "protein", "gaps", "digits", "headers"],
)
def test_a_megabase_is_fast(text: str) -> None:
    start = time.perf_counter()
    with contextlib.suppress(BadSequence):
        read_sequences(text)
    assert time.perf_counter() - start < 2  # measured 0.1 s; the margin is for loaded machines


@pytest.mark.parametrize("bases", ["", "ACGT ", "ACGU", "AC-GT", "ACGTZ", "stra\u00dfe", "\u0391CGT"])
def test_constructor_refuses(bases: str) -> None:
    with pytest.raises(BadSequence):
        Sequence(bases)


def test_constructor_names_letter_and_position() -> None:
    with pytest.raises(BadSequence, match="`!` at position 4"):
        Sequence("ACG!T")
    with pytest.raises(BadSequence, match=r"4 bases.*has 5"):
        Sequence("ACGT", locus=Locus("chr1", 0, 5))


def test_hashed_by_letters() -> None:
    long = "ACGT" * 50_000
    other = long[:99_999] + "A" + long[100_000:]
    assert Sequence(long) == Sequence(long.lower())
    assert hash(Sequence(long)) == hash(Sequence(long))
    assert Sequence(long) != Sequence(other)
    assert len({Sequence(long), Sequence(other)}) == 2


def test_worked_examples() -> None:
    s = Sequence("AACGTRN")
    assert s.reverse_complement().bases == "NYACGTT"
    assert s.gc == 2 / 5
    assert math.isnan(Sequence("NNR").gc)
    assert s.ambiguous == (5, 6)
    assert s.counts() == {"A": 2, "C": 1, "G": 1, "T": 1, "R": 1, "N": 1}
    assert str(s) == "AACGTRN"
    assert describe(Sequence("ACGT")) == "4 bases, GC 50 %, no ambiguous bases"
    assert describe(Sequence("ACRN")) == "4 bases, GC 50 %, 2 ambiguous bases (R 1, N 1)"
    assert describe(Sequence("N")) == "1 base, GC unknown, 1 ambiguous base (N 1)"


def test_complement_table_follows_from_the_allowed_bases() -> None:
    pair = dict(zip("ACGT", "TGCA", strict=True))
    for letter, allowed in IUPAC.items():
        other = Sequence(letter).reverse_complement().bases
        assert set(IUPAC[other]) == {pair[base] for base in allowed}


@given(placed())
def test_reverse_complement_twice(s: Sequence) -> None:
    assert s.reverse_complement().reverse_complement() == s
    assert s.reverse_complement().locus == s.locus.flip()


@given(placed(), st.data())
def test_crop_against_base_by_base(s: Sequence, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(s) - 1))
    end = data.draw(st.integers(start + 1, len(s)))
    part = s.crop(start, end)
    assert s.locus is not None
    assert part.locus is not None
    for i, letter in enumerate(part.bases):
        assert letter == s.bases[start + i]
        assert part.locus.to_genomic(i) == s.locus.to_genomic(start + i)
    assert part.locus.strand == s.locus.strand
    # Cropping and reading the other strand commute.
    assert part.reverse_complement() == s.reverse_complement().crop(len(s) - end, len(s) - start)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2), (0, 5)])
def test_crop_refuses(start: int, end: int) -> None:
    with pytest.raises(BadSequence):
        Sequence("ACGT").crop(start, end)


def test_fit_worked_examples() -> None:
    s = Sequence("A" * 50 + "C" * 101 + "G" * 49, locus=Locus("chr1", 1000, 1200))
    fitted = s.fit(101)
    assert fitted.sentence == "Bases 51-151 of 200 (centre) are read."
    assert fitted.sequence.bases == "C" * 101
    assert fitted.sequence.locus == Locus("chr1", 1050, 1151) == s.locus.resize(101)
    window = s.fit(10, how="window", start=3)
    assert window.sentence == "Bases 4-13 of 200 (chosen window) are read."
    assert (window.start, window.end, window.left_pad, window.right_pad) == (3, 13, 0, 0)
    padded = Sequence("ACGT", locus=Locus("chr1", 10, 14, "-")).fit(7, how="pad")
    assert padded.sequence.bases == "NACGTNN"
    assert padded.sequence.locus == Locus("chr1", 8, 15, "-")
    assert padded.sentence == "All 4 bases are read, with 1 N added on the left and 2 N on the right."
    assert Sequence("ACGT", locus=Locus("chr1", 0, 4)).fit(8).sequence.locus is None
    assert s.fit(200, how="exact").sentence == "All 200 bases are read."


@pytest.mark.parametrize(
    ("length", "options", "error"),
    [
        (3, {"how": "exact"}, BadSequence),
        (5, {"how": "exact"}, BadSequence),
        (3, {"how": "pad"}, BadSequence),
        (5, {"how": "window"}, BadSequence),
        (3, {"how": "window", "start": 2}, BadSequence),
        (3, {"how": "window", "start": -1}, BadInput),
        (0, {}, BadInput),
        (3, {"how": "middle"}, BadInput),
        (5, {"pad_with": "-"}, BadInput),
        (5, {"pad_with": "NN"}, BadInput),
    ],
)
def test_fit_refuses(length: int, options: dict, error: type[GenovizError]) -> None:
    with pytest.raises(error):
        Sequence("ACGT").fit(length, **options)


@given(placed(), st.integers(1, 200))
def test_fit_never_changes_letters(s: Sequence, length: int) -> None:
    fitted = s.fit(length)
    assert len(fitted.sequence) == length
    inner = fitted.sequence.bases[fitted.left_pad : length - fitted.right_pad]
    assert inner == s.bases[fitted.start : fitted.end]
    assert fitted.sequence.bases == "N" * fitted.left_pad + inner + "N" * fitted.right_pad
    assert 0 <= fitted.right_pad - fitted.left_pad <= 1
    if fitted.sequence.locus is not None and s.locus is not None:
        assert fitted.sequence.locus.to_genomic(fitted.left_pad) == s.locus.to_genomic(fitted.start)
    if len(s) > length:
        assert f"Bases {fitted.start + 1}-{fitted.end} of {len(s)} " in fitted.sentence
        dropped_left, dropped_right = fitted.start, len(s) - fitted.end
        assert 0 <= dropped_left - dropped_right <= 1


@given(dna, st.integers(1, 70))
def test_fasta_round_trip(bases: str, width: int) -> None:
    lines = "\n".join(bases[i : i + width] for i in range(0, len(bases), width))
    assert Sequence.read(f">x\n{lines.lower()}\n") == Sequence(bases, "x")
    assert Sequence.read(lines).bases == bases


@given(st.text() | st.text(alphabet=">ACGTUNacgu-*. \r\n\t0159MKL'\0@+/", max_size=80))
def test_any_text_gives_records_or_a_message(text: str) -> None:
    check_total(text)


@given(st.binary() | st.binary().map(lambda b: b"\xff\xfe" + b) | st.binary().map(lambda b: b"\x1f\x8b" + b))
def test_any_bytes_give_records_or_a_message(data: bytes) -> None:
    check_total(data)


def check_total(text: str | bytes) -> None:
    try:
        records = read_sequences(text)
    except GenovizError as error:
        str(error).encode()
        return
    assert records
    for record in records:
        assert (record.sequence is None) != (record.error is None)
        assert record.name.isprintable()
        (record.name + "".join(record.notices) + str(record.error)).encode()
        if record.sequence is not None:
            assert set(record.sequence.bases) <= set(LETTERS)
            assert len(BASES) == 4
