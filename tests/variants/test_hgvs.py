"""Genomic HGVS and SPDI: worked answers, and equal changes that must give one variant."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from genoviz.errors import BadVariant, GenovizError, RefMismatch
from genoviz.variants import hgvs
from genoviz.variants.variant import Variant
from tests.small_reference import SmallReference

#                                  12345678901234567890
TOY = SmallReference({"chr1": "GATTTTTCCAGCAGCAGTGACC"}, assembly="", title="toy")

WORKED = [  # name, VCF's normal form, name with the 3' rule
    ("chr1:g.2A>C", "chr1-2-A-C", "chr1:g.2A>C"),
    ("chr1:g.3del", "chr1-2-AT-A", "chr1:g.7del"),
    ("chr1:g.7del", "chr1-2-AT-A", "chr1:g.7del"),
    ("chr1:g.3_4del", "chr1-2-ATT-A", "chr1:g.6_7del"),
    ("chr1:g.5_6insT", "chr1-2-A-AT", "chr1:g.7dup"),
    ("chr1:g.5dup", "chr1-2-A-AT", "chr1:g.7dup"),
    ("chr1:g.9_11dup", "chr1-8-C-CCAG", "chr1:g.15_17dup"),
    ("chr1:g.10_12dup", "chr1-8-C-CCAG", "chr1:g.15_17dup"),
    ("chr1:g.11_12insCAGCAG", "chr1-8-C-CCAGCAG", "chr1:g.12_17dup"),
    ("chr1:g.9_11[1]", "chr1-8-CCAGCAG-C", "chr1:g.12_17del"),
    ("chr1:g.9CAG[0]", "chr1-8-CCAGCAGCAG-C", "chr1:g.9_17del"),
    ("chr1:g.2_3insGG", "chr1-2-A-AGG", "chr1:g.2_3insGG"),
    ("chr1:g.2_3delinsGG", "chr1-2-AT-GG", "chr1:g.2_3delinsGG"),
    ("chr1:g.18_20inv", "chr1-19-G-C", "chr1:g.19G>C"),
    ("chr1:g.9_10inv", "chr1-9-CA-TG", "chr1:g.9_10inv"),
    ("chr1:g.1del", "chr1-1-GA-A", "chr1:g.1del"),
    ("chr1:g.22del", "chr1-20-AC-A", "chr1:g.22del"),
    ("chr1:g.1delinsAG", "chr1-1-G-AG", "chr1:g.1delinsAG"),
    ("chr1:g.22delinsCA", "chr1-22-C-CA", "chr1:g.22delinsCA"),
]


@pytest.mark.parametrize(("name", "vcf", "shifted"), WORKED)
def test_worked_examples(name: str, vcf: str, shifted: str) -> None:
    variant = hgvs.read(name, TOY)
    assert str(variant) == vcf
    assert hgvs.describe(variant, TOY) == shifted
    assert hgvs.read(shifted, TOY) == variant


def test_named_bases_are_compared() -> None:
    assert str(hgvs.read("chr1:g.2delAT", TOY)) == "chr1-1-GAT-G"
    assert str(hgvs.read("chr1:g.2_3dupAT", TOY)) == "chr1-1-G-GAT"
    for wrong in ("chr1:g.2delC", "chr1:g.2_3dupTT", "chr1:g.2_3delTTinsG", "chr1:g.2C>G", "chr1:g.9_11invCAA"):
        with pytest.raises(RefMismatch):
            hgvs.read(wrong, TOY)


def test_parse_needs_no_genome() -> None:
    name = hgvs.parse("NC_000017.11:g.43,124,027_43,124,028delAG")
    assert (name.chrom, name.start, name.end, name.kind) == ("NC_000017.11", 43124026, 43124028, "deletion")
    assert (name.named, name.assembly, name.ranged) == ("AG", "GRCh38", True)
    assert hgvs.parse("17:g.123_124insAC").start == hgvs.parse("17:g.123_124insAC").end == 123
    with pytest.raises(BadVariant, match="GRCh37"):
        hgvs.parse("NC_000017.10:g.5del", "GRCh38")


def test_accession_of_another_build_is_refused() -> None:
    grch38 = SmallReference({"chr17": "ACGT" * 10}, assembly="GRCh38")
    assert str(hgvs.read("NC_000017.11:g.5del", grch38)) == "chr17-4-TA-T"
    with pytest.raises(GenovizError, match="GRCh37"):
        hgvs.read("NC_000017.10:g.5del", grch38)
    with pytest.raises(GenovizError, match="assembly is not named"):
        hgvs.read("NC_000017.11:g.5del", SmallReference({"chr17": "ACGT" * 10}, assembly=""))


def test_long_alleles_are_refused() -> None:
    long = SmallReference({"chr1": "ACGT" * 20_000}, assembly="")
    for name in ("chr1:g.1_20000del", "chr1:g.1_4[9999]", "chr1:g.1_4[2]", "chr1:g.1_6000dup", "NC_000001.11:5:20000:"):
        with pytest.raises(BadVariant, match="10,000"):
            hgvs.read(name, long)


# Two letters make repeats, in which one change has many names.
BASES = st.text(alphabet="ACGT", min_size=2, max_size=40) | st.text(alphabet="AC", min_size=2, max_size=40)


def reference(bases: str) -> SmallReference:
    return SmallReference({"chr1": bases}, assembly="", title="random")


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, int, int, str]:
    """Bases, and a stretch of them (0-based, half-open) that is replaced."""
    bases = draw(BASES)
    start = draw(st.integers(0, len(bases)))
    end = draw(st.integers(start, min(len(bases), start + 6)))
    alt = draw(st.text(alphabet="AC", max_size=6))
    assume(alt != bases[start:end])
    assume(start or end < len(bases) or alt)  # not the whole chromosome
    return bases, start, end, alt


def haplotype(bases: str, variant: Variant) -> str:
    """The slow and obvious way."""
    assert bases[variant.pos - 1 :].startswith(variant.ref)
    return bases[: variant.pos - 1] + variant.alt + bases[variant.pos - 1 + len(variant.ref) :]


def names_of(bases: str, start: int, end: int, alt: str) -> list[str]:
    """All kinds of names for a change, written without looking for repeats."""
    place = f"{start + 1}_{end}" if end - start > 1 else f"{start + 1}"
    old = bases[start:end]
    names = []
    if end > start and not alt:
        names += [f"chr1:g.{place}del", f"chr1:g.{place}del{old}", f"chr1:{place}del{end - start}"]
        names += [f"chr1:g.{start + 1}del{old}"]
    if end > start and alt:
        names += [f"chr1:g.{place}delins{alt}", f"chr1:g.{place}del{old}ins{alt}"]
    if start == end and 0 < start < len(bases):
        names += [f"chr1:g.{start}_{start + 1}ins{alt}"]
        size = len(alt)
        if bases[:start].endswith(alt):
            names.append(f"chr1:g.{start - size + 1}_{start}dup")
        if bases[start:].startswith(alt):
            names.append(f"chr1:g.{start + 1}_{start + size}dup{alt}")
    return names


@given(edits(), st.integers(0, 5), st.integers(0, 5))
def test_every_name_of_a_change_gives_one_variant(case: tuple[str, int, int, str], left: int, right: int) -> None:
    bases, start, end, alt = case
    genome = reference(bases)
    left, right = max(0, start - left), min(len(bases), end + right)
    wide = (bases[left:right], bases[left:start] + alt + bases[end:right])
    assume(all(wide))
    wanted = Variant("chr1", left + 1, *wide).left_align(genome.bases)
    assert haplotype(bases, wanted) == bases[:start] + alt + bases[end:]
    for name in names_of(bases, start, end, alt):
        assert hgvs.read(name, genome) == wanted, name
    again = hgvs.read(hgvs.describe(wanted, genome), genome)
    assert again == wanted


@given(edits())
def test_description_lies_as_far_right_as_it_can(case: tuple[str, int, int, str]) -> None:
    """Against trying every place: no equal deletion or duplication lies further right."""
    bases, start, end, alt = case
    changed = bases[:start] + alt + bases[end:]
    assume(changed)
    genome = reference(bases)
    left, right = max(0, start - 1), min(len(bases), end + 1)
    wide = (bases[left:right], bases[left:start] + alt + bases[end:right])
    assume(all(wide))
    name = hgvs.parse(hgvs.describe(Variant("chr1", left + 1, *wide), genome))
    if name.kind == "deletion":
        size = name.end - name.start
        places = [i for i in range(len(bases) - size + 1) if bases[:i] + bases[i + size :] == changed]
        assert name.start == max(places)
    if name.kind in ("insertion", "duplication"):
        size = len(changed) - len(bases)
        places = [i for i in range(len(bases) + 1) if bases[:i] + changed[i : i + size] + bases[i:] == changed]
        assert (name.end if name.kind == "duplication" else name.start) == max(places)


@given(st.text(max_size=40) | st.text(alphabet="chr1:gm._0123456789delinsdupvACGT[]?()=;> ", max_size=40))
def test_any_text_gives_a_name_or_a_message(text: str) -> None:
    try:
        name = hgvs.parse(text)
    except GenovizError as error:
        name = None
        parts = error.read, error.accepted, error.fix, str(error).encode()
    assert all(parts) if name is None else name.start <= name.end
