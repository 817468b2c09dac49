"""Where a place lies among the genes, on both strands, counted by hand."""

from __future__ import annotations

import pytest

from genoviz.genes.transcripts import Transcript
from genoviz.genes.where import AROUND_START, Whereabouts, where
from genoviz.sequences.locus import Locus


def transcript(
    name: str,
    strand: str,
    *exons: tuple[int, int],
    coding: tuple[tuple[int, int], ...] = (),
    gene: str = "",
    tags: str = "",
) -> Transcript:
    """Exons and coding parts 0-based and half-open, by place; stored 5' to 3'."""
    order = 1 if strand == "+" else -1

    def stored(spans: tuple[tuple[int, int], ...]) -> tuple[Locus, ...]:
        return tuple(Locus("chr1", start, end, strand) for start, end in sorted(spans)[::order])

    gene_locus = Locus("chr1", 5000, 7200, strand)
    whole = Locus("chr1", min(e[0] for e in exons), max(e[1] for e in exons), strand)
    named = gene or name
    return Transcript(
        name,
        named,
        named,
        whole,
        stored(exons),
        stored(coding),
        tags=tuple(filter(None, [tags])),
        gene_locus=gene_locus,
    )


# 5000-5100, 6000-6100, 7000-7200; the coding part begins at base 5,050 (plus) or ends before 7,150 (minus).
EXONS = ((5000, 5100), (6000, 6100), (7000, 7200))
PLUS = transcript("P.1", "+", *EXONS, coding=((5050, 5100), (6000, 6100), (7000, 7150)), gene="P")
MINUS = transcript("M.1", "-", *EXONS, coding=((5050, 5100), (6000, 6100), (7000, 7150)), gene="M")


def at(position: int, *known: Transcript, ref: int = 1, strand: str = "") -> Whereabouts:
    """Of a variant at a position counted from 1."""
    return where(known, Locus("chr1", position - 1, position - 1 + ref), strand)


@pytest.mark.parametrize(
    ("position", "known", "part", "site", "to_site", "to_start", "leader"),
    [
        (5100, PLUS, "exon 1 of 3", "donor of exon 1", 1, 99, False),  # last base of exon 1
        (5101, PLUS, "intron 1 of 2", "donor of exon 1", 1, 100, False),  # the G of GT
        (6000, PLUS, "intron 1 of 2", "acceptor of exon 2", 1, 999, False),  # the G of AG
        (6001, PLUS, "exon 2 of 3", "acceptor of exon 2", 1, 1000, False),
        (5020, PLUS, "exon 1 of 3", "donor of exon 1", 81, 19, True),
        (5001, PLUS, "exon 1 of 3", "donor of exon 1", 100, 0, True),
        (5051, PLUS, "exon 1 of 3", "donor of exon 1", 50, 50, False),  # the A of ATG
        (5550, PLUS, "intron 1 of 2", "donor of exon 1", 450, 549, False),
        (7000, MINUS, "intron 1 of 2", "donor of exon 1", 1, 200 - 0, False),
        (7001, MINUS, "exon 1 of 3", "donor of exon 1", 1, 199, False),
        (5101, MINUS, "intron 2 of 2", "acceptor of exon 3", 1, None, False),
        (7151, MINUS, "exon 1 of 3", "donor of exon 1", 151, 49, True),
        (4950, PLUS, "", "", None, -51, False),  # before the start
        (7300, MINUS, "", "", None, -100, False),
        (3000, PLUS, "", "", None, None, False),
    ],
)
def test_parts_sites_and_starts(
    position: int, known: Transcript, part: str, site: str, to_site: int | None, to_start: int | None, leader: bool
) -> None:
    found = at(position, known)
    assert (found.part, found.site, found.to_site, found.to_start, found.leader) == (
        part,
        site,
        to_site,
        to_start,
        leader,
    )


def test_a_deletion_across_a_site_and_one_beside_it() -> None:
    assert at(5100, PLUS, ref=2).to_site == 0
    assert "across the donor of exon 1" in at(5100, PLUS, ref=2).sentence
    assert at(5098, PLUS, ref=3).to_site == 1  # its last base is the last of the exon


def test_the_gene_of_the_exon_says_it_and_a_strand_can_be_asked() -> None:
    other = transcript("O.1", "-", (4000, 4100), (9000, 9100), gene="O")
    found = at(6050, other, PLUS)
    assert (found.transcript, found.strand, found.others) == (PLUS, "+", (other,))
    assert at(6050, other, PLUS, strand="-").transcript is other
    assert at(5550, other, PLUS).transcript is PLUS  # introns of both: the nearer site


def test_the_primary_transcript_is_taken_where_it_holds_the_place_and_the_rule_is_named() -> None:
    short = transcript("S.1", "+", (6000, 6100), (7000, 7200), gene="P", tags="MANE Select")
    known = [PLUS, short]
    assert (at(6050, *known).transcript, at(6050, *known).rule) == (short, "MANE Select")
    assert (at(5050, *known).transcript, at(5050, *known).rule) == (
        PLUS,
        "the primary one, S.1, does not reach this place",
    )
    assert at(6050, PLUS).rule == "the only transcript"


def test_sentences() -> None:
    assert at(5102, PLUS).sentence == (
        "Intron 1 of 2 of P, 2 bases from the donor of exon 1; 101 bases behind the start of P. "
        "Transcript P.1 (the only transcript), plus strand."
    )
    assert at(5000 - AROUND_START, PLUS).sentence == "Between genes."
    assert at(5000, PLUS).sentence == "1 base before the start of P, in no transcript."
