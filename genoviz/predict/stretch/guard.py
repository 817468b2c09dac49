"""Whether the fast computation gives what the network itself gives: checked on single edits, in plain computation.

A check costs as much as a variant's plain pass through one network. It is made when a model is first asked, and from then on
of one edit whenever `EVERY` more were computed, each time with the next network.
"""

from __future__ import annotations

import warnings
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from genoviz.incremental import EngineFallback
from genoviz.models.base import Model, lock_of
from genoviz.predict.stretch.network import Member, Network

EVERY = 50  # edits
TOLERANCE = 1e-4  # of a probability


class Guard:
    """What was checked of one network, and whether it failed."""

    def __init__(self) -> None:
        self.failed = False
        self._since = EVERY  # edits computed since the last check
        self._checks = 0

    def due(self, network: Network, edits: int) -> Member | None:
        """The member to check in a call that computes so many edits, if one is due."""
        self._since += edits
        if self._since < EVERY or not edits:
            return None
        self._since, self._checks = 0, self._checks + 1
        return network.members[(self._checks - 1) % len(network.members)]

    def check(self, model: Model, member: Member, X: Tensor, found: Tensor) -> bool:
        """Whether outputs `(outputs, classes)` are what the network gives for X `(1, 4, outputs + 2 * context)`.

        If not, it is said loudly, and nobody asks again.
        """
        with lock_of(model), torch.no_grad():
            logits = member.net(X)[0].t()
        error = float((member.probabilities(logits) - member.probabilities(found)).abs().max())
        if error <= TOLERANCE:  # also false for nan
            return True
        self.failed = True
        warnings.warn(
            f"Fast computation of `{model.card.name}` differed from plain computation by {error:.1e}. "
            "Plain computation is used.",
            EngineFallback,
            stacklevel=2,
        )
        return False


_guards: WeakKeyDictionary[Network, Guard] = WeakKeyDictionary()


def guard_of(network: Network) -> Guard:
    """The one of a network; new weights are another network."""
    return _guards.setdefault(network, Guard())
