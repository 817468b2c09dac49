"""GPN: a masked language model of plant genomes, one base a token, made of dilated convolutions.

Benegas, Batra and Song 2023 (Proc Natl Acad Sci USA 120:e2311219120). Twenty-five layers of width 9, whose dilation doubles
from 1 to 32 again and again, see some 2,500 bases on each side; the published model was trained on 512 at a time. It is the
form `ConvNet` of the authors' package. Modules have the names of the published file.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.networks.tokens import MaskedLanguageModel, MaskedNet

PADDING, MASK, UNKNOWN = 0, 1, 2  # ids of special tokens; A C G T follow
BASE_IDS = slice(3, 7)
VOCABULARY = 7


@dataclass(frozen=True)
class GPNConfig:
    """Sizes of the network, named as in the published `config.json`."""

    hidden_size: int = 512
    n_layers: int = 25
    kernel_size: int = 9
    dilation_cycle: int = 6
    dilation_max: int = 32


class Transpose(nn.Module):
    """From `(batch, length, channels)` to `(batch, channels, length)` and back."""

    def forward(self, h: Tensor) -> Tensor:
        return h.transpose(1, 2)


class ConvLayer(nn.Module):
    """A dilated convolution and a position-wise layer, each added to its input."""

    def __init__(self, channels: int, width: int, dilation: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            Transpose(),
            nn.Conv1d(channels, channels, width, dilation=dilation, padding="same"),
            Transpose(),
            nn.GELU(),
            nn.LayerNorm(channels),
        )
        self.ffn = nn.Sequential(nn.Linear(channels, channels), nn.GELU(), nn.LayerNorm(channels))

    def forward(self, h: Tensor) -> Tensor:
        h = h + self.conv(h)
        y: Tensor = h + self.ffn(h)
        return y


class Encoder(nn.Module):
    """The layers."""

    def __init__(self, c: GPNConfig) -> None:
        super().__init__()
        dilations = [min(c.dilation_max, 2 ** (i % c.dilation_cycle)) for i in range(c.n_layers)]
        self.encoder = nn.Sequential(*(ConvLayer(c.hidden_size, c.kernel_size, d) for d in dilations))

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = self.encoder(h)
        return y


class Head(nn.Module):
    """From hidden states to logits of all tokens."""

    def __init__(self, c: GPNConfig) -> None:
        super().__init__()
        self.decoder = nn.Sequential(
            nn.Linear(c.hidden_size, c.hidden_size),
            nn.GELU(),
            nn.LayerNorm(c.hidden_size),
            nn.Linear(c.hidden_size, VOCABULARY),
        )

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = self.decoder(h)
        return y


class GPN(MaskedNet):
    """The network; `(batch, 4, length)` one-hot of any length, a column of zeros is read as `[MASK]`."""

    word = 1

    def __init__(self, config: GPNConfig) -> None:
        super().__init__()
        self.width = config.hidden_size
        self.model = Encoder(config)
        self.cls = Head(config)

    def states(self, X: Tensor) -> Tensor:
        """See `MaskedNet.states`."""
        mask = 1 - X.sum(1, keepdim=True)
        # The token's number says which channel is 1; there are more channels than tokens.
        tokens = F.pad(torch.cat([mask, torch.zeros_like(mask), X], 1), (0, 0, MASK, self.width - VOCABULARY))
        h: Tensor = self.model(tokens.transpose(1, 2))
        return h

    def log_probabilities(self, X: Tensor, places: slice) -> Tensor:
        """See `MaskedNet.log_probabilities`: shares of A, C, G and T alone, as the authors read them."""
        return torch.log_softmax(self.cls(self.states(X)[:, places])[:, :, BASE_IDS], 2)


def build(card: ModelCard) -> MaskedLanguageModel:
    """The network of a card, without weights; the published tensors fit it as they are."""
    return MaskedLanguageModel(GPN(GPNConfig(**sizes_of(card))), card)
