"""A block of edits on its way through a program, and the reference activations it is compared with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor

from .graph import Node, resolve
from .pointwise import Same
from .program import Program
from .recurrent import Direction, Recurrent, Segments
from .rules import span_of
from .windows import Anchors, Padded, Run, Window, Workspace


class Activations:
    """Everything the engine keeps of one reference sequence.

    Parameters
    ----------
    program : Program
    sequence : Tensor
        (4, length).
    values : dict of int to Tensor
        Results of the recorded operations, without the batch axis.

    Notes
    -----
    Padded and clamped copies are made when a rule first asks for them. Two threads may make the same copy; either will do.
    """

    def __init__(self, program: Program, sequence: Tensor, values: dict[int, Tensor]) -> None:
        self.program, self.sequence = program, sequence
        self.values = {index: values[index] for index in program.kept if index in values}
        self.values[0] = sequence
        columns = sequence.t()
        known = (columns.sum(1) == 1) & (columns.max(1).values == 1) & (columns.min(1).values == 0)
        empty = (columns == 0).all(1)
        self.letters = torch.where(known, columns.argmax(1), torch.full_like(known, 4, dtype=torch.long))
        self.is_letter = known  # exactly one base
        self.is_hard = bool((known | empty).all())
        self._padded: dict[tuple[int, str], Padded] = {}
        self._maxima: dict[int, tuple[Tensor, Tensor]] = {}
        self._directions: dict[int, list[Direction]] = {}

    def channels_last(self, node: Node) -> Tensor:
        """(length, channels) of a windowed node."""
        while isinstance(node.rule, Same) and node.shape != node.sources[0].shape and len(node.shape or ()) == 1:
            node = node.sources[0]  # flattened for a linear map
        return span_of(node).channels_last(self.values[node.index])

    def padded(self, node: Node, part: str) -> Padded:
        """The node's activation (`value`), its negative part (`low`), or minus its positive part (`high`)."""
        found = self._padded.get((node.index, part))
        if found is None:
            if part == "value":
                span = span_of(node)
                # Views of a run reach past both ends by at most a window, a block and the pooling windows around it.
                margin = 48 + span.width + 3 * max([1] + [getattr(user.rule, "stride", 1) for user in node.users])
                left, right = margin + max(0, -span.offset), margin + max(0, span.offset) + -(-256 // span.stride)
                found = Padded(self.channels_last(node), left, right)
            else:
                value = self.padded(node, "value")
                found = value.map(None, 0.0, False) if part == "low" else value.map(0.0, None, True)
            self._padded[node.index, part] = found
        return found

    def running_maxima(self, node: Node) -> tuple[Tensor, Tensor]:
        """Two (length + 1, channels) tensors: maximum before position i, and from position i on."""
        found = self._maxima.get(node.index)
        if found is None:
            value = self.channels_last(node)
            nothing = torch.full_like(value[:1], float("-inf"))
            before = torch.cat([nothing, value.cummax(0).values])
            behind = torch.cat([value.flip(0).cummax(0).values.flip(0), nothing])
            found = self._maxima[node.index] = before, behind
        return found

    def directions(self, rule: Recurrent) -> list[Direction]:
        """States of a recurrent layer before every step."""
        found = self._directions.get(rule.node.index)
        if found is None:
            found = self._directions[rule.node.index] = rule.reference_pass(self)
        return found


class Block(ABC):
    """One block of edits.

    Rules read their sources with `get`, `delta` or `value` and store results with `put`: a `Window`, None where nothing
    changes, `Segments` of a recurrent layer, or a tensor with one row per edit.
    """

    def __init__(self, program: Program, reference: Activations, workspace: Workspace, rows: int) -> None:
        self.program, self.reference, self.workspace, self.rows = program, reference, workspace, rows
        self._results: dict[int, Any] = {}
        self._anchors: dict[int, Anchors] = {}

    # -- geometry, by kind of block -----------------------------------------------------------------------------------

    @abstractmethod
    def _make_anchors(self, stride: int) -> Anchors:
        """Where the block's windows begin at nodes of a stride."""

    @abstractmethod
    def _input(self) -> Window:
        """The window of the sequences themselves."""

    def letters(self) -> Tensor | None:
        """For each group and anchor ``5 * old + new`` base (4: none), if every edit replaces one clean column."""
        return None

    def groups(self, stride: int) -> int:
        """Edits per anchor."""
        return 1

    def anchors(self, stride: int) -> Anchors:
        """Anchors for activations with this many bases per position."""
        found = self._anchors.get(stride)
        if found is None:
            found = self._anchors[stride] = self._make_anchors(stride)
        return found

    def in_order(self, data: Tensor) -> Tensor:
        """(group, anchor, ...) to (row, ...) in the order of the edits."""
        return data.transpose(0, 1).reshape(self.rows, *data.shape[2:])

    # -- results ------------------------------------------------------------------------------------------------------

    def put(self, node: Node, result: Any) -> None:
        self._results[node.index] = result

    def get(self, node: Node) -> Any:
        if node.index == 0 and 0 not in self._results:
            self._results[0] = self._input()
        return self._results[node.index]

    def delta(self, node: Node, *, masked: bool = True) -> Any:
        """The window as difference; masked: zero outside the activation, as a convolution's padding wants it."""
        window: Window | None = self.get(node)
        if window is None:
            return None
        span, data = span_of(node), window.data
        anchors = self.anchors(span.stride)
        outside = masked and anchors.overhangs(span.length, window.offset, window.width)
        if window.is_value:
            reference = anchors.view(self.reference.padded(node, "value"), window.offset, window.width)
            data = torch.sub(data, reference, out=self.workspace.take(tuple(data.shape)))
        elif outside:
            data = self.workspace.take(tuple(data.shape)).copy_(data)
        if outside:
            anchors.fill_outside(data, span.length, window.offset, 0.0)
        return Window(window.offset, data, False)

    def value(self, node: Node, *, reuse_for: Node | None = None) -> Any:
        """The window as new values; in place of the difference if `reuse_for` is its only reader."""
        window: Window | None = self.get(node)
        if window is None or window.is_value:
            return window
        anchors = self.anchors(span_of(node).stride)
        reference = anchors.view(self.reference.padded(node, "value"), window.offset, window.width)
        own = reuse_for is not None and self.is_own(node, reuse_for, window.data)
        out = window.data if own else self.workspace.take(tuple(window.data.shape))
        return Window(window.offset, torch.add(window.data, reference, out=out), True)

    def clipped(self, node: Node, window: Window) -> Window | None:
        """The part of a window that the output can see."""
        anchors = self.anchors(span_of(node).stride)
        low, width = anchors.clip(node.need, window.offset, window.width)
        if width <= 0:
            return None
        start = low - window.offset
        return Window(low, window.data[start : start + width], window.is_value)

    def is_own(self, node: Node, consumer: Node, data: Tensor) -> bool:
        """Whether `consumer` is the last to read this memory, so that it may be overwritten."""
        if self.program.last_use.get(node.index) != consumer.index or not self.workspace.owns(data):
            return False
        return not self._shared(node.index, data)

    def _shared(self, index: int, data: Tensor) -> bool:
        storage = data.untyped_storage().data_ptr()
        return any(
            isinstance(other, Window) and other.data.untyped_storage().data_ptr() == storage
            for key, other in self._results.items()
            if key != index
        )

    def drop_temporary(self, node: Node, data: Tensor) -> None:
        """Give a buffer back that `delta` made only for the caller."""
        window = self._results.get(node.index)
        if isinstance(window, Window) and not self._shared(-1, data):
            self.workspace.release(data)

    def reap(self, node: Node) -> None:
        """Give back the memory of everything that no later step reads."""
        for index in self.program.expiring.get(node.index, ()):
            window = self._results.pop(index, None)
            if isinstance(window, Window) and not self._shared(index, window.data):
                self.workspace.release(window.data)

    # -- execution ----------------------------------------------------------------------------------------------------

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
            return result.full(self.rows)
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
