"""How the arguments of a recorded operation are read."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from genoviz.incremental.nodes import GrownConstant, Node, Ref, Rows, leaves
from genoviz.incremental.windows import Span


def integer(value: Any) -> int:
    """``3`` and ``(3,)`` both mean 3."""
    return int(value[0]) if isinstance(value, (tuple, list)) else int(value)


def plain_numbers(*values: Any) -> bool:
    """Whether no leaf depends on the sequences or on how many there are."""
    return not any(isinstance(leaf, (Ref, Rows, GrownConstant)) for leaf in leaves(values))


def is_float(*values: Any) -> bool:
    """Whether every tensor among the leaves is float32."""
    return all(leaf.dtype == torch.float32 for leaf in leaves(values) if isinstance(leaf, Tensor))


def axes(value: Any, dimensions: int) -> list[int] | None:
    """Axis arguments as a list of non-negative integers; None if they are not plain integers."""
    items = [value] if isinstance(value, int) else list(value) if isinstance(value, (tuple, list)) else []
    if not items or not all(isinstance(item, int) for item in items):
        return None
    return [item % dimensions for item in items]


def constant_operand(node: Node) -> Any:
    """The operand of a binary operation that is not a Ref; None if there is no such single operand."""
    operands = [arg for arg in node.args[:2] if not isinstance(arg, Ref)]
    if not operands and len(node.args) == 1:
        operands = [node.kwargs["other"]] if "other" in node.kwargs else []
    if len(operands) != 1 or isinstance(operands[0], (Rows, Ref)):
        return None
    operand = operands[0]
    if isinstance(operand, GrownConstant):
        return operand.slice if operand.axis == 0 and operand.factor == 1 and operand.slice.dim() > 1 else None
    return operand


def broadcast_constant(operand: Any, span: Span, shape: tuple[int, ...]) -> Tensor | float | None:
    """A constant as a number or a (1 or length, 1 or channels) tensor; None if it does not broadcast that way."""
    if isinstance(operand, (int, float)) and not isinstance(operand, bool):
        return float(operand)
    if not isinstance(operand, Tensor) or operand.dtype not in (torch.float32, torch.int64):
        return None
    if operand.dim() > len(shape) + 1:
        return None
    full = operand.reshape((1,) * (len(shape) + 1 - operand.dim()) + tuple(operand.shape)).float()
    if any(size not in (1, wanted) for size, wanted in zip(full.shape, (1, *shape), strict=True)):
        return None
    return span.channels_last(full[0]).contiguous()


def full_index(node: Node, dimensions: int) -> list[Any] | None:
    """One entry (integer or slice) per axis for a recorded ``x[...]``; None for any other kind of index."""
    given = node.args[1] if len(node.args) > 1 else None
    index = list(given) if isinstance(given, tuple) else [given]
    if Ellipsis in [item for item in index if not isinstance(item, Tensor)]:
        place = next(i for i, item in enumerate(index) if item is Ellipsis)
        index[place : place + 1] = [slice(None)] * (dimensions - len(index) + 1)
    index += [slice(None)] * (dimensions - len(index))
    if len(index) != dimensions or any(isinstance(i, bool) or not isinstance(i, (int, slice)) for i in index):
        return None
    return index
