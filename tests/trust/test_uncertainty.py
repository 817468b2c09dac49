"""Networks that disagree about a base, and a single one that is asked in other ways."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from genoviz.attribute.attribution import attribute
from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.ensemble import Ensemble
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence
from genoviz.trust.stability import shifted_target, stability
from genoviz.trust.strand import mirrored
from genoviz.trust.uncertainty import MemberAgreement, PredictionGaps, prediction_gaps, uncertainty

ACTIVITY = Target("activity")


class Weighted(nn.Module):
    """A weight for each base at each position."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = (X * self.weight).sum((1, 2))[:, None]
        return y


def model_of(*nets: nn.Module) -> NetModel:
    card = replace(get_card("toy.sum"), length=6)
    return NetModel((nets[0] if len(nets) == 1 else Ensemble(nets)).eval(), card)


def test_members_that_differ_in_sign_are_counted_per_base() -> None:
    one, other, third = (torch.zeros(4, 6) for _ in range(3))
    one[0, 0], other[0, 0], third[0, 0] = 1, 2, 3  # an A at the first base: all raise
    one[1, 1], other[1, 1], third[1, 1] = -1, -1, 1  # a C at the second: two lower, one raises
    model = model_of(*(Weighted(w) for w in (one, other, third)))
    result = attribute(model, Sequence("ACGTTT"), ACTIVITY, "inputxgradient")
    found = uncertainty(model, result)
    assert isinstance(found, MemberAgreement)
    assert found.agreeing.tolist() == [3, 2, 0, 0, 0, 0]
    assert found.mean == pytest.approx(result.per_base)
    assert found.rows[0] == {"position": 1, "base": "A", "mean": 2, "low": 1, "high": 3, "agreeing": 3, "networks": 3}
    known = stability(model, result, members=found.scores)  # asked once for both
    assert known.rows == stability(model, result).rows
    assert [row["change"] for row in known.rows].count("member") == 3
    assert found.sentence.startswith("All 3 networks agree on the sign of 1 of 6 bases, which hold 86 %")  # 2 of 2 1/3


def test_a_single_network_is_asked_on_the_other_strand_and_shifted() -> None:
    weight = torch.zeros(4, 6)
    weight[0] = torch.arange(6.0)  # an A counts its position, from 0
    model, sequence = model_of(Weighted(weight)), Sequence("CACCTC")  # A at 1; on the other strand GAGGTG
    found = prediction_gaps(model, sequence, ACTIVITY)
    assert (found.value, found.other_strand) == (1, 1)
    assert found.shifts == {1: 2, -2: 5, 3: 4, -4: 3, 5: 0}
    assert found.sentence.endswith("goes to between 0 and 5 with shifts of 1 to 5 bases; on the other strand it is 1.")
    assert [row["value"] for row in found.rows] == [1, 1, 2, 5, 4, 3, 0]
    rna = NetModel(model.net, replace(model.card, molecule="RNA"))
    assert prediction_gaps(rna, sequence, ACTIVITY).other_strand is None
    assert isinstance(uncertainty(model, attribute(model, sequence, ACTIVITY, "saliency")), PredictionGaps)


def test_bins_of_a_target_move_with_the_sequence_and_turn_with_it() -> None:
    """Bins of four bases lie over others when the sequence moves, and on the other side in the reverse complement."""
    card = get_card("toy.sum")
    card = replace(card, outputs=(replace(card.outputs[0], bins=10, resolution=4),))
    target = replace(ACTIVITY, bins=(1, 3))
    assert shifted_target(target, card, 5).bins == (2, 4)
    assert shifted_target(target, card, -4).bins == (0, 2)
    assert shifted_target(target, card, -8).bins == (1, 3)  # outside: left where they are
    assert mirrored(target, card).bins == (7, 9)
    assert shifted_target(ACTIVITY, card, 5) == mirrored(ACTIVITY, card) == ACTIVITY
