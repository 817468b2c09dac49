"""What networks for hundreds of thousands of bases have in common.

First a tower of convolutions and pools turns bases into bins; it looks only at the surroundings of each bin. Then layers of
attention join all bins. The tower is by far the largest part of the work and of the memory, and because it is local it can
be computed stretch by stretch: the result is that of the whole, the memory that of one stretch. For an edited sequence only
the stretch around the edit is computed anew.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from genoviz.errors import BadCheckpoint, BadInput
from genoviz.models.base import Model, NetModel
from genoviz.models.card import ModelCard

Features = tuple[Tensor, ...]

# Published keys of a transformer layer, in both packages.
LAYER_KEYS = (
    (r"transformer\.(\d+)\.0\.fn\.0\.(.+)", r"layers.\1.norm1.\2"),
    (r"transformer\.(\d+)\.0\.fn\.1\.(.+)", r"layers.\1.attention.\2"),
    (r"transformer\.(\d+)\.1\.fn\.0\.(.+)", r"layers.\1.norm2.\2"),
    (r"transformer\.(\d+)\.1\.fn\.1\.(.+)", r"layers.\1.widen.\2"),
    (r"transformer\.(\d+)\.1\.fn\.4\.(.+)", r"layers.\1.narrow.\2"),
)


class ConvBlock(nn.Module):
    """Batch normalisation, GELU, then a convolution that keeps the length."""

    def __init__(self, inner: int, outer: int, width: int, gelu: nn.Module, epsilon: float) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(inner, eps=epsilon)
        self.gelu = gelu
        self.conv = nn.Conv1d(inner, outer, width, padding=width // 2)

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, inner, n)` -> `(batch, outer, n)`."""
        y: Tensor = self.conv(self.gelu(self.norm(x)))
        return y


class LongRangeNet(nn.Module, ABC):
    """A local tower, then layers that join all of it.

    Subclasses define `local` and `whole`.

    Attributes
    ----------
    grain
        Bases of the widest bin that `local` makes; stretches begin at its multiples.
    halo
        Bases beside a stretch that its bins see, at most; a multiple of `grain`.
    piece
        Bases of a stretch; a multiple of `grain`. Longer inputs are long: computed in several stretches, and what a
        gradient needs is computed anew on the way back instead of being kept.
    layers, channels
        The layers that join all bins, each `(batch, bins, channels)` -> the same shape.
    """

    layers: nn.ModuleList

    def __init__(self, *, grain: int, halo: int, piece: int, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.grain, self.halo, self.piece = grain, -(-halo // grain) * grain, max(grain, piece // grain * grain)

    @abstractmethod
    def local(self, X: Tensor) -> Features:
        """Bins of a stretch: `(batch, 4, bases)` -> tensors `(batch, channels, bases / bin width)`."""

    @abstractmethod
    def whole(self, features: Features) -> Tensor:
        """Outputs `(batch, tracks, bins)` from the bins of the whole input."""

    def forward(self, X: Tensor) -> Tensor:
        """`(batch, 4, length)` -> `(batch, tracks, bins)`; without gradients, long inputs go one by one."""
        if X.shape[2] > self.piece and len(X) > 1 and not torch.is_grad_enabled():
            return torch.cat([self.whole(self.features(row[None])) for row in X])
        return self.whole(self.features(X))

    def features(self, X: Tensor) -> Features:
        """The tower's bins of the whole input, computed stretch by stretch."""
        length = X.shape[2]
        if length <= self.piece:
            return self.local(X)
        starts = range(0, length, self.piece)
        parts = [self._stretch(X, start, min(start + self.piece, length)) for start in starts]
        return tuple(torch.cat(column, 2) for column in zip(*parts, strict=True))

    def patched(self, features: Features, X: Tensor, start: int, end: int) -> Features:
        """Bins of edited sequences from those of the sequence they differ from in `start` to `end` alone.

        Parameters
        ----------
        features
            `self.features` of the sequence, one row.
        X
            `(batch, 4, length)`, the edited sequences.
        start, end
            Where they may differ (0-based, half-open).
        """
        low = max(0, (start - self.halo) // self.grain * self.grain)
        high = min(X.shape[2], -(-(end + self.halo) // self.grain) * self.grain)
        result = []
        for old, new in zip(features, self._stretch(X, low, high), strict=True):
            stride = X.shape[2] // old.shape[2]
            row = old.repeat(len(X), 1, 1)
            row[:, :, low // stride : high // stride] = new
            result.append(row)
        return tuple(result)

    def remembered(self, function: Callable[[Tensor], Tensor | Features], x: Tensor, long: bool) -> Tensor | Features:
        """`function(x)`; for a long input under a gradient its inner results are computed anew on the way back.

        Only for single rows: DeepLIFT compares rows and watches each function as it is called, so it must not meet
        functions that are called again behind its back.
        """
        if long and len(x) == 1 and torch.is_grad_enabled() and x.requires_grad:
            result: Tensor | Features = checkpoint(function, x, use_reentrant=False, preserve_rng_state=False)
            return result
        return function(x)

    def through(self, x: Tensor) -> Tensor:
        """The layers one after the other on bins `(batch, channels, n)`."""
        long, x = x.shape[2] * self.grain > self.piece, x.transpose(1, 2)
        for layer in self.layers:
            y = self.remembered(layer, x, long)
            x = y if isinstance(y, Tensor) else y[0]
        return x.transpose(1, 2)

    def _stretch(self, X: Tensor, start: int, end: int) -> Features:
        """Bins of `start` to `end`, with what lies beside them in sight. At the ends of X nothing does, as in one piece."""
        low, high = max(0, start - self.halo), min(X.shape[2], end + self.halo)
        found = self.remembered(self.local, X[:, :, low:high], X.shape[2] > self.piece)
        parts = (found,) if isinstance(found, Tensor) else found
        strides = [(high - low) // part.shape[2] for part in parts]
        return tuple(p[:, :, (start - low) // s : (end - low) // s] for p, s in zip(parts, strides, strict=True))


def middle(x: Tensor, bins: int) -> Tensor:
    """The middle `bins` of `(batch, channels, n)`."""
    edge = (x.shape[2] - bins) // 2
    return x[:, :, edge : edge + bins]


def check_sizes(card: ModelCard, grain: int) -> None:
    """Raise `BadCheckpoint` unless length, bins and rows of a card fit together."""
    output, rows = card.outputs[0], card.config["rows"]
    bins = card.length // output.resolution if output.resolution else 0
    if (
        card.length % grain
        or not 0 < output.bins <= bins
        or (bins - output.bins) % 2
        or len(rows) != len(output.tracks)
    ):
        raise BadCheckpoint(
            f"The card `{card.name}` has {card.length:,} bases, {output.bins:,} bins of {output.resolution}, "
            f"{len(output.tracks)} tracks and {len(rows)} rows of the published head.",
            f"The length must be a multiple of {grain}, the bins must leave as much on both sides, and each track needs a row.",
            "Correct the card.",
        )


def with_tracks(card: ModelCard, tracks: Mapping[str, int]) -> ModelCard:
    """The card with other tracks of the published head, for `load_model`.

    Parameters
    ----------
    card
        Of Enformer or Borzoi.
    tracks
        Row of the published head (0-based, as in the authors' table of targets) by the name to show.

    Raises
    ------
    BadInput
        If there is no such row, or no track is given.
    """
    total = int(card.config["published_rows"])
    wrong = [f"{name} (row {row})" for name, row in tracks.items() if not 0 <= row < total]
    if wrong or not tracks:
        raise BadInput(
            f"Rows of the head of `{card.name}` were asked for that do not exist: {', '.join(wrong[:3]) or 'none given'}.",
            f"It has the rows 0 to {total - 1}.",
            "Look the row up in the authors' table of targets.",
        )
    output = replace(card.outputs[0], tracks=tuple(tracks))
    return replace(card, outputs=(output,), config={**card.config, "rows": list(tracks.values())})


def renamed(tensors: dict[str, Tensor], table: Sequence[tuple[str, str]]) -> dict[str, Tensor]:
    """Take the keys that a pattern of the table matches whole, under their new names; the first pattern counts."""
    result: dict[str, Tensor] = {}
    for key in list(tensors):
        for pattern, replacement in table:
            if re.fullmatch(pattern, key):
                result[re.sub(pattern, replacement, key)] = tensors.pop(key)
                break
    return result


def long_range_net(model: Model) -> LongRangeNet | None:
    """The network of a model whose only output it is."""
    if isinstance(model, NetModel) and type(model).logits is NetModel.logits and isinstance(model.net, LongRangeNet):
        return model.net
    return None
