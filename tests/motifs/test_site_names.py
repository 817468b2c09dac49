"""Names of blocks on real models: example sites name their family, alike sites are named alike, edits elsewhere change none."""

from __future__ import annotations

import pytest

from genoviz.attribute.attribution import attribute
from genoviz.lessons.examples import construct, get_example
from genoviz.models.factors import factors_of
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.motifs.collection import collection, find
from genoviz.motifs.families import families_of
from genoviz.motifs.match import Match, name_blocks
from genoviz.motifs.scan import scan, without_overlaps
from genoviz.sequences.sequence import Sequence

VERTEBRATES = collection(("vertebrates",))
# A site of each factor of tfbind.encode10, and what its block is called when the factor is explained.
SITES = {
    "CTCFL": ("TGGCCACCAGGGGGCGCTA", "CTCFL"),
    "ELK1": ("ACCGGAAGTG", "ELK1"),
    "FOXA1": ("TGTTTACTTT", "FOXA1"),
    "GABPA": ("ACCGGAAGTG", "GABPA"),
    "MYC": ("ACCACGTGGT", "MYC"),
    "REST": ("TTCAGCACCATGGACAGCGCC", "REST"),
    "SP1": ("GGGGGCGGGGC", "SP1"),
    "USF1": ("GGTCACGTGACC", "USF1"),
    "ZBTB7A": ("GGCGACCACCGA", "ZBTB7B"),  # its relative, of the same family, whose matrix fits this site better
    "ARID3A": ("TTTAATTAAA", ""),  # the network does not use its site: the data hold CTCF's, see docs/motifs.md
}
AT = 40


def named(sequence: Sequence, track: str, start: int, end: int, *, told: bool = True) -> list[Match]:
    """Names of the blocks that touch some bases, when a track of tfbind.encode10 is explained."""
    model, target = load_model("tfbind.encode10"), Target("binding", (track,))
    scores = attribute(model, sequence, target, "deepliftshap", references=8).per_base
    blocks = name_blocks(sequence, scores, VERTEBRATES, about=factors_of(target) if told else ())
    inside = [block.match() for block in blocks if block.seqlet.start < end and block.seqlet.end > start]
    return [match for match in inside if match is not None]


@pytest.mark.parametrize("factor", SITES)
def test_the_ten_example_sites_name_their_family(factor: str) -> None:
    word, name = SITES[factor]
    found = named(Sequence(construct(101, (AT, word), gc=0.45, seed=2)), factor, AT, AT + len(word))
    assert [match.motif.name for match in found] == ([name] if name else [])
    for match in found:
        assert set(families_of(match.motif)) == set(families_of(find(factor)))


@pytest.mark.parametrize(
    "factor", [factor for factor in SITES if factor != "ARID3A"]
)  # its matrix has six bases: no hit
def test_so_do_their_letters(factor: str) -> None:
    word, _ = SITES[factor]
    hits = without_overlaps(scan(Sequence(construct(101, (AT, word), gc=0.45, seed=2)), VERTEBRATES), about=(factor,))
    over = [hit for hit in hits if hit.start < AT + len(word) and hit.end > AT]
    assert any(set(families_of(hit.motif)) == set(families_of(find(factor))) for hit in over)


@pytest.mark.parametrize("track", ["GABPA", "ELK1"])
@pytest.mark.parametrize("told", [True, False])
def test_two_identical_sites_have_one_name(track: str, told: bool) -> None:
    example = get_example("ets")
    assert example is not None
    first, second = (named(example.sequence, track, site.start, site.end, told=told) for site in example.sites)
    assert len(first) == len(second) == 1
    assert first[0].motif == second[0].motif
    assert families_of(first[0].motif) == ("Ets-related",)
    assert first[0].strand != second[0].strand
    if told:
        assert first[0].motif.name == track


@pytest.mark.parametrize("told", [True, False])
def test_an_untouched_site_keeps_its_name(told: bool) -> None:
    """Whatever is edited outside it, the other site destroyed included."""
    example = get_example("ets")
    assert example is not None
    bases, site = example.sequence.bases, example.sites[0]
    name = named(example.sequence, "GABPA", site.start, site.end, told=told)[0].motif
    other = example.sites[1]
    edits = [(other.start, "A" * 10)] + [
        (at, "GTAC"["ACGT".index(bases[at])]) for at in (2, 13, 22, 45, 52, 60, 66, 77, 99)
    ]
    for at, letters in edits:
        edited = Sequence(bases[:at] + letters + bases[at + len(letters) :])
        assert [match.motif for match in named(edited, "GABPA", site.start, site.end, told=told)] == [name], (
            at,
            letters,
        )
