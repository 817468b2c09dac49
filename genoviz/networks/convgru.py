"""Convolutions, read twice: position by position, and by a gated recurrent unit that ends at the sequence's end.

Convolutions over positions that are kept, as in Optimus 5-prime (Sample et al. 2019, Nat Biotechnol 37:803), see what
lies where, and so in which frame; the recurrent unit carries on what it met, such as a start codon and the stop codon
behind it. Framepool (Karollus et al. 2021, PLoS Comput Biol 17:e1008982) pools per frame instead. The network is built
and trained by this project.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, cat, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import build_members, sizes_of


@dataclass(frozen=True)
class ConvGRUConfig:
    """Sizes of the network; `channels` and `widths` have one entry per convolution."""

    length: int
    outputs: int
    channels: tuple[int, ...] = (96, 96, 96)
    widths: tuple[int, ...] = (7, 7, 7)
    units: int = 48
    hidden: int = 64
    dropout: float = 0.3


class ConvGRU(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)`."""

    def __init__(self, config: ConvGRUConfig) -> None:
        super().__init__()
        c = config
        blocks: list[nn.Module] = []
        for inputs, outputs, width in zip((4, *c.channels), c.channels, c.widths, strict=False):
            blocks += [
                nn.Conv1d(inputs, outputs, width, padding=width // 2),
                nn.BatchNorm1d(outputs),
                nn.ReLU(),
                nn.Dropout(c.dropout / 2),
            ]
        self.blocks = nn.Sequential(*blocks)
        self.gru = nn.GRU(c.channels[-1], c.units, batch_first=True)
        self.dropout = nn.Dropout(c.dropout)
        self.hidden = nn.Linear(c.channels[-1] * c.length + c.units, c.hidden)
        self.hidden_relu = nn.ReLU()
        self.hidden_dropout = nn.Dropout(c.dropout)
        self.out = nn.Linear(c.hidden, c.outputs)

    def forward(self, X: Tensor) -> Tensor:
        h = self.blocks(X)
        states, _ = self.gru(h.transpose(1, 2))
        read = cat([h.flatten(1), states[:, -1]], 1)
        y: Tensor = self.out(self.hidden_dropout(self.hidden_relu(self.hidden(self.dropout(read)))))
        return y


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return build_members(card, lambda: ConvGRU(ConvGRUConfig(**sizes_of(card))))
