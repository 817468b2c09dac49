"""The results of a block of edits, operation by operation, and what a rule may ask of the block."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor

from genoviz.incremental.activations import Activations
from genoviz.incremental.nodes import Node, span_of
from genoviz.incremental.windows import Anchors, Window, Workspace


class Board(ABC):
    """The results of one block of edits so far.

    Rules read their sources with `get`, `delta` or `value` and store results with `put`: a `Window`, None where nothing
    changes, `Segments` of a recurrent layer, or a tensor with one row per edit.
    """

    def __init__(self, reference: Activations, workspace: Workspace, rows: int) -> None:
        self.reference, self.workspace, self.rows = reference, workspace, rows
        self._results: dict[int, Any] = {}
        self._anchors: dict[int, Anchors] = {}

    def share(self, other: Board) -> None:
        """Keep results in common with another board of the same edits."""
        self._results = other._results

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

    def mirrored_input(self, complement: bool) -> Window:
        """The window of the reversed sequences, on a board that counts from their end."""
        raise RuntimeError("this board counts from the sequences' beginning")

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
        if node.last_use != consumer.index or not self.workspace.owns(data):
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
        for index in node.expiring:
            window = self._results.pop(index, None)
            if isinstance(window, Window) and not self._shared(index, window.data):
                self.workspace.release(window.data)
