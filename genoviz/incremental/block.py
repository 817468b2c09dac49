"""A block of edits on its way through a program."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from genoviz.incremental.activations import Activations
from genoviz.incremental.board import Board
from genoviz.incremental.graph import resolve
from genoviz.incremental.nodes import Node
from genoviz.incremental.program import Program
from genoviz.incremental.segments import Segments, SegmentsPassed
from genoviz.incremental.windows import Anchors, Run, Window, Workspace


class Block(Board):
    """One block of edits."""

    def __init__(self, program: Program, reference: Activations, workspace: Workspace, rows: int) -> None:
        super().__init__(reference, workspace, rows)
        self.program = program

    def run(self) -> list[Tensor]:
        """Execute the program; the results of its front, or the output if it has no tail."""
        for node in self.program.steps:
            if node.rule is not None:
                node.rule.run(self)
            else:
                self.put(node, compute_in_full(node, self.rows, self._row_lookup))
            self.reap(node)
        wanted = self.program.front if self.program.tail else [self.program.output]
        return [self._full(node) for node in wanted]

    def _row_lookup(self, index: int) -> Any:
        return self._full(self.program.nodes[index])

    def _full(self, node: Node) -> Any:
        """A node's result with one complete row per edit."""
        result = self.get(node)
        if isinstance(result, Segments):
            complete = result.full(self.rows)
            exchanged = isinstance(node.rule, SegmentsPassed) and not node.rule.steps_first
            return complete.transpose(1, 2) if exchanged else complete
        if node.span is None:
            return result
        span = node.span
        base = self.reference.channels_last(node)
        anchors = self.anchors(span.stride)
        if result is None:
            return span.restore(base.expand(self.rows, *base.shape).clone())
        delta = self.delta(node, masked=False)
        full = base.expand(anchors.count, self.groups(span.stride), *base.shape).clone()
        for place, anchor in enumerate(anchors.positions.tolist()):
            start = anchor + delta.offset
            low, high = max(0, start), min(span.length, start + delta.width)
            if high > low:
                full[place, :, low:high].add_(delta.data[low - start : high - start, :, place].transpose(0, 1))
        return span.restore(full.view(self.rows, *base.shape))


class RunBlock(Block):
    """Single-base edits at consecutive positions.

    Parameters
    ----------
    first : int
        First position, a multiple of the program's granularity.
    new : Tensor
        (positions, edits per position): new base 0-3, or 4 for none.
    """

    def __init__(self, program: Program, reference: Activations, workspace: Workspace, first: int, new: Tensor) -> None:
        super().__init__(program, reference, workspace, new.numel())
        self._first, self._new = first, new
        # the last block may overhang the sequence; its surplus rows are thrown away
        self._places = torch.arange(first, first + len(new)).clamp_(max=program.length - 1)

    def _make_anchors(self, stride: int) -> Anchors:
        return Run(self._first // stride, len(self._new) // stride)

    def groups(self, stride: int) -> int:
        return self._new.shape[1] * stride

    def letters(self) -> Tensor | None:
        if not self.reference.is_hard:
            return None
        return (5 * self.reference.letters[self._places] + self._new.t()).reshape(-1)

    def _input(self) -> Window:
        bases = torch.cat([torch.eye(4), torch.zeros(1, 4)])
        old = self.reference.sequence.t()[self._places]
        return Window(0, (bases[self._new] - old[:, None]).transpose(0, 1)[None].contiguous(), False)


class SetBlock(Block):
    """Arbitrary changes, one edit set per anchor.

    Parameters
    ----------
    starts : Tensor
        (sets,) first position of each window, multiples of the program's granularity.
    delta : Tensor
        (width, sets, 4): new minus old columns from `starts` on.
    """

    def __init__(
        self, program: Program, reference: Activations, workspace: Workspace, starts: Tensor, delta: Tensor
    ) -> None:
        super().__init__(program, reference, workspace, len(starts))
        self._starts, self._delta = starts, delta

    def _make_anchors(self, stride: int) -> Anchors:
        return Anchors(torch.div(self._starts, stride, rounding_mode="floor"))

    def _input(self) -> Window:
        return Window(0, self._delta[:, None].contiguous(), False)


def compute_in_full(node: Node, rows: int, lookup: Any) -> Any:
    """Replay one operation on complete rows."""
    if node.name == "pick":
        result = lookup(node.args[0].index)
        for place in node.args[1]:
            result = result[place]
        return result
    if node.func is None:
        raise RuntimeError(f"{node} cannot be replayed")
    return node.func(*resolve(node.args, rows, lookup), **resolve(node.kwargs, rows, lookup))


def run_tail(program: Program, rows: int, front: list[Tensor]) -> Tensor:
    """The dense end of the program for many blocks at once."""
    results: dict[int, Any] = {node.index: value for node, value in zip(program.front, front, strict=True)}
    for node in program.tail:
        results[node.index] = compute_in_full(node, rows, results.__getitem__)
    result: Tensor = results[program.output.index]
    return result
