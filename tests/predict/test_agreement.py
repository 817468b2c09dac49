"""How many members of an ensemble agree about a difference."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.ensemble import Ensemble
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.predict.agreement import Agreement, agreement
from genoviz.predict.prediction import target_value
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

TARGET = Target("activity", ("activity",))


class CountA(nn.Module):
    """`weight` for every A."""

    def __init__(self, weight: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight))

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        return self.weight * X[:, :1].sum(2)


def test_by_hand() -> None:
    card = replace(get_card("toy.sum"), length=4)
    model = NetModel(Ensemble(CountA(w) for w in (2.0, 1.0, -0.5)), card)
    found = agreement(model, Sequence("CCCC"), Sequence("AACC"), TARGET)
    assert found.deltas == (4, 2, -1)
    assert found.agreeing == 2
    assert found.sentence == "2 of 3 networks agree on the direction (their differences: -1 to +4)."


def test_no_difference_is_no_agreement_and_one_network_has_nothing_to_say() -> None:
    assert Agreement((0.0, 0.0)).agreeing == 0
    assert Agreement((1.0,)).sentence == ""


def test_the_mean_of_the_members_is_the_models_own_difference() -> None:
    model = load_model("promoter.ecoli")
    target = Target.default(model.card)
    one, other = (Sequence((text * 75)[:150]) for text in ("ACGTTG", "TATAAT"))
    deltas = agreement(model, one, other, target).deltas
    assert len(deltas) == 3
    whole = target_value(model, other, target) - target_value(model, one, target)
    assert sum(deltas) / 3 == close(whole, beside=target_value(model, one, target))
