"""Cherimoya: a small successor of ChromBPNet made of ConvNeXt-like blocks (Schreiber, github.com/jmschrei/cherimoya).

A block mixes positions and channels apart: a convolution of three taps in each channel by itself, with gaps that double
from block to block, then a normalisation of the whole plane of positions and channels, then a small network that reads all
channels at one position. The normalisation makes every output depend on every base of the input.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.networks.profile_counts import ProfileCountsModel


@dataclass(frozen=True)
class CherimoyaConfig:
    """Sizes of the network; `trimming` bases on each side of the sequence are read but not predicted."""

    tracks: int = 1
    totals: int = 1
    channels: int = 128
    layers: int = 9
    expansion: int = 2
    residual_scale: float = 0.15
    trimming: int = 557


class PlaneNorm(nn.Module):
    """Each sequence's plane `(channels, positions)` to mean 0 and variance 1."""

    eps = 1e-3  # as published; added to the variance

    def forward(self, h: Tensor) -> Tensor:
        return F.layer_norm(h, h.shape[1:], eps=self.eps)


class CheriBlock(nn.Module):
    """One block; `(batch, channels, positions)` in and out."""

    def __init__(self, c: CherimoyaConfig, dilation: int) -> None:
        super().__init__()
        self.taps = nn.Conv1d(
            c.channels, c.channels, 3, dilation=dilation, padding=dilation, groups=c.channels, bias=False
        )
        self.norm = PlaneNorm()
        self.expand = nn.Conv1d(c.channels, c.expansion * c.channels, 1, bias=False)
        self.gelu = nn.GELU("tanh")
        self.contract = nn.Conv1d(c.expansion * c.channels, c.channels, 1, bias=False)
        self.scale = c.residual_scale

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = h + self.scale * self.contract(self.gelu(self.expand(self.norm(self.taps(h)))))
        return y


class Cherimoya(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> logits `(batch, tracks, length - 2 * trimming)` and ln totals
    `(batch, totals)`.
    """

    def __init__(self, config: CherimoyaConfig) -> None:
        super().__init__()
        c = config
        self.stem = nn.Conv1d(4, c.channels, 21, padding=10)
        self.gelu = nn.GELU("tanh")
        self.blocks = nn.Sequential(*(CheriBlock(c, 2**i) for i in range(c.layers)))
        self.profile = nn.Conv1d(c.channels, c.tracks, 75, padding=37)
        self.counts = nn.Linear(c.channels, c.totals)
        self.trimming = c.trimming

    def forward(self, X: Tensor) -> tuple[Tensor, Tensor]:
        h = self.blocks(self.gelu(self.stem(X)))
        inner = slice(self.trimming, X.shape[2] - self.trimming)
        return self.profile(h)[:, :, inner], self.counts(h[:, :, inner].mean(2))


def build(card: ModelCard) -> ProfileCountsModel:
    """The network of a card, without weights."""
    return ProfileCountsModel(Cherimoya(CherimoyaConfig(**sizes_of(card))), card)


def from_cherimoya(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """Weights from a file that the authors' package saved; what only training needs is left out."""
    (state,) = states.values()
    for key in ("lw0", "lw1"):  # weights of the two losses
        state.pop(key)
    names = {"stem": "iconv", "profile": "fconv", "counts": "linear"}
    ours = {f"{to}.{part}": state.pop(f"{of}.{part}") for to, of in names.items() for part in ("weight", "bias")}
    for i in range(int(card.config["layers"])):
        ours[f"blocks.{i}.taps.weight"] = state.pop(f"blocks.{i}.conv_weight").T[:, None]  # published as (3, channels)
        ours[f"blocks.{i}.expand.weight"] = state.pop(f"blocks.{i}.linear1.weight")[:, :, None]
        ours[f"blocks.{i}.contract.weight"] = state.pop(f"blocks.{i}.linear2.weight")[:, :, None]
    return ours
