"""HyenaDNA: a language model that predicts each base from those before it, with convolutions as long as the sequence.

Nguyen et al. 2023 (NeurIPS 36, arXiv:2306.15794), on the Hyena operator of Poli et al. 2023 (ICML, arXiv:2302.10866): a
small network gives the filter's value at each distance, a gate before and behind the convolution lets the sequence choose
what is remembered. Trained on the human genome, one base a token.

Modules have the names of the published file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.errors import BadModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.models.language import LanguageNet, NetLanguageModel, Reading

BASE_IDS, N_ID = slice(7, 11), 11  # ids of A C G T and of N; the others are special tokens and padding
VOCABULARY = 16
FAST, SLOW, TARGET, FLOOR = 0.3, 1.5, 1e-2, 0.05  # of the filters' decay along the sequence


@dataclass(frozen=True)
class HyenaConfig:
    """Sizes of the network, named as in the published `config.json`."""

    d_model: int = 128
    n_layer: int = 2
    d_inner: int = 512
    emb_dim: int = 5
    filter_order: int = 64
    num_inner_mlps: int = 2
    short_filter_order: int = 3
    max_seq_len: int = 1026


class Sine(nn.Module):
    """Sine with a learned frequency for each unit."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.freq = nn.Parameter(torch.full((1, units), 10.0))

    def forward(self, x: Tensor) -> Tensor:
        return torch.sin(self.freq * x)


class Positions(nn.Module):
    """What the filter network reads at each distance: time `t` from 0 to 1, and `z`: time, cosines and sines of it."""

    def __init__(self, c: HyenaConfig) -> None:
        super().__init__()
        t = torch.linspace(0, 1, c.max_seq_len)[None, :, None]
        self.register_buffer("t", t)
        self.register_buffer("z", torch.cat([t, _waves(c.max_seq_len, (c.emb_dim - 1) // 2)], 2))
        self.t: Tensor
        self.z: Tensor


class Decay(nn.Module):
    """A window that falls with the distance, faster for later channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        speeds = torch.linspace(math.log(TARGET) / SLOW, math.log(TARGET) / FAST, channels)
        self.register_buffer("deltas", speeds[None, None])
        self.deltas: Tensor

    def forward(self, t: Tensor) -> Tensor:
        return torch.exp(-t * self.deltas.abs()) + FLOOR


class LongFilter(nn.Module):
    """One filter per channel, as long as the sequence, from a network that reads how far back a base lies."""

    def __init__(self, c: HyenaConfig) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.randn(c.d_model))
        sine = Sine(c.filter_order)  # one for all layers, as published
        layers: list[nn.Module] = [nn.Linear(c.emb_dim, c.filter_order), sine]
        for _ in range(c.num_inner_mlps):
            layers += [nn.Linear(c.filter_order, c.filter_order), sine]
        self.implicit_filter = nn.Sequential(*layers, nn.Linear(c.filter_order, c.d_model, bias=False))
        self.pos_emb = Positions(c)
        self.modulation = Decay(c.d_model)

    def forward(self, v: Tensor) -> Tensor:  # (batch, channels, length)
        length = v.shape[2]
        taps = self.implicit_filter(self.pos_emb.z[:, :length]) * self.modulation(self.pos_emb.t[:, :length])
        return _causal(v, taps[0].T) + v * self.bias[:, None]


def _waves(length: int, bands: int) -> Tensor:
    """Cosines and sines of the position `(1, length, 2 * bands)`."""
    angle = 2 * math.pi * torch.arange(length)[:, None] / length * torch.linspace(1e-4, bands - 1, bands)
    return torch.cat([angle.cos(), -angle.sin()], 1)[None]


def _causal(v: Tensor, taps: Tensor) -> Tensor:
    """Each channel convolved with its own taps `(channels, length)`: position i reads i and those before it."""
    length = v.shape[2]
    spectrum = torch.fft.rfft(taps, n=2 * length)  # padded to twice the length, so that nothing wraps around
    return torch.fft.irfft(torch.fft.rfft(v, n=2 * length) * spectrum, n=2 * length)[:, :, :length]


class Mixer(nn.Module):
    """Hyena operator of order 2: a gate, a long convolution, a gate."""

    def __init__(self, c: HyenaConfig) -> None:
        super().__init__()
        self.in_proj = nn.Linear(c.d_model, 3 * c.d_model)
        self.short_filter = nn.Conv1d(
            3 * c.d_model, 3 * c.d_model, c.short_filter_order, padding=c.short_filter_order - 1, groups=3 * c.d_model
        )
        self.filter_fn = LongFilter(c)
        self.out_proj = nn.Linear(c.d_model, c.d_model)

    def forward(self, h: Tensor) -> Tensor:  # (batch, length, channels)
        parts = self.short_filter(self.in_proj(h).transpose(1, 2))[:, :, : h.shape[1]]
        after, before, v = parts.chunk(3, 1)
        y: Tensor = self.out_proj((self.filter_fn(v * before) * after).transpose(1, 2))
        return y


class Mlp(nn.Module):
    """Position-wise network."""

    def __init__(self, c: HyenaConfig) -> None:
        super().__init__()
        self.fc1 = nn.Linear(c.d_model, c.d_inner)
        self.gelu = nn.GELU(approximate="tanh")
        self.fc2 = nn.Linear(c.d_inner, c.d_model)

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = self.fc2(self.gelu(self.fc1(h)))
        return y


class Block(nn.Module):
    """Hyena operator and position-wise network, each added to its input."""

    def __init__(self, c: HyenaConfig) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(c.d_model)
        self.mixer = Mixer(c)
        self.norm2 = nn.LayerNorm(c.d_model)
        self.mlp = Mlp(c)

    def forward(self, h: Tensor) -> Tensor:
        h = h + self.mixer(self.norm1(h))
        y: Tensor = h + self.mlp(self.norm2(h))
        return y


class Embeddings(nn.Module):
    """One vector per token."""

    def __init__(self, c: HyenaConfig) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(VOCABULARY, c.d_model)

    def forward(self, X: Tensor) -> Tensor:  # (batch, 4, length) -> (batch, length, channels)
        table = self.word_embeddings.weight
        return X.transpose(1, 2) @ table[BASE_IDS] + (1 - X.sum(1)[:, :, None]) * table[N_ID]


class Backbone(nn.Module):
    """Hidden states `(batch, length, channels)` of one-hot `(batch, 4, length)`."""

    def __init__(self, c: HyenaConfig) -> None:
        super().__init__()
        self.embeddings = Embeddings(c)
        self.layers = nn.Sequential(*(Block(c) for _ in range(c.n_layer)))
        self.ln_f = nn.LayerNorm(c.d_model)

    def forward(self, X: Tensor) -> Tensor:
        h: Tensor = self.ln_f(self.layers(self.embeddings(X)))
        return h


class HyenaDNA(LanguageNet):
    """The network; `(batch, 4, length)` one-hot, a column of zeros is read as the token N. Reads 5' to 3' only."""

    reading: ClassVar[Reading] = Reading("autoregressive", "plus")

    def __init__(self, config: HyenaConfig) -> None:
        super().__init__()
        self.hyena = nn.ModuleDict({"backbone": Backbone(config)})
        self.lm_head = nn.Linear(config.d_model, VOCABULARY, bias=False)

    def states(self, X: Tensor) -> Tensor:
        """See `LanguageNet.states`: each position's state knows its own base and those before it."""
        h: Tensor = self.hyena["backbone"](X)
        return h.transpose(1, 2)

    def log_probabilities(self, X: Tensor) -> Tensor:
        """See `LanguageNet.log_probabilities`: shares of A, C, G and T alone; a quarter each at the first base, before
        which there is nothing to read."""
        known = self.states(X)[:, :, :-1].transpose(1, 2)
        predicted = torch.log_softmax(self.lm_head(known)[:, :, BASE_IDS], 2).transpose(1, 2)
        return F.pad(predicted, (1, 0), value=-math.log(4))


class HyenaDNAModel(NetLanguageModel):
    """The network with its card: it also writes from left to right."""

    net: HyenaDNA

    def onward_probabilities(self, X: Tensor) -> Tensor:
        """See `genoviz.models.language.ReadsOnward`: all that it ever predicts."""
        return self.base_probabilities(X)


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """The published tensors; the sines of a filter network share one frequency, of which the file holds one copy."""
    (published,) = states.values()
    state = {key: published.pop(key) for key in list(published)}
    for key in [key for key in state if key.endswith("implicit_filter.1.freq")]:
        for i in range(3, 2 * HyenaConfig(**sizes_of(card)).num_inner_mlps + 2, 2):
            state[key.replace(".1.freq", f".{i}.freq")] = state[key]
    return state


def build(card: ModelCard) -> HyenaDNAModel:
    """The network of a card, without weights; `BadModel` if the card's sequence is longer than the filters."""
    config = HyenaConfig(**sizes_of(card))
    if card.length > config.max_seq_len:
        raise BadModel(
            f"The card of `{card.name}` reads {card.length:,} bases.",
            f"Its filters are {config.max_seq_len:,} bases long.",
            "Set its length to that or less.",
        )
    return HyenaDNAModel(HyenaDNA(config), card)
