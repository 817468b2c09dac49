"""Weights files as the packages enformer-pytorch and borzoi-pytorch save them, of tiny networks, with numbers by formula.

The same formula filled the packages' own networks when the expected numbers of the tests were taken from them.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence

Shapes = dict[str, tuple[int, ...]]

ENFORMER = {"channels": 96, "depth": 2, "heads": 2, "key": 16, "stages": 3, "divisor": 8}
BORZOI = {
    "stem": 8, "widths": [8, 16, 16, 24, 24], "channels": 32, "depth": 2, "heads": 2, "key": 8, "value": 12, "joined": 40,
}  # fmt: skip


def formula(key: str, shape: tuple[int, ...]) -> Tensor:
    """Numbers that look random but follow from the key and the place."""
    n = math.prod(shape)
    x = np.sin(np.arange(n, dtype=np.float64) + zlib.crc32(key.encode()) % 1000) * 43758.5453
    x = (x - np.floor(x)) * 2 - 1
    if key.endswith("running_var"):
        x = 1 + 0.5 * x
    elif key.endswith(("running_mean", "bias")):
        x = 0.2 * x
    elif len(shape) == 1:
        x = 1 + 0.2 * x
    else:
        x = x * math.sqrt(3 / (n // shape[0]))
    return torch.from_numpy(x.astype(np.float32).reshape(shape))


def filled(shapes: Shapes) -> dict[str, Tensor]:
    """A tensor by formula for each key."""
    return {key: formula(key, shape) if shape else torch.tensor(1) for key, shape in shapes.items()}


def norm(key: str, channels: int, *, running: bool = True) -> Shapes:
    """Keys of a normalisation."""
    names = ("weight", "bias", "running_mean", "running_var") if running else ("weight", "bias")
    shapes: Shapes = {f"{key}.{name}": (channels,) for name in names}
    return shapes | {f"{key}.num_batches_tracked": ()} if running else shapes


def layer(key: str, channels: int, heads: int, size: int, value: int, positions: int) -> Shapes:
    """Keys of a layer of attention, which both packages name alike."""
    a, f = f"{key}.0.fn.1", f"{key}.1.fn"
    return {
        **norm(f"{key}.0.fn.0", channels, running=False),
        f"{a}.rel_content_bias": (1, heads, 1, size),
        f"{a}.rel_pos_bias": (1, heads, 1, size),
        f"{a}.to_q.weight": (heads * size, channels),
        f"{a}.to_k.weight": (heads * size, channels),
        f"{a}.to_v.weight": (heads * value, channels),
        f"{a}.to_out.weight": (channels, heads * value),
        f"{a}.to_out.bias": (channels,),
        f"{a}.to_rel_k.weight": (heads * size, positions),
        **norm(f"{f}.0", channels, running=False),
        f"{f}.1.weight": (2 * channels, channels),
        f"{f}.1.bias": (2 * channels,),
        f"{f}.4.weight": (channels, 2 * channels),
        f"{f}.4.bias": (channels,),
    }


def tiny(card: ModelCard, *, length: int, bins: int, resolution: int, **config: Any) -> ModelCard:
    """A card of the same architecture with other sizes, for the rows 5, 0 and 6 of a head of 7."""
    output = replace(card.outputs[0], tracks=("five", "zero", "six"), bins=bins, resolution=resolution)
    sizes = {**card.config, "rows": [5, 0, 6], "published_rows": 7, **config}
    return replace(card, length=length, outputs=(output,), config=sizes)


def bases(length: int) -> Sequence:
    """A sequence by formula."""
    x = np.sin(np.arange(length) * 12.9898 + 4.1) * 43758.5453
    return Sequence("".join("ACGT"[int((v - math.floor(v)) * 4)] for v in x))
