"""Tables, lists and wrapped or numbered lines: letters of names never become bases, and sequences are never joined unsaid."""

from __future__ import annotations

import contextlib
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadSequence
from genoviz.sequences.sequence import Sequence, read_sequences, shared_notices

DRAW = random.Random(15)


def drawn(length: int) -> str:
    return "".join(DRAW.choices("ACGT", k=length))


A, B, C = (drawn(101) for _ in range(3))


def lines(bases: str, width: int) -> list[str]:
    return [bases[i : i + width] for i in range(0, len(bases), width)]


def numbered(bases: str, first: int = 1) -> list[str]:
    """Lines of a GenBank entry."""
    return [f"{first + i:9d} " + " ".join(lines(bases[i : i + 60].lower(), 10)) for i in range(0, len(bases), 60)]


def found(text: str | bytes) -> list[tuple[str, str]]:
    return [(record.name, str(record.sequence)) for record in read_sequences(text)]


def notices(text: str) -> str:
    return " ".join(read_sequences(text)[0].notices)


@pytest.mark.parametrize(
    "names", [("cat", "rat", "bat"), ("A", "B", "C"), ("crab", "yak", "Gnat"), ("seq1", "s 2", "é")]
)
@pytest.mark.parametrize("separator", ["\t", ",", ";", ", "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n"])
def test_tables_of_names_and_sequences(names: tuple[str, ...], separator: str, end: str) -> None:
    expected = list(zip(names, (A, B, C), strict=True))
    for count in (1, 3):
        text = end.join(f"{name}{separator}{bases}" for name, bases in expected[:count])
        assert found(text) == expected[:count]
        assert "table" in notices(text)
        assert "bases in column 2 and names in column 1" in notices(text)
    assert found("\ufeff" + text.lower()) == [(name.lower(), bases) for name, bases in expected]
    assert found(text.encode("utf-16")) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["name\tsequence", f"cat\t{A}", f"rat\t{B}"], [("cat", A), ("rat", B)]),
        (["tag\tDNA", f"cat\t{A}", f"rat\t{B}"], [("cat", A), ("rat", B)]),
        (["#name\tsequence", f"cat\t{A}"], [("cat", A)]),
        (["ID\tsequence", f"cat\t{A}"], [("cat", A)]),
        (["name,label,sequence,score", f"cat,A,{A},0.5", f"rat,B,{B},-1e-3"], [("cat", A), ("rat", B)]),
        ([f"cat\t{A}\t0.5", f"rat\t{B}\t7"], [("cat", A), ("rat", B)]),
        ([f"{A}\tcat", f"{B}\trat"], [("cat", A), ("rat", B)]),
        ([f"{A}\t0.5\tcat", f"{B}\t1\trat"], [("cat", A), ("rat", B)]),
        ([f"{A}\t0.5", f"{B}\t1"], [("", A), ("", B)]),
        ([f"{A}\t5", f"{B}\t7"], [("", A), ("", B)]),
        ([f"1\t{A}", f"2\t{B}"], [("1", A), ("2", B)]),
        ([f"1\tcat\t{A}", f"2\trat\t{B}"], [("cat", A), ("rat", B)]),
        ([f"12 {A}", f"5 {B}"], [("12", A), ("5", B)]),
        ([f"cat {A}", f"rat {B}"], [("cat", A), ("rat", B)]),
        ([f"cat      {A}", f"bat      {B}", f"A        {C[:40]}"], [("cat", A), ("bat", B), ("A", C[:40])]),
        ([f"{A} cat", f"{B} bat", f"{C} rat"], [("cat", A), ("bat", B), ("rat", C)]),
        ([f"seq1 {A}"], [("seq1", A)]),
        ([f"1 cat {A}", f"2 bat {B}"], [("cat", A), ("bat", B)]),
        ([f"ACGTACGTAC\t{A}", f"TTGTACGTAC\t{B}"], [("ACGTACGTAC", A), ("TTGTACGTAC", B)]),  # barcodes
        ([f'"cat","{A}"', f'"rat","{B}"'], [("cat", A), ("rat", B)]),
        (["cat\tACGTACGTAC ACGTACGTAC", "rat\tACGTACGTAC ACGTACGTAG"], [("cat", "ACGTACGTAC" * 2), ("rat", "ACGTACGTACACGTACGTAG")]),
        (["cat\tACGUACGUAC", "rat\tGGGUACGUAC"], [("cat", "ACGTACGTAC"), ("rat", "GGGTACGTAC")]),
        ([f"²\t{A}", f"①\t{B}"], [("²", A), ("①", B)]),
    ],
)  # fmt: skip
def test_columns(rows: list[str], expected: list[tuple[str, str]]) -> None:
    text = "\n".join(rows)
    assert found(text) == expected
    assert "table" in shared_notices(read_sequences(text))[0]
    assert ("taken for titles" in notices(text)) == rows[0].startswith(("name", "tag", "ID"))


def test_a_bad_cell_is_an_error_of_its_record() -> None:
    records = read_sequences(f"cat\t{A}X{A}\nrat\t{B}\nbat\tAC-GT{C}")
    assert "`X` at position 102" in str(records[0].error)
    assert str(records[1].sequence) == B
    assert "gap" in str(records[2].error)
    assert "occurs 2 times" in notices(f"cat\t{A}\ncat\t{B}")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"cat\t{A}\t{B}\nrat\t{B}\t{C}", "Columns 2 and 3"),
        (f"{A}\t{B}", "Columns 1 and 2"),
        (f"cat {A}", "a name and its sequence, or bases with a space between"),
        (f"1 {A}\n2 {B}", "line numbers of one sequence or names of 2"),
        (f"{A}\n{B}\n{C}", r"3 lines of bases \(101, 101, 101\)"),
        (f"{A} {B} {C}", r"3 lines of bases \(101, 101, 101\)"),
        (f"{A}\n\n{B}\n", "2 lines of bases"),
        (f"{A}\n{B[:70]}\n{C}", r"3 lines of bases \(101, 70, 101\)"),
        (f"{A}\n{B[:99]}", r"2 lines of bases \(101, 99\)"),
        ("GATAAG\nCACGTG\nTGACTCA", r"3 lines of bases \(6, 6, 7\)"),
        (f"cat\n{A}", r"2 lines of bases \(3, 101\)"),
        ("cat\n" + "\n".join(lines(A, 60)), r"3 lines of bases \(3, 60, 41\)"),
        (f"cat\t{A}\nrat\t\nbat\t{B}", "3 lines of bases"),
        (f"3 101\ncat       {A}\nrat       {B}\nbat       {C}", "PHYLIP alignment of 3 sequences"),
        (f" 2 101\ncat {A[:60]}\nrat {B[:60]}\n\n{A[60:]}\n{B[60:]}\n", "PHYLIP alignment of 2 sequences"),
        ("2 4\ncat       ACGT\nbat       ACGT", "PHYLIP"),
        (f"CLUSTAL W (1.83)\n\ncat {A[:60]}\nrat {B[:60]}\n", "CLUSTAL"),
        (f"cat {A[:60]}\nrat {B[:60]}\n\ncat {A[60:]}\nrat {B[60:]}\n", "an alignment of 2 sequences in blocks"),
        (f"# STOCKHOLM 1.0\ncat {A}\n//\n", "Stockholm"),
        ("#NEXUS\nbegin data;\nmatrix\ncat ACGT\n;end;\n", "NEXUS"),
        ("PileUp\n\n MSF: 4 Type: N\n//\ncat ACGT\n", "GCG"),
        ("@HD\tVN:1.6\nr\t0\tchr1\t1\t60\t4M\t*\t0\t0\tACGT\tIIII\n", "SAM"),
        ("@r1\nACGT\n+\nIIII\n", "FASTQ"),
        ("MEME version 4\n\nMOTIF x\n", "motifs"),
    ],
)
def test_what_can_be_read_two_ways_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadSequence, match=says) as caught:
        read_sequences(text)
    assert caught.value.accepted
    assert caught.value.fix


@pytest.mark.parametrize("width", [50, 60, 70, 80, 100, 120])
@pytest.mark.parametrize("length", [303, 487])
def test_wrapped_lines_are_one_sequence(width: int, length: int) -> None:
    bases = drawn(length)
    text = "\n".join(lines(bases, width))
    assert found(text) == [("", bases)]
    assert notices(text) == ""
    assert found(" ".join(lines(bases, width))) == [("", bases)]  # an input of one line turns line ends into spaces


@pytest.mark.parametrize(
    "rows",
    [lines(A + A[:19], 60), lines(A, 60), [*lines(A * 3, 101), B[:57]], [*lines(A[:60], 20), B[:18]], [A[:20], B[:18]]],
)
def test_lines_that_were_joined_are_mentioned(rows: list[str]) -> None:
    assert found("\n".join(rows)) == [("", "".join(rows))]
    assert f"The {len(rows)} lines of bases" in notices("\n".join(rows))
    assert "`>name`" in notices("\n".join(rows))


@given(st.integers(1, 250), st.integers(1, 10**6), st.integers(1, 70))
def test_numbered_lines_are_one_sequence(length: int, first: int, width: int) -> None:
    bases = (A + B + C)[:length]
    text = "\n".join(numbered(bases, first))
    for whole in (text, f"ORIGIN\n{text}\n//\n", f"ORIGIN      \r\n{text}\r\n".replace("\n", "\r\n")):
        assert found(whole) == [("", bases)]
    parts = lines(bases, width)
    starts = [f"{first + i * width}\t{part}" for i, part in enumerate(parts)]
    ends = [f"{part} {min((i + 1) * width, length)}" for i, part in enumerate(parts)]
    assert found("\n".join(starts)) == found("\n".join(ends)) == [("", bases)]
    assert found("\n".join(f"{i * width + 1} {end}" for i, end in enumerate(ends))) == [("", bases)]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(lines(A, 10)),
        " ".join(lines(A, 3)),
        "\t".join(lines(A, 10)),
        "\n".join(" ".join(lines(A[i : i + 60], 10)) for i in range(0, 101, 60)),
        "\n".join(row for i, row in enumerate(numbered(A * 3)) if i != 2),  # a line was taken out
        f"ACGTACGTAC GATAAG {A}",  # a site set apart
        "CAG GTAAGT",
        "ACGT AC",
        "        10        20\n" + A[:20] + "\n        30\n" + A[20:30],  # a ruler
        f"5'-{A[:60]}\n{B[:60]}\n{C[:7]}-3'",
    ],
)
def test_spaces_and_rulers_mean_nothing(text: str) -> None:
    bases = "".join(c for c in text if c in "ACGTacgt").upper()
    assert found(text) == [("", bases)]


@given(st.text("ABCDGHKMNRSTVWY", min_size=1, max_size=12), st.integers(25, 120), st.sampled_from("\t,;"))
def test_a_name_never_becomes_bases(name: str, length: int, separator: str) -> None:
    bases = (A + B)[:length]
    assert found(f"{name}{separator}{bases}") == [(name, bases)]
    assert found(f"{name}{separator}{bases}\nrat{separator}{C}") == [(name, bases), ("rat", C)]


def test_with_headers_nothing_changes() -> None:
    assert found(f">one\n{A}\n{B[:7]}\n{C}\n>two\nACG\n") == [("one", A + B[:7] + C), ("two", "ACG")]
    assert Sequence.read(f">\n{A}\n{B}\n{C}").bases == A + B + C  # what the message advises


@pytest.mark.parametrize(
    "text",
    [
        f"{A}\t{'1' * 200_000}x\n{B}\t1",
        f"cat{' ' * 200_000}{A}",
        "cat\t" * 100_000 + A,
        " ".join(["AC"] * 300_000),
        "\n".join(["ACGTACGTAC"] * 80_000),
        f"cat\t{A}\n" * 5_000,
        "3 12\n" + "cat ACGTACGTACGT\n" * 20_000,
        ",;\t" * 100_000,
    ],
    ids=range(8),  # not the megabytes themselves
)
def test_a_large_text_takes_no_time(text: str) -> None:
    start = time.process_time()
    with contextlib.suppress(BadSequence):
        read_sequences(text)
    assert time.process_time() - start < 10  # minutes where each line is compared with all others
