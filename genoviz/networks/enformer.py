"""Enformer: 196,608 bases to 896 bins of 128 bases, by convolutions and attention.

After Avsec et al. 2021 (Nat Methods 18:1196). The network is built here; the weights are the authors', in the PyTorch
version that Phil Wang published (`EleutherAI/enformer-official-rough`), whose keys `convert` reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.networks.long_range import LAYER_KEYS, ConvBlock, Features, LongRangeNet, check_sizes, middle, renamed
from genoviz.networks.relative_attention import TransformerLayer, enformer_basis

STEM, WIDTH = 15, 5  # bases of the first filters, bins of those of the tower
EPSILON = 1e-5  # of batch and layer normalisation
PIECE = 16_384


@dataclass(frozen=True)
class EnformerConfig:
    """Sizes of the network.

    Attributes
    ----------
    channels, depth, heads, key
        Channels of a bin, layers of attention, heads and the size of a key.
    stages
        Stages of the tower, each of which joins two bins; the first is the stem.
    divisor
        Channels of the stages are rounded to its multiples.
    piece
        See `LongRangeNet`.
    """

    channels: int = 1536
    depth: int = 11
    heads: int = 8
    key: int = 64
    stages: int = 7
    divisor: int = 128
    piece: int = PIECE

    @property
    def widths(self) -> list[int]:
        """Channels behind each stage: a geometric series from half of `channels` to all of them."""
        half, steps = self.channels // 2, self.stages - 1
        ratio = (self.channels / half) ** (1 / max(1, steps - 1))
        return [half, *(round(half * ratio**i / self.divisor) * self.divisor for i in range(steps))]


class QuickGELU(nn.Module):
    """x * sigmoid(1.702 x): the approximation of GELU that Enformer was trained with."""

    def __init__(self) -> None:
        super().__init__()
        self.sigmoid = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = x * self.sigmoid(1.702 * x)
        return y


class AttentionPool(nn.Module):
    """Two neighbouring bins become one, weighted for each channel by a softmax over the two.

    A softmax over two is a sigmoid of their difference; this way half of the numbers are computed and kept.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.logits = nn.Conv1d(channels, channels, 1, bias=False)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, channels, n)` -> `(batch, channels, n / 2)`."""
        first, second = x.unflatten(2, (-1, 2)).unbind(3)
        difference = first - second
        y: Tensor = second + self.sigmoid(self.logits(difference)) * difference
        return y


class Stage(nn.Module):
    """A convolution, another of width 1 that is added to it, and a pool."""

    def __init__(self, first: nn.Module, channels: int) -> None:
        super().__init__()
        self.first = first
        self.block = _block(channels, channels, 1)
        self.pool = AttentionPool(channels)

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, ., n)` -> `(batch, channels, n / 2)`."""
        x = self.first(x)
        y: Tensor = self.pool(x + self.block(x))
        return y


class Enformer(LongRangeNet):
    """The network; `(batch, 4, length)` -> `(batch, tracks, bins)` before softplus.

    Parameters
    ----------
    config
        Sizes.
    length, bins, tracks
        Bases it reads, bins in the middle that it returns, and rows of the head.
    """

    def __init__(self, config: EnformerConfig, *, length: int, bins: int, tracks: int) -> None:
        c, grain = config, 2**config.stages
        reach = STEM // 2 + sum(WIDTH // 2 * 2**i for i in range(1, c.stages))
        super().__init__(grain=grain, halo=reach, piece=c.piece, channels=c.channels)
        self.bins, widths = bins, c.widths
        self.stem = Stage(nn.Conv1d(4, widths[0], STEM, padding=STEM // 2), widths[0])
        self.tower = nn.Sequential(*(Stage(_block(a, b, WIDTH), b) for a, b in pairwise(widths)))
        value = c.channels // c.heads
        positions = enformer_basis(length // grain, value)
        self.layers = nn.ModuleList(
            TransformerLayer(c.channels, c.heads, c.key, value, positions, EPSILON) for _ in range(c.depth)
        )
        self.final = _block(c.channels, 2 * c.channels, 1)
        self.gelu = QuickGELU()
        self.out = nn.Linear(2 * c.channels, tracks)

    def local(self, X: Tensor) -> Features:
        """See `LongRangeNet.local`."""
        return (self.tower(self.stem(X)),)

    def whole(self, features: Features) -> Tensor:
        """See `LongRangeNet.whole`."""
        x = self.through(features[0])
        x = self.gelu(self.final(middle(x, self.bins)))
        y: Tensor = self.out(x.transpose(1, 2)).transpose(1, 2)
        return y


def _block(inner: int, outer: int, width: int) -> ConvBlock:
    return ConvBlock(inner, outer, width, QuickGELU(), EPSILON)


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    sizes = {k: v for k, v in card.config.items() if k in EnformerConfig.__dataclass_fields__}
    config, output = EnformerConfig(**sizes), card.outputs[0]
    check_sizes(card, 2**config.stages)
    net = Enformer(config, length=card.length, bins=output.bins, tracks=len(output.tracks))
    return NetModel(net, card)


_KEYS = (
    (r"stem\.0\.(.+)", r"stem.first.\1"),
    (r"stem\.1\.fn\.0\.(.+)", r"stem.block.norm.\1"),
    (r"stem\.1\.fn\.2\.(.+)", r"stem.block.conv.\1"),
    (r"stem\.2\.to_attn_logits\.(.+)", r"stem.pool.logits.\1"),
    (r"conv_tower\.(\d+)\.0\.0\.(.+)", r"tower.\1.first.norm.\2"),
    (r"conv_tower\.(\d+)\.0\.2\.(.+)", r"tower.\1.first.conv.\2"),
    (r"conv_tower\.(\d+)\.1\.fn\.0\.(.+)", r"tower.\1.block.norm.\2"),
    (r"conv_tower\.(\d+)\.1\.fn\.2\.(.+)", r"tower.\1.block.conv.\2"),
    (r"conv_tower\.(\d+)\.2\.to_attn_logits\.(.+)", r"tower.\1.pool.logits.\2"),
    *LAYER_KEYS,
    (r"final_pointwise\.1\.0\.(.+)", r"final.norm.\1"),
    (r"final_pointwise\.1\.2\.(.+)", r"final.conv.\1"),
)


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """From the keys of the package enformer-pytorch; see `genoviz.models.load`.

    The package saves every tensor of the trunk twice (again under `_trunk.`), and the heads of both species; the copies and
    the other head are left out.
    """
    (tensors,) = states.values()
    head = f"_heads.{card.config['head']}.0."
    for key in [k for k in tensors if k.startswith("_trunk.") or (k.startswith("_heads.") and not k.startswith(head))]:
        tensors.pop(key)
    state = renamed(tensors, _KEYS)
    for key in [k for k in state if k.endswith("pool.logits.weight")]:
        state[key] = state[key].flatten(2)  # published as a two-dimensional convolution
    rows = torch.tensor(card.config["rows"])
    state["out.weight"] = tensors.pop(head + "weight")[rows]
    state["out.bias"] = tensors.pop(head + "bias")[rows]
    return state
