"""DeepSTARR (de Almeida et al. 2022, Nat Genet 54:613): enhancer activity in Drosophila S2 cells from 249 bases.

The published weights are a Keras file. Keras stores kernels as `(width, in, out)` and flattens position by position, so
the converter turns them and brings the first dense layer into the order of this network, channel by channel. Two outputs:
activity towards a developmental and towards a housekeeping promoter.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of

EPSILON = 1e-3  # Keras' batch normalisation; torch's is 1e-5
HEADS = ("Dense_Dev", "Dense_Hk")
_NORM = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}


@dataclass(frozen=True)
class DeepSTARRConfig:
    """Sizes of the network."""

    length: int = 249
    channels: tuple[int, ...] = (256, 60, 60, 120)
    widths: tuple[int, ...] = (7, 3, 5, 3)
    pool: int = 2
    hidden: tuple[int, ...] = (256, 256)

    @property
    def positions(self) -> int:
        """Length of the map that reaches the dense layers."""
        return self.length // self.pool ** len(self.channels)


class DeepSTARR(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, 2)`, developmental and housekeeping activity."""

    def __init__(self, config: DeepSTARRConfig) -> None:
        super().__init__()
        c = config
        rows = (4, *c.channels)
        self.convs = nn.ModuleList(
            nn.Conv1d(a, b, w, padding=w // 2) for (a, b), w in zip(pairwise(rows), c.widths, strict=True)
        )
        self.relus = nn.ModuleList(nn.ReLU() for _ in (*c.channels, *c.hidden))
        self.norms = nn.ModuleList(nn.BatchNorm1d(n, eps=EPSILON) for n in (*c.channels, *c.hidden))
        self.pools = nn.ModuleList(nn.MaxPool1d(c.pool) for _ in c.channels)
        sizes = (c.positions * c.channels[-1], *c.hidden)
        self.denses = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.out = nn.Linear(c.hidden[-1], len(HEADS))

    def forward(self, X: Tensor) -> Tensor:
        h, depth = X, len(self.convs)
        for conv, norm, relu, pool in zip(self.convs, self.norms[:depth], self.relus[:depth], self.pools, strict=True):
            h = pool(relu(norm(conv(h))))
        h = h.flatten(1)
        for dense, norm, relu in zip(self.denses, self.norms[depth:], self.relus[depth:], strict=True):
            h = relu(norm(dense(h)))
        y: Tensor = self.out(h)
        return y


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """The network's state dict from the Keras data sets.

    Their paths are `layer/scope/weight:0`, with or without `model_weights/` before. The scope, and the numbers of the
    batch normalisations, count the networks that had been made in the session in which the published one was trained
    (`Conv1D_1st/Conv1D_1st_11`, `batch_normalization_60`); only layer and weight are looked at, and the normalisations
    are taken in the order of their numbers.
    """
    (published,) = states.values()
    layers: dict[str, dict[str, str]] = {}  # layer: {weight: key}
    for key in published:
        path = key.removeprefix("model_weights/").split("/")
        layers.setdefault(path[0], {})[path[-1].partition(":")[0]] = key

    def take(layer: str, weight: str) -> Tensor:
        if weight not in layers.get(layer, {}):
            raise KeyError(f"{layer}/.../{weight}:0")
        return published.pop(layers[layer][weight])

    config = DeepSTARRConfig(**sizes_of(card))
    state = {}
    for i in range(len(config.channels)):
        layer = f"Conv1D_{i + 1 if i else '1st'}"
        state[f"convs.{i}.weight"] = take(layer, "kernel").permute(2, 1, 0)
        state[f"convs.{i}.bias"] = take(layer, "bias")
    for i in range(len(config.hidden)):
        state[f"denses.{i}.weight"] = take(f"Dense_{i + 1}", "kernel").T
        state[f"denses.{i}.bias"] = take(f"Dense_{i + 1}", "bias")
    first = state["denses.0.weight"]
    if first.shape[1] == config.positions * config.channels[-1]:  # else its shape is reported when it is loaded
        by_position = first.view(-1, config.positions, config.channels[-1])
        state["denses.0.weight"] = by_position.transpose(1, 2).flatten(1)
    numbered = sorted((name for name in layers if name.startswith("batch_normalization")), key=_number)
    for i, layer in enumerate(numbered):
        state.update({f"norms.{i}.{ours}": take(layer, theirs) for theirs, ours in _NORM.items()})
    state["out.weight"] = torch.cat([take(head, "kernel").T for head in HEADS])
    state["out.bias"] = torch.cat([take(head, "bias") for head in HEADS])
    return state


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return NetModel(DeepSTARR(DeepSTARRConfig(**sizes_of(card))), card)


def _number(layer: str) -> int:
    """The number at the end of a Keras layer's name; 0 without one."""
    digits = layer.rpartition("_")[2]
    return int(digits) if digits.isdecimal() else 0
