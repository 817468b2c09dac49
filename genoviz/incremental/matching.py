"""Which rule an operation on positions gets: reads the recorded arguments and nothing else."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from genoviz.incremental.arguments import (
    axes,
    broadcast_constant,
    constant_operand,
    full_index,
    integer,
    is_float,
    plain_numbers,
)
from genoviz.incremental.nodes import Node, Ref, Rule
from genoviz.incremental.pointwise import (
    Binary,
    Channelwise,
    Concatenate,
    Elementwise,
    PointwiseLinear,
    Same,
    Scale,
    Shift,
    Slice,
    Sum,
    operand_nodes,
)
from genoviz.incremental.windows import Span

ELEMENTWISE = frozenset({
    "relu", "leaky_relu", "gelu", "sigmoid", "tanh", "elu", "silu", "softplus", "exp", "exp2", "log", "log2", "log10",
    "sqrt", "rsqrt", "abs", "square", "clamp", "clamp_min", "clamp_max", "hardtanh", "selu", "celu", "log1p", "expm1",
    "pow", "__pow__", "neg", "__neg__", "relu6", "mish", "hardswish", "hardsigmoid", "erf", "softsign", "logsigmoid",
    "reciprocal", "threshold", "tanhshrink", "softshrink", "hardshrink", "sin", "cos", "logit", "nan_to_num",
})  # fmt: skip
SAME = frozenset(
    {"dropout", "contiguous", "clone", "detach", "alpha_dropout", "feature_dropout", "dropout1d", "identity"}
)
ADD = frozenset({"add", "__add__", "__radd__"})
SUBTRACT = frozenset({"sub", "__sub__", "subtract"})
SUBTRACT_FROM = frozenset({"__rsub__", "rsub"})
MULTIPLY = frozenset({"mul", "__mul__", "__rmul__", "multiply"})
DIVIDE = frozenset({"div", "__truediv__", "true_divide", "divide"})
OTHER_BINARY = frozenset({"maximum", "minimum"})
OVER_CHANNELS = frozenset({"sum", "mean", "amax", "amin", "logsumexp"})


def match_pointwise(node: Node) -> Rule | None:
    """The rule for an operation on each position, if it has one."""
    span, shape, name = node.sources[0].span, node.shape, node.name
    if span is None or shape is None or not is_float(node.args, node.kwargs):
        return None
    if len(node.sources) == 2 and len(node.args) == 2 and not node.kwargs:
        return _match_two(node)
    if name in ("cat", "concat", "concatenate"):
        return _match_concatenate(node)
    if len(node.sources) != 1:
        return None
    if name in SAME and shape == node.sources[0].shape:
        return Same(node, span)
    if name in ELEMENTWISE and shape == node.sources[0].shape:
        scalars = plain_numbers(*(arg for arg in node.args if not isinstance(arg, Ref)))
        rest = [arg for arg in (*node.args, *node.kwargs.values()) if isinstance(arg, Tensor) and arg.numel() > 1]
        return Elementwise(node, span) if scalars and not rest else None
    if name in ADD | SUBTRACT | SUBTRACT_FROM | MULTIPLY | DIVIDE:
        return _match_constant(node, span, shape)
    if name == "batch_norm" and span.layout == "CL" and isinstance(node.argument(2, "running_var"), Tensor):
        vector = torch.rsqrt(node.argument(2, "running_var").detach() + node.argument(7, "eps", 1e-5))
        weight = node.argument(3, "weight")
        return Scale(node, span, vector if weight is None else vector * weight.detach())
    if name in ("transpose", "swapaxes", "permute"):
        return _match_transpose(node, span)
    if name == "linear" and span.layout == "LC" and len(shape) == 2:
        return PointwiseLinear(node, span.but(channels=shape[1]), node.argument(1, "weight"))
    return _match_channels(node, span, shape)


def _match_two(node: Node) -> Rule | None:
    one, two = (source.span for source in operand_nodes(node))
    name = node.name
    if one is None or two is None or not all(isinstance(arg, Ref) for arg in node.args):
        return None
    if (one.layout, one.length, one.stride) != (two.layout, two.length, two.stride):
        return None
    low, high = min(one.offset, two.offset), max(one.offset + one.width, two.offset + two.width)
    channels = max(one.channels, two.channels)
    span = Span(one.layout, one.length, channels, one.stride, low, high - low)
    if one.channels == two.channels and name in ADD | SUBTRACT:
        return Sum(node, span, 1.0 if name in ADD else -1.0)
    if (one.channels == two.channels or 1 in (one.channels, two.channels)) and (
        name in MULTIPLY | DIVIDE | OTHER_BINARY | ADD | SUBTRACT
    ):
        return Binary(node, span)
    return None


def _match_constant(node: Node, span: Span, shape: tuple[int, ...]) -> Rule | None:
    operand = constant_operand(node)
    if operand is None or shape != node.sources[0].shape or node.kwargs.get("alpha", 1) != 1:
        return None
    constant = broadcast_constant(operand, span, shape)
    first = bool(node.args) and isinstance(node.args[0], Ref)
    if constant is None or any(key not in ("input", "other") for key in node.kwargs):
        return None
    if node.name in ADD:
        return Shift(node, span, False)
    if node.name in SUBTRACT | SUBTRACT_FROM:
        return Shift(node, span, (node.name in SUBTRACT_FROM) == first)
    if isinstance(constant, float):
        constant = torch.tensor(constant)
    elif constant.shape[0] != 1:
        return None
    else:
        constant = constant[0]
    if node.name in DIVIDE:
        return Scale(node, span, 1.0 / constant) if first and node.name != "__rtruediv__" else None
    return Scale(node, span, constant)


def _match_transpose(node: Node, span: Span) -> Rule | None:
    given: Any = node.args[1:] if len(node.args) > 1 else tuple(v for k, v in node.kwargs.items() if k != "input")
    if len(given) == 1 and isinstance(given[0], (tuple, list)):
        given = given[0]
    order = axes(tuple(given), 3)
    if span.layout == "L" or order is None:
        return None
    if (order == [0, 2, 1]) if node.name == "permute" else (sorted(order) == [1, 2]):
        return Same(node, span.but(layout="LC" if span.layout == "CL" else "CL"))
    return None


def _match_channels(node: Node, span: Span, shape: tuple[int, ...]) -> Rule | None:
    name, axis = node.name, span.channel_axis
    dimensions = len(shape) + 1
    if axis is None:
        return None
    if name in ("softmax", "log_softmax", "softmin", "normalize", "glu"):
        if name in ("softmin", "normalize") or node.argument(4 if "soft" in name else 3, "dtype") is not None:
            return None
        given = axes(node.argument(1, "dim", -1 if name == "glu" else None), dimensions)
        if given != [axis]:
            return None
        functions: dict[str, Any] = {"softmax": torch.softmax, "log_softmax": torch.log_softmax, "glu": F.glu}
        function = functions[name]
        channels = shape[axis - 1]
        return Channelwise(node, span.but(channels=channels), lambda value: function(value, -1))
    if name == "layer_norm" and span.layout == "LC" and list(node.argument(1, "normalized_shape")) == [span.channels]:
        weight, bias = node.argument(2, "weight"), node.argument(3, "bias")
        eps = node.argument(4, "eps", 1e-5)
        return Channelwise(node, span, lambda value: F.layer_norm(value, (span.channels,), weight, bias, eps))
    if name in OVER_CHANNELS and axes(node.argument(1, "dim"), len(node.sources[0].shape or ()) + 1) == [axis]:
        if node.kwargs.get("dtype") is not None or len(node.args) > 3:
            return None
        kept = bool(node.argument(2, "keepdim", False))
        reduce: Any = getattr(torch, name)
        new = span.but(channels=1) if kept else span.but(channels=1, layout="L")
        return Channelwise(node, new, lambda value: reduce(value, -1, keepdim=True))
    return None


def _match_concatenate(node: Node) -> Rule | None:
    spans = [source.span for source in node.sources]
    first = spans[0]
    given = axes(node.argument(1, "dim", 0), len(node.shape or ()) + 1)
    parts = node.args[0] if node.args else node.kwargs.get("tensors")
    if (
        first is None
        or first.channel_axis is None
        or given != [first.channel_axis]
        or not isinstance(parts, (list, tuple))
    ):
        return None
    if len(parts) != len(spans) or not all(isinstance(part, Ref) for part in parts):
        return None
    key = (first.layout, first.length, first.stride)
    if any(span is None or (span.layout, span.length, span.stride) != key for span in spans):
        return None
    known = [span for span in spans if span is not None]
    low, high = min(s.offset for s in known), max(s.offset + s.width for s in known)
    channels = sum(s.channels for s in known)
    return Concatenate(node, Span(first.layout, first.length, channels, first.stride, low, high - low))


def match_slice(node: Node) -> Rule | None:
    """The rule for ``x[...]`` that keeps a stretch of positions, or for one part of a chunk or split by channels."""
    source = node.sources[0]
    if node.name == "pick":
        return _match_part(node)
    span = source.span
    if span is None or node.shape is None or not plain_numbers(node.args[1:]) or len(node.sources) != 1:
        return None
    index = full_index(node, len(source.shape or ()) + 1)
    if index is None or index[0] != slice(None):
        return None
    positions = index[span.length_axis]
    if not isinstance(positions, slice):
        return None
    start, stop, step = positions.indices(span.length)
    if step != 1 or stop <= start:
        return None
    channels: Any = slice(None)
    layout, count = span.layout, span.channels
    if span.channel_axis is not None:
        channels = index[span.channel_axis]
        if isinstance(channels, int):
            layout, count, channels = "L", 1, [channels]
        elif isinstance(channels, slice):
            if channels.step is not None and channels.step < 0:
                return None
            count = len(range(*channels.indices(span.channels)))
        else:
            return None
    new = Span(layout, stop - start, count, span.stride, span.offset - start, span.width)
    return Slice(node, new, start, channels)


def _match_part(node: Node) -> Rule | None:
    base = node.sources[0]
    if base.name not in ("chunk", "split", "unsafe_chunk") or len(node.args[1]) != 1 or len(base.sources) != 1:
        return None
    source = base.sources[0]
    span = source.span
    given = axes(base.argument(2, "dim", 0), 3)
    if span is None or span.channel_axis is None or given != [span.channel_axis] or node.shape is None:
        return None
    # every part but the last has the same size, unless sizes were listed
    place, sizes = node.args[1][0], base.argument(1, "split_size", base.kwargs.get("split_size_or_sections"))
    count = node.shape[span.channel_axis - 1]
    if base.name == "split" and isinstance(sizes, (list, tuple)):
        start = sum(integer(size) for size in sizes[:place])
    elif base.name == "split":
        start = place * integer(sizes)
    else:
        start = place * -(-span.channels // integer(base.argument(1, "chunks")))
    part = Slice(node, span.but(channels=count), 0, slice(start, start + count))
    node.sources = [source]
    source.users.append(node)
    return part
