"""Masked language model of DNA: a transformer that predicts every base from both sides of it, on both strands alike.

BERT-style models (Devlin et al. 2019; for DNA: Ji et al. 2021, Bioinformatics 37:2112) hide some letters and predict
them, so each pass teaches a few letters and a full set of predictions takes many passes. Here no letter sees itself by
construction, as in the cloze transformer of Baevski et al. 2019 (arXiv:1903.07785): one causal tower reads the sequence
up to a base, the same tower reads the other strand up to it, and a small network joins the two. One pass gives exactly
what masking one base at a time would give. The tower is shared, so both strands give the same result.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.models.language import LanguageNet, NetLanguageModel
from genoviz.models.onehot import reverse_complement


@dataclass(frozen=True)
class ClozeConfig:
    """Sizes of the network; `words` convolution filters read `word` bases each before the first attention."""

    length: int
    width: int = 128
    heads: int = 4
    layers: int = 2
    words: int = 256
    word: int = 12
    dropout: float = 0.0


class CausalAttention(nn.Module):
    """Each position reads itself and those before it; rotary embedding (Su et al. 2021) tells how far away they are.

    Reads `(batch, length, width)` of any length up to the one that it was made for.
    """

    def __init__(self, c: ClozeConfig) -> None:
        super().__init__()
        self.heads = c.heads
        self.project = nn.Linear(c.width, 3 * c.width)
        self.join = nn.Linear(c.width, c.width)
        half = c.width // c.heads // 2
        angle = torch.arange(c.length)[:, None] * 1000.0 ** (-torch.arange(half) / half)
        self.register_buffer("cos", angle.cos().repeat(1, 2), persistent=False)
        self.register_buffer("sin", angle.sin().repeat(1, 2), persistent=False)
        self.cos: Tensor
        self.sin: Tensor

    def forward(self, h: Tensor) -> Tensor:  # (batch, length, width)
        n, length, width = h.shape
        q, k, v = self._projected(h)
        read = F.scaled_dot_product_attention(self._turned(q), self._turned(k), v, is_causal=True)
        y: Tensor = self.join(read.transpose(1, 2).reshape(n, length, width))
        return y

    def weights(self, h: Tensor) -> Tensor:
        """How much each position (row) reads of each (column), for each head `(batch, heads, length, length)`; rows sum to 1."""
        q, k, _ = self._projected(h)
        scores = self._turned(q) @ self._turned(k).transpose(2, 3) / q.shape[-1] ** 0.5
        later = torch.ones(scores.shape[-2:], dtype=torch.bool, device=h.device).triu(1)
        return scores.masked_fill(later, float("-inf")).softmax(-1)

    def _projected(self, h: Tensor) -> Tensor:
        """Queries, keys and values `(3, batch, heads, length, width of a head)`."""
        n, length, _ = h.shape
        return self.project(h).view(n, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)

    def _turned(self, x: Tensor) -> Tensor:
        a, b = x.chunk(2, -1)
        length = x.shape[-2]  # shorter inputs read the first rows: a place turns by the same angle in both
        return x * self.cos[:length] + torch.cat([-b, a], -1) * self.sin[:length]


class Layer(nn.Module):
    """Attention and a position-wise network, each added to its input."""

    def __init__(self, c: ClozeConfig) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(c.width)
        self.attention = CausalAttention(c)
        self.dropout = nn.Dropout(c.dropout)
        self.feed = nn.Sequential(
            nn.LayerNorm(c.width), nn.Linear(c.width, 4 * c.width), nn.GELU(), nn.Linear(4 * c.width, c.width)
        )
        self.feed_dropout = nn.Dropout(c.dropout)

    def forward(self, h: Tensor) -> Tensor:
        h = h + self.dropout(self.attention(self.norm(h)))
        y: Tensor = h + self.feed_dropout(self.feed(h))
        return y


class Tower(nn.Module):
    """Reads one-hot `(batch, 4, length)`; the state `(batch, length, width)` of a position knows the bases before it."""

    def __init__(self, c: ClozeConfig) -> None:
        super().__init__()
        self.word = c.word
        self.words = nn.Conv1d(4, c.words, c.word)
        self.relu = nn.ReLU()
        self.enter = nn.Linear(c.words, c.width)
        self.layers = nn.Sequential(*(Layer(c) for _ in range(c.layers)))
        self.norm = nn.LayerNorm(c.width)

    def forward(self, X: Tensor) -> Tensor:
        before = F.pad(X, (self.word, 0))[:, :, :-1]  # ends one base before its own position
        h: Tensor = self.norm(self.layers(self.enter(self.relu(self.words(before)).transpose(1, 2))))
        return h


class Cloze(LanguageNet):
    """The network; `(batch, 4, length)` one-hot, N as zeros."""

    def __init__(self, config: ClozeConfig) -> None:
        super().__init__()
        c = config
        self.tower = Tower(c)
        self.join = nn.Sequential(nn.Linear(2 * c.width, 2 * c.width), nn.GELU(), nn.Linear(2 * c.width, 4))

    def states(self, X: Tensor) -> Tensor:
        """Both strands' states added, so that a sequence and its reverse complement are described alike."""
        left, right = self._sides(X)
        return (left + right).transpose(1, 2)

    def log_probabilities(self, X: Tensor) -> Tensor:
        """See `LanguageNet.log_probabilities`."""
        left, right = self._sides(X)
        forward, other = self.join(torch.cat([left, right], 2)), self.join(torch.cat([right, left], 2))
        return torch.log_softmax((forward + other.flip(2)).transpose(1, 2), 1)

    def _sides(self, X: Tensor) -> tuple[Tensor, Tensor]:
        """States of the bases before each position and, read on the other strand, behind it."""
        # Both strands of a sequence side by side: attribution rules pair the rows of a batch by equal shares.
        both = self.tower(torch.stack([X, reverse_complement(X)], 1).flatten(0, 1))
        return both[::2], both[1::2].flip(1)


def build(card: ModelCard) -> NetLanguageModel:
    """The network of a card, without weights."""
    return NetLanguageModel(Cloze(ClozeConfig(**sizes_of(card))), card)
