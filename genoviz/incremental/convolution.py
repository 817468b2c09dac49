"""Convolution of windows.

A convolution is linear, so only the difference to the reference is convolved: no context around the change is multiplied
again, and the padding, which never changes, needs no care. Each kernel tap is one accumulating matrix product on contiguous
rows; dilation costs nothing. What follows in the recording (batch norm, relu, pooling) is folded in, because every
separate pass over the window costs about as much memory traffic as a tap.
"""

from __future__ import annotations

import torch
from torch import Tensor

from genoviz.incremental.arguments import integer, is_float, plain_numbers
from genoviz.incremental.board import Board
from genoviz.incremental.fourier import FourierConvolution
from genoviz.incremental.nodes import Interval, Node, Rule, span_of
from genoviz.incremental.pointwise import Channelwise, Elementwise, Scale
from genoviz.incremental.pooling import Pool
from genoviz.incremental.windows import Span, Window

TILE_BYTES = 1 << 20  # of output accumulated at a time, so that it stays in the cache
FFT_TAPS = 32  # kernels at least this long go through the Fourier transform ...
FFT_WINDOW = 8  # ... if the window is at least this many dilations wide
FEW_CHANNELS = 16  # below: one matrix product for all taps, then shifted sums


class Convolution(Rule):
    """``conv1d`` with any dilation, stride, padding and number of groups."""

    title = "convolution of differences"

    def __init__(
        self, node: Node, span: Span, weight: Tensor, stride: int, padding: int, dilation: int, groups: int
    ) -> None:
        super().__init__(node, span)
        self.weight, self.stride, self.padding, self.dilation, self.groups = weight, stride, padding, dilation, groups
        self.taps = weight.shape[2]
        self.scale: Tensor | None = None
        self.linear_end = node  # last node whose result is still linear in the difference (batch norm folded)
        self.end = node  # last node folded in
        self.mode = "delta"
        self.pool: Pool | None = None

    @classmethod
    def match(cls, node: Node) -> Convolution | None:
        source = node.sources[0]
        weight = node.argument(1, "weight")
        if source.span is None or source.span.layout != "CL" or len(node.sources) != 1 or node.shape is None:
            return None
        if not isinstance(weight, Tensor) or weight.dim() != 3 or not is_float(node.args, node.kwargs):
            return None
        stride, dilation = integer(node.argument(3, "stride", 1)), integer(node.argument(5, "dilation", 1))
        padding, groups = node.argument(4, "padding", 0), int(node.argument(6, "groups", 1))
        reach = (weight.shape[2] - 1) * dilation
        if isinstance(padding, str):
            padding = 0 if padding == "valid" else reach // 2
        padding = integer(padding)
        span = source.span
        low = -((-(span.offset + padding - reach)) // stride)
        # With a stride, `stride` neighbouring anchors of the source become one: the last of them reaches furthest.
        high = (stride - 1 + span.offset + span.width - 1 + padding) // stride
        new = Span("CL", node.shape[1], node.shape[0], span.stride * stride, low, max(1, high - low + 1))
        return cls(node, new, weight, stride, padding, dilation, groups)

    def need_of_source(self, need: Interval, source: Node) -> Interval:
        low, high = need
        return low * self.stride - self.padding, (high - 1) * self.stride - self.padding + (
            self.taps - 1
        ) * self.dilation + 1

    def work(self, width: int) -> float:
        return width * self.weight.numel() / self.stride

    def full_work(self) -> float:
        return span_of(self.node).length * float(self.weight.numel())

    # -- preparation --------------------------------------------------------------------------------------------------

    def fold(self, sole_user: dict[int, Node]) -> list[Node]:
        """Take the following batch norm, relu and pooling over, where nothing else reads what lies between."""
        folded: list[Node] = []
        following = sole_user.get(self.node.index)
        if following is not None and following.name == "batch_norm" and isinstance(following.rule, Scale):
            self.scale = following.rule.vector
            self.linear_end = self.end = following
            folded.append(following)
            following = sole_user.get(following.index)
        if following is None or self.stride != 1 or self.groups != 1:
            return folded
        if following.name == "relu" and isinstance(following.rule, Elementwise):
            after = sole_user.get(following.index)
            folded.append(following)
            if after is not None and isinstance(after.rule, Pool) and after.rule.is_max:
                # relu and max commute: pool first, then relu on fewer numbers
                self.mode, self.pool, self.end = "value", after.rule, after
                after.rule.relu_after = True
                folded.append(after)
            else:
                self.mode, self.end = "relu", following
        elif isinstance(following.rule, Pool):
            self.mode, self.pool, self.end = "value", following.rule, following
            folded.append(following)
        elif isinstance(following.rule, (Elementwise, Channelwise)):
            self.mode = "value"
        return folded

    def prepare(self) -> None:
        """Lay the weights out for the kernels; called once per plan, after folding."""
        weight = self.weight.detach()
        if self.scale is not None:
            weight = weight * self.scale[:, None, None]
        outputs, inputs, taps = weight.shape
        self.tap_weights = [weight[:, :, t].t().contiguous() for t in range(taps)]
        if self.source.name == "input" and self.groups == 1 and self.stride == 1:
            # An edit is a difference of two weight columns: from 0-3 A C G T, 4 nothing, to likewise.
            columns = torch.cat([weight, torch.zeros_like(weight[:, :1])], 1)
            table = (columns[:, None] - columns[:, :, None]).permute(3, 1, 2, 0)
            self.table = table.flip(0).reshape(taps, 25, outputs).contiguous()
        self.one_product = outputs < FEW_CHANNELS and taps > 1 and self.groups == 1
        if self.one_product:
            self.all_taps = weight.permute(1, 2, 0).reshape(inputs, -1).contiguous()
        long = taps >= FFT_TAPS and outputs >= FEW_CHANNELS and self.groups == 1
        self.fourier = FourierConvolution(torch.stack(self.tap_weights)) if long else None

    # -- execution ----------------------------------------------------------------------------------------------------

    def run(self, block: Board) -> None:
        if self.stride != 1 or self.groups != 1:
            block.put(self.end, self._general(block))
            return
        lookup = None
        delta = None
        if self.source.name == "input":
            lookup = block.letters()
        if lookup is not None:
            in_offset, in_width = 0, 1
        else:
            delta = block.delta(self.source)
            if delta is None:
                block.put(self.end, None)
                return
            in_offset, in_width = delta.offset, delta.width
        reach = (self.taps - 1) * self.dilation
        tail = self.linear_end
        span = span_of(tail)
        anchors = block.anchors(span.stride)
        base = in_offset + self.padding - reach
        low, width = anchors.clip(tail.need, base, in_width + reach)
        if width <= 0:
            block.put(self.end, None)
            return
        out_low, out_width = low, width
        pooled: Interval = (0, 0)
        if self.pool is not None:  # pooling looks at whole pooling windows around the change
            pooled = self.pool.reach(block, low, width)
            if pooled[1] <= 0:
                block.put(self.end, None)
                return
            first, last = self.pool.covered(block, *pooled)
            out_low, out_width = min(low, first), max(low + width, last) - min(low, first)
        groups, channels = block.groups(span.stride), self.weight.shape[0]
        out = block.workspace.take((out_width, groups, anchors.count, channels))
        inner = out[low - out_low : low - out_low + width]
        part = {"delta": None, "value": "value", "relu": "low"}[self.mode]
        if lookup is not None:
            self._look_up(inner, lookup, low - base)
            if part is not None:
                inner.add_(anchors.view(block.reference.padded(tail, part), low, width))
                before, behind = low - out_low, out_low + out_width - low - width
                if before:
                    out[:before] = anchors.view(block.reference.padded(tail, part), out_low, before)
                if behind:
                    out[before + width :] = anchors.view(block.reference.padded(tail, part), low + width, behind)
        elif delta is not None:
            if part is None:
                out.zero_()
            else:
                out.copy_(anchors.view(block.reference.padded(tail, part), out_low, out_width).expand(out.shape))
            self._accumulate(block, inner, delta.data, low - base)
            block.drop_temporary(self.source, delta.data)
        if self.mode == "relu":
            torch.maximum(out, anchors.view(block.reference.padded(tail, "high"), out_low, out_width), out=out)
            block.put(self.end, Window(out_low, out, False))
        elif self.pool is not None:
            block.reap(self.node)
            block.put(self.end, self.pool.apply(block, out_low, out, *pooled))
            block.workspace.release(out)
        else:
            block.put(self.end, Window(out_low, out, self.mode == "value"))

    def _look_up(self, out: Tensor, combination: Tensor, first: int) -> None:
        """First layer: rows of the table of weight-column differences. `first` is out's place in the full window."""
        flat = out.view(out.shape[0], -1, out.shape[-1])
        if self.dilation > 1:
            out.zero_()
        for tap in range(self.taps):
            place = tap * self.dilation - first
            if 0 <= place < out.shape[0]:
                torch.index_select(self.table[tap], 0, combination, out=flat[place])

    def _accumulate(self, block: Board, out: Tensor, delta: Tensor, first: int) -> None:
        """Add the convolution of `delta` to `out`; `first` is out's place in the full window."""
        width, in_width, channels = out.shape[0], delta.shape[0], out.shape[-1]
        rows = out.shape[1] * out.shape[2]
        taps, dilation = self.taps, self.dilation
        flat, source = out.view(width, rows, channels), delta.view(in_width, rows, -1)
        if self.one_product:
            products = (source.view(in_width * rows, -1) @ self.all_taps).view(in_width, rows, taps, channels)
            for tap in range(taps):
                shift = (taps - 1 - tap) * dilation - first
                low, high = max(shift, 0), min(shift + in_width, width)
                if high > low:
                    flat[low:high].add_(products[low - shift : high - shift, :, tap])
            return
        if self.fourier is not None and in_width >= FFT_WINDOW * dilation:
            self._by_fourier(block, self.fourier, flat, source, first)
            return
        step = max(1, TILE_BYTES // (rows * channels * 4))
        inputs = source.shape[-1]
        for start in range(0, width, step):
            stop = min(width, start + step)
            for tap in range(taps):
                shift = (taps - 1 - tap) * dilation - first
                low, high = max(shift, start), min(shift + in_width, stop)
                if high > low:
                    rows_in = source[low - shift : high - shift].view(-1, inputs)
                    flat[low:high].view(-1, channels).addmm_(rows_in, self.tap_weights[tap])

    def _by_fourier(self, block: Board, transform: FourierConvolution, out: Tensor, source: Tensor, first: int) -> None:
        """A dilated convolution as `dilation` interleaved plain ones."""
        in_width, rows, _ = source.shape
        dilation, channels = self.dilation, out.shape[-1]
        steps = -(-in_width // dilation)
        padded = source
        if in_width != steps * dilation:
            padded = block.workspace.take((steps * dilation, rows, source.shape[2]))
            padded[:in_width] = source
            padded[in_width:].zero_()
        from_step, to_step = first // dilation, -(-(first + out.shape[0]) // dilation)
        result = block.workspace.take(((to_step - from_step) * dilation, rows, channels))
        transform(padded.view(steps, -1), from_step - self.taps + 1, result.view(to_step - from_step, -1))
        if padded is not source:
            block.workspace.release(padded)
        skip = first - from_step * dilation
        out.add_(result[skip : skip + out.shape[0]])
        block.workspace.release(result)

    def _general(self, block: Board) -> Window | None:
        """Strided or grouped: one product per tap, and per phase of the stride."""
        delta = block.delta(self.source)
        if delta is None:
            return None
        span = span_of(self.linear_end)
        anchors, groups = block.anchors(span.stride), block.groups(span.stride)
        phases = self.stride if anchors.phases_merge else 1
        reach = (self.taps - 1) * self.dilation
        low = -((-(delta.offset + self.padding - reach)) // self.stride)
        high = (phases - 1 + delta.end - 1 + self.padding) // self.stride
        low, width = anchors.clip(self.linear_end.need, low, high - low + 1)
        if width <= 0:
            return None
        out = block.workspace.take((width, phases, groups // phases, anchors.count, self.weight.shape[0])).zero_()
        for phase in range(phases):
            source = delta.data[:, :, phase::phases]
            for tap in range(self.taps):
                # source position (relative to its anchor) that output position j reads: j * stride + shift
                shift = tap * self.dilation - self.padding - phase - delta.offset
                first = max(low, -(shift // self.stride))
                stop = min(low + width, (delta.width - 1 - shift) // self.stride + 1)
                if stop > first:
                    start = first * self.stride + shift
                    rows = source[start : (stop - 1) * self.stride + shift + 1 : self.stride]
                    self._grouped_product(rows, tap, out[first - low : stop - low, phase])
        return Window(low, out.view(width, groups, anchors.count, -1), False)

    def _grouped_product(self, rows: Tensor, tap: int, out: Tensor) -> None:
        weight = self.tap_weights[tap]  # (inputs per group, outputs)
        if self.groups == 1:
            out.add_(rows @ weight)
        elif weight.shape[0] == 1 and weight.shape[1] == self.groups:  # depthwise
            out.addcmul_(rows, weight[0])
        else:
            per_in, per_out = weight.shape[0], weight.shape[1] // self.groups
            split = rows.reshape(-1, self.groups, per_in).transpose(0, 1)
            kernel = weight.view(per_in, self.groups, per_out).transpose(0, 1)
            product = torch.bmm(split, kernel).transpose(0, 1)
            out.add_(product.reshape(out.shape))


def match_convolution(node: Node) -> Rule | None:
    """The rule for a recorded ``conv1d``, if it has one."""
    if not plain_numbers(node.args[1:], node.kwargs.get("weight"), node.kwargs.get("stride")):
        return None
    return Convolution.match(node)
