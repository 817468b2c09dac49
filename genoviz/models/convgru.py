"""Convolutions followed by a gated recurrent unit that reads towards the end of the sequence.

Convolution scans for start codons and other motifs as in Optimus 5-prime (Sample et al. 2019, Nat Biotechnol 37:803);
where the 3' end is the start codon of a reading frame, its state after the last base knows how far away, and in which
frame, everything lies. Framepool (Karollus et al. 2021, PLoS Comput Biol 17:e1008982) pools per frame instead. The
network is built and trained by this project.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import build_members


@dataclass(frozen=True)
class ConvGRUConfig:
    """Sizes of the network."""

    outputs: int
    channels: int = 96
    width: int = 7
    second_width: int = 5
    units: int = 80
    hidden: int = 64
    dropout: float = 0.2


class ConvGRU(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)`."""

    def __init__(self, config: ConvGRUConfig) -> None:
        super().__init__()
        c = config
        self.scan = nn.Conv1d(4, c.channels, c.width, padding=c.width // 2)
        self.scan_norm = nn.BatchNorm1d(c.channels)
        self.scan_relu = nn.ReLU()
        self.scan_dropout = nn.Dropout(c.dropout)
        self.combine = nn.Conv1d(c.channels, c.channels, c.second_width, padding=c.second_width // 2)
        self.combine_norm = nn.BatchNorm1d(c.channels)
        self.combine_relu = nn.ReLU()
        self.combine_dropout = nn.Dropout(c.dropout)
        self.gru = nn.GRU(c.channels, c.units, batch_first=True)
        self.dropout = nn.Dropout(c.dropout)
        self.hidden = nn.Linear(c.units, c.hidden)
        self.hidden_relu = nn.ReLU()
        self.out = nn.Linear(c.hidden, c.outputs)

    def forward(self, X: Tensor) -> Tensor:
        h = self.scan_dropout(self.scan_relu(self.scan_norm(self.scan(X))))
        h = self.combine_dropout(self.combine_relu(self.combine_norm(self.combine(h))))
        states, _ = self.gru(h.transpose(1, 2))
        y: Tensor = self.out(self.hidden_relu(self.hidden(self.dropout(states[:, -1]))))
        return y


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return build_members(card, lambda: ConvGRU(ConvGRUConfig(**card.config)))
