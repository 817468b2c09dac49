"""Pooling of windows: the positions whose pooling window contains a change, from whole pooling windows of values."""

from __future__ import annotations

import torch
from torch import Tensor

from genoviz.incremental.arguments import integer, plain_numbers
from genoviz.incremental.board import Board
from genoviz.incremental.nodes import Interval, Node, Rule, span_of
from genoviz.incremental.windows import Span, Window


class Pool(Rule):
    """``max_pool1d`` or ``avg_pool1d``.

    With a stride s, s neighbouring anchors of the source become one anchor, and their edits become groups of it; every
    phase is exact.
    """

    def __init__(self, node: Node, span: Span, size: int, stride: int, padding: int, dilation: int) -> None:
        super().__init__(node, span)
        self.size, self.stride, self.padding, self.dilation = size, stride, padding, dilation
        self.is_max = "max" in node.name
        # Whether pooling windows reach outside the activation: by padding, or the last one in ceil mode.
        reach = (span.length - 1) * stride - padding + (size - 1) * dilation + 1
        self.overhangs = padding > 0 or reach > span_of(node.sources[0]).length
        self.relu_after = False
        self.title = "maximum over pooling windows" if self.is_max else "mean over pooling windows"

    @classmethod
    def match(cls, node: Node) -> Pool | None:
        source = node.sources[0]
        if source.span is None or source.span.layout != "CL" or len(node.sources) != 1 or node.shape is None:
            return None
        if not plain_numbers(node.args[1:], *(v for k, v in node.kwargs.items() if k != "input")):
            return None
        is_max = "max" in node.name
        size = integer(node.argument(1, "kernel_size"))
        stride = node.argument(2, "stride")
        stride = size if stride is None or stride == [] or stride == () else integer(stride)
        padding = integer(node.argument(3, "padding", 0))
        dilation = integer(node.argument(4, "dilation", 1)) if is_max else 1
        if not is_max and node.argument(4, "ceil_mode", False):
            return None  # the last window is divided by another number
        if is_max and node.argument(6, "return_indices", False):
            return None
        if not is_max and padding and not node.argument(5, "count_include_pad", True):
            return None
        span, reach = source.span, (size - 1) * dilation
        low = -((-(span.offset + padding - reach)) // stride)
        high = (stride - 1 + span.offset + span.width - 1 + padding) // stride
        new = Span("CL", node.shape[1], node.shape[0], span.stride * stride, low, max(1, high - low + 1))
        return cls(node, new, size, stride, padding, dilation)

    def need_of_source(self, need: Interval, source: Node) -> Interval:
        low, high = need
        return low * self.stride - self.padding, (high - 1) * self.stride - self.padding + (
            self.size - 1
        ) * self.dilation + 1

    def reach(self, block: Board, offset: int, width: int) -> Interval:
        """Offset and width of the pooled positions that a source window touches and the output can see."""
        anchors = block.anchors(span_of(self.node).stride)
        phases = self.stride if anchors.phases_merge else 1
        low = -((-(offset + self.padding - (self.size - 1) * self.dilation)) // self.stride)
        high = (phases - 1 + offset + width - 1 + self.padding) // self.stride
        return anchors.clip(self.node.need, low, high - low + 1)

    def covered(self, block: Board, offset: int, width: int) -> Interval:
        """First and last (exclusive) source position, relative to its anchor, that these pooled positions read."""
        phases = self.stride if block.anchors(span_of(self.node).stride).phases_merge else 1
        first = offset * self.stride - self.padding - (phases - 1)
        return first, (offset + width - 1) * self.stride - self.padding + (self.size - 1) * self.dilation + 1

    def run(self, block: Board) -> None:
        source = self.source
        window = block.value(source)
        if window is None:
            block.put(self.node, None)
            return
        offset, width = self.reach(block, window.offset, window.width)
        if width <= 0:
            block.put(self.node, None)
            return
        first, last = self.covered(block, offset, width)
        data, start = window.data, window.offset
        if start > first or window.end < last:
            low, high = min(first, start), max(last, window.end)
            anchors = block.anchors(span_of(source).stride)
            data = block.workspace.take((high - low, *window.data.shape[1:]))
            data.copy_(anchors.view(block.reference.padded(source, "value"), low, high - low).expand(data.shape))
            data[start - low : start - low + window.width] = window.data
            start = low
        elif self.overhangs and not block.is_own(source, self.node, data):
            data = block.workspace.take(tuple(data.shape)).copy_(data)
        block.put(self.node, self.apply(block, start, data, offset, width))

    def apply(self, block: Board, start: int, data: Tensor, offset: int, width: int) -> Window:
        """Pool values `data`, whose first position is `start`, to the pooled positions offset ... offset + width - 1.

        `data` may be changed: positions outside the activation are overwritten.
        """
        stride = self.stride
        source_anchors = block.anchors(span_of(self.node).stride // stride)
        length = self.source.span.length if self.source.span is not None else 0
        if self.overhangs and source_anchors.overhangs(length, start, data.shape[0]):
            source_anchors.fill_outside(data, length, start, float("-inf") if self.is_max else 0.0)
        anchors = block.anchors(span_of(self.node).stride)
        phases = stride if anchors.phases_merge else 1
        groups, channels = data.shape[1], data.shape[3]
        out = block.workspace.take((width, phases, groups, anchors.count, channels))
        combine = torch.maximum if self.is_max else torch.add
        extent = (width - 1) * stride + 1
        for phase in range(phases):
            rows, target = data[:, :, phase::phases], out[:, phase]
            begin = offset * stride - self.padding - phase - start
            taps = [
                rows[begin + t * self.dilation : begin + t * self.dilation + extent : stride] for t in range(self.size)
            ]
            if self.size == 1:
                target.copy_(taps[0])
                continue
            combine(taps[0], taps[1], out=target)
            for tap in taps[2:]:
                combine(target, tap, out=target)
        if not self.is_max:
            out.div_(self.size)
        if self.relu_after:
            out.relu_()
        return Window(offset, out.view(width, phases * groups, anchors.count, channels), True)
