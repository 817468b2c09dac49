"""Where one change can be written: worked out by hand in small repeats, and against all spellings of random ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from genoviz.errors import BadLocus
from genoviz.sequences.locus import Locus
from genoviz.variants.placements import LEFT, MOST_SHIFT, RIGHT, WRITTEN, placements
from genoviz.variants.variant import Variant
from tests.variants.test_allele_windows import Genome

#              1234567890123456789
TOY = Genome("AACCGTTTTACACACAGGCN")


def places(written: Variant, genome: Genome = TOY) -> list[tuple[str, str]]:
    found = placements(written, written.left_align(genome.bases), genome)
    assert not found.cut
    return [(one.name, str(one.variant)) for one in found.all]


def test_a_deletion_in_a_repeat_has_three() -> None:
    left, right = "chr1-5-GT-G", "chr1-8-TT-T"
    assert places(Variant("chr1", 5, "GT", "G")) == [("left-most, as written", left), ("right-most", right)]
    assert places(Variant("chr1", 8, "TT", "T")) == [("left-most", left), ("right-most, as written", right)]
    assert places(Variant("chr1", 6, "TT", "T")) == [
        ("left-most", left),
        ("as written", "chr1-6-TT-T"),
        ("right-most", right),
    ]
    # Alleles that share bases are paired from their left end: the last T goes.
    assert places(Variant("chr1", 5, "GTTTT", "GTTT"))[-1] == ("right-most, as written", right)
    # An N before the deleted base is the base that is there.
    assert places(Variant("chr1", 6, "NT", "N"))[1] == ("as written", "chr1-6-TT-T")


def test_insertions_and_units_of_several_bases() -> None:
    assert places(Variant("chr1", 9, "T", "TT")) == [
        ("left-most", "chr1-5-G-GT"),
        ("right-most, as written", "chr1-9-T-TT"),
    ]
    # ACACACA at 10-16: AC or CA, a copy less; the unit turns as it moves.
    assert places(Variant("chr1", 9, "TAC", "T")) == [
        ("left-most, as written", "chr1-9-TAC-T"),
        ("right-most", "chr1-14-ACA-A"),
    ]
    assert places(Variant("chr1", 9, "T", "TAC"))[-1] == ("right-most", "chr1-16-A-ACA")


def test_what_has_one_place() -> None:
    for variant in (
        Variant("chr1", 5, "G", "C"),
        Variant("chr1", 5, "GT", "CC"),
        Variant("chr1", 5, "GTT", "CA"),
        Variant("chr1", 4, "CG", "C"),
        Variant("chr1", 5, "G", "GA"),
        Variant("chr1", 19, "C", "CN"),  # an unknown base is no repeat
    ):
        assert places(variant) == [("left-most, right-most, as written", str(variant))]


def test_a_long_repeat_is_bounded() -> None:
    genome = Genome("G" + "A" * 3000 + "C")
    found = placements(Variant("chr1", 2500, "AA", "A"), Variant("chr1", 1, "GA", "G"), genome)
    assert found.cut
    assert found.shift == MOST_SHIFT
    assert [one.name for one in found.all] == ["left-most", "1,000 bases further right"]
    assert str(found.all[1].variant) == "chr1-1001-AA-A"
    just = Genome("G" + "A" * (MOST_SHIFT + 1) + "C")
    found = placements(Variant("chr1", 1, "GA", "G"), Variant("chr1", 1, "GA", "G"), just)
    assert (found.cut, found.shift) == (False, MOST_SHIFT)


def test_where_the_genome_ends_or_is_not_known() -> None:
    assert places(Variant("chr1", 1, "GA", "G"), Genome("GAAA"))[-1] == ("right-most", "chr1-3-AA-A")
    assert places(Variant("chr1", 4, "A", "AA"), Genome("GAAA")) == [
        ("left-most", "chr1-1-G-GA"),
        ("right-most, as written", "chr1-4-A-AA"),
    ]

    class Part(Genome):
        """Only the first five bases are here."""

        def bases(self, chrom: str, start: int, end: int) -> str:
            if end > 5:
                raise BadLocus("not here")
            return self.text[start:end]

    assert places(Variant("chr1", 1, "GA", "G"), Part("GAAAAAAA")) == [
        ("left-most, right-most, as written", "chr1-1-GA-G")
    ]
    assert places(Variant("chr1", 1, "GA", "G"), Part("GAACCCCC"))[-1] == ("right-most", "chr1-2-AA-A")


@given(st.text("AC", min_size=12, max_size=12), st.integers(2, 8), st.integers(1, 3), st.booleans())
def test_all_placements_name_the_same_sequence(text: str, pos: int, size: int, insertion: bool) -> None:
    genome = Genome("G" + text + "G")
    anchor, bases = genome.text[pos - 1], genome.text[pos : pos + size]
    written = (
        Variant("chr1", pos, anchor, anchor + bases) if insertion else Variant("chr1", pos, anchor + bases, anchor)
    )
    changed = written.apply(genome.fetch(Locus("chr1", 0, 14))).bases
    found = placements(written, written.left_align(genome.bases), genome)
    for one in found.all:
        assert one.variant.apply(genome.fetch(Locus("chr1", 0, 14))).bases == changed
        assert one.variant.left_align(genome.bases) == found.all[0].variant
    assert found.all[0].where[0] == LEFT
    assert RIGHT in found.all[-1].where
    assert sum(WRITTEN in one.where for one in found.all) == 1
    # One base further right it would be another change.
    last = found.all[-1].variant
    after = genome.text[last.pos + (0 if insertion else size)]
    unit = last.alt[1:] if insertion else last.ref[1:]
    assert after != unit[0]
