"""Functions whose backward pass multiplies with the secant between a sequence and its references: the rescale rule.

Row 0 of each group of rows is the sequence, the others are references; see `genoviz.attribute.rescale`, which puts these functions in
the place of a model's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

SMALL = 1e-6  # differences below this get the derivative instead of the secant
# Derivatives from input and output: a way through autograd is ten times the work where a recurrent network takes single steps.
DERIVATIVES: dict[Callable[[Tensor], Tensor], Callable[[Tensor, Tensor], Tensor]] = {
    torch.relu: lambda x, y: (y > 0).to(x.dtype),
    torch.sigmoid: lambda x, y: (1 - y) * y,
    torch.tanh: lambda x, y: 1 - y * y,
}
_TIMES = (torch.mul, torch.Tensor.mul, torch.Tensor.__mul__)


class Secant(torch.autograd.Function):
    """An elementwise function; backward multiplies with its secant."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, function: Callable[[Tensor], Tensor], rows: int) -> Tensor:
        y = function(x)
        ctx.function, ctx.rows = function, rows
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        x, y = ctx.saved_tensors
        first = x.shape[0] // ctx.rows
        run, rise = _differences(x, ctx.rows), _differences(y, ctx.rows)
        flat = run.abs() < SMALL
        slope = rise / run.masked_fill(flat, 1.0)
        if bool(flat.any()):
            slope = torch.where(flat, _derivative(ctx.function, x, y, first).view_as(slope), slope)
        slope = torch.nan_to_num(slope, nan=0.0, posinf=0.0, neginf=0.0)  # the function is not defined at one end
        out = torch.zeros_like(grads[0])
        out[first:] = grads[0][first:] * slope.reshape(grads[0][first:].shape)
        return out, None, None


class Largest(torch.autograd.Function):
    """The values that a maximum picked along the last axis; backward credits both winners.

    If the sequence's maximum is larger, its winner gets the whole rise; otherwise the reference's winner does.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, places: Tensor, rows: int) -> Tensor:
        y = x.gather(-1, places)
        ctx.rows = rows
        ctx.save_for_backward(x, y, places)
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        x, y, places = ctx.saved_tensors
        rows, first = ctx.rows, x.shape[0] // ctx.rows
        grad = grads[0][first:].unflatten(0, (rows - 1, first))
        mine, theirs = y[:first][None], y[first:].unflatten(0, (rows - 1, first))
        top = torch.maximum(mine, theirs)
        credit = torch.zeros_like(x[first:]).unflatten(0, (rows - 1, first))
        credit.scatter_add_(-1, places[:first][None].expand_as(grad), grad * (top - theirs))
        credit.scatter_add_(-1, places[first:].unflatten(0, (rows - 1, first)), grad * (mine - top))
        run = _differences(x, rows).view_as(credit)
        still = run == 0
        out = torch.zeros_like(x)
        out[first:] = (credit / run.masked_fill(still, 1.0)).masked_fill(still, 0.0).flatten(0, 1)
        return out, None, None


class Product(torch.autograd.Function):
    """Any function that is linear in each of two arguments; each factor meets the mean of the other's two values."""

    @staticmethod
    def forward(ctx: Any, a: Tensor, b: Tensor, function: Callable[[Tensor, Tensor], Tensor], rows: int) -> Tensor:
        ctx.function, ctx.rows = function, rows
        ctx.save_for_backward(a, b)
        return function(a, b)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None, None]:
        a, b = (saved.detach() for saved in ctx.saved_tensors)
        grad = grads[0].clone()
        grad[: grad.shape[0] // ctx.rows] = 0
        if ctx.function in _TIMES and a.shape == b.shape:
            return grad * _midpoint(b, ctx.rows), grad * _midpoint(a, ctx.rows), None, None
        with torch.enable_grad():
            one = a.clone().requires_grad_()
            (to_a,) = torch.autograd.grad(ctx.function(one, _midpoint(b, ctx.rows)), one, grad)
            two = b.clone().requires_grad_()
            (to_b,) = torch.autograd.grad(ctx.function(_midpoint(a, ctx.rows), two), two, grad)
        return to_a, to_b, None, None


def _derivative(function: Callable[[Tensor], Tensor], x: Tensor, y: Tensor, first: int) -> Tensor:
    """The derivative of an elementwise function at all entries but the `first`."""
    known = DERIVATIVES.get(function)
    if known is not None:
        return known(x[first:], y[first:])
    with torch.enable_grad():
        # the whole batch, in case the function holds something of the batch's shape
        point = x.detach().requires_grad_()
        value = function(point)
        found = torch.autograd.grad(value.sum(), point)[0] if value.requires_grad else torch.zeros_like(x)
    return found[first:]


def _differences(x: Tensor, rows: int) -> Tensor:
    """Row 0 minus every other row; (rows - 1, first, ...) where one sequence fills `first` entries of the first axis."""
    split = x.unflatten(0, (rows, x.shape[0] // rows))
    return split[:1] - split[1:]


def _midpoint(x: Tensor, rows: int) -> Tensor:
    split = x.unflatten(0, (rows, x.shape[0] // rows))
    return ((split[:1] + split) / 2).flatten(0, 1)
