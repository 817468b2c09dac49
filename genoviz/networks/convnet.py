"""A plain convolutional network: motif scanners, pooling, convolutions over the pooled map, dense layers.

The classical form of the field since DeepSEA (Zhou and Troyanskaya 2015, Nat Methods 12:931) and Basset (Kelley et al.
2016, Genome Res 26:990). Two heads: `flatten` keeps positions, for sequences that are aligned to a start site;
`pool` keeps the maximum and the mean of each channel, for sites that may lie anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, cat, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import build_members, sizes_of


@dataclass(frozen=True)
class ConvNetConfig:
    """Sizes of the network; `channels`, `widths` and `pools` have one entry per convolution."""

    length: int
    outputs: int
    channels: tuple[int, ...] = (96, 64)
    widths: tuple[int, ...] = (11, 7)
    pools: tuple[int, ...] = (2, 4)
    hidden: int = 64
    dropout: float = 0.3
    head: str = "flatten"


class ConvNet(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)`."""

    def __init__(self, config: ConvNetConfig) -> None:
        super().__init__()
        c = config
        blocks: list[nn.Module] = []
        width, inputs = c.length, 4
        for channels, kernel, pool in zip(c.channels, c.widths, c.pools, strict=True):
            blocks += [
                nn.Conv1d(inputs, channels, kernel, padding=kernel // 2),
                nn.BatchNorm1d(channels),
                nn.ReLU(),
                *([nn.MaxPool1d(pool)] if pool > 1 else []),
                nn.Dropout(c.dropout / 2),
            ]
            width, inputs = (width + 2 * (kernel // 2) - kernel + 1) // pool, channels
        self.blocks = nn.Sequential(*blocks)
        self.pooled = c.head == "pool"
        self.strongest = nn.AdaptiveMaxPool1d(1)
        self.dropout = nn.Dropout(c.dropout)
        self.hidden = nn.Linear(2 * inputs if self.pooled else width * inputs, c.hidden)
        self.hidden_relu = nn.ReLU()
        self.hidden_dropout = nn.Dropout(c.dropout)
        self.out = nn.Linear(c.hidden, c.outputs)

    def forward(self, X: Tensor) -> Tensor:
        h = self.blocks(X)
        h = cat([self.strongest(h).flatten(1), h.mean(2)], 1) if self.pooled else h.flatten(1)
        y: Tensor = self.out(self.hidden_dropout(self.hidden_relu(self.hidden(self.dropout(h)))))
        return y


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return build_members(card, lambda: ConvNet(ConvNetConfig(**sizes_of(card))))
