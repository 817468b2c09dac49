"""Small networks side by side, one for each data set: two convolutions, with or without a recurrent layer behind them.

After DanQ (Quang and Xie 2016, Nucleic Acids Res 44:e107): convolution finds motifs, a bidirectional LSTM learns their order and
spacing. Where sets have little in common, a trunk that they share costs more than it gives, so each set has a network of its own.
The maximum and the mean over positions go to the dense layers, so that a site may lie anywhere. Beside the networks, a linear model
of word counts has its say in each set: such a sum of a wide and a deep model is better than either where both are about as good
(Cheng et al. 2016, arXiv:1606.07792).
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, cat, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import build_members, sizes_of
from genoviz.networks.kmer import KmerCounts


@dataclass(frozen=True)
class SetBySetConfig:
    """Sizes of each network, and the length of the words that are counted beside them (0: none).

    `units` are those of the LSTM in either direction, 0: none, the second convolution is pooled at once.
    """

    outputs: int
    motifs: int = 96
    width: int = 13
    pool: int = 4
    pairs: int = 64
    pair_width: int = 7
    units: int = 32
    hidden: int = 64
    dropout: float = 0.2
    word: int = 0


class OneSet(nn.Module):
    """The network of one set; `(batch, 4, length)` one-hot -> `(batch, 1)`."""

    def __init__(self, config: SetBySetConfig) -> None:
        super().__init__()
        c = config
        self.motifs = nn.Conv1d(4, c.motifs, c.width, padding=c.width // 2)
        self.pool = nn.MaxPool1d(c.pool)  # before the normalisation, which then has a quarter of the work
        self.norm = nn.BatchNorm1d(c.motifs)
        self.relu = nn.ReLU()
        self.motif_dropout = nn.Dropout(c.dropout)
        self.pairs = nn.Conv1d(c.motifs, c.pairs, c.pair_width, padding=c.pair_width // 2)
        self.pair_norm = nn.BatchNorm1d(c.pairs)
        self.pair_relu = nn.ReLU()
        self.pair_dropout = nn.Dropout(c.dropout)
        self.lstm: nn.LSTM | None = None
        if c.units:
            self.pair_pool = nn.MaxPool1d(2)
            self.lstm = nn.LSTM(c.pairs, c.units, batch_first=True, bidirectional=True)
        self.strongest = nn.AdaptiveMaxPool1d(1)
        self.dropout = nn.Dropout(c.dropout)
        self.hidden = nn.Linear(2 * (2 * c.units or c.pairs), c.hidden)
        self.hidden_relu = nn.ReLU()
        self.hidden_dropout = nn.Dropout(c.dropout)
        self.out = nn.Linear(c.hidden, 1)

    def forward(self, X: Tensor) -> Tensor:
        h = self.motif_dropout(self.relu(self.norm(self.pool(self.motifs(X)))))
        h = self.pair_dropout(self.pair_relu(self.pair_norm(self.pairs(h))))
        if self.lstm is not None:
            states, _ = self.lstm(self.pair_pool(h).transpose(1, 2))
            h = states.transpose(1, 2)
        both = self.dropout(cat([self.strongest(h).flatten(1), h.mean(2)], 1))
        y: Tensor = self.out(self.hidden_dropout(self.hidden_relu(self.hidden(both))))
        return y


class SetBySet(nn.Module):
    """The networks; `(batch, 4, length)` one-hot -> `(batch, outputs)`."""

    def __init__(self, config: SetBySetConfig) -> None:
        super().__init__()
        self.parts = nn.ModuleList(OneSet(config) for _ in range(config.outputs))
        self.counts: KmerCounts | None = None
        if config.word:
            self.counts = KmerCounts(config.word, both_strands=True)
            self.wide = nn.Linear(self.counts.words, config.outputs)
            nn.init.zeros_(self.wide.weight)
            nn.init.zeros_(self.wide.bias)

    def forward(self, X: Tensor) -> Tensor:
        deep = cat([part(X) for part in self.parts], 1)
        if self.counts is None:
            return deep
        y: Tensor = deep + self.wide(self.counts(X))
        return y


def build(card: ModelCard) -> NetModel:
    """The networks of a card, without weights."""
    return build_members(card, lambda: SetBySet(SetBySetConfig(**sizes_of(card))))
