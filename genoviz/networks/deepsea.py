"""DeepSEA (Zhou and Troyanskaya 2015, Nat Methods 12:931): 919 chromatin features from 1,000 bases.

The published weights are those of the authors' Lua Torch network, converted to PyTorch by Kipoi, which offers it twice:
read on one strand, or with the probabilities of both strands averaged as on the authors' web server. The kernels are for
channels in the order A G C T; the converter puts them into A C G T. Instead of a ReLU the network has a threshold: values
that are not positive become 0.000001.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.networks.construct import both_strands, strand_mean

PUBLISHED_ORDER = "AGCT"
FLOOR = 1e-6
# Our names of the published modules, by their number within the network.
_NAMES = {"0": "convs.0", "4": "convs.1", "8": "convs.2", "12.1": "dense", "14.1": "out"}


@dataclass(frozen=True)
class DeepSEAConfig:
    """Sizes of the network, and whether it averages the probabilities of both strands."""

    length: int = 1000
    channels: tuple[int, ...] = (320, 480, 960)
    width: int = 8
    pool: int = 4
    hidden: int = 925
    outputs: int = 919
    both_strands: bool = True


class DeepSEA(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)` logits.

    With `both_strands` the logits are those of the mean of the two strands' probabilities.
    """

    def __init__(self, config: DeepSEAConfig) -> None:
        super().__init__()
        c = config
        self.both_strands = c.both_strands
        rows = (4, *c.channels)
        self.convs = nn.ModuleList(nn.Conv1d(a, b, c.width) for a, b in pairwise(rows))
        self.thresholds = nn.ModuleList(nn.Threshold(0, FLOOR) for _ in c.channels)
        self.pools = nn.ModuleList(nn.MaxPool1d(c.pool) for _ in c.channels[1:])  # none behind the last convolution
        size = c.length - c.width + 1
        for _ in c.channels[1:]:
            size = size // c.pool - c.width + 1
        self.dense = nn.Linear(size * c.channels[-1], c.hidden)
        self.threshold = nn.Threshold(0, FLOOR)
        self.out = nn.Linear(c.hidden, c.outputs)

    def forward(self, X: Tensor) -> Tensor:
        if not self.both_strands:
            return self.strand(X)
        logits = self.strand(both_strands(X))
        # Mean probabilities of yes and of no, each on its own: 1 - p would lose the digits of small numbers.
        return strand_mean(torch.sigmoid(logits)).log() - strand_mean(torch.sigmoid(-logits)).log()

    def strand(self, X: Tensor) -> Tensor:
        """Logits `(batch, outputs)` of sequences read as they are."""
        h = self.thresholds[0](self.convs[0](X))
        for pool, conv, threshold in zip(self.pools, self.convs[1:], self.thresholds[1:], strict=True):
            h = threshold(conv(pool(h)))
        y: Tensor = self.out(self.threshold(self.dense(h.flatten(1))))
        return y


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """The network's state dict from the published keys: `2.0.weight` in the file for both strands, `1.0.weight` else.

    The first number counts what stands before the network: reordering the letters, adding the other strand.
    """
    (published,) = states.values()
    state = {}
    for key in list(published):
        module, _, name = key.rpartition(".")
        before, _, inner = module.partition(".")
        if before in ("1", "2") and inner in _NAMES:
            value = published.pop(key)
            state[f"{_NAMES[inner]}.{name}"] = value.squeeze(2) if value.dim() == 4 else value
    first = "convs.0.weight"
    if first in state:
        state[first] = state[first][:, [PUBLISHED_ORDER.index(base) for base in "ACGT"]]
    return state


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return NetModel(DeepSEA(DeepSEAConfig(**sizes_of(card))), card)
