"""Ensembles: the mean of their members, and the members one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from genoviz.models.base import NetModel
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.ensemble import Ensemble, build_members, members_of, sizes_of
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.sequences.sequence import Sequence
from tests.comparison import close

CARD = replace(get_card("toy.sum"), name="test.ensemble", length=12)


def linear(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Flatten(), nn.Linear(48, 1))


def test_the_mean_of_the_members() -> None:
    nets = [linear(seed) for seed in range(3)]
    model = NetModel(Ensemble(nets), CARD)
    X = encode("ACGTACGTACGT")
    expected = torch.stack([net(X) for net in nets]).mean(0)
    assert torch.allclose(model.logits(X)["activity"][:, :, 0], expected)
    members = members_of(model)
    assert [m.logits(X)["activity"].item() for m in members] == [net(X).item() for net in nets]
    single = NetModel(nets[0], CARD)
    assert members_of(single) == [single]


def test_members_come_from_the_training_record() -> None:
    two = build_members(replace(CARD, training={"members": 2}), lambda: linear(0)).net
    assert isinstance(two, Ensemble)
    assert len(two.members) == 2
    assert not isinstance(build_members(CARD, lambda: linear(0)).net, Ensemble)


def test_sizes_are_hashable() -> None:
    assert sizes_of(replace(CARD, config={"widths": [3, 5], "head": "pool"})) == {"widths": (3, 5), "head": "pool"}


@pytest.mark.parametrize("card", [c for c in list_models() if c.training.get("members", 1) > 1], ids=lambda c: c.name)
def test_an_effect_is_the_mean_effect_of_the_members(card) -> None:
    output = card.outputs[-1]  # of a profile model the rates; their total is a sum of exponentials
    model, target = load_model(card), Target(output.name, output.tracks[:1])
    sequence = Sequence(("ACGTTGCATTAACCGG" * 50)[: card.length])
    window = (card.length // 2, card.length // 2 + 3)
    whole = saturate(model, sequence, target, window=window)
    parts = [saturate(member, sequence, target, window=window).delta for member in members_of(model)]
    assert np.mean(parts, axis=0) == close(whole.delta, beside=whole.value)
