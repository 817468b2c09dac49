"""Networks on k-mer counts: logistic regression, and the field's early neural nets with one hidden layer.

Before convolutional nets, sequences were given to a classifier as counts of their words, without places; spectrum
kernels (Leslie et al. 2002, Pac Symp Biocomput 564-575) and early promoter-finding nets worked so. The counts are made
by a convolution with one fixed kernel per word, so that attributions and mutation maps work as for any other network.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import build_members, sizes_of


@dataclass(frozen=True)
class KmerNetConfig:
    """Length of the words, hidden units (0: logistic regression) and outputs."""

    k: int
    outputs: int
    hidden: int = 0
    dropout: float = 0.3


class KmerCounts(nn.Module):
    """How often each word of `k` bases occurs: `(batch, 4, length)` one-hot -> `(batch, 4 ** k)`, words in alphabetical
    order. Words with N do not count.
    """

    def __init__(self, k: int) -> None:
        super().__init__()
        self.match = nn.Conv1d(4, 4**k, k)
        digits = torch.arange(4**k)[:, None] // 4 ** torch.arange(k - 1, -1, -1) % 4
        # k matching bases give 1, fewer give 0 or less.
        self.match.weight = nn.Parameter(nn.functional.one_hot(digits, 4).transpose(1, 2).float(), requires_grad=False)
        self.match.bias = nn.Parameter(torch.full((4**k,), 1.0 - k), requires_grad=False)
        self.relu = nn.ReLU()

    def forward(self, X: Tensor) -> Tensor:
        counts: Tensor = self.relu(self.match(X)).sum(2)
        return counts


class KmerNet(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)`."""

    def __init__(self, config: KmerNetConfig) -> None:
        super().__init__()
        c = config
        self.counts = KmerCounts(c.k)
        self.dropout = nn.Dropout(c.dropout)
        self.hidden = (
            nn.Sequential(nn.Linear(4**c.k, c.hidden), nn.ReLU(), nn.Dropout(c.dropout)) if c.hidden else nn.Identity()
        )
        self.out = nn.Linear(c.hidden or 4**c.k, c.outputs)

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = self.out(self.hidden(self.dropout(self.counts(X))))
        return y


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return build_members(card, lambda: KmerNet(KmerNetConfig(**sizes_of(card))))
