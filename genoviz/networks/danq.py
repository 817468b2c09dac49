"""DanQ-style network: motif scanners, pooling, and a recurrent layer in both directions over the pooled map.

After Quang and Xie 2016 (Nucleic Acids Res 44:e107): convolution finds motifs, a bidirectional LSTM learns their
order and spacing. Smaller than the published network; instead of flattening the recurrent states, their maximum and
mean over positions go to the dense layers, so that a site may lie anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, cat, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import build_members, sizes_of


@dataclass(frozen=True)
class DanQConfig:
    """Sizes of the network."""

    outputs: int
    motifs: int = 128
    width: int = 15
    pool: int = 5
    units: int = 48
    hidden: int = 64
    dropout: float = 0.2


class DanQ(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)`."""

    def __init__(self, config: DanQConfig) -> None:
        super().__init__()
        c = config
        self.motifs = nn.Conv1d(4, c.motifs, c.width, padding=c.width // 2)
        self.norm = nn.BatchNorm1d(c.motifs)
        self.relu = nn.ReLU()
        self.pool = nn.MaxPool1d(c.pool)
        self.motif_dropout = nn.Dropout(c.dropout)
        self.lstm = nn.LSTM(c.motifs, c.units, batch_first=True, bidirectional=True)
        self.strongest = nn.AdaptiveMaxPool1d(1)
        self.dropout = nn.Dropout(c.dropout)
        self.hidden = nn.Linear(4 * c.units, c.hidden)
        self.hidden_relu = nn.ReLU()
        self.out = nn.Linear(c.hidden, c.outputs)

    def forward(self, X: Tensor) -> Tensor:
        h = self.motif_dropout(self.pool(self.relu(self.norm(self.motifs(X)))))
        states, _ = self.lstm(h.transpose(1, 2))
        states = states.transpose(1, 2)
        both = cat([self.strongest(states).flatten(1), states.mean(2)], 1)
        y: Tensor = self.out(self.hidden_relu(self.hidden(self.dropout(both))))
        return y


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return build_members(card, lambda: DanQ(DanQConfig(**sizes_of(card))))
