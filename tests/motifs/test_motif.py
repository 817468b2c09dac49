"""Motif: numbers worked out by hand, a slow second scorer, and round trips through the file formats."""

from __future__ import annotations

import contextlib
import gzip
import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadMotif, BadSequence
from genoviz.motifs.files import read_motifs, write_jaspar, write_meme, write_transfac
from genoviz.motifs.motif import Motif
from genoviz.sequences.bases import IUPAC
from genoviz.sequences.sequence import Sequence

A = (1.0, 0.0, 0.0, 0.0)
C = (0.0, 1.0, 0.0, 0.0)
EVEN = (0.25, 0.25, 0.25, 0.25)
HALF = (0.5, 0.0, 0.0, 0.5)
WORD = st.text(alphabet="ABCxyz019_.:-", min_size=1, max_size=12)


@st.composite
def motifs(draw: st.DrawFn) -> Motif:
    row = st.tuples(*[st.integers(0, 100)] * 4).filter(any)
    counts = draw(st.lists(row, min_size=1, max_size=12))
    rows = tuple(tuple(n / sum(r) for n in r) for r in counts)
    sites = draw(st.none() | st.integers(2, 5000))
    return Motif(draw(WORD), rows, sites, draw(st.just("") | WORD.map("MA".__add__)))


def test_information_by_hand() -> None:
    motif = Motif("m", (A, EVEN, HALF, (0.7, 0.1, 0.1, 0.1)))
    last = 2 + 0.7 * math.log2(0.7) + 0.3 * math.log2(0.1)
    assert motif.information() == pytest.approx([2, 0, 1, last])
    assert motif.heights().sum(axis=1) == pytest.approx(motif.information())
    assert motif.heights()[2] == pytest.approx([0.5, 0, 0, 0.5])
    # Against a background that is rich in A, an A says less: log2(1 / 0.4).
    assert motif.information((0.4, 0.1, 0.1, 0.4))[0] == pytest.approx(math.log2(2.5))


def test_log_odds_by_hand() -> None:
    motif = Motif("m", (A,), sites=10)
    # (1 * 10 + 0.1 * 0.25) / 10.1 over 0.25, and 0.025 / 10.1 over 0.25
    assert motif.log_odds()[0, 0] == pytest.approx(math.log2(10.025 / 10.1 / 0.25))
    assert motif.log_odds()[0, 1] == pytest.approx(math.log2(0.025 / 10.1 / 0.25))
    assert motif.log_odds(pseudocount=0).tolist() == [[2, -math.inf, -math.inf, -math.inf]]
    unknown = Motif("m", (A,)).log_odds(pseudocount=1)
    assert unknown[0, 1] == pytest.approx(math.log2(1 / 21))


def test_from_counts_by_hand() -> None:
    motif = Motif.from_counts("m", [[9, 0, 0, 0], [3, 3, 0, 0]], pseudocount=1)
    assert motif.matrix[0] == pytest.approx([0.925, 0.025, 0.025, 0.025])
    assert motif.matrix[1] == pytest.approx([3.25 / 7, 3.25 / 7, 0.25 / 7, 0.25 / 7])
    assert motif.sites == 9
    skewed = Motif.from_counts("m", [[0, 0, 0, 1]], pseudocount=1, background=(0.4, 0.1, 0.1, 0.4))
    assert skewed.matrix[0] == pytest.approx([0.2, 0.05, 0.05, 0.7])


def test_consensus() -> None:
    rows = (A, HALF, (0.4, 0.3, 0.3, 0.0), EVEN, (0.6, 0.35, 0.05, 0.0), (0.51, 0.2, 0.2, 0.09))
    assert Motif("m", rows).consensus == "AWVNMA"


def test_reverse_complement_and_trim() -> None:
    motif = Motif("m", (EVEN, A, EVEN, C, EVEN, EVEN))
    assert motif.reverse_complement().probabilities == (EVEN, EVEN, (0, 0, 1, 0), EVEN, (0, 0, 0, 1), EVEN)
    assert motif.trim().probabilities == (A, EVEN, C)
    with pytest.raises(BadMotif):
        Motif("m", (EVEN,)).trim()


def test_score_by_hand() -> None:
    motif = Motif("AC", (A, C))
    scores = motif.score(Sequence("ACGT"), pseudocount=0)
    assert scores.tolist() == [4, -math.inf, -math.inf]
    both = motif.score(Sequence("ACGT"), pseudocount=0, both_strands=True)
    assert both.shape == (2, 3)
    assert both[1].tolist() == [-math.inf, -math.inf, 4]  # GT is AC on the other strand
    with pytest.raises(BadSequence):
        motif.score(Sequence("A"))


def slow_score(motif: Motif, bases: str, background: tuple[float, ...]) -> list[float]:
    odds = motif.log_odds(background)
    scores = []
    for start in range(len(bases) - len(motif) + 1):
        total = 0.0
        for j in range(len(motif)):
            allowed = ["ACGT".index(b) for b in IUPAC[bases[start + j]]]
            weight = sum(background[b] for b in allowed)
            total += sum(background[b] / weight * odds[j, b] for b in allowed)
        scores.append(total)
    return scores


@given(motifs(), st.text(alphabet="".join(IUPAC), min_size=12, max_size=40))
def test_score_against_a_loop(motif: Motif, bases: str) -> None:
    background = (0.3, 0.2, 0.2, 0.3)
    sequence = Sequence(bases)
    scores = motif.score(sequence, background, both_strands=True)
    assert scores[0] == pytest.approx(slow_score(motif, bases, background))
    assert scores[0] == pytest.approx(motif.score(sequence, background))
    # The minus strand is the plus strand of the reverse complement, read backwards.
    assert scores[1] == pytest.approx(motif.score(sequence.reverse_complement(), background)[::-1])


@given(motifs())
def test_invariants(motif: Motif) -> None:
    assert motif.reverse_complement().reverse_complement() == motif
    assert motif.matrix.sum(axis=1) == pytest.approx(1)
    assert np.all(motif.information() >= -1e-9)
    assert np.all(motif.information() <= 2 + 1e-9)
    assert hash(motif) == hash(Motif(motif.name, motif.probabilities, motif.sites, motif.accession))
    assert len(motif.consensus) == len(motif)


SOME = st.lists(motifs(), min_size=1, max_size=4, unique_by=lambda m: (m.accession, m.name))


@given(SOME)
def test_meme_round_trip(some: list[Motif]) -> None:
    assert read_motifs(write_meme(some)) == some


@pytest.mark.parametrize("write", [write_jaspar, write_transfac])
@given(some=SOME)
def test_count_formats_round_trip(write: object, some: list[Motif]) -> None:
    for before, after in zip(some, read_motifs(write(some)), strict=True):
        counts = before.matrix * (before.sites or 1)
        lost = before.sites == 100 and not np.allclose(counts, counts.round(), rtol=0, atol=1e-9)  # percentages
        assert (after.name, after.sites) == (before.name, None if lost else before.sites)
        assert after.accession in (before.accession, "" if before.accession == before.name else before.accession)
        assert after.matrix == pytest.approx(before.matrix, abs=1e-9)


JASPAR = """>MA0004.1\tArnt
A  [ 4 19  0  0  0  0 ]
C  [16  0 20  0  0  0 ]
G  [ 0  1  0 20  0 20 ]
T  [ 0  0  0  0 20  0 ]
"""
TRANSFAC = """VV  a note
XX
AC MA0004.1
XX
ID Arnt
XX
P0      A      C      G      T
01      4     16      0      0 C
02     19      0      1      0 A
XX
//
"""
MEME = """MEME version 4

ALPHABET= ACGT

strands: + -

Background letter frequencies
A 0.3 C 0.2 G 0.2 T 0.3

MOTIF MA0004.1 Arnt
log-odds matrix: alength= 4 w= 2 E= 0
 -40 -57 -72 77
 116 -353 59 -493

letter-probability matrix: alength= 4 w= 2 nsites= 20 E= 0
 0.2 0.8 0 0
 0.95 0 0.05 0
URL http://example.org
"""


@pytest.mark.parametrize("text", [JASPAR, TRANSFAC, MEME, MEME.replace("\n", "\r\n"), "\ufeff" + JASPAR])
def test_one_motif_in_three_formats(text: str) -> None:
    (motif,) = read_motifs(text, source="test")
    assert (motif.name, motif.accession, motif.sites, motif.source) == ("Arnt", "MA0004.1", 20, "test")
    assert motif.matrix[:2] == pytest.approx(np.array([[0.2, 0.8, 0, 0], [0.95, 0, 0.05, 0]]))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("hello", "starts with"),
        ("1 2 3 4\n", "starts with"),
        ("MEME version 4\n", "no motif"),
        ("MEME version 4\nALPHABET= ACDEFGHIKLMNPQRSTVWY\n", "Line 2: the alphabet"),
        ("MEME version 4\nMOTIF a\nMOTIF b\n", "Line 2: motif `a` has no"),
        ("MEME version 4\nletter-probability matrix: w= 1\n1 0 0 0\n", "Line 2: a matrix"),
        (MEME.replace("w= 2 nsites", "w= 3 nsites"), "Line 15: w= `3`, but 2 rows"),
        (MEME.replace("0.95 0 0.05 0", "0.95 0 0.5 0"), "Line 17: the numbers sum to 1.45"),
        (MEME.replace("0.95 0 0.05 0", "0.95 0 0.05"), "Line 17: 3 numbers"),
        (MEME.replace("0.95 0 0.05 0", "0.95 0 x 0"), "Line 17.*not all numbers"),
        (MEME.replace("0.95 0 0.05 0", "0.95 0 nan 0"), "Line 17"),
        (JASPAR.replace("T  [", "X  ["), "Line 5"),
        (JASPAR.replace("19", ""), "Line 1: motif"),
        (JASPAR.replace("T  [", "A  ["), "Line 5: a second row A"),
        (JASPAR.replace("19", "-19"), "Line 2"),
        (JASPAR.replace("16", "sixteen"), "Line 3"),
        (">x\n", "Line 1"),
        (TRANSFAC.replace("A      C", "C      A"), "Line 7: the columns"),
        (TRANSFAC.replace("02     19      0      1      0 A", "02 1 2"), "Line 9: 2 numbers"),
        (TRANSFAC.replace("01 ", "xx ").replace("02 ", "xx "), "Line 8: `xx` begins a row"),
        (TRANSFAC.replace("01 ", "XX ").replace("02 ", "XX "), "no counts"),
    ],
)
def test_bad_files_name_the_line(text: str, says: str) -> None:
    with pytest.raises(BadMotif, match=says):
        read_motifs(text)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        ((0.5, 0.5, 0.5, 0.5),),
        ((1.0, 0.0, 0.0),),
        ((-0.5, 0.5, 0.5, 0.5),),
        ((math.nan, 1, 0, 0),),
        ((2, -1, 0, 0),),
    ],
)
def test_bad_probabilities(rows: tuple) -> None:
    with pytest.raises(BadMotif):
        Motif("m", rows)


@pytest.mark.parametrize("counts", [[[1, 2, 3]], [[-1, 1, 1, 1]], [[0, 0, 0, 0]], [[math.inf, 0, 0, 0]]])
def test_bad_counts(counts: list) -> None:
    with pytest.raises(BadMotif):
        Motif.from_counts("m", counts, pseudocount=0)


def test_bad_background_and_pseudocount() -> None:
    for background in [(0.5, 0.5, 0, 0), (1, 1, 1, 1), (0.5, 0.5)]:
        with pytest.raises(BadMotif):
            Motif("m", (A,)).log_odds(background)
    with pytest.raises(BadMotif):
        Motif("m", (A,)).log_odds(pseudocount=-1)


@given(st.text() | st.text(alphabet=">ACGT []0123.-\nMOTIFP//XXID\t", max_size=120).map("MEME\nMOTIF a\n".__add__))
def test_any_text_gives_motifs_or_a_message(text: str) -> None:
    with contextlib.suppress(BadMotif):
        assert read_motifs(text)


DATA = Path(os.environ.get("GENOVIZ_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "motifs"


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="needs the public data sets")
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("HOCOMOCO_v12_CORE.meme.gz", 1443),
        ("JASPAR2018_CORE_vertebrates.meme.gz", 579),
        ("JASPAR2024_consensus_clusters.meme", 182),
        ("macisaac_yeast.v1.meme", 124),
    ],
)
def test_published_collections(name: str, count: int) -> None:
    raw = (DATA / name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()
    found = read_motifs(text)
    assert len(found) == count
    assert read_motifs(write_meme(found)) == found
    if name.startswith("JASPAR2018"):
        assert next(m for m in found if m.name == "Arnt_MA0004.1").consensus == "CACGTG"
