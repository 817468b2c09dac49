"""Several networks of one architecture, trained with different seeds, as one model.

The prediction is the mean of the members' logits. Where members disagree about the effect of an edit, the data do not
settle it: `logits_by_member` gives the logits of each, so that every difference can say how many agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import add
from typing import Any

from torch import Tensor, nn

from genoviz.models.answers import ask, checked, guarded
from genoviz.models.base import Model, NetModel
from genoviz.models.card import ModelCard


class Ensemble(nn.Module):
    """Mean of the outputs of networks that read and return the same shapes."""

    def __init__(self, members: Iterable[nn.Module]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def each(self, X: Tensor) -> list[Tensor]:
        """What each member returns."""
        return [member(X) for member in self.members]

    def combine(self, found: list[Tensor]) -> Tensor:
        """The ensemble's output from those of its members."""
        total: Tensor = reduce(add, found)
        return total / len(found)

    def forward(self, X: Tensor) -> Tensor:
        return self.combine(self.each(X))


def net_of(card: ModelCard, make: Callable[[], nn.Module]) -> nn.Module:
    """One network of `make()`, or `card.training["members"]` of them as an ensemble."""
    members = int(card.training.get("members", 1))
    return make() if members == 1 else Ensemble(make() for _ in range(members))


def build_members(card: ModelCard, make: Callable[[], nn.Module]) -> NetModel:
    """The model of a card with one output, without weights, see `net_of`."""
    return NetModel(net_of(card, make), card)


def sizes_of(card: ModelCard) -> dict[str, Any]:
    """The card's `config` as arguments of a frozen dataclass: lists, as JSON has them, become tuples."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in card.config.items()}


def members_of(model: Model) -> list[Model]:
    """The members of an ensemble, each as a model with the ensemble's card; any other model is its only member."""
    if isinstance(model, NetModel) and isinstance(model.net, Ensemble):
        return [type(model)(member, model.card) for member in model.net.members]
    return [model]


def logits_by_member(model: Model, X: Tensor) -> tuple[dict[str, Tensor], list[dict[str, Tensor]]]:
    """The logits of a model, and those of each of its members, see `members_of`: one pass through each network."""
    if not (isinstance(model, NetModel) and isinstance(model.net, Ensemble)):
        whole = ask(model, X)
        return whole, [whole]
    net = model.net
    if type(model).logits is NetModel.logits and type(net).forward is Ensemble.forward:
        found = guarded(model, lambda: net.each(X), X)
        return checked(model, X, model.named(net.combine(found))), [model.named(y) for y in found]
    # A class with a way of its own from the members to the logits is asked as a whole.
    return ask(model, X), [ask(member, X) for member in members_of(model)]
