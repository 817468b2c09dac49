"""Networks on k-mer counts: logistic regression, and the field's early neural nets with one hidden layer.

Before convolutional nets, sequences were given to a classifier as counts of their words, without places; spectrum
kernels (Leslie et al. 2002, Pac Symp Biocomput 564-575) and early promoter-finding nets worked so. The counts are made
by a convolution with one fixed kernel per word, so that attributions and mutation maps work as for any other network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import build_members, sizes_of


@dataclass(frozen=True)
class KmerNetConfig:
    """Length of the words, hidden units (0: logistic regression) and outputs; `both_strands` as in `KmerCounts`."""

    k: int
    outputs: int
    hidden: int = 0
    dropout: float = 0.3
    both_strands: bool = False


class KmerCounts(nn.Module):
    """How often each word of `k` bases occurs: `(batch, 4, length)` one-hot -> `(batch, words)`, words in alphabetical
    order. Words with N do not count.

    With `both_strands`, a word and its reverse complement are one entry, under whichever comes first, and what counts
    is the sum over both strands: a palindrome counts twice where it occurs. A sequence and its reverse complement then
    have the same counts.
    """

    own: Tensor
    mirror: Tensor

    def __init__(self, k: int, both_strands: bool = False) -> None:
        super().__init__()
        own, mirror = strand_pairs(k)
        self.both_strands, self.words = both_strands, len(own) if both_strands else 4**k
        self.register_buffer("own", own, persistent=False)
        self.register_buffer("mirror", mirror, persistent=False)
        self.match = nn.Conv1d(4, 4**k, k)
        digits = torch.arange(4**k)[:, None] // 4 ** torch.arange(k - 1, -1, -1) % 4
        # k matching bases give 1, fewer give 0 or less.
        self.match.weight = nn.Parameter(nn.functional.one_hot(digits, 4).transpose(1, 2).float(), requires_grad=False)
        self.match.bias = nn.Parameter(torch.full((4**k,), 1.0 - k), requires_grad=False)
        self.relu = nn.ReLU()

    def forward(self, X: Tensor) -> Tensor:
        counts: Tensor = self.relu(self.match(X)).sum(2)
        return counts[:, self.own] + counts[:, self.mirror] if self.both_strands else counts


def count_words(codes: NDArray[np.uint8], k: int, *, both_strands: bool = False) -> Tensor:
    """The counts `(n, words)` of `KmerCounts` from upper-case ASCII codes `(n, length)`: many times faster, but without
    a gradient.
    """
    letters = np.full(256, -1, dtype=np.int64)
    letters[np.frombuffer(b"ACGT", dtype=np.uint8)] = np.arange(4)
    windows = np.lib.stride_tricks.sliding_window_view(letters[codes], k, axis=1)
    words = windows @ 4 ** np.arange(k - 1, -1, -1)
    rows, places = np.nonzero((windows >= 0).all(2))
    flat = np.bincount(rows * 4**k + words[rows, places], minlength=len(codes) * 4**k)
    counts = torch.from_numpy(flat.reshape(len(codes), 4**k)).float()
    own, mirror = strand_pairs(k)
    return counts[:, own] + counts[:, mirror] if both_strands else counts


def strand_pairs(k: int) -> tuple[Tensor, Tensor]:
    """Numbers (in alphabetical order, from 0) of the words that come no later than their reverse complement, and of those
    reverse complements; each `(words,)`.
    """
    numbers = torch.arange(4**k)
    # In the order A C G T the complement of a letter is 3 minus its number.
    mirror = (4**k - 1 - numbers).reshape((4,) * k).permute(*range(k - 1, -1, -1)).flatten()
    own = numbers[numbers <= mirror]
    return own, mirror[own]


class KmerNet(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)`."""

    def __init__(self, config: KmerNetConfig) -> None:
        super().__init__()
        c = config
        self.counts = KmerCounts(c.k, c.both_strands)
        words = self.counts.words
        self.dropout = nn.Dropout(c.dropout)
        self.hidden = (
            nn.Sequential(nn.Linear(words, c.hidden), nn.ReLU(), nn.Dropout(c.dropout)) if c.hidden else nn.Identity()
        )
        self.out = nn.Linear(c.hidden or words, c.outputs)

    def score(self, counts: Tensor) -> Tensor:
        """Outputs `(batch, outputs)` from counts `(batch, words)`."""
        y: Tensor = self.out(self.hidden(self.dropout(counts)))
        return y

    def forward(self, X: Tensor) -> Tensor:
        return self.score(self.counts(X))


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return build_members(card, lambda: KmerNet(KmerNetConfig(**sizes_of(card))))
