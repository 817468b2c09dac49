"""What the texts of lessons 8 to 14 state, beyond the numbers that they are filled with, is so."""

from __future__ import annotations

import numpy as np

from genoviz.learn.exercise import model
from genoviz.learn.exercises import (
    designs,
    hidden_bases,
    honest_scores,
    lies,
    site_grammar,
    splice_sites,
    squeezed,
)
from genoviz.lessons.examples import get_example
from genoviz.sequences.sequence import Sequence


def test_lies() -> None:
    facts = lies.Band().facts()
    assert float(facts["median"]) < float(facts["highest"]) < float(facts["site"])
    assert int(facts["kept"]) - int(facts["kept_inside"]) <= 1
    assert 1.5 <= lies.Band().best() <= 1.8  # the hint
    example = get_example("nrse")
    assert example is not None
    site = slice(example.sites[0].start, example.sites[0].end)
    assert (site.start + 1, site.stop) == (41, 61)
    assert lies.impostor()[site].mean() > 0.05 > lies.impostor()[: site.start].mean()  # it marks the site
    assert float(lies.RandomWeights().facts()["most"]) < 0.5
    assert int(lies.Blank().facts()["least"]) == 5
    assert lies.blanked("A", 20) > 0.95 * lies.blanked("A", 0)


def test_grammar() -> None:
    facts = site_grammar.Distance().facts()
    assert site_grammar.Distance().solution() == {site_grammar.Distance.name: site_grammar.TAUGHT}
    assert float(facts["best"]) > 0 > float(facts["next_best"])
    turned = site_grammar.Turn().logits()
    assert turned["taught"] > 0 > max(value for name, value in turned.items() if name != "taught")
    copies = site_grammar.copies_found()
    assert copies.gap == 5
    assert float(copies.joint.mean[-1]) < 2 * float(copies.joint.mean[0]) < float(copies.expected.mean[-1])
    assert np.all(
        np.diff(copies.joint.mean, prepend=0)[1:] < np.diff(copies.joint.mean, prepend=0)[:-1]
    )  # less and less
    joint = site_grammar.boxes().joint.mean[1, 0]
    assert site_grammar.Boxes().beyond() < 0.1
    assert joint[site_grammar.NATURAL] < joint[10:].max()  # no peak at 17


def test_scores() -> None:
    assert 100 <= honest_scores.Rare().best() <= 200
    assert honest_scores.precision(honest_scores.OF / 2) > 0.8
    assert honest_scores.precision(10) < 0.1
    assert honest_scores.nearest_auroc(honest_scores.AT_RANDOM) > 0.95
    assert abs(honest_scores.nearest_auroc(honest_scores.BY_FAMILY) - 0.5) < 0.05
    _, family, label = honest_scores.relatives()
    assert all(len(set(label[family == one])) == 1 for one in set(family.tolist()))
    between_tests = honest_scores.mean_mcc("official") - honest_scores.mean_mcc("dev")
    between_models = honest_scores.others_mcc() - honest_scores.mean_mcc("official")
    assert between_tests > 2 * between_models > 0  # "larger than the one between models"


def test_autoencoders() -> None:
    bases = squeezed.promoter().bases
    facts = squeezed.Kept().facts()
    assert float(facts["guess"]) < float(facts["share"]) < 50
    tallest = int(facts["tallest"]) - 1
    assert set(facts["around"]) <= set("ATC")
    assert facts["around"].count("C") <= 1  # a stretch of A and T
    assert tallest < example_sites()[0][0]  # in front of the boxes
    assert squeezed.likeliest(bases)[tallest] == bases[tallest]
    height = squeezed.heights(bases).sum(0)
    for start, end in example_sites():
        assert height[start:end].mean() < 0.5 * height.max()
    near_76 = [place // 4 + 1 for place in squeezed.repaired() if 70 <= place // 4 + 1 <= 80]
    assert near_76
    assert 107 <= squeezed.BROKEN + 1 <= 112  # the -10 box
    away, curve = squeezed.distances()
    assert 30 <= int(squeezed.Near().solution()[squeezed.Near.name] or 0) <= 40
    assert curve[squeezed.SHIFT] < away / 3


def example_sites() -> list[tuple[int, int]]:
    """The -35 and the -10 box of the promoter."""
    example = get_example("serw")
    assert example is not None
    return [(site.start, site.end) for site in example.sites[:2]]


def test_language_models() -> None:
    best = hidden_bases.Surest().solution()
    assert 115 <= best + 1 <= 130
    assert int((hidden_bases.expected().entropy < hidden_bases.expected().entropy.max()).sum())
    assert hidden_bases.AtTheSite().solution() == {hidden_bases.AtTheSite.name: hidden_bases.SAME}
    facts = hidden_bases.AtTheSite().facts()
    assert float(facts["surprise"]) > float(facts["surprise_other"]) + 0.2
    said = hidden_bases.Likelier().facts()
    assert (said["first"], said["last"], said["all"]) == ("101", "107", "21")
    assert said["lowered"] == said["all"]
    assert said["edit"].startswith("C106")  # the hint
    assert float(said["fold"]) > 10
    assert 4e5 < model(hidden_bases.MODEL).card.parameters < 6e5  # half a million


def test_design() -> None:
    start, free = designs.START, designs.designed(designs.START)
    assert "T71C" in designs.edits(start, free)
    assert "ACTTCCGG" in free  # the site as the hint spells it, on the other strand
    assert "ACTTCCGG" not in start
    a, b = designs.SecondOpinion.designs().values()
    for name, bases in (("A", a), ("B", b)):
        both = bases + Sequence(bases).reverse_complement().bases
        assert designs.logit(bases) > 0
        added = both.count(designs.CORE) > (
            designs.OTHER_START + Sequence(designs.OTHER_START).reverse_complement().bases
        ).count(designs.CORE)
        assert added == (name == "B")
    assert abs(designs.logit(a) - designs.logit(b)) < 0.1  # the network sees no difference
    assert designs.motif_score(b) > designs.motif_score(a) + 3
    assert designs.logit(b, designs.SECOND) > designs.logit(a, designs.SECOND)
    one, two = designs.broken()
    assert designs.logit(one) > 0 > designs.logit(two)
    example = get_example("ets")
    assert example is not None
    places = sorted(int(edit[1:-1]) - 1 for edit in designs.edits(example.sequence.bases, two))
    assert [site.start <= at < site.end for site, at in zip(example.sites, places, strict=True)] == [True, True]


def test_splicing() -> None:
    found = splice_sites.case()
    assert found.before[found.own : found.own + 2] == "GT"
    assert found.after[found.own : found.own + 2] == "GG"  # its T is a G now
    assert found.before[splice_sites.SIDE] == "T"
    assert found.cryptic - found.own == 8
    assert found.own_after < 0.05 < found.own_before
    assert found.cryptic_after > found.cryptic_before + 0.4
    assert splice_sites.likeliest().length_change == 8
    assert splice_sites.Frame().facts()["decay"] == "not expected"
