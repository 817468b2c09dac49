"""Basset (Kelley et al. 2016, Genome Res 26:990): open chromatin in 164 human cell types from 600 bases.

The published weights are those of the authors' Lua Torch network, converted to PyTorch by Kipoi: three convolutions of
one row of pixels, so their kernels are stored as `(out, in, width, 1)`, and modules numbered in the order in which they
are applied. The final sigmoid is left to the card's activation.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of

# Our names of the published modules, by their number there.
_NAMES = {
    "0": "convs.0",
    "1": "conv_norms.0",
    "4": "convs.1",
    "5": "conv_norms.1",
    "8": "convs.2",
    "9": "conv_norms.2",
    "13.1": "denses.0",
    "14": "dense_norms.0",
    "17.1": "denses.1",
    "18": "dense_norms.1",
    "21.1": "out",
}


@dataclass(frozen=True)
class BassetConfig:
    """Sizes of the network."""

    length: int = 600
    channels: tuple[int, ...] = (300, 200, 200)
    widths: tuple[int, ...] = (19, 11, 7)
    pools: tuple[int, ...] = (3, 4, 4)
    hidden: tuple[int, ...] = (1000, 1000)
    outputs: int = 164


class Basset(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)` logits."""

    def __init__(self, config: BassetConfig) -> None:
        super().__init__()
        c = config
        rows = (4, *c.channels)
        self.convs = nn.ModuleList(nn.Conv1d(a, b, w) for (a, b), w in zip(pairwise(rows), c.widths, strict=True))
        self.conv_norms = nn.ModuleList(nn.BatchNorm1d(n) for n in c.channels)
        self.conv_relus = nn.ModuleList(nn.ReLU() for _ in c.channels)
        self.pools = nn.ModuleList(nn.MaxPool1d(n) for n in c.pools)
        size = c.length
        for width, pool in zip(c.widths, c.pools, strict=True):
            size = (size - width + 1) // pool
        sizes = (size * c.channels[-1], *c.hidden)
        self.denses = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.dense_norms = nn.ModuleList(nn.BatchNorm1d(n) for n in c.hidden)
        self.dense_relus = nn.ModuleList(nn.ReLU() for _ in c.hidden)
        self.out = nn.Linear(c.hidden[-1], c.outputs)

    def forward(self, X: Tensor) -> Tensor:
        h = X
        for conv, norm, relu, pool in zip(self.convs, self.conv_norms, self.conv_relus, self.pools, strict=True):
            h = pool(relu(norm(conv(h))))
        h = h.flatten(1)
        for dense, norm, relu in zip(self.denses, self.dense_norms, self.dense_relus, strict=True):
            h = relu(norm(dense(h)))
        y: Tensor = self.out(h)
        return y


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """The network's state dict from the published keys (`0.weight`, `13.1.bias`, ...)."""
    (published,) = states.values()
    state = {}
    for key in list(published):
        module, _, name = key.rpartition(".")
        if module in _NAMES:
            value = published.pop(key)
            state[f"{_NAMES[module]}.{name}"] = value.squeeze(3) if value.dim() == 4 else value
    return state


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return NetModel(Basset(BassetConfig(**sizes_of(card))), card)
