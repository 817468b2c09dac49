"""Self-attention that knows how far apart two positions are, as Enformer and Borzoi use it.

The attention of position i to position j has two parts: what both hold, and how far j lies from i. The distance enters as
a few fixed functions of j - i (the positional basis), which each layer weighs for itself.

Sources: Dai et al. 2019 (Transformer-XL, ACL, arXiv:1901.02860); the bases are those of Avsec et al. 2021 (Nat Methods
18:1196) and Linder et al. 2025 (Nat Genet 57:949).
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

EPSILON = 1e-8  # added to the gamma densities before they are scaled


def enformer_basis(length: int, features: int) -> Tensor:
    """Enformer's functions of the distance, computed in float64.

    Exponentials, central windows and gamma densities, each as it is and times the sign of the distance. The gamma densities
    are scaled to a largest value of 1 over all distances, as in the TensorFlow original. (Computing them in float32, as
    published code does, shifts some by up to 0.3 %; a version scaled over the functions instead is a different model.)

    Parameters
    ----------
    length
        Positions of the sequence, n.
    features
        Functions in all; a multiple of 6.

    Returns
    -------
    Tensor
        `(2 n - 1, features)`, float32: rows for the distances -(n - 1) to n - 1.
    """
    each = features // 6
    distance = np.arange(-length + 1, length, dtype=np.float64)
    far = np.abs(distance)[:, None]
    half_life = 2 ** np.linspace(3, np.log2(length), each)
    exponential = np.exp(-np.log(2) / half_life * far)
    central = (2 ** np.arange(1.0, each + 1) - 1 > far).astype(np.float64)
    return _with_sign(np.concatenate([exponential, central, _gamma(far, length, each)], 1), distance)


def borzoi_basis(length: int, features: int, trained: int = 4096) -> Tensor:
    """Borzoi's functions of the distance: central windows whose widths grow geometrically up to `trained` positions.

    Parameters
    ----------
    length
        Positions of the sequence, n.
    features
        Functions in all; even.
    trained
        Positions in training, which set the widths.

    Returns
    -------
    Tensor
        `(2 n - 1, features)`, as in `enformer_basis`.
    """
    each = features // 2
    distance = np.arange(-length + 1, length, dtype=np.float64)
    widths = (trained + 1.0) ** (np.arange(1.0, each + 1) / each) - 1
    return _with_sign((widths > np.abs(distance)[:, None]).astype(np.float64), distance)


def _gamma(far: NDArray[np.float64], length: int, count: int) -> NDArray[np.float64]:
    """Gamma densities with means spread evenly up to `length` and one standard deviation for all."""
    mean, deviation = np.linspace(length / count, length, count), length / (2 * count)
    shape, rate = (mean / deviation) ** 2, mean / deviation**2
    scale = shape * np.log(rate) - np.array([math.lgamma(s) for s in shape])
    with np.errstate(divide="ignore"):
        log_density = (shape - 1) * np.log(far) - rate * far + scale
    density = np.exp(log_density) + EPSILON
    return np.asarray(density / density.max(0))


def _with_sign(functions: NDArray[np.float64], distance: NDArray[np.float64]) -> Tensor:
    both = np.concatenate([functions, np.sign(distance)[:, None] * functions], 1)
    return torch.from_numpy(both.astype(np.float32))


class RelativeAttention(nn.Module):
    """Attention of several heads over content and distance.

    Parameters
    ----------
    channels
        Of input and output.
    heads, key, value
        Heads, and the sizes of a head's keys and values.
    positions
        A basis `(2 n - 1, features)` for the n positions of the input.
    """

    positions: Tensor

    def __init__(self, channels: int, heads: int, key: int, value: int, positions: Tensor) -> None:
        super().__init__()
        self.heads, self.scale = heads, key**-0.5
        self.register_buffer("positions", positions, persistent=False)
        self.to_q = nn.Linear(channels, heads * key, bias=False)
        self.to_k = nn.Linear(channels, heads * key, bias=False)
        self.to_v = nn.Linear(channels, heads * value, bias=False)
        self.to_rel_k = nn.Linear(positions.shape[1], heads * key, bias=False)
        self.rel_content_bias = nn.Parameter(torch.zeros(1, heads, 1, key))
        self.rel_pos_bias = nn.Parameter(torch.zeros(1, heads, 1, key))
        self.softmax = nn.Softmax(-1)
        self.to_out = nn.Linear(heads * value, channels)

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, n, channels)` -> the same shape."""
        q, k, v = (self._split(part(x)) for part in (self.to_q, self.to_k, self.to_v))
        q = q * self.scale
        r = self._split(self.to_rel_k(self.positions)[None])
        content = (q + self.rel_content_bias) @ k.transpose(2, 3)
        weights = self.softmax(content + by_pair((q + self.rel_pos_bias) @ r.transpose(2, 3)))
        y: Tensor = self.to_out((weights @ v).transpose(1, 2).flatten(2))
        return y

    def _split(self, x: Tensor) -> Tensor:
        """`(batch, n, heads * size)` -> `(batch, heads, n, size)`."""
        return x.unflatten(2, (self.heads, -1)).transpose(1, 2)


def by_pair(by_distance: Tensor) -> Tensor:
    """From values by distance to values by pair: `(..., n, 2 n - 1)` -> `(..., n, n)`, [i, j] <- [i, j - i + n - 1].

    Without a copy: in the flattened rows, row i + 1 of the result starts 2 n - 2 places behind row i.
    """
    n = by_distance.shape[-2]
    if n == 1:
        return by_distance
    flat = by_distance.flatten(-2)[..., n - 1 : n - 1 + n * (2 * n - 2)]
    return flat.unflatten(-1, (n, 2 * n - 2))[..., :n]


class TransformerLayer(nn.Module):
    """Attention, then two linear layers for each position by itself; both are added to what they read."""

    def __init__(self, channels: int, heads: int, key: int, value: int, positions: Tensor, epsilon: float) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(channels, eps=epsilon)
        self.attention = RelativeAttention(channels, heads, key, value, positions)
        self.norm2 = nn.LayerNorm(channels, eps=epsilon)
        self.widen = nn.Linear(channels, 2 * channels)
        self.relu = nn.ReLU()
        self.narrow = nn.Linear(2 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, n, channels)` -> the same shape."""
        x = x + self.attention(self.norm1(x))
        y: Tensor = x + self.narrow(self.relu(self.widen(self.norm2(x))))
        return y
