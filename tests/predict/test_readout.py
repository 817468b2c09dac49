"""A batch is read once: how often each network is asked, and that everything told of it is what it was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from genoviz.errors import BadSequence
from genoviz.models.base import Model, NetModel
from genoviz.models.catalogue import get_card
from genoviz.models.ensemble import Ensemble, logits_by_member, members_of
from genoviz.models.load import load_model
from genoviz.models.onehot import encode
from genoviz.models.target import SCALES, Target
from genoviz.networks.spliceai import ProbabilityMean
from genoviz.predict.agreement import agreement
from genoviz.predict.prediction import evaluate, predict, target_value
from genoviz.predict.readout import read
from genoviz.sequences.sequence import Sequence

MODELS = ("tfbind.encode10", "splice.sites", "bpnet.yeast", "kmer.encode10", "toy.sum")


def networks_of(model: Model) -> list[nn.Module]:
    assert isinstance(model, NetModel)
    return list(model.net.members) if isinstance(model.net, Ensemble) else [model.net]


@contextmanager
def asked(model: Model) -> Iterator[list[list[int]]]:
    """For each network of a model, how many sequences each of its passes read."""
    passes: list[list[int]] = [[] for _ in networks_of(model)]
    hooks = [
        network.register_forward_pre_hook(lambda _, inputs, own=own: own.append(len(inputs[0])))
        for network, own in zip(networks_of(model), passes, strict=True)
    ]
    try:
        yield passes
    finally:
        for hook in hooks:
            hook.remove()


def sequences(model: Model, n: int) -> list[Sequence]:
    rng = np.random.default_rng(4)
    return [Sequence("".join(rng.choice(list("ACGT"), model.card.length))) for _ in range(n)]


@pytest.mark.parametrize("name", MODELS)
def test_each_network_is_asked_once_about_a_batch(name: str) -> None:
    model = load_model(name)
    batch, target = sequences(model, 3), Target.default(model.card)
    with asked(model) as passes:
        found = read(model, batch)
        found.tracks(0)
        found.tracks(2, scale="logit")
        found.numbers(target)
        found.member_numbers(replace(target, scale="value"))
    assert passes == [[3]] * len(networks_of(model))
    with asked(model) as passes:
        predict(model, batch, batch_size=2)
    assert passes == [[2, 1]] * len(networks_of(model))
    with asked(model) as passes:
        agreement(model, batch[0], batch[1], target)
    assert passes == [[1, 1]] * len(networks_of(model))


@pytest.mark.parametrize("name", MODELS)
def test_what_is_told_is_what_the_model_says_to_the_last_bit(name: str) -> None:
    """Against the model and each of its members asked on their own, on the same batch."""
    model = load_model(name)
    batch = sequences(model, 3)
    X, found = encode(batch), read(model, batch)
    members = members_of(model)
    assert len(found.members) == len(members) == len(networks_of(model))
    for output in model.card.outputs:
        for scale in SCALES:
            target = Target(output.name, output.tracks[-1:], scale=scale)
            assert found.numbers(target).tolist() == evaluate(target.of(model), model, X).tolist()
            alone = [evaluate(target.of(member), member, X).tolist() for member in members]
            assert found.member_numbers(target).tolist() == alone
    for i, row in enumerate(predict(model, batch)):
        for name, tracks in found.tracks(i).items():
            assert np.array_equal(tracks.values, row[name].values)
    one = read(model, batch[0])
    assert one.numbers(Target.default(model.card))[0] == target_value(model, batch[0], Target.default(model.card))


def test_numbers_from_logits_by_hand() -> None:
    card = replace(get_card("tfbind.encode10"), outputs=(replace(get_card("tfbind.encode10").outputs[0], bins=2),))
    first, second = card.outputs[0].tracks[:2]
    logits = torch.zeros(2, len(card.outputs[0].tracks), 2)
    logits[0, 0], logits[0, 1], logits[1, 1] = torch.tensor([1.0, 3]), torch.tensor([5.0, 7]), torch.tensor([-2.0, 4])
    given = {"binding": logits}
    assert Target("binding", (first,)).from_logits(card, given).tolist() == [2, 0]
    assert Target("binding", (first, second), reduction="sum").from_logits(card, given).tolist() == [16, 2]
    assert Target("binding", (second,), (1, 2)).from_logits(card, given).tolist() == [7, 4]
    assert Target("binding", (second,), reduction="max", scale="value").from_logits(card, given).tolist() == [
        pytest.approx(1 / (1 + np.exp(-7))),
        pytest.approx(1 / (1 + np.exp(-4))),
    ]


class Scaled(nn.Module):
    """`weight` for every A, in two classes of log probabilities or as one number."""

    def __init__(self, weight: float, classes: bool) -> None:
        super().__init__()
        self.weight, self.classes, self.passes = weight, classes, 0

    def forward(self, X: Tensor) -> Tensor:
        self.passes += 1
        y = self.weight * X[:, :1].sum(2)
        return torch.log_softmax(torch.stack([y, 0 * y], 1), 1) if self.classes else y


def test_an_ensemble_combines_in_its_own_way() -> None:
    """A mean of probabilities, as of splice models: not the mean of the logits."""
    output = replace(get_card("toy.sum").outputs[0], tracks=("A", "other"))
    card = replace(get_card("toy.sum"), length=4, outputs=(output,))
    nets = [Scaled(weight, classes=True) for weight in (2.0, -1.0)]
    found = read(NetModel(ProbabilityMean(nets), card), Sequence("AACC"))
    each = [float(1 / (1 + np.exp(-2 * net.weight))) for net in nets]
    assert found.logits["activity"].exp()[0, 0, 0] == pytest.approx(np.mean(each), rel=1e-6)
    assert [float(m["activity"].exp()[0, 0, 0]) for m in found.members] == pytest.approx(each, rel=1e-6)
    assert [net.passes for net in nets] == [1, 1]


def test_a_class_with_a_way_of_its_own_to_the_logits_is_asked_as_a_whole() -> None:
    class Doubled(NetModel):
        def logits(self, X: Tensor) -> dict[str, Tensor]:
            return {"activity": 2 * self.net(X)[:, :, None]}

    model = Doubled(Ensemble(Scaled(weight, classes=False) for weight in (2.0, -1.0)), get_card("toy.sum"))
    whole, members = logits_by_member(model, encode("AACC"))
    assert whole["activity"].item() == 2
    assert [logits["activity"].item() for logits in members] == [8, -4]


def test_a_model_that_is_no_network() -> None:
    class CountA:
        card = replace(get_card("toy.sum"), length=4)

        def logits(self, X: Tensor) -> dict[str, Tensor]:
            return {"activity": X[:, :1].sum(2, keepdim=True)}

    found = read(CountA(), [Sequence("AACC"), Sequence("CCCC")])
    assert found.numbers(Target("activity")).tolist() == [2, 0]
    assert found.member_numbers(Target("activity")).tolist() == [[2, 0]]
    with pytest.raises(BadSequence, match="reads exactly 4"):
        read(CountA(), [Sequence("AACC"), Sequence("AAC")])
