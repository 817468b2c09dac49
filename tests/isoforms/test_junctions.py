"""Junctions of RNA-seq, the same intron in three formats, and what is no such file."""

from __future__ import annotations

import gzip

import pytest

from genoviz.errors import BadInput
from genoviz.isoforms.junctions import Junction, read_junctions
from genoviz.sequences.locus import Locus

GENE = Locus("chr1", 0, 2_000, "-")
# Exon to base 100, intron 101-200, exon from 201 on; 12 reads.
STAR = "1\t101\t200\t2\t1\t1\t12\t3\t30\n"
BED12 = "chr1\t80\t230\tJ1\t12\t-\t80\t230\t255,0,0\t2\t20,30\t0,120\n"
BED6 = "track name=junctions\nchr1\t100\t200\tJ1\t12\t-\n"


@pytest.mark.parametrize("text", [STAR, BED12, BED6], ids=["STAR", "BED12", "BED6"])
def test_the_same_intron(text: str) -> None:
    found = read_junctions(text.encode(), GENE)
    assert [(one.start, one.end, one.strand, one.reads) for one in found.all] == [(100, 200, "-", 12)]
    assert read_junctions(gzip.compress(text.encode()), GENE).all == found.all
    assert read_junctions(text.encode(), Locus("chr1", 101, 2_000)).all == ()


def test_bad_rows_are_counted_and_other_places_left_out() -> None:
    text = STAR + "2\t101\t200\t0\t1\t1\t9\t3\t30\n1\tx\t200\t1\t1\t1\t9\t3\t30\n" + "1\t301\t400\t0\t0\t0\t1\t0\t9\n"
    found = read_junctions(text.encode(), GENE)
    assert found.all[1] == Junction("1", 300, 400, "", 1)
    assert (len(found.all), found.skipped, found.rows) == (2, 1, 4)
    assert found.sentence == "2 measured junctions here, of 4 in the file; rows that could not be read: 1."


@pytest.mark.parametrize("content", [b"", b"a b c\n", b"\x1f\x8b\x08damaged", b"chr1\t5\t4\tx\t1\t+\n"])
def test_what_is_no_table_of_junctions_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="junctions"):
        read_junctions(content, GENE)
