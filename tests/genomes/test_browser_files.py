"""Tracks for genome browsers: one number per base along the plus strand, read back as they were."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from genoviz.errors import BadInput
from genoviz.genomes.browser_files import bedgraph, bigwig
from genoviz.genomes.signal import read_signal
from genoviz.sequences.header_locus import header_locus
from genoviz.sequences.locus import Locus

VALUES = np.array([0.5, np.nan, -1.25, 3e-8], dtype=np.float32)


def test_a_bedgraph_counts_from_0_and_leaves_out_what_has_no_number() -> None:
    text = bedgraph(VALUES, Locus("chr2", 10, 14), 'a "b"', about={"model": "toy.sum"})
    assert text.splitlines() == [
        "# model: toy.sum",
        "track type=bedGraph name=\"a 'b'\" description=\"a 'b'\" visibility=full",
        "chr2\t10\t11\t0.5",
        "chr2\t12\t13\t-1.25",
        "chr2\t13\t14\t2.99999989e-08",
    ]


@pytest.mark.parametrize("strand", ["+", "-"])
def test_both_formats_are_read_back_on_either_strand(strand: str) -> None:
    place = Locus("chr2", 10, 14, strand, "hg38")
    text = bedgraph(VALUES, place, "x").encode()
    assert np.array_equal(read_signal(text, place).values.astype(np.float32), VALUES, equal_nan=True)
    assert f"chr2\t{10 if strand == '+' else 13}\t" + f"{11 if strand == '+' else 14}\t0.5\n" in text.decode()
    pytest.importorskip("pyBigWig")
    assert np.array_equal(read_signal(bigwig(VALUES, place), place).values, VALUES, equal_nan=True)


def test_a_bigwig_knows_its_chromosome(tmp_path: Path) -> None:
    reader = pytest.importorskip("pyBigWig")
    file = tmp_path / "a.bw"
    file.write_bytes(bigwig(VALUES, Locus("chr2", 10, 14, "+", "hg38")))
    with reader.open(str(file)) as track:
        assert track.chroms() == {"chr2": 242_193_529}
        assert track.intervals("chr2", 0, 20) == ((10, 11, 0.5), (12, 13, -1.25), (13, 14, pytest.approx(3e-8)))


def test_what_can_not_be_written_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="3 bases"):
        bedgraph(VALUES, Locus("chr2", 10, 13), "x")
    with pytest.raises(BadInput, match="no number"):
        bigwig(np.full(3, np.nan), Locus("chr2", 10, 13))
    monkeypatch.setitem(sys.modules, "pyBigWig", None)
    with pytest.raises(BadInput, match=r"genoviz\[tracks\]"):
        bigwig(VALUES, Locus("chr2", 10, 14))


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("chr8:101-104", Locus("chr8", 100, 104)),
        ("name::chr8:100-104(-)", Locus("chr8", 100, 104, "-")),  # bedtools counts from 0
        ("hg38_dna range=chr8:101-104 5'pad=0 strand=-", Locus("chr8", 100, 104, "-", "hg38")),
        ("chr8:101-105x", None),
        ("chr8:101-110", None),
    ],
)
def test_headers_name_places(name: str, place: Locus | None) -> None:
    assert header_locus(name, 4) == place
