"""The network of the DeepLIFT paper (Shrikumar et al. 2017, ICML, arXiv:1704.02685), trained in Keras 0.3.

It was trained on simulated sequences with planted motifs, so what it should have learned is known: two convolutions, means
over windows of 60, two dense layers, and three answers: GATA1, TAL1, both motifs.

Keras on Theano slid its kernels backwards, so they are turned round here, along the sequence and across the bases.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.networks.keras_layers import State


@dataclass(frozen=True)
class TalGataConfig:
    """Sizes of the convolutional network."""

    first: int = 51
    second: int = 49
    width: int = 11
    pool: int = 60
    stride: int = 30
    hidden: int = 50


class TalGata(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)`. As published, nothing but the mean follows the
    second convolution.
    """

    def __init__(self, config: TalGataConfig, length: int, outputs: int) -> None:
        super().__init__()
        c = config
        windows = (length - 2 * (c.width - 1) - c.pool) // c.stride + 1
        self.conv1, self.relu = nn.Conv1d(4, c.first, c.width), nn.ReLU()
        self.conv2 = nn.Conv1d(c.first, c.second, c.width)
        self.pool = nn.AvgPool1d(c.pool, c.stride)
        self.dense, self.dense_relu = nn.Linear(c.second * windows, c.hidden), nn.ReLU()
        self.out = nn.Linear(c.hidden, outputs)

    def forward(self, X: Tensor) -> Tensor:
        h = self.pool(self.conv2(self.relu(self.conv1(X)))).flatten(1)
        y: Tensor = self.out(self.dense_relu(self.dense(h)))
        return y


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return NetModel(TalGata(TalGataConfig(**card.config), card.length, len(card.outputs[0].tracks)), card)


def convert(card: ModelCard, states: dict[str, State]) -> State:
    """State dict of `TalGata` from the published file, whose tensors are numbered in the order of the layers."""
    (state,) = states.values()

    def take(number: int) -> Tensor:
        return state.pop(f"graph/param_{number}")

    # Kernels are (filters, channels, rows, columns); the first has the four bases as its rows.
    return {
        "conv1.weight": take(0).flip(2, 3)[:, 0],
        "conv1.bias": take(1),
        "conv2.weight": take(2).flip(2, 3)[:, :, 0],
        "conv2.bias": take(3),
        "dense.weight": take(4).T,
        "dense.bias": take(5),
        "out.weight": take(6).T,
        "out.bias": take(7),
    }
