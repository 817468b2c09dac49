"""A block of edits on its way through a program."""

from __future__ import annotations

from abc import abstractmethod
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
        self._mirror: Board | None = None

    def run(self) -> list[Tensor]:
        """Execute the program; the results of its front, or the output if it has no tail."""
        for node in self.program.steps:
            if node.rule is not None:
                node.rule.run(self.mirror if node.index in self.program.mirrored else self)
            else:
                self.put(node, compute_in_full(node, self.rows, self._row_lookup))
            self.reap(node)
        wanted = self.program.front if self.program.tail else [self.program.output]
        return [self._full(node) for node in wanted]

    @property
    def mirror(self) -> Board:
        """The board of the branches that read the reversed sequence."""
        if self._mirror is None:
            self._mirror = self._make_mirror()
            self._mirror.share(self)
        return self._mirror

    @abstractmethod
    def _make_mirror(self) -> Board:
        """The same edits in the order of the reversed sequence."""

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
        board = self.mirror if span.mirrored else self
        anchors = board.anchors(span.stride)
        if result is None:
            return span.restore(base.expand(self.rows, *base.shape).clone())
        delta = board.delta(node, masked=False)
        full = base.expand(anchors.count, board.groups(span.stride), *base.shape).clone()
        for place, anchor in enumerate(anchors.positions.tolist()):
            start = anchor + delta.offset
            low, high = max(0, start), min(span.length, start + delta.width)
            if high > low:
                full[place, :, low:high].add_(delta.data[low - start : high - start, :, place].transpose(0, 1))
        return span.restore(board.in_order(full.transpose(0, 1)))


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

    def _make_mirror(self) -> Board:
        return MirroredRun(self.program, self.reference, self.workspace, self._first, self._new)


class MirroredRun(Board):
    """A `RunBlock` from the other end. Its anchors begin at a multiple of the granularity too, so it may hold more edits."""

    def __init__(self, program: Program, reference: Activations, workspace: Workspace, first: int, new: Tensor) -> None:
        super().__init__(reference, workspace, new.numel())
        length, grain, count = program.length, program.granularity, len(new)
        self._begin = (length - first - count) // grain * grain
        held = -(-(length - first - self._begin) // grain) * grain
        self._order = length - 1 - first - self._begin - torch.arange(count)  # place here of every position there
        self._new = torch.zeros(held, new.shape[1], dtype=torch.long)
        self._new[self._order] = new
        self._places = (self._begin + torch.arange(held)).clamp_(0, length - 1)

    def _make_anchors(self, stride: int) -> Anchors:
        return Run(self._begin // stride, len(self._new) // stride)

    def groups(self, stride: int) -> int:
        return self._new.shape[1] * stride

    def in_order(self, data: Tensor) -> Tensor:
        by_position = data.transpose(0, 1).reshape(*self._new.shape, *data.shape[2:])
        return by_position[self._order].reshape(self.rows, *data.shape[2:])

    def _input(self) -> Window:
        return self.mirrored_input(False)

    def mirrored_input(self, complement: bool) -> Window:
        bases = torch.cat([torch.eye(4), torch.zeros(1, 4)])
        change = bases[self._new] - self.reference.sequence.flip(1).t()[self._places][:, None]
        change = change.flip(2) if complement else change
        return Window(0, change.transpose(0, 1)[None].contiguous(), False)


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

    def _make_mirror(self) -> Board:
        return MirroredSets(self.program, self.reference, self.workspace, self._starts, self._delta)


class MirroredSets(Board):
    """A `SetBlock` from the other end."""

    def __init__(
        self, program: Program, reference: Activations, workspace: Workspace, starts: Tensor, delta: Tensor
    ) -> None:
        super().__init__(reference, workspace, len(starts))
        grain, width = program.granularity, len(delta)
        ends = program.length - starts - width
        self._starts = torch.div(ends, grain, rounding_mode="floor") * grain
        self._delta = torch.zeros(width + grain - 1, len(starts), 4)
        rows = torch.arange(width)[:, None] + (ends - self._starts)
        self._delta[rows, torch.arange(len(starts))] = delta.flip(0)

    def _make_anchors(self, stride: int) -> Anchors:
        return Anchors(torch.div(self._starts, stride, rounding_mode="floor"))

    def _input(self) -> Window:
        return self.mirrored_input(False)

    def mirrored_input(self, complement: bool) -> Window:
        delta = self._delta.flip(2) if complement else self._delta
        return Window(0, delta[:, None].contiguous(), False)


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
