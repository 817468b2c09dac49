"""What follows a recurrent layer: its output as the steps that changed, and the exits that read it."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from genoviz.incremental.arguments import axes, full_index
from genoviz.incremental.board import Board
from genoviz.incremental.nodes import Node, Rule


@dataclass
class Segments:
    """Differences of a recurrent layer's output: (first step, data (steps, states, rows), from state, to state)."""

    parts: list[tuple[int, Tensor, int, int]]
    reference: Tensor  # (steps, states)

    def full(self, rows: int) -> Tensor:
        """The complete output, (rows, steps, states)."""
        out = self.reference.expand(rows, *self.reference.shape).clone()
        for start, data, low, high in self.parts:
            out[:, start : start + data.shape[0], low:high] += data.permute(2, 0, 1)
        return out


class SegmentsPassed(Rule):
    """The output of a recurrent layer taken from its tuple, with axes exchanged, or flattened for a linear map."""

    title = "passed on"

    def __init__(self, node: Node, steps_first: bool = True) -> None:
        super().__init__(node, None)
        self.steps_first = steps_first  # (steps, states), as the layer gives it

    def run(self, block: Board) -> None:
        block.put(self.node, block.get(self.source))


class SegmentsExit(Rule):
    """Base of the exits: `compute` changes the rows of one part."""

    def __init__(self, node: Node) -> None:
        super().__init__(node, None)

    def run(self, block: Board) -> None:
        reference = block.reference.values[self.node.index]
        segments: Segments = block.get(self.source)
        out = reference.reshape(-1, 1).expand(-1, block.rows).clone(memory_format=torch.contiguous_format)
        for start, data, low, high in segments.parts:
            self.compute(out[low:high], start, data, segments.reference[:, low:high])
        block.put(self.node, out.t().reshape(block.rows, *reference.shape))

    @abstractmethod
    def compute(self, out: Tensor, start: int, data: Tensor, reference: Tensor) -> None:
        """Change `out` (states, rows) from the reference's result; `data` is (steps, states, rows), `reference` (steps, states)."""


class SegmentsMaximum(SegmentsExit):
    """Maximum over the steps: of the changed ones, and of the reference's others."""

    title = "maximum over the steps, from the changed ones and the reference's others"

    def compute(self, out: Tensor, start: int, data: Tensor, reference: Tensor) -> None:
        stop = start + len(data)
        torch.amax(data + reference[start:stop, :, None], 0, out=out)
        if len(data) < len(reference):
            others = torch.cat([reference[:start], reference[stop:]]).amax(0)
            torch.maximum(out, others[:, None], out=out)


class SegmentsSum(SegmentsExit):
    """Sum or mean over the steps: the reference's, plus the sum of the differences."""

    title = "sum over the steps, from the differences"

    def __init__(self, node: Node, mean: bool) -> None:
        super().__init__(node)
        self.mean = mean

    def compute(self, out: Tensor, start: int, data: Tensor, reference: Tensor) -> None:
        out.add_(data.sum(0), alpha=1 / len(reference) if self.mean else 1.0)


class SegmentsStep(SegmentsExit):
    """One step, ``x[:, step]``."""

    title = "one step read from the changed ones"

    def __init__(self, node: Node, step: int) -> None:
        super().__init__(node)
        self.step = step

    def compute(self, out: Tensor, start: int, data: Tensor, reference: Tensor) -> None:
        if start <= self.step < start + len(data):
            out.add_(data[self.step - start])


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
                out.addmm_(data[step].t(), self.weight[start + step, low:high])
        block.put(self.node, out)


def match_segments(node: Node, passed: SegmentsPassed) -> Rule | None:
    """The rule for an operation on the output of a recurrent layer, if it has one."""
    source, name = node.sources[0], node.name
    source_shape, shape = source.shape or (), node.shape
    if shape is None or len(node.sources) != 1:
        return None
    weight = node.argument(1, "weight")
    if name == "linear" and len(shape) == 1 and len(source_shape) == 1 and isinstance(weight, Tensor):
        steps, states = source.sources[0].shape or (0, 0)
        return SegmentsLinear(node, weight, steps, states)
    if len(source_shape) != 2:
        return None
    lines_up = name in ("flatten", "reshape", "view") and len(shape) == 1 and passed.steps_first
    if lines_up and node.users and all(user.name == "linear" and len(user.sources) == 1 for user in node.users):
        return SegmentsPassed(node)
    if name in ("transpose", "swapaxes") and len(node.args) == 3:
        exchanged = axes(tuple(node.args[1:]), 3)
        return SegmentsPassed(node, not passed.steps_first) if exchanged and sorted(exchanged) == [1, 2] else None
    return _match_reduction(node, 1 if passed.steps_first else 2)


def _match_reduction(node: Node, steps_axis: int) -> Rule | None:
    name = node.name
    if name in ("mean", "sum", "amax") and node.kwargs.get("dtype") is None and len(node.args) <= 3:
        if axes(node.argument(1, "dim"), 3) == [steps_axis]:
            return SegmentsMaximum(node) if name == "amax" else SegmentsSum(node, name == "mean")
    elif name in ("adaptive_avg_pool1d", "adaptive_max_pool1d") and steps_axis == 2 and (node.shape or (0,))[-1] == 1:
        if node.argument(2, "return_indices", False) is False:
            return SegmentsSum(node, True) if "avg" in name else SegmentsMaximum(node)
    elif name == "__getitem__":
        index = full_index(node, 3)
        step = index[steps_axis] if index is not None else None
        whole = index is not None and all(part == slice(None) for i, part in enumerate(index) if i != steps_axis)
        if whole and isinstance(step, int):
            steps = (node.sources[0].shape or (0, 0))[steps_axis - 1]
            return SegmentsStep(node, step % steps)
    return None
