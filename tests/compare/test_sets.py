"""Mean maps and the disagreement finder: hand-worked scores, a spoilt record, a planted difference."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from genoviz.compare.disagreements import disagreements, gap_per_base
from genoviz.compare.mean_map import aligned, label_in, mean_map
from genoviz.errors import BadInput, Cancelled, NotFinite
from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence


def at(start: int, site: str = "GATAAG", length: int = 80) -> Sequence:
    return Sequence("C" * start + site + "C" * (length - start - len(site)), f"site at {start + 1}")


def test_sites_at_their_summits_lie_on_each_other() -> None:
    """Each site is placed in the middle; the gradient of `toy.sum` gives each of its bases 1."""
    records = [at(20), at(31), at(44), at(20, "CCCCCC")]
    found = mean_map(
        load_model("toy.sum"),
        records,
        method="inputxgradient",
        places=[20, 31, 44, 20],
        labels=["with"] * 3 + ["without"],
    )
    group = found.group("with")
    assert (found.at, group.records, found.group("without").records) == (30, 3, 1)
    assert group.mean[30:36].tolist() == [1] * 6
    assert group.low[30:36].tolist() == [1] * 6
    assert not group.mean[36:50].any()
    assert group.by_letter[:, 30].tolist() == [0, 0, 1, 0]
    assert group.value == (3, 3, 3)
    assert np.isnan(found.group("without").low).all()  # one record has no interval
    assert found.sentence == (
        "Strongest mean score of a place, in arbitrary units. with (3): +1 at 0 (95 % interval +1 to +1); "
        "without (1): no score."
    )


def test_means_and_intervals_by_hand() -> None:
    """Two of four have the site: mean 1/2, standard deviation sqrt(1/3), interval 1.96 sqrt(1/3) / 2."""
    records = [at(30), at(30), at(30, "CCCCCC"), at(30, "CCCCCC")]
    found = mean_map(load_model("toy.sum"), records, method="inputxgradient", places=[30] * 4)
    (group,) = found.groups
    half = 1.96 * np.sqrt(1 / 3) / 2
    assert (group.mean[30], group.low[30], group.high[30]) == pytest.approx((0.5, 0.5 - half, 0.5 + half))
    assert group.size[30] == 0.5
    split = mean_map(
        load_model("toy.sum"), records, method="inputxgradient", places=[30] * 4, labels=["a", "b", "a", "b"]
    )
    gain, low, high = split.difference("a", "b")
    assert gain[30] == 0
    assert low[30] < 0 < high[30]
    assert "They differ most" not in split.sentence  # nowhere
    apart = mean_map(
        load_model("toy.sum"),
        [*records, *records],
        method="inputxgradient",
        places=[30] * 8,
        labels=["x"] * 2 + ["y"] * 6,
    )
    # 2 of 2 against 2 of 6: 1/3 - 1 with the interval of the second, sqrt(4/15) its standard deviation.
    half = 1.96 * np.sqrt(4 / 15 / 6)
    assert apart.sentence.endswith(
        f"at 0: y minus x -0.67 (95 % interval {-2 / 3 - half:+.2g} to {-2 / 3 + half:+.2g})."
    )


def test_records_are_cut_and_filled_around_their_place() -> None:
    record = Sequence("ACGTACGTAC")
    assert aligned(record, 0, 6, 3).bases == "NNNACG"
    assert aligned(record, 9, 6, 3).bases == "GTACNN"
    assert label_in("chr1:5 label=peak|x") == "peak"
    assert label_in("chr1") == ""


def test_a_record_without_a_number_is_left_out() -> None:
    class Root(nn.Module):
        def forward(self, X: torch.Tensor) -> torch.Tensor:
            return torch.sqrt(X[:, 2].sum(1) - 0.5)[:, None]  # nan without a G

    model = NetModel(Root(), replace(get_card("toy.sum"), name="toy.root")).eval()
    found = mean_map(model, [at(20), at(20, "CCCCCC"), at(21)], method="inputxgradient")
    assert len(found.records) == 2
    assert "1 records are left out" in found.notices[0]
    with pytest.raises(NotFinite):
        mean_map(model, [at(20, "CCCCCC")] * 2, method="inputxgradient")
    ranked = disagreements([model], [at(20), at(20, "CCCCCC")])
    assert [one.number for one in ranked.ranked] == [0]
    assert "is left out" in ranked.notices[0]


def test_a_stopped_run_averages_records_of_every_label() -> None:
    records = [at(20)] * 100 + [at(20, "CCCCCC")] * 100

    def stop(share: float) -> None:
        raise Cancelled

    found = mean_map(
        load_model("toy.sum"),
        records,
        method="inputxgradient",
        places=[20] * 200,
        labels=["a"] * 100 + ["b"] * 100,
        progress=stop,
    )
    assert not found.complete
    assert found.notices == ("Stopped: 64 of 200 records were explained, drawn by chance.",)
    assert found.group("a").mean[30:36].tolist() == [1] * 6
    assert not np.nan_to_num(found.group("b").mean).any()
    assert found.group("a").records + found.group("b").records == 64


def test_what_cannot_be_averaged_is_refused() -> None:
    model = load_model("toy.sum")
    with pytest.raises(BadInput, match="1 records"):
        mean_map(model, [at(3)])
    with pytest.raises(BadInput, match="The place 81"):
        mean_map(model, [at(3), at(4)], places=[3, 80])
    with pytest.raises(BadInput, match="7 of them different"):
        mean_map(model, [at(3)] * 7, labels=list("abcdefg"))
    with pytest.raises(BadInput, match="No record is labelled"):
        mean_map(model, [at(3), at(4)], method="saliency").group("x")


class Clipped(nn.Module):
    """min(3, matches to GATAAG in the middle), and a little of C before it: nothing to gain from a fourth match."""

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        site = torch.tensor([2, 0, 3, 0, 0, 2])
        matches = X[:, site, torch.arange(27, 33)].sum(1)
        return (torch.clamp(matches, 0, 5.5) + 0.2 * X[:, 1, :20].sum(1))[:, None]


def test_saturated_records_are_where_gradient_and_mutations_differ() -> None:
    model = NetModel(Clipped(), replace(get_card("toy.sum"), name="toy.clipped")).eval()
    records = [at(27, "GATACC", 60), at(27, length=60), at(27, "GACCCC", 60)]
    found = disagreements([model], records)
    assert found.ranked[0].number == 1  # all six match: the gradient of the site is 0, each loss is half a unit
    top = found.ranked[0]
    assert sorted(i for i, _ in top.bases(6)) == list(range(27, 33))
    assert all(gain > 0 for _, gain in top.bases(6))
    assert found.ranked[1].similarity.pearson > 0.9
    assert dict(zip([one.number for one in found.ranked], found.ranks[:, 0], strict=True)) == {0: 0.5, 1: 1, 2: 0}
    assert "least alike: site at 28" in found.sentence
    two = disagreements([load_model("toy.sum"), load_model("toy.and")], records, methods=["inputxgradient"])
    assert two.sides == ("toy.sum activity, Input x Gradient", "toy.and activity, Input x Gradient")
    assert "Different measurements" not in " ".join(two.notices)


def test_two_sides_are_needed() -> None:
    model = load_model("toy.sum")
    for models, methods in (([model], ["ig"]), ([model], ["ig", "ig"]), ([model] * 3, None), ([], None)):
        with pytest.raises(BadInput, match="models, "):
            disagreements(models, [at(3, length=60)], methods=methods)
    with pytest.raises(BadInput, match="2 targets"):
        disagreements([model], [at(3)], [Target("activity")] * 2)
    two = disagreements([model], [at(3, length=60)], [Target("activity"), Target("activity", scale="value")])
    assert two.ranked[0].gap == pytest.approx(0)
    same = np.array([1, 2, np.nan], dtype=np.float32)
    assert gap_per_base(same, 3 * same)[:2].tolist() == pytest.approx([0, 0], abs=1e-6)
