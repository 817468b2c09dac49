"""MPRA-LegNet (Agarwal et al. 2025, Nature 639:411): lentiMPRA activity in K562, HepG2 or WTC11 cells from 200 bases.

A LegNet (Penzar et al. 2023, Bioinformatics 39:btad457) for human reporter assays: a stem, four blocks of an inverted
bottleneck whose result is put beside its input, a pooled map and a dense head. It reads the oligonucleotide of the assay:
200 tested bases between two adapters of 15, which the model adds. As in the authors' code the prediction is the mean over
both strands of the oligonucleotide, and N is a quarter of each letter.

The kernels are published for channels in the order A G C T; the converter puts them into A C G T. Modules have the names
of the published file.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.networks.construct import Construct, both_strands, strand_mean

PUBLISHED_ORDER = "AGCT"
PREFIX = "model."  # the training code wraps the network


@dataclass(frozen=True)
class MPRALegNetConfig:
    """Sizes of the network, one block per entry of `channels`, and the adapters on both sides of the sequence."""

    left: str
    right: str
    length: int = 200
    stem: int = 64
    stem_width: int = 11
    width: int = 9
    channels: tuple[int, ...] = (80, 96, 112, 128)
    pools: tuple[int, ...] = (2, 2, 2, 2)
    widening: int = 4


class Gate(nn.Module):
    """Squeeze-and-excitation: scale each channel by a sigmoid of the channels' means."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        small = channels // reduction
        self.fc = nn.Sequential(nn.Linear(channels, small), nn.SiLU(), nn.Linear(small, channels), nn.Sigmoid())

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = h * self.fc(h.mean(2))[:, :, None]
        return y


class Bottleneck(nn.Module):
    """Widen, filter each channel, gate, narrow again."""

    def __init__(self, channels: int, width: int, widening: int) -> None:
        super().__init__()
        wide = channels * widening
        self.block = nn.Sequential(
            nn.Conv1d(channels, wide, 1, bias=False),
            nn.BatchNorm1d(wide),
            nn.SiLU(),
            nn.Conv1d(wide, wide, width, groups=wide, padding=width // 2, bias=False),
            nn.BatchNorm1d(wide),
            nn.SiLU(),
            Gate(wide, widening),
            nn.Conv1d(wide, channels, 1, bias=False),
            nn.BatchNorm1d(channels),
            nn.SiLU(),
        )

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = self.block(h)
        return y


class Filter(nn.Module):
    """A convolution over all channels with its normalisation and activation."""

    def __init__(self, inputs: int, outputs: int, width: int) -> None:
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv1d(inputs, outputs, width, padding=width // 2, bias=False), nn.BatchNorm1d(outputs), nn.SiLU()
        )

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = self.block(h)
        return y


class Beside(nn.Module):
    """The result of a module, and behind it its input: twice as many channels."""

    def __init__(self, fn: nn.Module) -> None:
        super().__init__()
        self.fn = fn

    def forward(self, h: Tensor) -> Tensor:
        return torch.cat([self.fn(h), h], 1)


class Mapper(nn.Module):
    """The last map: a normalisation and a convolution of width 1."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.block = nn.Sequential(nn.BatchNorm1d(inputs), nn.Conv1d(inputs, outputs, 1))

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = self.block(h)
        return y


class MPRALegNet(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, 1)`."""

    fill: Tensor

    def __init__(self, config: MPRALegNetConfig) -> None:
        super().__init__()
        c = config
        # As a convolution of width 1: letters stay, a column of zeros becomes a quarter of each.
        self.register_buffer("fill", (torch.eye(4) - 0.25)[:, :, None], persistent=False)
        self.construct = Construct(c.left, c.right, c.length)
        self.stem = Filter(4, c.stem, c.stem_width)
        sizes = (c.stem, *c.channels)
        self.main = nn.Sequential(
            *(
                nn.Sequential(Beside(Bottleneck(a, c.width, c.widening)), Filter(2 * a, b, c.width), nn.MaxPool1d(pool))
                for (a, b), pool in zip(pairwise(sizes), c.pools, strict=True)
            )
        )
        last = 2 * sizes[-1]
        self.mapper = Mapper(sizes[-1], last)
        self.head = nn.Sequential(nn.Linear(last, last), nn.BatchNorm1d(last), nn.SiLU(), nn.Linear(last, 1))

    def forward(self, X: Tensor) -> Tensor:
        filled = F.conv1d(X, self.fill, torch.full((4,), 0.25, dtype=X.dtype))
        return strand_mean(self.strand(both_strands(self.construct(filled))))

    def strand(self, X: Tensor) -> Tensor:
        """Activity `(batch, 1)` of whole oligonucleotides `(batch, 4, left + length + right)` read as they are."""
        y: Tensor = self.head(self.mapper(self.main(self.stem(X))).mean(2))
        return y


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """The network's state dict from the published keys (`model.stem.block.0.weight`, ...)."""
    (published,) = states.values()
    state = {key.removeprefix(PREFIX): published.pop(key) for key in list(published) if key.startswith(PREFIX)}
    first = "stem.block.0.weight"
    if first in state:
        state[first] = state[first][:, [PUBLISHED_ORDER.index(base) for base in "ACGT"]]
    return state


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return NetModel(MPRALegNet(MPRALegNetConfig(**sizes_of(card))), card)
