"""LegNet-style network: inverted bottlenecks with squeeze-and-excitation gates.

After Penzar et al. 2023 (Bioinformatics 39:btad457), whose network won the DREAM 2022 promoter challenge: a
convolutional stem, blocks that widen, filter each group of channels, gate the channels by their mean over the
sequence, and narrow again, each added to its input. Smaller than the published one, with pooling between the blocks
and a plain regression head instead of a softmax over expression bins.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import build_members, sizes_of


@dataclass(frozen=True)
class LegNetConfig:
    """Sizes of the network; one block per entry of `channels`."""

    outputs: int
    stem: int = 96
    stem_width: int = 11
    channels: tuple[int, ...] = (80, 80, 64)
    width: int = 7
    groups: int = 16
    hidden: int = 64
    dropout: float = 0.2


class Gate(nn.Module):
    """Squeeze-and-excitation: scale each channel by a sigmoid of the channels' means."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(channels, squeezed)
        self.relu = nn.ReLU()
        self.excite = nn.Linear(squeezed, channels)
        self.sigmoid = nn.Sigmoid()

    def forward(self, h: Tensor) -> Tensor:
        return h * self.sigmoid(self.excite(self.relu(self.squeeze(h.mean(2)))))[:, :, None]


class Block(nn.Module):
    """Widen, filter by groups, gate, narrow, add the input; then change the channels and halve the length."""

    def __init__(self, inputs: int, outputs: int, c: LegNetConfig) -> None:
        super().__init__()
        wide = 2 * inputs
        self.inner = nn.Sequential(
            nn.Conv1d(inputs, wide, 1),
            nn.BatchNorm1d(wide),
            nn.ReLU(),
            nn.Conv1d(wide, wide, c.width, padding=c.width // 2, groups=wide // c.groups),
            nn.BatchNorm1d(wide),
            nn.ReLU(),
            Gate(wide, inputs // 4),
            nn.Conv1d(wide, inputs, 1),
            nn.BatchNorm1d(inputs),
            nn.ReLU(),
        )
        self.resize = nn.Sequential(
            nn.Conv1d(inputs, outputs, c.width, padding=c.width // 2),
            nn.BatchNorm1d(outputs),
            nn.ReLU(),
            nn.MaxPool1d(2),
            nn.Dropout(c.dropout),
        )

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = self.resize(h + self.inner(h))
        return y


class LegNet(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)`."""

    def __init__(self, config: LegNetConfig) -> None:
        super().__init__()
        c = config
        self.stem = nn.Sequential(
            nn.Conv1d(4, c.stem, c.stem_width, padding=c.stem_width // 2),
            nn.BatchNorm1d(c.stem),
            nn.ReLU(),
            nn.MaxPool1d(2),
            nn.Dropout(c.dropout),
        )
        sizes = (c.stem, *c.channels)
        self.blocks = nn.Sequential(*(Block(a, b, c) for a, b in pairwise(sizes)))
        self.mapper = nn.Conv1d(sizes[-1], 2 * sizes[-1], 1)
        self.mapper_relu = nn.ReLU()
        self.dropout = nn.Dropout(c.dropout)
        self.hidden = nn.Linear(2 * sizes[-1], c.hidden)
        self.hidden_relu = nn.ReLU()
        self.out = nn.Linear(c.hidden, c.outputs)

    def forward(self, X: Tensor) -> Tensor:
        h = self.mapper_relu(self.mapper(self.blocks(self.stem(X)))).mean(2)
        y: Tensor = self.out(self.hidden_relu(self.hidden(self.dropout(h))))
        return y


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return build_members(card, lambda: LegNet(LegNetConfig(**sizes_of(card))))
