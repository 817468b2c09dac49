"""Comparisons whose right answer is known: hand-set networks, one saturated network, one that reads one strand."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from genoviz.attribute.attribution import attribute
from genoviz.compare.comparison import compare, read_around, stretches
from genoviz.compare.contested import contested
from genoviz.compare.disagreements import disagreements
from genoviz.compare.two_sequences import compare_sequences
from genoviz.errors import BadInput, BadSequence, Cancelled, UnknownName
from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence

SITE = Sequence("C" * 27 + "GATAAG" + "C" * 27, "one site")
TARGET = Target("activity", ("activity",))


class Saturated(nn.Module):
    """min(1, matches to GATAAG at bases 28-33, minus 4): full already with five of the six."""

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        site = torch.tensor([2, 0, 3, 0, 0, 2])
        matches = X[:, site, torch.arange(27, 33)].sum(1)
        return torch.clamp(matches - 3.5, 0, 1)[:, None] + 0.01 * X[:, 1, :27].sum(1)[:, None]


def toy(net: nn.Module, **card: object) -> NetModel:
    return NetModel(net, replace(get_card("toy.sum"), name="toy.test", **card)).eval()  # type: ignore[arg-type]


def test_rows_pairs_and_consensus_by_hand() -> None:
    """Every method that adds up gives each base of the only site the same; the rest gets nothing."""
    found = compare([load_model("toy.sum")], SITE, methods=["ig", "deeplift", "ablation"], baseline="zeros")
    assert [row.attribution.method for row in found.rows] == ["ig", "deeplift", "ablation"]
    assert {row.attribution.baseline for row in found.rows} == {"zeros", None}
    assert [(i, j, round(s.pearson, 6), s.overlap, s.sign) for i, j, s in found.pairs] == [
        (0, 1, 1, 1, 1), (0, 2, 1, 1, 1), (1, 2, 1, 1, 1),
    ]  # fmt: skip
    assert np.flatnonzero(found.consensus()).tolist() == list(range(27, 33))
    assert found.consensus(3)[27:33].tolist() == pytest.approx([1] * 6)
    assert found.votes[27:33].tolist() == [3] * 6
    assert contested(found) == ()
    with pytest.raises(BadInput, match="consensus of at least 4"):
        found.consensus(4)


def test_models_of_two_lengths_share_one_axis() -> None:
    """`toy.sum` reads 60 of 101 bases, around the chosen place; its row is that of `attribute` on the window."""
    sequence = Sequence("CT" * 20 + "GATAAG" + "TC" * 27 + "T")
    models = [load_model("toy.sum"), load_model("tfbind.encode10")]
    found = compare(models, sequence, methods=["inputxgradient"], centre=42)
    row = found.rows[0]
    assert (row.fitted.start, row.fitted.end) == (12, 72)
    alone = attribute(models[0], sequence.crop(12, 72), TARGET, "inputxgradient")
    assert row.values[12:72].tolist() == alone.per_base.tolist()
    assert np.isnan(row.values[:12]).all()
    assert np.isfinite(found.rows[1].values).all()
    assert any("Different measurements" in notice for notice in found.notices)
    assert read_around(SITE, 80).left_pad == 10  # a shorter sequence stands in the middle


def test_a_saturated_network_makes_the_gradient_the_odd_one_out() -> None:
    """Six matches give no gradient; the way from the reference does."""
    found = compare([toy(Saturated())], SITE, methods=["inputxgradient", "ig"], baseline="uniform")
    bases = contested(found)
    inside = [one for one in bases if 27 <= one.position < 33]
    assert [one.position for one in inside] == list(range(27, 33))
    assert {one.reason for one in inside} == {"saturation"}
    assert (inside[0].strong, inside[0].against) == ((1,), (0,))


def test_sites_that_stand_in_for_each_other_make_mutations_the_odd_one_out() -> None:
    class Either(nn.Module):
        def forward(self, X: torch.Tensor) -> torch.Tensor:
            site = torch.tensor([2, 0, 3, 0, 0, 2])
            one, two = (X[:, site, torch.arange(place, place + 6)].sum(1) for place in (10, 40))
            return torch.maximum(one, two)[:, None]

    two_sites = Sequence("C" * 10 + "GATAAG" + "C" * 24 + "GATAAG" + "C" * 14)
    model = toy(Either())
    for method, reason in (("ig", "redundancy"), ("inputxgradient", "steepness")):
        found = compare([model], two_sites, methods=[method, "ablation"], baseline="uniform")
        assert not found.rows[1].values[10:16].any()  # the other site makes up for each change
        assert {c.reason for c in contested(found)} == {reason}


def test_two_models_that_differ_by_strand_or_by_what_was_measured() -> None:
    class Other(nn.Module):
        def forward(self, X: torch.Tensor) -> torch.Tensor:
            return X[:, 1, 40:46].sum(1)[:, None]  # C at bases 41-46; on the other strand these are 15-20

    one, other = load_model("toy.sum"), toy(Other(), task="something else")
    plain = contested(compare([one, other], SITE, methods=["inputxgradient"]))
    assert {c.reason for c in plain} == {"assay"}
    strands = compare([one, other], SITE, methods=["inputxgradient"], strands=True)
    assert strands.rows[0].flipped is not None
    assert strands.rows[0].flipped[27:33].tolist() == [0] * 6  # CTTATC matches too little
    assert {c.reason for c in contested(strands) if 27 <= c.position < 33} == {"strand"}
    same = contested(compare([one, toy(Other())], SITE, methods=["inputxgradient"]))
    assert {c.reason for c in same} == {"model"}


def test_two_sequences_have_the_references_of_the_first() -> None:
    second = Sequence(SITE.bases[:28] + "C" + SITE.bases[29:])
    shares: list[float] = []
    found = compare_sequences(
        load_model("toy.sum"), SITE, second, method="deeplift", baseline="zeros", progress=shares.append
    )
    # Six matches of six add 3, half a unit each; five add 2, 0.4 each, and the changed base nothing.
    assert found.change[26:34].tolist() == pytest.approx([0, -0.1, -0.5, -0.1, -0.1, -0.1, -0.1, 0])
    assert found.differing == (28,)
    assert found.sentence == (
        "First 3, second 2 arbitrary units: -1. 1 of 60 letters differ. The score moves most at base 29 (-0.5)."
    )
    drawn = compare_sequences(load_model("toy.sum"), SITE, second, method="deepliftshap", references=3)
    assert drawn.second.options["shuffled_sequence"] == SITE.bases
    with pytest.raises(BadSequence, match="60 and 59"):
        compare_sequences(load_model("toy.sum"), SITE, SITE.crop(0, 59))


def test_what_is_done_is_kept_when_stopped() -> None:
    def stop(share: float) -> None:
        if share > 0.7:
            raise Cancelled

    methods = ["inputxgradient", "saliency", "ablation", "occlusion"]  # the last two take nearly all the work
    found = compare([load_model("toy.sum")], SITE, methods=methods, progress=stop)
    assert 2 <= len(found.rows) < 4
    assert not found.complete

    def at_once(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        compare([load_model("toy.sum")], SITE, methods=methods, progress=at_once)
    records = [SITE, Sequence("T" + SITE.bases[1:])]
    part = disagreements([load_model("toy.sum")], records, progress=at_once)
    assert (len(part.ranked), part.complete) == (1, False)


def test_what_cannot_be_compared_is_refused() -> None:
    model = load_model("toy.sum")
    with pytest.raises(BadInput, match="1 explanation"):
        compare([model], SITE, methods=["ig"])
    with pytest.raises(UnknownName):
        compare([model], SITE, methods=["ig", "magic"])
    with pytest.raises(UnknownName):
        compare([model], SITE, baseline="nothing")
    with pytest.raises(BadInput, match="1 targets were given for 2 models"):
        compare([model, model], SITE, [TARGET])
    with pytest.raises(BadInput, match="No model"):
        compare([], SITE)
    assert stretches(np.array([True, True, False, True])) == [(0, 2), (3, 4)]
