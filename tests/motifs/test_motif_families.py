"""The one rule that names a place: ties, families and members by hand, and places reduced to one match per family."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genoviz.lessons.examples import EXAMPLES
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.factors import factors_of, taxa_of
from genoviz.models.target import Target
from genoviz.motifs.collection import KnownMotif, collection, find
from genoviz.motifs.families import families_of, family_label, named, one_per_family, ties
from genoviz.motifs.motif import Motif
from genoviz.motifs.scan import scan, without_overlaps
from genoviz.sequences.sequence import Sequence


def known(name: str, family: str, sites: int = 100, width: int = 8) -> KnownMotif:
    return KnownMotif.of(Motif(name, ((0.7, 0.1, 0.1, 0.1),) * width, sites), "", "some class", family)


@dataclass(frozen=True)
class Found:
    """A match as the rule sees it."""

    motif: Motif
    p_value: float
    start: int = 0

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.start + len(self.motif)


def test_a_tie_has_half_the_logarithm_of_the_best() -> None:
    assert ties(1e-8, 1e-8)
    assert ties(0.99e-4, 1e-8)
    assert not ties(1.01e-4, 1e-8)
    assert ties(0.9e-2, 1e-4)
    assert ties(0.0, 0.0)
    assert not ties(1e-300, 0.0)


ETS = "Ets-related"
# The best p-value is of a factor that is alone in its family; ELF5 is too far from it to tie (1e-10 reaches to 1e-5).
SITE = [
    Found(known("Zbtb2", "Factors with multiple dispersed zinc fingers", 900), 1e-10),
    Found(known("ELK1", ETS, 500), 1e-8),
    Found(known("ELF2", ETS, 800, width=9), 1e-6),
    Found(known("ETV4", ETS, 700, width=12), 1e-8),
    Found(known("GABPA", ETS, 50), 0.9e-5),
    Found(known("ELF5", ETS, 5000), 1e-4),
    Found(known("ETV5::HOXA2", "Ets-related; HOX-related factors", 60, width=15), 1e-9),
]


@pytest.mark.parametrize(
    ("about", "name"),
    [
        ((), "ELF2"),  # four of the family tie with Zbtb2, and ELF2's matrix has most sites of these
        ({"GABPA"}, "GABPA"),
        ({"ETV4"}, "ETV4"),
        ({"ETV5"}, "ETV5::HOXA2"),  # one half of a dimer, where the factor has no matrix of its own
        ({"ETV5", "ELK1"}, "ELK1"),
        ({"ELF5"}, "ELF2"),  # does not tie
        ({"ZBTB2"}, "Zbtb2"),  # what is explained goes before the family's majority
        ({"CTCF"}, "ELF2"),
    ],
)
def test_names_by_hand(about: set[str], name: str) -> None:
    for matches in (SITE, SITE[::-1]):
        assert named(matches, about).motif.name == name


def test_a_factor_with_many_matrices_counts_once() -> None:
    many = [Found(known("CTCF", "More than 3 adjacent zinc fingers", 9000 + i), 1e-6) for i in range(4)]
    two = [Found(known(name, "FOX"), 1e-6) for name in ("FOXA1", "FOXA2")]
    assert named([*many, *two]).motif.name == "FOXA1"
    assert named(many).motif.sites == 9003


def test_zinc_fingers_do_not_speak_for_each_other() -> None:
    """They read different letters: neither their number nor their sites name a place that one of them fits better."""
    fingers = "More than 3 adjacent zinc fingers"
    best = Found(known("CTCF", fingers, 10), 1e-9)
    others = [Found(known(f"ZNF{i}", fingers, 1000 * i), 1e-5) for i in range(1, 6)]
    pair = [Found(known(name, "FOX"), 1e-8) for name in ("FOXA1", "FOXA2")]
    assert named([best, *others]).motif.name == "CTCF"
    assert named([best, *others, *pair]).motif.name == "FOXA1"
    assert named([best, *others], {"ZNF3"}).motif.name == "ZNF3"
    # At one place they are one match all the same.
    assert one_per_family([best, *others], lambda f: f.span) == [(best, 6)]
    assert one_per_family([best, *others], lambda f: f.span, {"ZNF3"}) == [(others[2], 6)]
    # Those of SP1's family do.
    kruppel = [
        Found(known(name, "Three-zinc finger Kruppel-related", n), 1e-6) for name, n in (("SP1", 3), ("KLF4", 9))
    ]
    assert named([*kruppel, others[0]]).motif.name == "KLF4"


def test_length_is_nothing_to_a_name() -> None:
    for long, short in ((4, 15), (15, 4)):
        pair = [Found(known("A", ETS, 10, long), 1e-6), Found(known("B", ETS, 11, short), 1e-5)]
        assert named(pair).motif.name == "B"


def test_families_and_labels() -> None:
    assert families_of(find("ELK1::HOXA1")) == ("Ets-related", "HOX-related factors")
    assert families_of(find("MA0059.2")) == ("bHLH-ZIP",)  # both halves of MAX::MYC have one
    assert families_of(KnownMotif.of(Motif("x", ((1, 0, 0, 0),)), "", "C6 zinc cluster factors")) == (
        "C6 zinc cluster factors",
    )
    assert families_of(Motif("mine", ((1, 0, 0, 0),))) == ("mine",)
    labels = {find(name).name: family_label(find(name)) for name in ("GABPA", "CTCF", "SP1", "ELK1::HOXA1", "FOXA1")}
    assert labels == {
        "GABPA": "Ets: GABPA",
        "CTCF": "zinc finger: CTCF",
        "SP1": "Kruppel: SP1",
        "ELK1::HOXA1": "Ets; HOX: ELK1::HOXA1",
        "FOXA1": "FOX: FOXA1",
    }
    assert family_label(Motif("mine", ((1, 0, 0, 0),))) == "mine"


def test_one_match_per_place_and_family_by_hand() -> None:
    best, tied, weak = Found(known("A", ETS, 10), 1e-8, 20), Found(known("B", ETS, 90), 1e-5, 21), known("C", ETS, 999)
    beside, apart = Found(weak, 1e-3, 27), Found(weak, 1e-3, 40)
    other = Found(known("D", "FOX"), 1e-4, 20)
    dimer = Found(known("A::D", "Ets-related; FOX", 5, width=30), 1e-4, 10)
    kept = one_per_family([beside, apart, other, tied, best], lambda f: f.span)
    # C begins on the last base of A: no tie, and the same place of the family. What lies apart stays, as other families do.
    assert kept == [(tied, 3), (other, 1), (apart, 1)]
    assert one_per_family([best, tied], lambda f: f.span, {"A"}) == [(best, 2)]
    # A dimer is of both families.
    assert one_per_family([dimer, best], lambda f: f.span) == [(best, 2)]
    assert one_per_family([], lambda f: f.span) == []
    # What begins half a site on is another place: it gives no name here, though it ties.
    shifted = Found(known("C", ETS, 999), 1e-5, 24)
    assert one_per_family([best, shifted], lambda f: f.span) == [(best, 2)]


@given(st.text("ACGT", min_size=40, max_size=120), st.sampled_from([(), ("REB1",)]))
def test_what_is_kept_shares_no_base_within_a_family(text: str, about: tuple[str, ...]) -> None:
    hits = scan(Sequence(text), collection(("fungi",)), 1e-3)
    kept = without_overlaps(hits, about=about)
    assert set(kept) <= set(hits)
    for i, one in enumerate(kept):
        for other in kept[i + 1 :]:
            shared = set(families_of(one.motif)) & set(families_of(other.motif))
            assert not shared or one.end <= other.start or other.end <= one.start
    assert set(without_overlaps(kept, about=about)) == set(kept)
    if hits:
        best = min(hits, key=lambda hit: hit.p_value)
        near = [hit for hit in kept if hit.start < best.end and best.start < hit.end]
        assert any(set(families_of(hit.motif)) & set(families_of(best.motif)) for hit in near)


def test_identical_letters_have_identical_names() -> None:
    """The ETS site and its reverse complement of the example, and the same site in other surroundings."""
    word, about = "ACCGGAAGTG", ("GABPA",)
    names = set()
    for bases in (EXAMPLES[0].sequence.bases, "T" * 30 + word + "C" * 30, "GATTACA" * 5 + word + "CATTAG" * 5):
        kept = without_overlaps(scan(Sequence(bases), collection(("vertebrates",))), about=about)
        ets = [hit for hit in kept if "Ets-related" in families_of(hit.motif)]
        names |= {hit.motif.label for hit in ets if hit.p_value < 2e-5 and isinstance(hit.motif, KnownMotif)}
    assert names == {"MA0062.4 GABPA"}


@pytest.mark.parametrize(
    ("tracks", "expected"),
    [
        (("GABPA",), {"GABPA"}),
        (("HepG2 FOXA1",), {"HEPG2 FOXA1", "HEPG2", "FOXA1"}),
        (("Nkx2-1_mouse", "Rap1"), {"NKX2-1_MOUSE", "NKX2-1", "MOUSE", "RAP1"}),
        ((), set()),
    ],
)
def test_factors_of_tracks(tracks: tuple[str, ...], expected: set[str]) -> None:
    assert factors_of(Target("binding", tracks)) == expected


@pytest.mark.parametrize(
    ("name", "taxa"),
    [
        ("tfbind.encode10", ("vertebrates",)),
        ("bpnet.yeast", ("fungi",)),
        ("enhancer.deepstarr", ("insects",)),
        ("splice.sites", ("vertebrates", "plants")),
        ("promoter.ecoli", ()),
        ("toy.sum", ("vertebrates", "fungi", "plants", "insects")),
    ],
)
def test_groups_of_motifs_that_fit_an_organism(name: str, taxa: tuple[str, ...]) -> None:
    card: ModelCard = get_card(name)
    assert taxa_of(card) == taxa


def test_p_values_of_the_best_alone_decide_nothing_about_others() -> None:
    """A name is a function of its own place: further matches elsewhere do not change it."""
    rng = np.random.default_rng(0)
    here = [Found(known(f"F{i}", ETS, int(rng.integers(1000))), float(10 ** -rng.uniform(3, 8)), 10) for i in range(20)]
    there = [Found(known(f"G{i}", ETS, 10_000), 1e-12, 60) for i in range(20)]
    alone = one_per_family(here, lambda f: f.span)
    assert set(alone) <= set(one_per_family([*here, *there], lambda f: f.span))
