"""Borzoi: 524,288 bases to 6,144 bins of 32 bases, by convolutions, attention and a way back up (U-net).

After Linder et al. 2025 (Nat Genet 57:949). The network is built here; the weights are the authors', in the PyTorch version
that Johannes Hingerl published (`johahi/borzoi-replicate-0` to `-3`), whose keys `convert` reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.networks.long_range import LAYER_KEYS, ConvBlock, Features, LongRangeNet, check_sizes, middle, renamed
from genoviz.networks.relative_attention import TransformerLayer, borzoi_basis

STEM, WIDTH = 15, 5  # bases of the first filters, bins of those of the tower
EPSILON = 1e-3  # of batch and layer normalisation
PIECE = 16_384


@dataclass(frozen=True)
class BorzoiConfig:
    """Sizes of the network.

    Attributes
    ----------
    stem, widths
        Channels behind the first convolution and behind those of the tower; bins double between them, so that the last ones
        are of `resolution` bases.
    channels, depth, heads, key, value
        Channels of a bin in the attention, layers, heads, and the sizes of a head's keys and values.
    positions
        Functions of the distance in the attention.
    trained
        Bins that the attention joined in training.
    joined
        Channels before the head.
    piece
        See `LongRangeNet`.
    """

    stem: int = 512
    widths: tuple[int, ...] = (608, 736, 896, 1056, 1280)
    channels: int = 1536
    depth: int = 8
    heads: int = 8
    key: int = 64
    value: int = 192
    positions: int = 32
    trained: int = 4096
    joined: int = 1920
    piece: int = PIECE

    @property
    def resolution(self) -> int:
        """Bases of a bin of the output; the attention joins bins four times as wide."""
        return int(2 ** len(self.widths))


class UpStep(nn.Module):
    """Bins become twice as many, what the tower had at that width is added, and a convolution smooths both."""

    def __init__(self, channels: int, skipped: int) -> None:
        super().__init__()
        self.up, self.skip = _block(channels, channels, 1), _block(skipped, channels, 1)
        self.upsample = nn.Upsample(scale_factor=2)
        self.depthwise = nn.Conv1d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.pointwise = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """`(batch, channels, n)` and `(batch, skipped, 2 n)` -> `(batch, channels, 2 n)`."""
        y: Tensor = self.pointwise(self.depthwise(self.upsample(self.up(x)) + self.skip(skip)))
        return y


class Borzoi(LongRangeNet):
    """The network; `(batch, 4, length)` -> `(batch, tracks, bins)` before softplus.

    Parameters
    ----------
    config
        Sizes.
    length, bins, tracks
        Bases it reads, bins in the middle that it returns, and rows of the head.
    """

    def __init__(self, config: BorzoiConfig, *, length: int, bins: int, tracks: int) -> None:
        c, grain = config, 4 * config.resolution
        reach = STEM // 2 + sum(WIDTH // 2 * 2 ** (i + 1) for i in range(len(c.widths) + 1))
        super().__init__(grain=grain, halo=reach, piece=c.piece, channels=c.channels)
        self.bins = bins
        self.stem = nn.Conv1d(4, c.stem, STEM, padding=STEM // 2)
        widths = (c.stem, *c.widths, c.channels)
        self.tower = nn.ModuleList(_block(a, b, WIDTH) for a, b in pairwise(widths))
        self.pools = nn.ModuleList(nn.MaxPool1d(2) for _ in widths)
        positions = borzoi_basis(length // grain, c.positions, c.trained)
        self.layers = nn.ModuleList(
            TransformerLayer(c.channels, c.heads, c.key, c.value, positions, EPSILON) for _ in range(c.depth)
        )
        self.wide, self.narrow = UpStep(c.channels, c.channels), UpStep(c.channels, c.widths[-1])
        self.final = _block(c.channels, c.joined, 1)
        self.gelu = nn.GELU(approximate="tanh")
        self.out = nn.Conv1d(c.joined, tracks, 1)

    def local(self, X: Tensor) -> Features:
        """The last bins of the tower, and those half and a quarter as wide, which the way back up needs again."""
        x, kept = self.stem(X), []
        for pool, block in zip(self.pools, self.tower, strict=False):
            x = block(pool(x))
            kept.append(x)
        return self.pools[-1](x), kept[-1], kept[-2]

    def whole(self, features: Features) -> Tensor:
        """See `LongRangeNet.whole`."""
        x, wide, narrow = features
        x = self.through(x)
        x = self.narrow(self.wide(x, wide), narrow)
        y: Tensor = self.out(self.gelu(self.final(middle(x, self.bins))))
        return y


def _block(inner: int, outer: int, width: int) -> ConvBlock:
    return ConvBlock(inner, outer, width, nn.GELU(approximate="tanh"), EPSILON)


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    sizes = {k: v for k, v in sizes_of(card).items() if k in BorzoiConfig.__dataclass_fields__}
    config, output = BorzoiConfig(**sizes), card.outputs[0]
    check_sizes(card, 4 * config.resolution)
    return NetModel(Borzoi(config, length=card.length, bins=output.bins, tracks=len(output.tracks)), card)


_KEYS = (
    (r"conv_dna\.conv_layer\.(.+)", r"stem.\1"),
    *((rf"res_tower\.{2 * i}\.norm\.(.+)", rf"tower.{i}.norm.\1") for i in range(5)),
    *((rf"res_tower\.{2 * i}\.conv_layer\.(.+)", rf"tower.{i}.conv.\1") for i in range(5)),
    (r"unet1\.1\.norm\.(.+)", r"tower.5.norm.\1"),
    (r"unet1\.1\.conv_layer\.(.+)", r"tower.5.conv.\1"),
    *LAYER_KEYS,
    *(
        (rf"{published}\.{part}\.(.+)", rf"{ours}.{name}.\1")
        for published, ours in (
            (r"upsampling_unet1\.0", "wide.up"),
            ("horizontal_conv1", "wide.skip"),
            (r"upsampling_unet0\.0", "narrow.up"),
            ("horizontal_conv0", "narrow.skip"),
            (r"final_joined_convs\.0", "final"),
        )
        for part, name in (("norm", "norm"), ("conv_layer", "conv"))
    ),
    (r"separable1\.conv_layer\.0\.(.+)", r"wide.depthwise.\1"),
    (r"separable1\.conv_layer\.1\.(.+)", r"wide.pointwise.\1"),
    (r"separable0\.conv_layer\.0\.(.+)", r"narrow.depthwise.\1"),
    (r"separable0\.conv_layer\.1\.(.+)", r"narrow.pointwise.\1"),
)


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """From the keys of the package borzoi-pytorch; see `genoviz.models.load`. A head of the other species is left out."""
    (tensors,) = states.values()
    head = f"{card.config['head']}_head."
    for key in [k for k in tensors if k.split(".")[0].endswith("_head") and not k.startswith(head)]:
        tensors.pop(key)
    state = renamed(tensors, _KEYS)
    rows = torch.tensor(card.config["rows"])
    state["out.weight"] = tensors.pop(head + "weight")[rows]
    state["out.bias"] = tensors.pop(head + "bias")[rows]
    return state
