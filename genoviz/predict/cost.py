"""What a prediction costs on this computer, estimated before it is made."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from genoviz.models.answers import ask
from genoviz.models.base import Model, lock_of
from genoviz.networks.long_range import long_range_net

GRADIENT = 3  # predictions that one with a gradient costs, or four where inner results are computed anew
SAMPLE = 4096  # bases whose convolutions are timed


@dataclass(frozen=True)
class Cost:
    """Seconds on this computer, estimated: of one prediction, of one with its gradient, and of one mutant of a sequence
    that was predicted already.
    """

    prediction: float
    gradient: float
    mutant: float

    def saturation(self, mutants: int) -> float:
        """Seconds of a mutation map: the sequence, then its mutants."""
        return self.prediction + mutants * self.mutant


def cost_of(model: Model) -> Cost:
    """Estimate what a model costs, without a whole prediction where its parts can be timed.

    Of a `LongRangeNet`, the convolutions of a few thousand bases and one layer of attention are timed, after a first run
    each; of any other model, one prediction.
    """
    net = long_range_net(model)
    if net is None:
        X = _example(model.card.length)
        seconds = _timed(model, lambda: ask(model, X))
        return Cost(seconds, GRADIENT * seconds, seconds)
    length = model.card.length
    sample = min(length, max(net.grain, SAMPLE // net.grain * net.grain))
    X = _example(sample)
    stretch = _timed(model, lambda: net.local(X))
    bins = torch.zeros(1, length // net.grain, net.channels)
    rest = _timed(model, lambda: net.layers[0](bins)) * len(net.layers)
    tower = stretch * length / sample
    return Cost(tower + rest, (GRADIENT + 1) * (tower + rest), rest)


def _example(length: int) -> Tensor:
    """One-hot A C G T A C ..., `(1, 4, length)`."""
    return torch.eye(4)[torch.arange(length) % 4].T[None].contiguous()


def _timed(model: Model, work: Callable[[], object]) -> float:
    """Seconds of the second of two runs, of this thread alone: what others did meanwhile is not the model's cost."""
    seconds = 0.0
    for _ in range(2):
        with lock_of(model), torch.no_grad():
            clock, mine = time.perf_counter(), time.thread_time()
            work()
            seconds = time.thread_time() - mine or time.perf_counter() - clock
    return seconds
