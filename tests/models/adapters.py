"""Adapters of somebody's: what breaks the contract, and what keeps it in an unusual way."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from genoviz.models.card import ModelCard, Output

LENGTH = 20
SEQUENCE = "ACGTTGCAACGGATTCACTA"
WITH_N = "ACGTTGCAANNGATTCACTA"


def card(name: str = "my.model", outputs: tuple[Output, ...] = (Output("y", ("a", "b"), "u"),)) -> ModelCard:
    return ModelCard(
        name=name, title=name, summary="s", family="CNN", task="t", builder="", length=LENGTH, outputs=outputs,
        parameters=1, n_rule="N is a column of zeros.", data="d", split="s", licence="l", citation="c", limits=("x",),
    )  # fmt: skip


def net(dropout: float = 0.0, tracks: int = 2) -> nn.Sequential:
    torch.manual_seed(0)
    layers = [nn.Conv1d(4, 8, 5, padding=2), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(dropout), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(8 * LENGTH, tracks))


class Adapter(nn.Module):
    """A model whose `logits` is a function of its network and X."""

    def __init__(self, logits: Callable[[nn.Module, Tensor], Any], outputs: tuple[Output, ...] | None = None) -> None:
        super().__init__()
        self.card = card() if outputs is None else card(outputs=outputs)
        self.net, self._logits = net(), logits
        self.eval()

    def logits(self, X: Tensor) -> Any:
        return self._logits(self.net, X)


def good() -> Adapter:
    return Adapter(lambda f, X: {"y": f(X)[:, :, None]})


def nan_on_n() -> Adapter:
    return Adapter(lambda f, X: {"y": f(X / X.sum(1, keepdim=True))[:, :, None]})


def infinite() -> Adapter:
    return Adapter(lambda f, X: {"y": torch.exp(1e4 + f(X))[:, :, None]})


def nan_where_g_is_first() -> Adapter:
    """nan for every sequence that begins with G: 1 of the 60 mutants of one that does not."""
    return Adapter(lambda f, X: {"y": (f(X) + torch.log(0.5 - X[:, 2, :1]))[:, :, None]})


# What `logits` returns instead of what the card says, with words of the message.
UNFIT: dict[str, tuple[Callable[[nn.Module, Tensor], Any], str]] = {
    "a tuple": (lambda f, X: (f(X)[:, :, None],), "returned a tuple; a dict of tensors"),
    "a tensor": (lambda f, X: f(X)[:, :, None], "returned a torch.Tensor; a dict"),
    "nothing": (lambda f, X: None, "returned a NoneType; a dict"),
    "numpy": (lambda f, X: {"y": f(X)[:, :, None].detach().numpy()}, "`y` is a numpy.ndarray; a tensor"),
    "a list of numbers": (lambda f, X: {"y": f(X).tolist()}, "`y` is a list; a tensor"),
    "another name": (lambda f, X: {"z": f(X)[:, :, None]}, r"outputs \['z'\], the card lists \['y'\]"),
    "no output": (lambda f, X: {}, r"outputs \[\], the card lists \['y'\]"),
    "one more output": (lambda f, X: {"y": f(X)[:, :, None], "z": f(X)}, r"outputs \['y', 'z'\]"),
    "one track": (lambda f, X: {"y": f(X)[:, :1, None]}, r"shape \(\d+, 1, 1\); \(batch, track, bin\) = \(\d+, 2, 1\)"),
    "three tracks": (lambda f, X: {"y": f(X)[:, [0, 1, 1], None]}, r"shape \(\d+, 3, 1\)"),
    "two bins": (lambda f, X: {"y": f(X)[:, :, None].repeat(1, 1, 2)}, r"shape \(\d+, 2, 2\)"),
    "no bins": (lambda f, X: {"y": f(X)}, r"shape \(\d+, 2\); \(batch, track, bin\)"),
    "tracks last": (lambda f, X: {"y": f(X)[:, None]}, r"shape \(\d+, 1, 2\)"),
    "no batch": (lambda f, X: {"y": f(X)[:, :, None].mean(0)}, r"shape \(2, 1\)"),
    "one row for all": (lambda f, X: {"y": f(X)[:, :, None].repeat(2, 1, 1)}, r"shape \(\d+, 2, 1\)"),
    "double": (lambda f, X: {"y": f(X)[:, :, None].double()}, "is torch.float64; float32 is needed"),
    "whole numbers": (lambda f, X: {"y": f(X)[:, :, None].long()}, "is torch.int64; float32 is needed"),
}


class Counted:
    """A plain class, not an nn.Module."""

    run: Callable[[Tensor], Tensor]

    def __init__(self, **holding: Any) -> None:
        self.card = card()
        self.__dict__.update(holding)

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        return {"y": self.run(X)[:, :, None]}


class Holder:
    def __init__(self, network: nn.Module) -> None:
        self.network = network


@dataclass(eq=False)
class Nested:
    holder: Holder


class Slots:
    __slots__ = ("network",)

    def __init__(self, network: nn.Module) -> None:
        self.network = network


def _closure(network: nn.Module) -> Callable[[Tensor], Tensor]:
    def run(X: Tensor) -> Tensor:
        return network(X)

    return run


def _default(network: nn.Module) -> Callable[[Tensor], Tensor]:
    def run(X: Tensor, inner: nn.Module = network) -> Tensor:
        return inner(X)

    return run


GLOBAL = net(0.5)
GLOBALS = {"first": net(0.5)}


class OnClass(Counted):
    network = net(0.5)

    def run(self, X: Tensor) -> Tensor:
        return self.network(X)


class InModule(Counted):
    def run(self, X: Tensor) -> Tensor:
        return GLOBAL(X) + GLOBALS["first"](X)


class Unregistered(nn.Module):
    """A module that keeps its networks in a list, where `eval` does not reach."""

    def __init__(self) -> None:
        super().__init__()
        self.card, self.nets = card(), [net(0.5)]

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        return {"y": self.nets[0](X)[:, :, None]}


# Where a network that drops at random may be; each makes an adapter in training mode.
PLACES: dict[str, Callable[[], Any]] = {
    "attribute": lambda: Counted(run=net(0.5)),
    "list": lambda: (lambda n: Counted(nets=[n], run=lambda X: n(X)))(net(0.5)),
    "dict of tuples": lambda: (lambda n: Counted(nets={"a": (n,)}, run=n.__call__))(net(0.5)),
    "object": lambda: (lambda h: Counted(held=h, run=lambda X: h.network(X)))(Holder(net(0.5))),
    "nested dataclass": lambda: (lambda h: Counted(run=lambda X: h.holder.network(X)))(Nested(Holder(net(0.5)))),
    "slots": lambda: (lambda h: Counted(run=lambda X: h.network(X)))(Slots(net(0.5))),
    "partial": lambda: Counted(run=functools.partial(lambda n, X: n(X), net(0.5))),
    "bound method": lambda: Counted(run=net(0.5).forward),
    "closure": lambda: Counted(run=_closure(net(0.5))),
    "default": lambda: Counted(run=_default(net(0.5))),
    "wrapped": lambda: Counted(run=functools.wraps(_closure(net(0.5)))(_closure(net(0.5)))),
    "class": OnClass,
    "module's names": InModule,
    "list of a module": Unregistered,
}


class RandomN(Counted):
    """Random, but not by torch: numpy draws a number for each call."""

    def __init__(self, draw: Callable[[], float]) -> None:
        network = net().eval()
        super().__init__(run=lambda X: network(X) + draw())


_GENERATOR = np.random.default_rng(0)
RANDOM: dict[str, Callable[[], Any]] = {
    "torch": lambda: RandomN(lambda: float(torch.rand(()))),
    "numpy": lambda: RandomN(lambda: float(np.random.rand())),
    "python": lambda: RandomN(random.random),
    "generator of its own": lambda: RandomN(lambda: float(_GENERATOR.random())),
    "dropout of a function": lambda: Adapter(
        lambda f, X: {"y": nn.functional.dropout(f(X), 0.5, training=True)[:, :, None]}
    ),
}


class Checkpointed(Adapter):
    def __init__(self, reentrant: bool) -> None:
        super().__init__(lambda f, X: {"y": checkpoint(f, X, use_reentrant=reentrant)[:, :, None]})


class Raises(Counted):
    def __init__(self, error: BaseException, on: str = "") -> None:
        network = net().eval()

        def run(X: Tensor) -> Tensor:
            if not on or bool((X == 0).all(1).any()):
                raise error
            return network(X)

        super().__init__(run=run)
