"""A recurrent example of DeepLIFT's authors (Shrikumar et al. 2017, ICML, arXiv:1704.02685), trained in Keras 0.3.

A gated recurrent unit reads 150 bases in order, and a dense layer its last state. It was trained on simulated sequences, half
of them with one site of CTCF.

The unit is that of Keras in 2016: a straight line with two ends stands for a sigmoid in its gates, and the state is reset
before its product, where `torch.nn.GRU` resets after it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.networks.keras_layers import State


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


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return NetModel(CTCFGRU(int(card.config["units"]), len(card.outputs[0].tracks)), card)


def convert(card: ModelCard, states: dict[str, State]) -> State:
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
