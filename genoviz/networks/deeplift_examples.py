"""The example networks of DeepLIFT's authors (Shrikumar et al. 2017, ICML, arXiv:1704.02685), trained in Keras 0.3.

Both were trained on simulated sequences with planted motifs, so what they should have learned is known:

- TAL1 and GATA1: two convolutions, means over windows of 60, two dense layers. Three answers: both motifs, GATA1, TAL1.
- CTCF: a gated recurrent unit that reads 150 bases in order, and a dense layer on its last state.

Two things of that time differ from today's. Keras on Theano slid its kernels backwards, so they are turned round here, along
the sequence and across the bases. And Keras's recurrent unit took a straight line with two ends for a sigmoid in its gates,
and reset the state before its product, where torch resets after it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
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


class KerasGRU(nn.Module):
    """Keras's gated recurrent unit; `(batch, features, length)` -> its last state `(batch, units)`.

    With the state h, the input x and two gates: z and r are hard sigmoids of `W x + U h + b`, the candidate is
    `tanh(W x + U (r h) + b)`, and the new state is `z h + (1 - z) candidate`.
    """

    def __init__(self, features: int, units: int) -> None:
        super().__init__()
        self.units = units
        self.inputs = nn.Linear(features, 3 * units)  # update gate, reset gate, candidate
        self.gates = nn.Linear(units, 2 * units, bias=False)
        self.candidate = nn.Linear(units, units, bias=False)

    def forward(self, X: Tensor) -> Tensor:
        inputs = self.inputs(X.transpose(1, 2))
        h = torch.zeros(len(X), self.units, dtype=X.dtype, device=X.device)
        for step in inputs.unbind(1):
            of_gates, of_candidate = step[:, : 2 * self.units], step[:, 2 * self.units :]
            update, reset = hard_sigmoid(of_gates + self.gates(h)).chunk(2, 1)
            candidate = torch.tanh(of_candidate + self.candidate(reset * h))
            h = update * h + (1 - update) * candidate
        return h


def hard_sigmoid(x: Tensor) -> Tensor:
    """Keras's: the line 0.2 x + 0.5, kept between 0 and 1."""
    return (0.2 * x + 0.5).clamp(0, 1)


class CTCFGRU(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)`."""

    def __init__(self, units: int, outputs: int) -> None:
        super().__init__()
        self.gru, self.out = KerasGRU(4, units), nn.Linear(units, outputs)

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = self.out(self.gru(X))
        return y


def build_tal_gata(card: ModelCard) -> NetModel:
    """The convolutional network of a card, without weights."""
    return NetModel(TalGata(TalGataConfig(**card.config), card.length, len(card.outputs[0].tracks)), card)


def build_ctcf_gru(card: ModelCard) -> NetModel:
    """The recurrent network of a card, without weights."""
    return NetModel(CTCFGRU(int(card.config["units"]), len(card.outputs[0].tracks)), card)


def convert_tal_gata(card: ModelCard, states: dict[str, State]) -> State:
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


def convert_ctcf_gru(card: ModelCard, states: dict[str, State]) -> State:
    """State dict of `CTCFGRU`: W, U and b of the update gate, the reset gate and the candidate, then the dense layer."""
    (state,) = states.values()
    w, u, b = ([state.pop(f"layer_2/param_{3 * part + kind}") for part in range(3)] for kind in range(3))
    return {
        "gru.inputs.weight": torch.cat(w, 1).T,
        "gru.inputs.bias": torch.cat(b),
        "gru.gates.weight": torch.cat(u[:2], 1).T,
        "gru.candidate.weight": u[2].T,
        "out.weight": state.pop("layer_3/param_0").T,
        "out.bias": state.pop("layer_3/param_1"),
    }
