"""Motif files as people bring them: counts or probabilities, matrices that break off, names, and formats without letters."""

from __future__ import annotations

import contextlib
import math
import time
from pathlib import Path

import pytest

from genoviz.errors import BadMotif
from genoviz.motifs.collection import FOLDER_VARIABLE, user_motifs
from genoviz.motifs.files import read_motifs, write_jaspar, write_transfac
from genoviz.motifs.motif import Motif
from tests.cli.calls import bad, good, header_of, rows_of

MEME = "MEME version 4\n\nALPHABET= ACGT\n\n"


def jaspar(*columns: str) -> str:
    """JASPAR text from positions written as `A C G T`."""
    rows = zip(*(column.split() for column in columns), strict=True)
    return ">M1 X\n" + "".join(f"{base} [ {' '.join(row)} ]\n" for base, row in zip("ACGT", rows, strict=True))


def transfac(*columns: str) -> str:
    rows = "".join(f"{i:02d} {column}\n" for i, column in enumerate(columns, start=1))
    return f"AC M1\nID X\nP0 A C G T\n{rows}XX\n//\n"


def plain(*columns: str) -> str:
    return ">M1 X\n" + "".join(f"{column}\n" for column in columns)


@pytest.mark.parametrize("write", [jaspar, transfac, plain])
@pytest.mark.parametrize(
    ("columns", "sites", "first"),
    [
        # Probabilities, to what their decimals can be rounded by.
        (("0.33 0.33 0.33 0.00", "0.90 0.03 0.04 0.03"), None, (1 / 3, 1 / 3, 1 / 3, 0)),
        (("0.333 0.333 0.333 0", "1 0 0 0"), None, (1 / 3, 1 / 3, 1 / 3, 0)),
        (("0.49 0.49 0.00 0.00", "0.25 0.25 0.25 0.25"), None, (0.5, 0.5, 0, 0)),
        (("0.51 0.51 0.00 0.00", "0.25 0.25 0.25 0.25"), None, (0.5, 0.5, 0, 0)),
        (("0.3 0.3 0.3 0.0", "1.0 0 0 0"), None, (1 / 3, 1 / 3, 1 / 3, 0)),
        (("3.3e-01 3.3e-01 3.3e-01 0", "1 0 0 0"), None, (1 / 3, 1 / 3, 1 / 3, 0)),
        (("1.0 0.0 0.0 0.0", "0.0 1.0 0.0 0.0"), None, (1, 0, 0, 0)),
        (("33.3 33.3 33.3 0.0", "97 1 1 1"), None, (1 / 3, 1 / 3, 1 / 3, 0)),
        (("33.33 33.33 33.33 0.00", "97.5 2.5 0 0"), None, (1 / 3, 1 / 3, 1 / 3, 0)),
        # Counts: whole numbers without a point, and broken ones that sum to something else.
        (("1 0 0 0", "0 1 0 0"), 1, (1, 0, 0, 0)),
        (("1 0 0 0", "1 1 0 0"), 2, (1, 0, 0, 0)),
        (("1.0 0.0 0.0 0.0", "1.0 1.0 0.0 0.0"), 2, (1, 0, 0, 0)),
        (("4 16 0 0", "18 0 1 0"), 20, (0.2, 0.8, 0, 0)),
        (("50 25 25 0", "97 1 1 1"), 100, (0.5, 0.25, 0.25, 0)),
        (("40.5 18.5 20.5 20.5", "10 0 0 44.25"), 100, (0.405, 0.185, 0.205, 0.205)),
        (("1.5 0.5 0 0", "2.25 0.75 0 0"), 3, (0.75, 0.25, 0, 0)),
    ],
)
def test_counts_or_probabilities(write: object, columns: tuple[str, ...], sites: int | None, first: tuple) -> None:
    (motif,) = read_motifs(write(*columns))
    assert (motif.name, motif.accession, motif.sites, len(motif)) == ("X", "M1", sites, 2)
    assert motif.probabilities[0] == pytest.approx(first, abs=1e-12)
    assert sum(motif.probabilities[0]) == pytest.approx(1, abs=1e-9)


def test_rounded_probabilities_score_as_exact_ones() -> None:
    rounded, exact = (
        read_motifs(jaspar(first, "0.90 0.03 0.04 0.03"))[0] for first in ("0.33 0.33 0.33 0", "0.34 0.33 0.33 0")
    )
    assert rounded.log_odds()[1].tolist() == exact.log_odds()[1].tolist()
    # 20 sites where the number is not known: (0.9 * 20 + 0.025) / 20.1 over 0.25
    assert rounded.log_odds()[1, 0] == pytest.approx(math.log2((0.9 * 20 + 0.025) / 20.1 / 0.25))


@pytest.mark.parametrize("write", [jaspar, transfac])
@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (("0.50 0.40 0.00 0.00", "1.00 0 0 0"), "position 1 of motif `X` sums to 0.9"),  # 0.01 each is not 0.1
        (("0.5 0.5 0 0", "0.5 0.5 0.5 0.5", "0.1 0.9 0 0"), "position 2 of motif `X` sums to 2"),
        (("0.5 0.1 0 0", "0.25 0.25 0 0"), "position 1 of motif `X` sums to 0.6"),
        (("1.2 -0.4 -2 0", "0 0 0 1"), "log-odds"),
        (("nan 0 0 0", "0 0 0 1"), "not all numbers"),
        (("inf 0 0 0", "0 0 0 1"), "not all numbers"),
        (("1e999 0 0 0", "0 0 0 1"), "not all finite"),
        (("² 0 0 0", "0 0 0 1"), "not all numbers"),
        (("٣ 0 0 0", "0 0 0 1"), "not all numbers"),  # a digit for Python
        (("1_0 0 0 0", "0 0 0 1"), "not all numbers"),
        (("0 0 0 0", "0 0 0 1"), "counts no site"),
        (("9" * 5000 + " 0 0 0", "0 0 0 1"), "not all finite"),
    ],
)
def test_numbers_that_are_neither(write: object, columns: tuple[str, ...], says: str) -> None:
    with pytest.raises(BadMotif, match=says) as caught:
        read_motifs(write(*columns))
    assert "Line " in str(caught.value)


def test_written_counts_are_read_as_counts() -> None:
    for counts in ([[1, 0, 0, 0]], [[2, 0, 0, 0], [1, 1, 0, 0]], [[60, 40, 0, 0]]):
        motif = Motif.from_counts("x", counts, 0)
        for write in (write_jaspar, write_transfac):
            assert read_motifs(write([motif])) == [motif]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("1 0 0 0\nnan nan nan nan\n0 1 0 0\n", "Line 8: `nan nan nan nan` are not all numbers"),
        ("1 0 0 0\n-nan 0 0 1\n", "Line 8"),
        ("1 0 0 0\nNA NA NA NA\n", "Line 8"),
        ("1 0 0 0\ninf 0 0 0\n", "Line 8"),
        ("1 0 0 0\nx y z w\n0 1 0 0\n", "Line 8"),
        ("1 0 0 0\n\n0 1 0 0\n", "Line 9: `0 1 0 0` stands apart"),
        ("1 0 0 0\n0 1 0\n", "Line 8: 3 numbers"),
        ("1 0 0 0\n0 1 0 0 0\n", "Line 8: 5 numbers"),
        ("1 0 0 0\n-1 1 1 0\n", "Line 8: .*log-odds"),
        ("4 16 0 0\n", "Line 7: the numbers sum to 20"),
        ("0.50 0.40 0 0\n", "Line 7: the numbers sum to 0.9"),
        ("\nMOTIF y\n", "Line 6: the matrix has no positions"),
    ],
)
@pytest.mark.parametrize("said", ["", " alength= 4 nsites= 10 E= 1e-5"])
def test_meme_matrix_that_breaks_off(rows: str, says: str, said: str) -> None:
    with pytest.raises(BadMotif, match=says):
        read_motifs(f"{MEME}MOTIF x\nletter-probability matrix:{said}\n{rows}")


@pytest.mark.parametrize(
    ("head", "after"),
    [
        ("", ""),
        ("", "URL http://example.org\n"),
        ("", "\nURL http://example.org\n"),
        ("", "--------------------\n"),
        ("", "MOTIF y\nletter-probability matrix: alength= 4 w= 1\n1 0 0 0\n"),
        (" w= 2", "a word\n"),
        (" alength=4 w=2 nsites=7 E=nan", "\n\n"),
        (" alength= 4 w= 2 n= 1000 bayes= 7.5 E= 1.2e-999", ""),
    ],
)
def test_meme_matrix_that_ends(head: str, after: str) -> None:
    motif = read_motifs(f"{MEME}MOTIF x\nletter-probability matrix:{head}\n0.33 0.33 0.33 0.00\n 1 0 0 0\n{after}")[0]
    assert len(motif) == 2
    assert motif.sites == (7 if "nsites" in head else None)
    assert motif.probabilities[0] == pytest.approx((1 / 3, 1 / 3, 1 / 3, 0))


@pytest.mark.parametrize("width", ["1", "3", "two"])
def test_meme_width_that_is_not_the_rows(width: str) -> None:
    with pytest.raises(BadMotif, match=f"Line 6: w= `{width}`, but 2 rows follow"):
        read_motifs(f"{MEME}MOTIF x\nletter-probability matrix: w= {width}\n1 0 0 0\n0 1 0 0\n")


def test_alphabets() -> None:
    body = "MOTIF x\nletter-probability matrix:\n1 0 0 0\n"
    for line in ("ALPHABET= ACGT", "ALPHABET=ACGU", "ALPHABET DNA", 'ALPHABET "RNA" RNA-LIKE'):
        assert read_motifs(f"MEME version 4\n{line}\n{body}")[0].consensus == "A"
    for line in ("ALPHABET= ACDEFGHIKLMNPQRSTVWY", "ALPHABET PROTEIN", "ALPHABET= TGCA"):
        with pytest.raises(BadMotif, match="Line 2: the alphabet"):
            read_motifs(f"MEME version 4\n{line}\n{body}")
    with pytest.raises(BadMotif, match="alength= `20`"):
        read_motifs("MEME version 4\nMOTIF x\nletter-probability matrix: alength= 20 w= 1\n1 0 0 0\n")
    with pytest.raises(BadMotif, match="20 numbers"):
        read_motifs("MEME version 4\nMOTIF x\nletter-probability matrix:\n" + "0.05 " * 20)


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (("MOTIF  1 MEME\twidth =   3  sites =  10", "MOTIF  2 MEME\twidth = 3"), ["MEME-1", "MEME-2"]),  # 4.10
        (("MOTIF  1\twidth =    3   sites =  10", "MOTIF  2\twidth=3"), ["1", "2"]),  # 4.9 and before
        (("MOTIF ACG MEME-1\twidth = 3", "MOTIF TGC MEME-2\twidth = 3"), ["ACG MEME-1", "TGC MEME-2"]),
        (("MOTIF 1-ACG STREME-1", "MOTIF TGC DREME-2"), ["1-ACG STREME-1", "TGC DREME-2"]),
        (("MOTIF 1", "MOTIF 2"), ["1", "2"]),
        (("MOTIF MA1.1 CTCF", "MOTIF MA2.1 CTCF"), ["MA1.1 CTCF", "MA2.1 CTCF"]),
        (("MOTIF CTCF", "MOTIF CTCF"), ["CTCF", "CTCF-2"]),
        (("MOTIF a b", "MOTIF a b", "MOTIF a b-2", "MOTIF a b"), ["a b", "a b-3", "a b-2", "a b-4"]),
        (("MOTIF width", "MOTIF w=3"), ["width", "w=3"]),
        (("MOTIF\ttab\twidth = 3",), ["tab"]),
    ],
)
def test_names_of_meme_motifs(lines: tuple[str, ...], names: list[str]) -> None:
    text = MEME + "".join(f"{line}\nletter-probability matrix: alength= 4\n1 0 0 0\n" for line in lines)
    assert [f"{m.accession} {m.name}".strip() for m in read_motifs(text)] == names


def test_a_motif_line_without_a_name() -> None:
    for line in ("MOTIF", "MOTIF width = 3"):
        with pytest.raises(BadMotif, match="Line 5: a MOTIF line has no name"):
            read_motifs(f"{MEME}{line}\nletter-probability matrix:\n1 0 0 0\n")


def test_log_odds_alone() -> None:
    with pytest.raises(BadMotif, match="motif `x` has no letter-probability matrix"):
        read_motifs(f"{MEME}MOTIF x\nlog-odds matrix: alength= 4 w= 1\n1 -3 -3 -3\n")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (">MA0004.1\tArnt\n 4 19 0\n16 0 20\n 0 1 0\n 0 0 0\n", ("MA0004.1", "Arnt", 20, "CAC")),  # JASPAR, raw
        (">AHR.H11\n40.5\t0\t0\t3\n1\t2\t37\t3.5\n0\t43.5\t0\t0\n", ("", "AHR.H11", 44, "AGC")),  # HOCOMOCO counts
        (
            ">ACG\tFli1(ETS)/CD8\t6.1\t-100\t0\tT:1.0\n0.997\t0.001\t0.001\t0.001\n0.1\t0.8\t0.1\t0\n",
            ("", "Fli1(ETS)/CD8", None, "AC"),
        ),
        (">x\n10 0 0 0\n0 10 0 0\n1 1 8 0\n0 1 1 8\n", ("", "x", 10, "ACGT")),  # 10 in each row, 11 10 9 8 in columns
        (">x\n9 1 0 0\n1 9 0 0\n0 0 9 1\n0 0 1 9\n", None),
        (">r\nA | 4 19\nC | 16 0\nG | 0 1\nU | 0 0\n", ("", "r", 20, "CA")),
    ],
)
def test_matrices_below_a_name(text: str, found: tuple | None) -> None:
    if found is None:
        with pytest.raises(BadMotif, match=r"four rows of four numbers.*four positions.*Write the letter"):
            read_motifs(text)
        return
    (motif,) = read_motifs(text)
    assert (motif.accession, motif.name, motif.sites, motif.consensus) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (">x\n1 2 3\n4 5 6\n", "2 rows of 3 numbers"),
        (">x\n1 2 3 4\n4 5 6\n", "2 rows of 3 or 4 numbers"),
        (">x\n0.5 -1.2 0 0\n1 1 1 1\n", "log-odds"),
        (">x\n1 2 3 4\nnan nan nan nan\n", "Line 3"),
        (">x\n1 2 3 4\nA 1 2 3\n", "Line 3"),
        (">x\nA [ 1 ]\n1 2 3\n", "Line 3"),
        (">x\nA [ 1 [ 2 ]\n", "Line 2"),
        (">x\nACGTACGT\n", "Line 2"),  # FASTA
        ("Pos\tA\tC\tG\tT\n1\t0.2\t0.3\t0.3\t0.2\n", "starts with `Pos A C G T`"),  # CIS-BP
    ],
)
def test_matrices_that_are_refused(text: str, says: str) -> None:
    with pytest.raises(BadMotif, match=says):
        read_motifs(text)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("P0 A C G T\n01 3 3 0 0 M\n02: 6 0 0 0\nXX", "Line 4: `02:` begins a row"),
        ("P0 A C G T\n01 3 3 0 0 M\nnan 6 0 0 0\nXX", "Line 4: `nan` begins a row"),
        ("P0 A C G T\n01 3 3 0 0 M\n② 6 0 0 0\nXX", "Line 4"),
        ("P0 A C G T\n01 3 3 0 0 M\n03 6 0 0 0\nXX", "Line 4: row 3 comes after row 1"),
        ("P0 A C G T\n01 3 3 0 0 5\nXX", "Line 3: 5 numbers"),
        ("0 3 3 0 0 M\n1 6 0 0 0 A\nXX", "Line 2: `0 3 3 0 0 M` stands outside"),
        ("P0 A C G T\n01 3 3 0 0\nXX\nID y\nP0 A C G T\n01 0 0 6 0\nXX", "Line 6: a second matrix"),
        ("XX", "Line 1: an entry has no counts"),
    ],
)
def test_transfac_that_breaks_off(body: str, says: str) -> None:
    with pytest.raises(BadMotif, match=says):
        read_motifs(f"ID x\n{body}\n//\nID z\nP0 A C G T\n01 1 0 0 0\nXX\n//\n")


def test_transfac_as_it_comes() -> None:
    text = (
        "VV version\nXX\n//\nAC M1\nXX\nID V$X\nXX\nP0\tA\tC\tG\tT\n0\t3\t3\t0\t0\tM\n1\t0\t0\t6\t0\tG\nXX\nBA 6\n//\n"
    )
    (motif,) = read_motifs(text)
    assert (motif.name, motif.accession, motif.sites, motif.consensus) == ("V$X", "M1", 6, "MG")


@pytest.mark.parametrize(
    "text",
    [
        f"{MEME}MOTIF x\nletter-probability matrix: {'a' * 200_000}\n1 0 0 0\n",
        f"{MEME}MOTIF x\nletter-probability matrix: w{' ' * 200_000}\n1 0 0 0\n",
        f"{MEME}MOTIF x width{' ' * 200_000}\nletter-probability matrix:\n1 0 0 0\n",
        f"MEME version 4\nALPHABET{' ' * 200_000}x\n",
        f">x\nA {' ' * 200_000}]]\n",
        f">x\nA {'a' * 200_000}\n",
        f">x\nA {'1' * 200_000}x\n",
        f">x\n{'1' * 200_000}x 1 1 1\n",
        f"{MEME}MOTIF x\nletter-probability matrix:\n{'1' * 200_000}x 0 0 0\n",
        f"ID x\nP0{' ' * 200_000}Q\n",
        f"ID x\nP0 A C G T\n{'1' * 200_000}x 1 1 1 1\n",
        f"{MEME}" + "MOTIF x\nletter-probability matrix:\n1 0 0 0\n" * 2_000,
    ],
)
def test_long_lines_take_no_time(text: str) -> None:
    start = time.process_time()
    with contextlib.suppress(BadMotif):
        assert read_motifs(text)
    assert time.process_time() - start < 5  # minutes with a search that tries every place again


def test_only_line_feeds_end_a_line() -> None:
    (motif,) = read_motifs(">M1 one\u2028two\u0085three\nA [ 1 ]\nC [ 1 ]\nG [ 1 ]\nT [ 1 ]\n")
    assert motif.name == "one_two_three"


def test_files_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.pcm").write_text(">x\n4\t16\t0\t0\n20\t0\t0\t0\n")
    (tmp_path / "b.jaspar").write_text(">x\nA [ 0.33 ]\nC [ 0.33 ]\nG [ 0.33 ]\nT [ 0.00 ]\n")
    (tmp_path / "c.pwm").write_text(">x\n1.2\t-3\t-3\t-3\n")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    found = user_motifs()
    assert [(m.name, m.source, m.sites) for m in found.motifs] == [("x", "a.pcm", 20), ("x-2", "b.jaspar", None)]
    assert len(found.problems) == 1
    assert "c.pwm: Line 2" in found.problems[0]


def test_command_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text(jaspar("0.33 0.33 0.33 0.00", "0.90 0.03 0.04 0.03"))
    shown = good("motifs", "show", "M1", "--motifs", str(file))
    assert "sites" not in header_of(shown)
    assert float(rows_of(shown)[0]["A"]) == pytest.approx(1 / 3)
    file.write_text(f"{MEME}MOTIF x\nletter-probability matrix:\n1 0 0 0\nnan nan nan nan\n")
    assert "Line 8" in bad("motifs", "show", "x", "--motifs", str(file))
    assert "Line 8" in bad("motifs", "name", str(file))
