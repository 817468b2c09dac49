"""LSTM and GRU, resumed from the reference's state at the first step that an edit can change.

States after that step differ for ever, so a recurrent layer gains at most a factor of two per direction; the linear map
that usually follows is accumulated step by step, without a tensor of (edits, steps, states).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from genoviz.incremental.arguments import is_float
from genoviz.incremental.board import Board
from genoviz.incremental.nodes import GrownConstant, Node, Rule, leaves, span_of


@dataclass
class Segments:
    """Differences of a recurrent layer's output: (first step, data (steps, rows, states), from state, to state)."""

    parts: list[tuple[int, Tensor, int, int]]
    reference: Tensor  # (steps, states)

    def full(self, rows: int) -> Tensor:
        """The complete output, (rows, steps, states)."""
        out = self.reference.expand(rows, *self.reference.shape).clone()
        for start, data, low, high in self.parts:
            out[:, start : start + data.shape[0], low:high] += data.transpose(0, 1)
        return out


@dataclass
class Direction:
    """One direction: weights for row vectors, and what the reference needs for resuming."""

    inputs: Tensor  # (channels, gates)
    hidden: Tensor  # (states, gates)
    hidden_bias: Tensor  # (gates,); zero for LSTM, where it is merged into the input's
    gates: Tensor  # (steps, gates) of the reference's input, with bias
    states: Tensor  # (steps, states) before every step, in order of running
    cells: Tensor


class Recurrent(Rule):
    """A single ``lstm`` or ``gru`` layer, one or both directions."""

    title = "resumed at the first step that changes"

    def __init__(self, node: Node, weights: list[Tensor], bidirectional: bool, initial: list[Tensor]) -> None:
        super().__init__(node, None)
        self.is_lstm = node.name == "lstm"
        self.weights, self.directions, self.initial = weights, 2 if bidirectional else 1, initial
        self.states = weights[1].shape[1]

    @classmethod
    def match(cls, node: Node) -> Recurrent | None:
        source = node.sources[0]
        if source.span is None or source.span.layout != "LC" or len(node.sources) != 1 or len(node.args) != 9:
            return None
        _, initial, weights, bias, layers, _, training, bidirectional, batch_first = node.args
        if layers != 1 or not bias or not batch_first or training or not isinstance(weights, (list, tuple)):
            return None
        if any(user.name != "pick" or user.args[1] != (0,) for user in node.users):
            return None
        directions = 2 if bidirectional else 1
        states = [leaf.slice if isinstance(leaf, GrownConstant) else None for leaf in leaves(initial)]
        if len(weights) != 4 * directions or not is_float(weights) or any(s is None or s.shape[1] != 1 for s in states):
            return None
        if len(states) != (2 if node.name == "lstm" else 1) or weights[1].shape[0] != weights[0].shape[0]:
            return None
        return cls(node, [w.detach() for w in weights], bool(bidirectional), [s for s in states if s is not None])

    def full_work(self) -> float:
        return span_of(self.source).length * float(sum(w.numel() for w in self.weights if w.dim() == 2))

    def work(self, width: int) -> float:
        return self.full_work() * 0.5

    def _step(self, gates: Tensor, state: Tensor, cell: Tensor, direction: Direction) -> tuple[Tensor, Tensor]:
        """One step. For the LSTM `gates` already hold the hidden part; for the GRU only the input's."""
        if self.is_lstm:
            entry, forget, new, out = gates.chunk(4, 1)
            cell = torch.sigmoid(forget) * cell + torch.sigmoid(entry) * torch.tanh(new)
            return torch.sigmoid(out) * torch.tanh(cell), cell
        hidden = torch.addmm(direction.hidden_bias, state, direction.hidden)
        size = self.states
        both = torch.sigmoid(gates[:, : 2 * size] + hidden[:, : 2 * size])
        new = torch.tanh(gates[:, 2 * size :] + both[:, :size] * hidden[:, 2 * size :])
        return new + both[:, size:] * (state - new), cell

    def reference_pass(self, inputs: Tensor) -> list[Direction]:
        """Run the layer on the reference's inputs (steps, channels) and keep the states before every step."""
        result = []
        for k in range(self.directions):
            w_in, w_hidden, b_in, b_hidden = self.weights[4 * k : 4 * k + 4]
            gates = inputs @ w_in.t() + b_in + (b_hidden if self.is_lstm else 0)
            direction = Direction(w_in.t().contiguous(), w_hidden.t().contiguous(), b_hidden, gates, gates, gates)
            state = self.initial[0][k]
            cell = self.initial[1][k] if self.is_lstm else state
            states, cells = [], []
            for step in range(len(inputs)) if k == 0 else range(len(inputs) - 1, -1, -1):
                states.append(state)
                cells.append(cell)
                now = gates[step : step + 1]
                if self.is_lstm:
                    now = now + state @ direction.hidden
                state, cell = self._step(now, state, cell, direction)
            direction.states, direction.cells = torch.cat(states), torch.cat(cells)
            result.append(direction)
        return result

    def run(self, block: Board) -> None:
        output = block.reference.values[self.node.users[0].index]
        window = block.delta(self.source)
        if window is None:
            block.put(self.node, Segments([], output))
            return
        span, rows, anchors = span_of(self.source), block.rows, block.anchors(span_of(self.source).stride)
        steps = span.length
        first, last = max(0, anchors.low + window.offset), min(steps, anchors.high + window.end)
        if last <= first:  # only positions that pooling dropped
            block.put(self.node, Segments([], output))
            return
        changed = torch.zeros(last - first, rows, span.channels)
        groups = window.data.shape[1]
        for place, anchor in enumerate(anchors.positions.tolist()):
            start = anchor + window.offset
            low, high = max(0, start), min(steps, start + window.width)
            if high > low:
                target = changed[low - first : high - first, place * groups : (place + 1) * groups]
                target.copy_(window.data[low - start : high - start, :, place])
        parts = []
        for k, direction in enumerate(block.reference.derived(self.source, self.reference_pass)):
            difference = (changed.view(-1, span.channels) @ direction.inputs).view(len(changed), rows, -1)
            order = range(first, steps) if k == 0 else range(last - 1, -1, -1)
            resume = first if k == 0 else steps - last
            state = direction.states[resume].expand(rows, -1).contiguous()
            cell = direction.cells[resume].expand(rows, -1)
            columns = slice(k * self.states, (k + 1) * self.states)
            data = torch.empty(len(order), rows, self.states)
            for place, step in enumerate(order):
                if self.is_lstm:
                    gates = torch.addmm(direction.gates[step], state, direction.hidden)
                    if first <= step < last:
                        gates.add_(difference[step - first])
                elif first <= step < last:
                    gates = difference[step - first].add_(direction.gates[step])
                else:
                    gates = direction.gates[step : step + 1]
                state, cell = self._step(gates, state, cell, direction)
                torch.sub(state, output[step, columns], out=data[place if k == 0 else len(order) - 1 - place])
            parts.append((first if k == 0 else 0, data, columns.start, columns.stop))
        block.put(self.node, Segments(parts, output))


class SegmentsPassed(Rule):
    """The output of a recurrent layer taken from its tuple, or flattened for a linear map."""

    title = "passed on"

    def run(self, block: Board) -> None:
        block.put(self.node, block.get(self.source))


class SegmentsLinear(Rule):
    """``linear`` on all steps at once, accumulated step by step."""

    title = "linear map of the changed steps"

    def __init__(self, node: Node, weight: Tensor, steps: int, states: int) -> None:
        super().__init__(node, None)
        self.weight = weight.detach().view(-1, steps, states).permute(1, 2, 0).contiguous()

    def full_work(self) -> float:
        return float(self.weight.numel())

    def work(self, width: int) -> float:
        return self.full_work() * 0.5

    def run(self, block: Board) -> None:
        reference = block.reference.values[self.node.index]
        out = reference.expand(block.rows, *reference.shape).clone()
        segments = block.get(self.source)
        for start, data, low, high in segments.parts:
            for step in range(data.shape[0]):
                out.addmm_(data[step], self.weight[start + step, low:high])
        block.put(self.node, out)


def match_recurrent(node: Node) -> Rule | None:
    """The rule for a recurrent layer and for what directly follows it, if it has one."""
    if node.name in ("lstm", "gru"):
        return Recurrent.match(node)
    rule = node.sources[0].rule
    if node.name == "pick" and isinstance(rule, Recurrent):
        return SegmentsPassed(node, None)
    if not isinstance(rule, SegmentsPassed):
        return None
    source_shape = node.sources[0].shape or ()
    lines_up = node.name in ("flatten", "reshape", "view") and len(source_shape) == 2 and len(node.shape or ()) == 1
    if lines_up and node.users and all(user.name == "linear" and len(user.sources) == 1 for user in node.users):
        return SegmentsPassed(node, None)
    weight = node.argument(1, "weight")
    if node.name == "linear" and len(node.shape or ()) == 1 and len(node.sources) == 1 and isinstance(weight, Tensor):
        steps, states = node.sources[0].sources[0].shape or (0, 0)
        return SegmentsLinear(node, weight, steps, states)
    return None
