"""`check_model` passes what keeps the contract and names what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from genoviz.models.base import NetModel, activate
from genoviz.models.card import ModelCard, Output
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.load import load_model
from genoviz.trust.model_contract import check_model

CARD = replace(get_card("toy.sum"), name="test.adapter", length=12, outputs=(Output("y", ("y",), "units"),))


class Good:
    """The smallest adapter: no torch.nn.Module needed."""

    card = CARD

    def __init__(self) -> None:
        self.weight = torch.arange(48, dtype=torch.float32).reshape(1, 4, 12) / 48

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        return {"y": (X * self.weight).sum((1, 2))[:, None, None]}


class WrongShape(Good):
    def logits(self, X: Tensor) -> dict[str, Tensor]:
        return {"y": (X * self.weight).sum((1, 2))}


class WrongName(Good):
    def logits(self, X: Tensor) -> dict[str, Tensor]:
        return {"z": super().logits(X)["y"]}


class Detached(Good):
    def logits(self, X: Tensor) -> dict[str, Tensor]:
        return {"y": super().logits(X)["y"].detach()}


class Constant(Good):
    def logits(self, X: Tensor) -> dict[str, Tensor]:
        return {"y": super().logits(X)["y"] * 0 + 1}


class BatchDependent(Good):
    def logits(self, X: Tensor) -> dict[str, Tensor]:
        y = super().logits(X)["y"]
        return {"y": y - y.mean()}


class NanAtN(Good):
    def logits(self, X: Tensor) -> dict[str, Tensor]:
        return {"y": super().logits(X / X.sum(1, keepdim=True))["y"]}


class PromisesSymmetry(Good):
    card = replace(CARD, strand_symmetric=True)


class EmptyCard(Good):
    card = replace(CARD, licence="", citation="")


class NoLimits(Good):
    card = replace(CARD, limits=())


class UnknownUse(Good):
    card = replace(CARD, good_for={"variant": "A misspelt use."})


class GoodAndBad(Good):
    card = replace(CARD, good_for={"scan": "It is."}, not_for={"scan": "It is not."})


class OddActivation(Good):
    card = replace(CARD, outputs=(Output("y", ("y",), "units", "softsign"),))


class NotACard(Good):
    card = "test.adapter"  # type: ignore[assignment]


class Raises(Good):
    def logits(self, X: Tensor) -> dict[str, Tensor]:
        raise ValueError("shapes do not match")


class NotADict(Good):
    def logits(self, X: Tensor) -> Tensor:  # type: ignore[override]
        return (X * self.weight).sum((1, 2))[:, None, None]


class NoLogits:
    card = CARD


class PositionFirst(Good):
    """A network that reads `(batch, position, base)`."""

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        return {"y": (X @ torch.ones(4, 1)).sum((1, 2))[:, None, None]}


class FourAxes(Good):
    def logits(self, X: Tensor) -> dict[str, Tensor]:
        return {"y": nn.functional.conv2d(X, torch.ones(1, 4, 12, 1))[:, :, 0]}


class Tokens(Good):
    """Letters as numbers; the gradient of what depends on X otherwise hides nothing."""

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        table = torch.arange(4.0).requires_grad_()
        return {"y": table[X.argmax(1)].sum(1)[:, None, None]}


class DropoutOn(NetModel):
    def __init__(self) -> None:
        super().__init__(nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(48, 1)), CARD)


class BatchNormOn(NetModel):
    def __init__(self) -> None:
        super().__init__(nn.Sequential(nn.Conv1d(4, 3, 5), nn.BatchNorm1d(3), nn.Flatten(), nn.Linear(24, 1)), CARD)


LONG = ("rbp.clip8", "tfbind.gue", "promoter.yeast", "splice.sites", "bpnet.yeast", "maskedlm.yeast-ecoli")


# Published models are held to it where their loaders are tested.
@pytest.mark.parametrize(
    "card",
    [pytest.param(c, marks=[pytest.mark.long] * (c.name in LONG)) for c in list_models() if not c.files],
    ids=lambda c: c.name,
)
def test_every_listed_model_keeps_the_contract(card: ModelCard) -> None:
    checks = check_model(load_model(card.name))
    assert [c for c in checks if c.passed is False] == []
    assert [c.name for c in checks] == [
        "card", "shape", "determinism", "batch independence", "gradient", "reverse complement", "N", "whole way",
    ]  # fmt: skip


def test_the_smallest_adapter_passes() -> None:
    checks = {c.name: c.passed for c in check_model(Good())}
    # Neither right nor wrong: the card does not promise that strands agree.
    assert checks.pop("reverse complement") is None
    assert all(checks.values())


@pytest.mark.parametrize(
    ("adapter", "failing", "words"),
    [
        (WrongShape, "shape", "(batch, track, bin) = (3, 1, 1)"),
        (WrongName, "shape", "['y']"),
        (Detached, "gradient", "detach"),
        (Constant, "gradient", "zero everywhere"),
        (BatchDependent, "batch independence", "batch"),
        (BatchNormOn, "batch independence", "batch norm"),
        (NanAtN, "N", "nan"),
        (PromisesSymmetry, "reverse complement", "by construction"),
        (EmptyCard, "card", "licence, citation"),
        (NoLimits, "card", "limits"),
        (UnknownUse, "card", "`variant` is no use"),
        (GoodAndBad, "card", "`scan`"),
        (OddActivation, "card", "softsign"),
        (NotACard, "card", "ModelCard"),
        (DropoutOn, "determinism", "dropout"),
        (Raises, "call", "shapes do not match"),
        (NotADict, "call", 'Return {"y": ...}'),
        (NoLogits, "call", "has no method `logits`"),
        (PositionFirst, "call", "It accepts `X.transpose(1, 2)`"),
        (FourAxes, "call", "It accepts `X[:, :, :, None]`"),
        (Tokens, "gradient", "one_hot @ embedding.weight"),
    ],
    ids=lambda v: v.__name__ if isinstance(v, type) else "",
)
def test_what_is_wrong_is_named(adapter: type, failing: str, words: str) -> None:
    torch.manual_seed(0)
    failed = {c.name: c.message for c in check_model(adapter()) if c.passed is False}
    assert failing in failed
    assert words in failed[failing]


def test_one_failure_does_not_hide_the_others() -> None:
    class Wrong(NanAtN):
        card = EmptyCard.card

    assert [c.name for c in check_model(Wrong()) if c.passed is False] == ["card", "N"]


def test_a_model_that_can_not_be_called_has_one_fault_and_its_card() -> None:
    """All other checks would repeat it."""
    assert [(c.name, c.passed) for c in check_model(Raises())] == [("card", True), ("call", False)]


def test_logits_that_look_like_probabilities_are_noted() -> None:
    class Activated(Good):
        card = replace(CARD, outputs=(replace(CARD.outputs[0], activation="sigmoid"),))

        def logits(self, X: Tensor) -> dict[str, Tensor]:
            return {"y": super().logits(X)["y"].sigmoid()}

    shape = next(c for c in check_model(Activated()) if c.name == "shape")
    assert shape.passed is None
    assert "ends in a sigmoid already" in shape.message


def test_activations() -> None:
    y = torch.tensor([[[0.0], [torch.log(torch.tensor(3.0))]]])  # one sequence, two tracks, one bin
    assert activate(y, "identity") is y
    assert activate(y, "sigmoid").flatten().tolist() == pytest.approx([0.5, 0.75])
    assert activate(y, "softmax").flatten().tolist() == pytest.approx([0.25, 0.75])
    assert activate(y, "exp").flatten().tolist() == pytest.approx([1, 3])
    assert activate(y, "softplus").flatten().tolist() == pytest.approx([0.693147, 1.386294])  # ln 2, ln 4


class OppositeOutputs(Good):
    """Two tracks that add up to nothing, as two classes of logits or both strands of a difference."""

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        y = X[:, :1].cumsum(2)[:, :, -1:]
        return {"y": torch.cat([y, -y], 1)}

    card = replace(Good.card, outputs=(replace(Good.card.outputs[0], tracks=("with", "without")),))


class Softmax(OppositeOutputs):
    def logits(self, X: Tensor) -> dict[str, Tensor]:
        return {"y": torch.softmax(super().logits(X)["y"], 1)}


class OneDeadTrack(OppositeOutputs):
    """The second class is the zero that a softmax may be measured from."""

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        y = super().logits(X)["y"][:, :1]
        return {"y": torch.cat([y, 0 * y], 1)}


class OneRoundedTrack(OppositeOutputs):
    def logits(self, X: Tensor) -> dict[str, Tensor]:
        y = super().logits(X)["y"]
        return {"y": torch.cat([y[:, :1], y[:, 1:].round().detach()], 1)}


@pytest.mark.parametrize("adapter", [OppositeOutputs, Softmax])
def test_outputs_that_sum_to_a_constant_have_a_gradient(adapter: type) -> None:
    gradient = next(check for check in check_model(adapter()) if check.name == "gradient")
    assert (gradient.passed, gradient.message) == (True, "flows back to the input")


def test_a_dead_track_is_noted_and_a_rounded_one_fails() -> None:
    dead = next(check for check in check_model(OneDeadTrack()) if check.name == "gradient")
    assert dead.passed is None
    assert "`without` of `y`" in dead.message
    rounded = next(check for check in check_model(OneRoundedTrack()) if check.name == "gradient")
    assert rounded.passed is False
    assert "`without` of `y` changes with the sequence, but its gradient is zero" in rounded.message
