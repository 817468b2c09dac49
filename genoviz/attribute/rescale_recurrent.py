"""Recurrent networks under the rescale rule: step by step, so that every gate gets its rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from genoviz.attribute.rescale_rules import multiply, secant

RECURRENT = ("lstm", "gru", "rnn_tanh", "rnn_relu")


def recurrent(
    name: str, rows: int, x: Tensor, initial: Any, weights: Sequence[Tensor], bias: bool, layers: int, dropout: float,
    training: bool, bidirectional: bool, batch_first: bool,
) -> tuple[Tensor, ...]:  # fmt: skip
    """One of `RECURRENT`, with the arguments of torch's own function; the batch is in the order of its rows."""
    current = x if batch_first else x.transpose(0, 1)
    directions, per = 2 if bidirectional else 1, 4 if bias else 2
    hidden, cells = (initial[0], initial[1]) if name == "lstm" else (initial, None)
    last_states, last_cells = [], []
    for layer in range(layers):
        outputs = []
        for direction in range(directions):
            place = layer * directions + direction
            w_in, w_hidden, *biases = weights[place * per : (place + 1) * per]
            b_in, b_hidden = biases if bias else (None, None)
            gates = F.linear(current, w_in, b_in)
            state, cell = hidden[place], None if cells is None else cells[place]
            steps, sequence = range(current.shape[1]), []
            for step in steps if direction == 0 else reversed(steps):
                state, cell = _cell(name, rows, gates[:, step], F.linear(state, w_hidden, b_hidden), state, cell)
                sequence.append(state)
            outputs.append(torch.stack(sequence if direction == 0 else sequence[::-1], 1))
            last_states.append(state)
            last_cells.append(cell)
        current = torch.cat(outputs, 2)
    out = current if batch_first else current.transpose(0, 1)
    if cells is None:
        return out, torch.stack(last_states)
    return out, torch.stack(last_states), torch.stack([cell for cell in last_cells if cell is not None])


def _cell(
    name: str, rows: int, entering: Tensor, recurring: Tensor, state: Tensor, cell: Tensor | None
) -> tuple[Tensor, Tensor | None]:
    if name in ("rnn_tanh", "rnn_relu"):
        return secant(entering + recurring, torch.tanh if name == "rnn_tanh" else torch.relu, rows), None
    if name == "lstm" and cell is not None:
        gates, new, out = (entering + recurring).split([2 * state.shape[1], state.shape[1], state.shape[1]], 1)
        entry, forget = secant(gates, torch.sigmoid, rows).chunk(2, 1)
        cell = multiply(forget, cell, rows) + multiply(entry, secant(new, torch.tanh, rows), rows)
        return multiply(secant(out, torch.sigmoid, rows), secant(cell, torch.tanh, rows), rows), cell
    both = 2 * state.shape[1]
    gates_in, new_in = entering[:, :both], entering[:, both:]
    gates_h, new_h = recurring[:, :both], recurring[:, both:]
    reset, update = secant(gates_in + gates_h, torch.sigmoid, rows).chunk(2, 1)
    new = secant(new_in + multiply(reset, new_h, rows), torch.tanh, rows)
    return new + multiply(update, state - new, rows), None
