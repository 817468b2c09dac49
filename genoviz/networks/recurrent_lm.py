"""Autoregressive language model of DNA: a gated recurrent unit that predicts each base from those before it.

The oldest neural form of a language model (Mikolov et al. 2010) and the form of HyenaDNA and Evo, which replace the
recurrent unit by long convolutions. Trained on both strands; as a `LanguageModel` it averages the two readings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.models.language import LanguageNet, NetLanguageModel, Reading
from genoviz.models.onehot import decode, reverse_complement
from genoviz.sequences.sequence import Sequence

SAMPLED = 500  # sequences written side by side


@dataclass(frozen=True)
class RecurrentConfig:
    """Sizes of the network; `words` convolution filters read `word` bases each before the recurrent unit."""

    length: int
    units: int = 192
    words: int = 128
    word: int = 10


class RecurrentLM(LanguageNet):
    """The network; `(batch, 4, length)` one-hot, N as zeros."""

    reading: ClassVar[Reading] = Reading("autoregressive", "both")

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        c = config
        self.word = c.word
        self.words = nn.Conv1d(4, c.words, c.word)
        self.relu = nn.ReLU()
        self.gru = nn.GRU(c.words, c.units, batch_first=True)
        self.out = nn.Linear(c.units + c.words, 4)

    def states(self, X: Tensor) -> Tensor:
        """States after the bases before each position, of both strands, added."""
        states = self._read(_strands(X))
        return (states[::2] + states[1::2].flip(1)).transpose(1, 2)

    def log_probabilities(self, X: Tensor) -> Tensor:
        """ln of the mean probability of the two readings, see `forward` for the likelihood."""
        both = self.strand(_strands(X))
        return torch.logaddexp(both[::2], reverse_complement(both[1::2])) - torch.log(torch.tensor(2.0))

    def forward(self, X: Tensor) -> Tensor:
        """Log-likelihood in nats `(batch, 1)`: the mean of those of the two strands, each the product of its bases."""
        both = _strands(X)
        return (both * self.strand(both)).sum((1, 2)).unflatten(0, (-1, 2)).mean(1)[:, None]

    def strand(self, X: Tensor) -> Tensor:
        """ln probabilities `(batch, 4, length)` given the bases before each position, read 5' to 3' only."""
        return torch.log_softmax(self.out(self._read(X)).transpose(1, 2), 1)

    def _read(self, X: Tensor) -> Tensor:
        before = F.pad(X, (self.word, 0))[:, :, :-1]  # ends one base before its own position
        words = self.relu(self.words(before)).transpose(1, 2)
        states, _ = self.gru(words)
        return torch.cat([states, words], 2)


def _strands(X: Tensor) -> Tensor:
    """Each sequence and, behind it, its reverse complement: attribution rules pair the rows of a batch by equal shares."""
    return torch.stack([X, reverse_complement(X)], 1).flatten(0, 1)


class SamplingLanguageModel(NetLanguageModel):
    """An autoregressive language model: it also writes sequences."""

    net: RecurrentLM

    def onward_probabilities(self, X: Tensor) -> Tensor:
        """See `genoviz.models.language.ReadsOnward`: the given strand alone."""
        return self.net.strand(X).exp()

    def sample(self, count: int, *, seed: int = 0) -> list[Sequence]:
        """`count` new sequences, base by base, each drawn from the predicted probabilities; same seed, same sequences."""
        net, draw = self.net, torch.Generator().manual_seed(seed)
        texts: list[str] = []
        for first in range(0, count, SAMPLED):
            X = torch.zeros(min(SAMPLED, count - first), 4, net.word + self.card.length)
            hidden = None
            with torch.no_grad():
                for i in range(self.card.length):
                    words = net.relu(net.words(X[:, :, i : i + net.word])).transpose(1, 2)
                    states, hidden = net.gru(words, hidden)
                    probabilities = torch.softmax(net.out(torch.cat([states, words], 2))[:, 0], 1)
                    chosen = torch.multinomial(probabilities, 1, generator=draw)
                    X[:, :, net.word + i] = F.one_hot(chosen[:, 0], 4).float()
            texts += decode(X[:, :, net.word :])
        return [Sequence(text, f"{self.card.name} sample {i}") for i, text in enumerate(texts, start=1)]


def build(card: ModelCard) -> SamplingLanguageModel:
    """The network of a card, without weights."""
    return SamplingLanguageModel(RecurrentLM(RecurrentConfig(**sizes_of(card))), card)
