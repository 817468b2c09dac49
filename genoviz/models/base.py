"""The contract between models and everything else: `card` and `logits`."""

from __future__ import annotations

import threading
from typing import Protocol, runtime_checkable
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from genoviz.errors import BadModel
from genoviz.models.card import ModelCard


@runtime_checkable
class Model(Protocol):
    """What a model must offer; a class of your own with these two is enough.

    Methods that attach to modules (Guided Backprop, Deconvolution, Captum's DeepLIFT) also need it to be an
    `nn.Module`.
    """

    card: ModelCard

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        """From one-hot `(batch, 4, length)` to `{output: (batch, track, bin)}`, before the output's activation.

        Must be differentiable in X and independent of the other rows of the batch.
        """
        ...

    def __hash__(self) -> int:
        """By identity, as objects have it: locks and plans are kept per model object."""
        ...


class NetModel(nn.Module):
    """A network with one output head and its card, as a `Model`.

    Parameters
    ----------
    net
        `(batch, 4, length)` -> `(batch, tracks)` or `(batch, tracks, bins)`.
    card
        Card with exactly one output.
    """

    def __init__(self, net: nn.Module, card: ModelCard) -> None:
        super().__init__()
        self.net, self.card = net, card

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        """See `Model.logits`."""
        return self.named(self.net(X))

    def named(self, y: Tensor) -> dict[str, Tensor]:
        """What the network returned, by output; of an ensemble also what one of its members returned."""
        return {self.card.outputs[0].name: y[:, :, None] if y.dim() == 2 else y}

    def forward(self, X: Tensor) -> Tensor:
        """The network's own output."""
        result: Tensor = self.net(X)
        return result


_locks: WeakKeyDictionary[object, threading.RLock] = WeakKeyDictionary()
_locks_guard = threading.Lock()


def lock_of(model: Model) -> threading.RLock:
    """The one lock of a model object.

    Sessions of the app share models, and some attribution methods attach hooks to them for the time of a call; all
    verbs therefore hold this lock around each batch.
    """
    try:
        with _locks_guard:
            return _locks.setdefault(model, threading.RLock())
    except TypeError as error:  # a dataclass that compares by value, or slots without __weakref__
        raise BadModel(
            f"`{type(model).__name__}` can't be kept by identity ({error}).",
            "Locks and plans are kept for each model object, by its hash and a weak reference.",
            "Let a dataclass say `eq=False`, and give `__slots__` the entry `__weakref__`.",
        ) from error


def activate(logits: Tensor, activation: str) -> Tensor:
    """Values from logits `(batch, track, bin)` by an `Output.activation`."""
    if activation == "sigmoid":
        return torch.sigmoid(logits)
    if activation == "softmax":
        return torch.softmax(logits, 1)
    if activation == "exp":
        return torch.exp(logits)
    if activation == "softplus":
        return torch.nn.functional.softplus(logits)
    if activation == "identity":
        return logits
    raise BadModel(
        f"The card names the activation `{activation}`.",
        "identity, sigmoid, softmax, exp and softplus are accepted.",
        "Correct the card's output.",
    )
