"""Masked language model of DNA made of dilated convolutions; it predicts every base from both sides of it, on both strands.

GPN (Benegas et al. 2023, PNAS 120:e2311219120) is a stack of dilated convolutions that hides some letters and predicts them. Here
no letter sees itself by construction, as in `cloze`: a causal tower of dilated convolutions reads the bases before a place,
the same tower reads the other strand up to it, and one pass gives what hiding one base at a time would give.

A binding site lies on both sides of each of its bases. The towers are joined late, so the words at both edges of the place are
also read together: each of `across` filters is a motif with a gap of one base, which is the base to predict. So are those of
`counted`: they begin as words that were counted around bases of promoters, what they tell is added to the result, and a gate that
knows both sides of the place decides how much of it.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.models.language import LanguageNet, NetLanguageModel
from genoviz.models.onehot import reverse_complement


@dataclass(frozen=True)
class DilatedLMConfig:
    """Sizes of the network.

    `words` filters of `word` bases enter the tower; `across` filters read so many bases on either side of a place, and `counted`
    ones begin as words that were counted (see `DilatedLM.begin_with`); each layer of the tower reaches back by its dilation.
    """

    width: int = 96
    words: int = 192
    across: int = 384
    counted: int = 0
    word: int = 12
    dilations: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    joined: int = 256
    dropout: float = 0.0


class Layer(nn.Module):
    """A causal convolution of two places, `dilation` apart, and a position-wise network, added to the input."""

    def __init__(self, c: DilatedLMConfig, dilation: int) -> None:
        super().__init__()
        self.dilation = dilation
        self.norm = nn.LayerNorm(c.width)
        self.convolve = nn.Linear(2 * c.width, 2 * c.width)
        self.gelu = nn.GELU()
        self.dropout = nn.Dropout(c.dropout)
        self.join = nn.Linear(2 * c.width, c.width)

    def forward(self, h: Tensor) -> Tensor:  # (batch, length, width)
        x = self.norm(h)
        before = F.pad(x, (0, 0, self.dilation, 0))[:, : x.shape[1]]
        y: Tensor = h + self.join(self.dropout(self.gelu(self.convolve(torch.cat([before, x], 2)))))
        return y


class DilatedLM(LanguageNet):
    """The network; `(batch, 4, length)` one-hot of any length, N as zeros."""

    def __init__(self, config: DilatedLMConfig) -> None:
        super().__init__()
        c = config
        self.config = c
        self.words = nn.Conv1d(4, c.words, c.word)
        self.edges = nn.Conv1d(4, 2 * c.across, c.word)
        self.words_relu = nn.ReLU()
        self.enter = nn.Linear(c.words, c.width)
        self.layers = nn.Sequential(*(Layer(c, dilation) for dilation in c.dilations))
        self.norm = nn.LayerNorm(c.width)
        self.across_relu = nn.ReLU()
        self.join = nn.Linear(2 * c.width + c.across, c.joined)
        self.join_gelu = nn.GELU()
        self.dropout = nn.Dropout(c.dropout)
        self.out = nn.Linear(c.joined, 4)
        if c.counted:
            self.counted = nn.Conv1d(4, 2 * c.counted, c.word)
            self.counted_relu = nn.ReLU()
            self.telling = nn.Linear(c.counted, 4, bias=False)
            self.gate = nn.Linear(2 * c.width, 1)
            self.gate_sigmoid = nn.Sigmoid()

    def begin_with(self, words: Seq[tuple[str, Seq[float]]]) -> None:
        """Let the filters of `counted` be words: each gives 1 where all its bases stand, else 0.

        Parameters
        ----------
        words
            Pattern with `_` for the base to predict and `.` for any base, up to `word` bases on either side of it, and the
            change of ln odds of A, C, G and T; one of either strand.
        """
        filters, told = torch.zeros_like(self.counted.weight), torch.zeros_like(self.telling.weight)
        bias = torch.zeros(len(filters))
        for i, (pattern, shift) in enumerate(words):
            middle = pattern.index("_")
            for at, base in enumerate(pattern):
                if base in "ACGT":
                    # The far side is read on the other strand, which ends at the place as well.
                    row, base = (i, base) if at < middle else (i + self.config.counted, "TGCA"["ACGT".index(base)])
                    filters[row, "ACGT".index(base), self.config.word - abs(at - middle)] = 1
            bias[i] = 1 - filters[[i, i + self.config.counted]].sum()
            palindrome = pattern == pattern[::-1].translate(str.maketrans("ACGT", "TGCA"))  # is read on both strands
            told[:, i] = torch.tensor(shift) / (2 if palindrome else 1)
        with torch.no_grad():
            self.counted.weight.copy_(filters)
            self.telling.weight.copy_(told)
        self.counted.bias = nn.Parameter(bias)

    def states(self, X: Tensor) -> Tensor:
        """Both strands' tower states added, so that a sequence and its reverse complement are described alike."""
        state = self._read(X)[0]
        return (state[::2] + state[1::2].flip(1)).transpose(1, 2)

    def log_probabilities(self, X: Tensor) -> Tensor:
        """See `LanguageNet.log_probabilities`."""
        state, before = self._read(X)
        near, far = self.edges(before).chunk(2, 1)
        # Row 2i + 1 is the other strand of row 2i: read backwards, it tells each place what follows it.
        across = self.across_relu(near + self._other(far, 2))
        sides = torch.cat([state, self._other(state, 1)], 2)
        both = torch.cat([sides, across.transpose(1, 2)], 2)
        logits = self.out(self.dropout(self.join_gelu(self.join(both))))
        if self.config.counted:
            near, far = self.counted(before).chunk(2, 1)
            words = self.counted_relu(near + self._other(far, 2)).transpose(1, 2)
            logits = logits + self.gate_sigmoid(self.gate(sides)) * self.telling(words)
        return torch.log_softmax((logits[::2] + logits[1::2].flip(1, 2)).float().transpose(1, 2), 1)

    def _read(self, X: Tensor) -> tuple[Tensor, Tensor]:
        """Tower states `(2 batch, length, width)`, and the bases before each place, both strands side by side."""
        both = torch.stack([X, reverse_complement(X)], 1).flatten(0, 1)
        before = F.pad(both, (self.config.word, 0))[:, :, :-1]  # ends one base before its own place
        entered = self.enter(self.words_relu(self.words(before)).transpose(1, 2))
        return self.norm(self.layers(entered)), before

    @staticmethod
    def _other(rows: Tensor, along: int) -> Tensor:
        """The rows of the other strands, read backwards."""
        return rows.unflatten(0, (-1, 2)).flip(1, along + 1).flatten(0, 1)


def build(card: ModelCard) -> NetLanguageModel:
    """The network of a card, without weights."""
    return NetLanguageModel(DilatedLM(DilatedLMConfig(**sizes_of(card))), card)
