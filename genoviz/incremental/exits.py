"""Rules that lead out of the windows: from here on there is one row of plain numbers per edit.

None of them builds an activation of full length: what lies outside the window is known from the reference.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import torch
from torch import Tensor

from genoviz.incremental.arguments import axes, full_index, integer, is_float, plain_numbers
from genoviz.incremental.board import Board
from genoviz.incremental.nodes import Node, Ref, Rule, span_of


class Exit(Rule):
    """Base of the exits: the reference's result where the block changes nothing."""

    def __init__(self, node: Node) -> None:
        super().__init__(node, None)

    def run(self, block: Board) -> None:
        reference = block.reference.values[self.node.index]
        if block.get(self.source) is None:
            block.put(self.node, reference.expand(block.rows, *reference.shape).clone())
            return
        block.put(self.node, self.compute(block, reference).reshape(block.rows, *reference.shape))

    @abstractmethod
    def compute(self, block: Board, reference: Tensor) -> Tensor:
        """Results in the order of the block's edits."""


class GlobalSum(Exit):
    """Sum or mean over the length: the reference's, plus the sum of the differences."""

    title = "sum over the length, from the differences"

    def __init__(self, node: Node, mean: bool) -> None:
        super().__init__(node)
        self.mean = mean

    def compute(self, block: Board, reference: Tensor) -> Tensor:
        total = block.in_order(block.delta(self.source).data.sum(0))
        if self.mean:
            total = total / span_of(self.source).length
        return total + reference.reshape(-1)


class GlobalMaximum(Exit):
    """Maximum over the length: the window's new maximum against the reference's maximum left and right of it."""

    title = "maximum over the length, from the window and the reference's maxima outside it"

    def compute(self, block: Board, reference: Tensor) -> Tensor:
        source, window = self.source, block.value(self.source)
        span = span_of(source)
        anchors, data = block.anchors(span.stride), window.data
        if anchors.overhangs(span.length, window.offset, window.width):
            if not block.is_own(source, self.node, data):
                data = block.workspace.take(tuple(data.shape)).copy_(data)
            anchors.fill_outside(data, span.length, window.offset, float("-inf"))
        before, behind = block.reference.derived(source, running_maxima)
        left = (anchors.positions + window.offset).clamp(0, span.length)
        right = (anchors.positions + window.end).clamp(0, span.length)
        outside = torch.maximum(before[left], behind[right])
        return block.in_order(torch.maximum(data.amax(0), outside))


def running_maxima(value: Tensor) -> tuple[Tensor, Tensor]:
    """Two (length + 1, channels) tensors: maximum before position i, and from position i on."""
    nothing = torch.full_like(value[:1], float("-inf"))
    before = torch.cat([nothing, value.cummax(0).values])
    return before, torch.cat([value.flip(0).cummax(0).values.flip(0), nothing])


class Position(Exit):
    """One position of the activation, ``x[:, channels, position]``."""

    title = "one position read from the window"

    def __init__(self, node: Node, position: int, channels: Any) -> None:
        super().__init__(node)
        self.position, self.channels = position, channels

    def compute(self, block: Board, reference: Tensor) -> Tensor:
        window = block.delta(self.source, masked=False)
        anchors = block.anchors(span_of(self.source).stride)
        place = self.position - anchors.positions - window.offset
        inside = (place >= 0) & (place < window.width)
        data = window.data[place.clamp(0, window.width - 1), :, torch.arange(anchors.count)]
        data = torch.where(inside[:, None, None], data, torch.zeros(()))
        return block.in_order(data.transpose(0, 1))[:, self.channels] + reference.reshape(-1)


class FlattenLinear(Exit):
    """``linear`` on all positions at once: the window's columns of the weight times the differences."""

    title = "linear map of the window's columns"

    def __init__(self, node: Node, weight: Tensor) -> None:
        super().__init__(node)
        span = span_of(self.source)
        weight = weight.detach()
        if span.layout == "CL":
            by_position = weight.view(-1, span.channels, span.length).permute(2, 1, 0)
        else:
            by_position = weight.view(-1, span.length, span.channels).permute(1, 2, 0)
        self.weight = by_position.contiguous()

    def work(self, width: int) -> float:
        return width * self.weight.numel() / self.weight.shape[0]

    def full_work(self) -> float:
        return float(self.weight.numel())

    def compute(self, block: Board, reference: Tensor) -> Tensor:
        window, span = block.delta(self.source, masked=False), span_of(self.source)
        anchors = block.anchors(span.stride)
        groups, channels = window.data.shape[1], span.channels
        out = torch.empty(anchors.count, groups, reference.numel())
        for place, anchor in enumerate(anchors.positions.tolist()):
            start = anchor + window.offset
            low, high = max(0, start), min(span.length, start + window.width)
            if high <= low:
                out[place] = reference
                continue
            rows = window.data[low - start : high - start, :, place].transpose(0, 1).reshape(groups, -1)
            torch.addmm(reference, rows, self.weight[low:high].view((high - low) * channels, -1), out=out[place])
        return block.in_order(out.transpose(0, 1))


def match_exit(node: Node) -> Rule | None:
    """The rule for an operation that ends the windows, if it has one."""
    source, name, shape = node.sources[0], node.name, node.shape
    if shape is None:
        return None
    if name == "pick":
        return _match_maximum_part(node)
    span = source.span
    if span is None or len(node.sources) != 1 or not is_float(node.args, node.kwargs):
        return None
    dimensions = len(source.shape or ()) + 1
    if name in ("mean", "sum", "amax") and node.kwargs.get("dtype") is None and len(node.args) <= 3:
        if axes(node.argument(1, "dim"), dimensions) == [span.length_axis]:
            return GlobalMaximum(node) if name == "amax" else GlobalSum(node, name == "mean")
        return None
    if name in ("adaptive_avg_pool1d", "adaptive_max_pool1d") and span.layout == "CL" and shape[-1] == 1:
        if isinstance(node.argument(2, "return_indices", False), bool) and not node.argument(
            2, "return_indices", False
        ):
            return GlobalSum(node, True) if "avg" in name else GlobalMaximum(node)
        return None
    if name in ("max_pool1d", "avg_pool1d") and span.layout == "CL" and shape[-1] == 1:
        whole = integer(node.argument(1, "kernel_size")) == span.length
        options = (node.argument(3, "padding", 0), node.argument(4, "dilation" if "max" in name else "ceil_mode", 1))
        if whole and integer(options[0]) == 0 and options[1] in (1, (1,), [1], False):
            return GlobalMaximum(node) if "max" in name else GlobalSum(node, True)
        return None
    if name == "__getitem__" and plain_numbers(node.args[1:]):
        return _match_position(node, dimensions)
    if name == "select" and plain_numbers(node.args[1:]) and len(node.args) == 3:
        if axes(node.args[1], dimensions) == [span.length_axis]:
            return Position(node, node.args[2] % span.length, slice(None))
        return None
    weight = node.argument(1, "weight")
    if name == "linear" and isinstance(weight, Tensor) and (span.layout == "L" or source.name in FLATTEN):
        return FlattenLinear(node, weight)
    return None


FLATTEN = ("flatten", "reshape", "view")


def is_flatten_before_linear(node: Node) -> bool:
    """Whether the node only lines up a windowed activation for linear maps."""
    span = node.sources[0].span
    if node.name not in FLATTEN or span is None or node.shape != (span.length * span.channels,):
        return False
    return bool(node.users) and all(
        user.name == "linear" and isinstance(user.args[0] if user.args else None, Ref) and user.args[0].index == node.index
        and len(user.sources) == 1 and is_float(user.args, user.kwargs) for user in node.users
    )  # fmt: skip


def _match_position(node: Node, dimensions: int) -> Rule | None:
    span = span_of(node.sources[0])
    index = full_index(node, dimensions)
    if index is None or index[0] != slice(None) or not isinstance(index[span.length_axis], int):
        return None
    channels: Any = slice(None)
    if span.channel_axis is not None:
        channels = index[span.channel_axis]
        if isinstance(channels, int):
            channels = [channels]
        elif channels.step is not None and channels.step < 0:
            return None
    return Position(node, index[span.length_axis] % span.length, channels)


def _match_maximum_part(node: Node) -> Rule | None:
    """The values of ``x.max(dim)`` over the length."""
    base = node.sources[0]
    if base.name not in ("max", "adaptive_max_pool1d_with_indices") or node.args[1] != (0,) or len(base.sources) != 1:
        return None
    source = base.sources[0]
    if source.span is None or len(base.args) > 3 or not is_float(base.args, base.kwargs):
        return None
    if base.name == "max":
        if axes(base.argument(1, "dim"), len(source.shape or ()) + 1) != [source.span.length_axis]:
            return None
    elif source.span.layout != "CL" or (node.shape or (0,))[-1] != 1:
        return None
    node.sources = [source]
    if node not in source.users:
        source.users.append(node)
    return GlobalMaximum(node)
