"""Operations that treat every position by itself: they keep the window and change only its numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from genoviz.incremental.board import Board
from genoviz.incremental.nodes import Node, Ref, Rule, span_of
from genoviz.incremental.windows import Span, Window


class Same(Rule):
    """The same numbers, perhaps with axes exchanged."""

    title = "passed on"

    def run(self, block: Board) -> None:
        block.put(self.node, block.get(self.source))


class Scale(Rule):
    """Multiplication by a number or by one number per channel: the difference is scaled."""

    title = "difference scaled"

    def __init__(self, node: Node, span: Span, vector: Tensor) -> None:
        super().__init__(node, span)
        self.vector = vector

    def run(self, block: Board) -> None:
        window = block.get(self.source)
        if window is None:
            block.put(self.node, None)
            return
        user = self.node.users[0] if len(self.node.users) == 1 else None
        if user is not None and isinstance(user.rule, Elementwise) and not window.is_value:
            anchors, rectifies = block.anchors(span_of(self.node).stride), user.name == "relu"
            part = block.reference.padded(self.node, "low" if rectifies else "value")
            out = block.workspace.take(tuple(window.data.shape))
            torch.addcmul(anchors.view(part, window.offset, window.width), window.data, self.vector, out=out)
            if rectifies:  # see `Elementwise`: one pass fewer
                high = anchors.view(block.reference.padded(self.node, "high"), window.offset, window.width)
                torch.maximum(out, high, out=out)
            block.put(self.node, Window(window.offset, out, not rectifies, rectifies))
            return
        delta = block.delta(self.source, masked=False)
        out = block.workspace.take(tuple(delta.data.shape))
        block.put(self.node, Window(delta.offset, torch.mul(delta.data, self.vector, out=out), False))


class Shift(Rule):
    """A constant added or subtracted: the difference stays, or changes its sign."""

    def __init__(self, node: Node, span: Span, negate: bool) -> None:
        super().__init__(node, span)
        self.negate = negate
        self.title = "constant added"

    def run(self, block: Board) -> None:
        delta = block.delta(self.source, masked=False)
        if delta is not None and self.negate:
            delta = Window(delta.offset, -delta.data, False)
        block.put(self.node, delta)


class Elementwise(Rule):
    """A function of each number."""

    title = "function of each value"

    def __init__(self, node: Node, span: Span) -> None:
        super().__init__(node, span)
        args = tuple(None if isinstance(arg, Ref) else arg for arg in node.args)
        kwargs = {key: value for key, value in node.kwargs.items() if key != "input"}
        self._place = next((i for i, arg in enumerate(node.args) if isinstance(arg, Ref)), 0)
        self._args, self._kwargs = args, kwargs

    def run(self, block: Board) -> None:
        source, window = self.source, block.get(self.source)
        if window is None:
            block.put(self.node, None)
            return
        if window.is_rectified:
            block.put(self.node, Window(window.offset, window.data, False))
            return
        own = block.is_own(source, self.node, window.data)
        if self.node.name == "relu" and not window.is_value:
            # max(d + min(r, 0), -max(r, 0)) is the difference after relu: no values in between
            anchors = block.anchors(span_of(source).stride)
            out = window.data if own else block.workspace.take(tuple(window.data.shape))
            low, high = (block.reference.padded(source, part) for part in ("low", "high"))
            torch.add(window.data, anchors.view(low, window.offset, window.width), out=out)
            torch.maximum(out, anchors.view(high, window.offset, window.width), out=out)
            block.put(self.node, Window(window.offset, out, False))
            return
        value = block.value(source, reuse_for=self.node)
        block.put(self.node, Window(value.offset, self.call(value.data, own or not window.is_value), True))

    def call(self, value: Tensor, may_change: bool) -> Tensor:
        """Apply the function, in place where that is allowed and cheap."""
        if self.node.name == "relu":
            return value.relu_() if may_change else value.relu()
        if self.node.name == "leaky_relu":
            slope = self.node.argument(1, "negative_slope", 0.01)
            return F.leaky_relu(value, slope, inplace=may_change)
        args = list(self._args)
        if args:
            args[self._place] = value
        else:
            args = [value]
        return self.node.func(*args, **self._kwargs)  # type: ignore[misc]


class Channelwise(Rule):
    """A function of all channels of a position: softmax, layer norm, sums over channels."""

    title = "function of each position"

    def __init__(self, node: Node, span: Span, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__(node, span)
        self.function = function

    def run(self, block: Board) -> None:
        value = block.value(self.source)
        block.put(
            self.node, None if value is None else Window(value.offset, self.function(value.data).contiguous(), True)
        )


class Sum(Rule):
    """Sum or difference of two windowed activations, e.g. a residual connection."""

    title = "sum of differences"

    def __init__(self, node: Node, span: Span, sign: float) -> None:
        super().__init__(node, span)
        self.sign = sign

    def run(self, block: Board) -> None:
        parts: list[tuple[Window, bool]] = []
        operands = operand_nodes(self.node)
        for place, source in enumerate(operands):
            window = block.get(source)
            if window is None:
                continue
            delta = block.delta(source, masked=False)
            own = window.is_value or (operands[0] is not operands[1] and block.is_own(source, self.node, window.data))
            if place == 1 and self.sign < 0:
                delta, own = Window(delta.offset, -delta.data, False), True
            parts.append((delta, own))
        if not parts:
            block.put(self.node, None)
            return
        total = parts[0][0]
        if len(parts) == 2:
            low, high = min(w.offset for w, _ in parts), max(w.end for w, _ in parts)
            fits = [own and w.offset == low and w.end == high for w, own in parts]
            if not any(fits):
                (first, _), (second, _) = parts
                data = block.workspace.take((high - low, *first.data.shape[1:])).zero_()
                data[first.offset - low : first.end - low].add_(first.data)
                total = Window(low, data, False)
            else:
                total, second = (parts[0][0], parts[1][0]) if fits[0] else (parts[1][0], parts[0][0])
            # add_ on the slice: `a[i:j] += b` would also copy the slice onto itself
            total.data[second.offset - low : second.end - low].add_(second.data)
        block.put(self.node, block.clipped(self.node, total))


class Binary(Rule):
    """Any other function of two windowed activations (product, quotient, maximum): computed from values."""

    title = "function of two values"

    def run(self, block: Board) -> None:
        operands = operand_nodes(self.node)
        windows = [block.get(source) for source in operands]
        present = [window for window in windows if window is not None]
        if not present:
            block.put(self.node, None)
            return
        low, high = min(w.offset for w in present), max(w.end for w in present)
        shape = (high - low, *present[0].data.shape[1:3])
        values = []
        for source, window in zip(operands, windows, strict=True):
            anchors = block.anchors(span_of(source).stride)
            base = anchors.view(block.reference.padded(source, "value"), low, high - low)
            if window is not None:
                value = block.value(source)
                if value.offset == low and value.end == high:
                    base = value.data
                else:
                    full = block.workspace.take((*shape, base.shape[-1]))
                    full.copy_(base.expand(full.shape))
                    full[value.offset - low : value.end - low] = value.data
                    base = full
            values.append(base)
        result = self.node.func(*values)  # type: ignore[misc]
        block.put(self.node, block.clipped(self.node, Window(low, result, True)))


class PointwiseLinear(Rule):
    """``linear`` over the channels of each position."""

    title = "linear map of differences"

    def __init__(self, node: Node, span: Span, weight: Tensor) -> None:
        super().__init__(node, span)
        self.weight = weight
        self._transposed = weight.detach().t().contiguous()

    def work(self, width: int) -> float:
        return width * float(self.weight.numel())

    def full_work(self) -> float:
        return span_of(self.node).length * float(self.weight.numel())

    def run(self, block: Board) -> None:
        delta = block.delta(self.source, masked=False)
        block.put(self.node, None if delta is None else Window(delta.offset, delta.data @ self._transposed, False))


class Concatenate(Rule):
    """Several windowed activations side by side as channels."""

    title = "channels joined"

    def run(self, block: Board) -> None:
        sources = [self.node.sources[i] for i in range(len(self.node.sources))]
        deltas = [block.delta(source, masked=False) for source in sources]
        present = [delta for delta in deltas if delta is not None]
        if not present:
            block.put(self.node, None)
            return
        low, high = min(w.offset for w in present), max(w.end for w in present)
        shape = (high - low, *present[0].data.shape[1:3], span_of(self.node).channels)
        out = block.workspace.take(shape).zero_()
        channel = 0
        for source, delta in zip(sources, deltas, strict=True):
            width = span_of(source).channels
            if delta is not None:
                out[delta.offset - low : delta.end - low, ..., channel : channel + width] = delta.data
            channel += width
        block.put(self.node, Window(low, out, False))


class Slice(Rule):
    """Consecutive positions and any channels: ``x[:, channels, start:stop]``, or one part of a chunk or split."""

    title = "part taken"

    def __init__(self, node: Node, span: Span, start: int, channels: Any) -> None:
        super().__init__(node, span)
        self.start, self.channels = start, channels

    def need_of_source(self, need: tuple[int, int], source: Node) -> tuple[int, int]:
        return need[0] + self.start, need[1] + self.start

    def run(self, block: Board) -> None:
        delta = block.delta(self.source, masked=False)
        if delta is None:
            block.put(self.node, None)
            return
        window = block.clipped(self.node, Window(delta.offset - self.start, delta.data, False))
        if window is not None and self.channels != slice(None):
            window = Window(window.offset, window.data[..., self.channels].contiguous(), False)
        block.put(self.node, window)


def operand_nodes(node: Node) -> list[Node]:
    """The two operands of a binary operation; the same node twice for ``x + x``."""
    return node.sources if len(node.sources) == 2 else [node.sources[0], node.sources[0]]
