"""What the engine says of itself: which way it took, and how many products that are."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from genoviz.incremental import plan

LENGTH = 40
X = nn.functional.one_hot(torch.arange(LENGTH) % 4, 4).T.float()


def test_a_recurrent_layer_without_a_rule_has_products() -> None:
    """Both strands go through the layer as one batch, for which there is no rule; its products are counted by hand."""
    torch.manual_seed(0)
    gru, out = nn.GRU(4, 8, batch_first=True), nn.Linear(8, 1)

    def function(x: Tensor) -> Tensor:
        strands = torch.stack([x, x.flip(1, 2)], 1).flatten(0, 1).transpose(1, 2)
        return out(gru(strands)[0]).sum((1, 2)).unflatten(0, (-1, 2)).mean(1)

    made = plan(function, LENGTH)
    reference = made.reference(X)
    assert not reference.follows
    text = made.explain()
    assert "Path: plain, because no operation has a rule here" in text
    assert "Path: incremental" not in text
    # two strands: 40 steps of 3 gates, 8 states from 4 bases and 8 states; then 8 products at each step
    products = 2 * 40 * (3 * 8 * (4 + 8) + 8)
    assert f"Products per edit: {products:,}, 1.0 times fewer" in text
    found = reference.saturate()
    assert torch.allclose(found[X[:, 5].argmax(), 5], reference.value)
    assert not reference.follows


def test_one_rule_is_enough_to_follow() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv1d(4, 8, 5), nn.ReLU(), nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(8, 1)).eval()
    made = plan(net, LENGTH)
    assert made.reference(X).follows
    assert "Path: incremental" in made.explain()


def test_nan_in_both_ways_is_no_difference() -> None:
    made = plan(nn.Sequential(nn.Flatten(), nn.Linear(4 * LENGTH, 1)).eval(), LENGTH)
    made.reference(X)
    nan, one = torch.tensor([float("nan"), 1.0]), torch.tensor([1.0, 1.0])
    assert made.agrees(nan, nan, one)
    assert made.agrees(nan * float("nan"), nan * float("nan"), one)
    assert made.plain_because is None
