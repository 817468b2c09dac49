"""BPNet-style network: dilated convolutions from bases to a profile over bases, and the total under it.

After Avsec et al. 2021 (Nat Genet 53:354), where one head gives the shape of a profile and another its total count,
trained with a multinomial and a count loss. Here the network gives one rate per base: the Poisson likelihood of rates
is that of shape and total together, so the total is the sum of the rates, and shape and total never contradict each
other. Convolutions are not padded: every base of the profile sees real sequence on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import net_of, sizes_of


@dataclass(frozen=True)
class BPNetConfig:
    """Sizes of the network; one residual layer per entry of `dilations`."""

    outputs: int
    channels: int = 32
    stem_width: int = 21
    width: int = 3
    dilations: tuple[int, ...] = (2, 4, 8, 16, 32)
    dropout: float = 0.1

    @property
    def context(self) -> int:
        """Bases on each side that the profile does not cover."""
        return self.stem_width // 2 + sum(d * (self.width // 2) for d in self.dilations)


class ResidualLayer(nn.Module):
    """One dilated convolution behind a ReLU, added to the part of the input that it covers."""

    def __init__(self, channels: int, width: int, dilation: int) -> None:
        super().__init__()
        self.relu = nn.ReLU()
        self.conv = nn.Conv1d(channels, channels, width, dilation=dilation)
        self.edge = dilation * (width // 2)

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = h[:, :, self.edge : h.shape[2] - self.edge] + self.conv(self.relu(h))
        return y


class BPNet(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> ln rates `(batch, tracks, length - 2 * config.context)`."""

    def __init__(self, config: BPNetConfig) -> None:
        super().__init__()
        c = config
        self.stem = nn.Conv1d(4, c.channels, c.stem_width)
        self.layers = nn.Sequential(*(ResidualLayer(c.channels, c.width, d) for d in c.dilations))
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(c.dropout)
        self.out = nn.Conv1d(c.channels, c.outputs, 1)

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = self.out(self.dropout(self.relu(self.layers(self.stem(X)))))
        return y


class ProfileModel(NetModel):
    """A network of ln rates as a `Model` of two outputs: the total of each track, and the rate at each base."""

    def named(self, y: Tensor) -> dict[str, Tensor]:
        """See `NetModel.named`; the first output of the card is the total, the second the profile."""
        total, profile = (output.name for output in self.card.outputs)
        return {total: y.exp().sum(2, keepdim=True).log(), profile: y}


def build(card: ModelCard) -> ProfileModel:
    """The network of a card, without weights."""
    return ProfileModel(net_of(card, lambda: BPNet(BPNetConfig(**sizes_of(card)))), card)
