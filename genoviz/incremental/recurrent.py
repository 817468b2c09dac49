"""LSTM and GRU, resumed for every edit from the reference's state at the first step that the edit can change.

States after that step differ for ever, so a recurrent layer gains at most a factor of two per direction. The edits of a
block start one after the other: at each step those that have begun are computed together. What follows reads the changed
steps only (`segments`).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from genoviz.incremental.arguments import is_float
from genoviz.incremental.board import Board
from genoviz.incremental.nodes import GrownConstant, Node, Rule, leaves, span_of
from genoviz.incremental.segments import Segments, SegmentsPassed, match_segments
from genoviz.incremental.windows import Window


@dataclass
class Weights:
    """One direction. The gates of an LSTM stand in the order entry, forget, out, new; those of a GRU as torch has them."""

    inputs: Tensor  # (channels, gates)
    hidden: Tensor  # (gates, states)
    input_bias: Tensor  # (gates,)
    hidden_bias: Tensor


@dataclass
class Begun:
    """What the reference needs for resuming in one direction; steps in order of running."""

    gates: Tensor  # (steps, gates) of the input, with bias
    states: Tensor  # (steps + 1, states) before every step, and after the last
    cells: Tensor  # likewise, of an LSTM


@dataclass
class Starts:
    """Which steps an edit changes, in order of running.

    `first` is (rows,), the first step that each row changes; `steps` and `places` list the changed positions (step, index into
    window x anchor) sorted by step.
    """

    first: Tensor
    steps: Tensor
    places: Tensor


class Recurrent(Rule):
    """A single ``lstm`` or ``gru`` layer, one or both directions."""

    title = "resumed at the first step that changes"

    def __init__(self, node: Node, weights: list[Tensor], bidirectional: bool, initial: list[Tensor]) -> None:
        super().__init__(node, None)
        self.is_lstm = node.name == "lstm"
        self.directions, self.initial = 2 if bidirectional else 1, initial
        self.states = weights[1].shape[1]
        self.size = sum(w.numel() for w in weights if w.dim() == 2)
        self.weights = [self._laid_out(*weights[4 * k : 4 * k + 4]) for k in range(self.directions)]

    @classmethod
    def match(cls, node: Node) -> Recurrent | None:
        source = node.sources[0]
        if source.span is None or source.span.layout != "LC" or len(node.sources) != 1 or len(node.args) != 9:
            return None
        # training mode changes nothing in a single layer: dropout lies between layers
        _, initial, weights, bias, layers, _, _, bidirectional, batch_first = node.args
        if layers != 1 or not bias or not batch_first or not isinstance(weights, (list, tuple)):
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
        return span_of(self.source).length * float(self.size)

    def work(self, width: int) -> float:
        return self.full_work() * 0.5

    def _laid_out(self, w_in: Tensor, w_hidden: Tensor, b_in: Tensor, b_hidden: Tensor) -> Weights:
        order = torch.arange(len(b_in))
        if self.is_lstm:  # three sigmoids side by side
            order = order.view(4, -1)[[0, 1, 3, 2]].reshape(-1)
        return Weights(w_in[order].t().contiguous(), w_hidden[order].contiguous(), b_in[order], b_hidden[order])

    def begin(self, inputs: Tensor, output: Tensor) -> list[Begun]:
        """The states before every step, from the reference's inputs and outputs (steps, ...)."""
        result, size = [], self.states
        for k, weights in enumerate(self.weights):
            if k:
                inputs, output = inputs.flip(0), output.flip(0)
            gates = inputs @ weights.inputs + weights.input_bias
            states = torch.cat([self.initial[0][k], output[:, k * size : (k + 1) * size]])
            cells = states
            if self.is_lstm:
                gates = gates + weights.hidden_bias
                entry, forget, _, new = (gates + states[:-1] @ weights.hidden.t()).chunk(4, 1)
                added, kept = torch.sigmoid(entry) * torch.tanh(new), torch.sigmoid(forget)
                running = [self.initial[1][k][0]]
                for step in range(len(inputs)):
                    running.append(torch.addcmul(added[step], kept[step], running[-1]))
                cells = torch.stack(running)
            result.append(Begun(gates, states, cells))
        return result

    def run(self, block: Board) -> None:
        output = block.reference.values[self.node.users[0].index]
        window = block.delta(self.source)
        segments = Segments([], output)
        block.put(self.node, segments)
        if window is None:
            return
        begun = block.reference.derived_as(self.source, self, lambda inputs: self.begin(inputs, output))
        for k, weights in enumerate(self.weights):
            starts = self._starts(block, window, k)
            if len(starts.steps) == 0:  # only positions that pooling dropped
                return
            first = int(starts.first.min())
            differences = window.data.transpose(1, 2).reshape(-1, window.data.shape[1], window.data.shape[3])
            added = (differences @ weights.inputs)[starts.places]  # (changed positions, groups, gates)
            data = self._resume(begun[k], weights, starts, first, added, backward=k == 1)
            segments.parts.append((0 if k else first, data, k * self.states, (k + 1) * self.states))

    def _starts(self, block: Board, window: Window, k: int) -> Starts:
        span = span_of(self.source)
        anchors, groups = block.anchors(span.stride), window.data.shape[1]
        steps = (torch.arange(window.width)[:, None] + anchors.positions + window.offset).reshape(-1)
        inside = ((steps >= 0) & (steps < span.length)).nonzero()[:, 0]
        last = anchors.positions + window.end - 1
        first = (span.length - 1 - last if k else anchors.positions + window.offset).clamp(min=0)
        steps = span.length - 1 - steps[inside] if k else steps[inside]
        order = (steps * anchors.count + inside % anchors.count).argsort()
        return Starts(first.repeat_interleave(groups), steps[order], inside[order])

    def _resume(
        self, begun: Begun, weights: Weights, starts: Starts, first: int, added: Tensor, *, backward: bool
    ) -> Tensor:
        """(steps, states, rows): differences of the states from step `first` on, in the order of the positions."""
        steps, rows, size = len(begun.gates), len(starts.first), self.states
        reference = begun.states[first + 1 :].flip(0) if backward else begun.states[first + 1 :]
        data = reference[:, :, None].expand(-1, -1, rows).clone(memory_format=torch.contiguous_format)
        state = begun.states[first, :, None].expand(-1, rows)
        cell = begun.cells[first, :, None].expand(-1, rows).clone(memory_format=torch.contiguous_format)
        gates, spare = torch.empty(len(weights.hidden), rows), torch.empty(size, rows)
        bias = begun.gates if self.is_lstm else begun.gates + weights.hidden_bias
        if not self.is_lstm:
            bias[:, 2 * size :] = weights.hidden_bias[2 * size :]
        ends = torch.searchsorted(starts.steps, torch.arange(steps + 1)).tolist()
        running = _running(starts.first, steps)
        groups, anchors = added.shape[1], rows // added.shape[1]
        columns = (starts.places % anchors)[:, None] * groups + torch.arange(groups)
        before = slice(0, 0)
        for step in range(first, steps):
            now = running[step]
            if self.is_lstm and now != before:  # whoever begins, begins with the reference's cells
                _begin(cell, begun.cells[step], before, now)
            before, low, high = now, ends[step], ends[step + 1]
            after = data[steps - 1 - step if backward else step - first]
            some, held = gates[:, now], after[:, now]
            torch.addmm(bias[step, :, None], weights.hidden, state[:, now], out=some)
            place = columns[low:high].reshape(-1)
            more = added[low:high].flatten(0, 1).t()
            if self.is_lstm:
                gates.index_add_(1, place, more)
                some[: 3 * size].sigmoid_()
                some[3 * size :].tanh_()
                cell[:, now].mul_(some[size : 2 * size]).addcmul_(some[:size], some[3 * size :])
                torch.mul(torch.tanh(cell[:, now]), some[2 * size : 3 * size], out=held)
            else:
                gates[: 2 * size].index_add_(1, place, more[: 2 * size])
                some[: 2 * size].sigmoid_()
                torch.addcmul(begun.gates[step, 2 * size :, None], some[:size], some[2 * size :], out=spare[:, now])
                spare.index_add_(1, place, more[2 * size :])
                torch.lerp(spare[:, now].tanh_(), state[:, now], some[size : 2 * size], out=held)
            state = after
        return data.sub_(reference[:, :, None])


def _running(first: Tensor, steps: int) -> list[slice]:
    """The rows that have begun at every step: from the left or from the right, or all where they begin in no order."""
    rows = len(first)
    gaps = first[1:] - first[:-1]
    if bool((gaps >= 0).all()):
        return [slice(0, n) for n in torch.searchsorted(first, torch.arange(steps), right=True).tolist()]
    if bool((gaps <= 0).all()):
        begun = torch.searchsorted(first.flip(0), torch.arange(steps), right=True).tolist()
        return [slice(rows - n, rows) for n in begun]
    return [slice(0, rows)] * steps


def _begin(cell: Tensor, reference: Tensor, before: slice, now: slice) -> None:
    """Fill the columns of rows that begin, on either side of those that run."""
    if before.stop <= before.start:
        cell[:, now] = reference[:, None]
        return
    cell[:, now.start : before.start] = reference[:, None]
    cell[:, before.stop : now.stop] = reference[:, None]


def match_recurrent(node: Node) -> Rule | None:
    """The rule for a recurrent layer and for what directly follows it, if it has one."""
    if node.name in ("lstm", "gru"):
        return Recurrent.match(node)
    rule = node.sources[0].rule
    if node.name == "pick" and isinstance(rule, Recurrent):
        return SegmentsPassed(node)
    return match_segments(node, rule) if isinstance(rule, SegmentsPassed) else None
