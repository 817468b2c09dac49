"""What stands in for a network's functions under the rescale rule: compositions of secants, products and maxima.

Each gets tensors whose first axis holds one equal share per row of the batch, row 0 being the sequence; see
`genoviz.attribute.rescale`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from genoviz.attribute.secant_functions import Largest, Product, Secant

_UNSEEN = -1e9  # stands for minus infinity, of which differences are undefined


def secant(x: Tensor, function: Callable[[Tensor], Tensor], rows: int) -> Tensor:
    """An elementwise function."""
    return Secant.apply(x, function, rows)


def multiply(a: Tensor, b: Tensor, rows: int, function: Callable[[Tensor, Tensor], Tensor] = torch.mul) -> Tensor:
    """A product of two tensors that depend on the sequences, or any other function that is linear in each of them."""
    return Product.apply(a, b, function, rows)


# -- steps and what is chosen by them -------------------------------------------------------------------------------------


def step(difference: Tensor, compare: Callable[[Tensor, float], Tensor], rows: int) -> Tensor:
    """A comparison with 0 as 1 and 0, whose change is credited to what is compared."""
    return secant(difference, lambda z: compare(z, 0.0).to(z.dtype), rows)


def chosen(mask: Tensor, a: Any, b: Any, rows: int, depends: Callable[[Any], bool]) -> Tensor:
    """`where(mask, a, b)` of a mask of 1 and 0: the change of the choice is shared with what it chose from."""

    def part(weight: Tensor, value: Any) -> Tensor:
        if not depends(value):
            if isinstance(value, Tensor):
                return weight * torch.nan_to_num(value)
            return weight * value if math.isfinite(value) else weight * math.copysign(-_UNSEEN, value)
        value = torch.where(
            torch.isfinite(value), value, torch.zeros_like(value)
        )  # where it isn't chosen it may be nan
        shape = torch.broadcast_shapes(weight.shape, value.shape)
        return multiply(weight.expand(shape), value.expand(shape), rows)

    return part(mask, a) + part(1 - mask, b)


# -- maxima ---------------------------------------------------------------------------------------------------------------


def largest_of_windows(
    x: Tensor, pool: Callable[[Tensor], tuple[Tensor, Tensor]], axes: int, rows: int
) -> tuple[Tensor, Tensor]:
    """Max pooling over the last `axes` axes: the values, and their places in these axes joined."""
    _, places = pool(x.detach())
    found = Largest.apply(x.flatten(-axes), places.flatten(-axes), rows)
    return found.view(places.shape), places


def power_pool(x: Tensor, power: float, size: int, stride: int | None, ceil: bool | None, rows: int) -> Tensor:
    """`lp_pool1d`: the root of the sum of powers in each window."""
    means = F.avg_pool1d(secant(x, lambda z: z.pow(power), rows), size, stride or size, 0, bool(ceil))
    return secant(means, lambda z: (torch.sign(z) * z.abs() * size).pow(1 / power), rows)


def maximum(a: Any, b: Any, sign: float, rows: int) -> Tensor:
    """The larger (`sign` 1) or smaller (-1) of two tensors."""
    like = a if isinstance(a, Tensor) else b
    pair = [value if isinstance(value, Tensor) else torch.as_tensor(value, dtype=like.dtype) for value in (a, b)]
    both = sign * torch.stack(torch.broadcast_tensors(*pair), -1)
    places = both.detach().argmax(-1, keepdim=True)
    return sign * Largest.apply(both, places, rows)[..., 0]


def extreme(name: str, x: Tensor, axes: Sequence[int], keep: bool, rows: int) -> Any:
    """`amax`, `amin`, and `max` and `min` along axes, which also give places."""
    sign = -1.0 if "min" in name else 1.0
    rest = [axis for axis in range(x.dim()) if axis not in axes]
    flat = sign * x.permute(*rest, *axes).flatten(len(rest))
    places = flat.detach().argmax(-1, keepdim=True)
    values = sign * Largest.apply(flat, places, rows)[..., 0]
    places = places[..., 0]
    for axis in axes if keep else ():
        values, places = values.unsqueeze(axis), places.unsqueeze(axis)
    return values if name in ("amax", "amin") else _Extreme((values, places))


class _Extreme(tuple[Tensor, Tensor]):
    """What ``max(dim)`` returns: a pair with names."""

    @property
    def values(self) -> Tensor:
        return self[0]

    @property
    def indices(self) -> Tensor:
        return self[1]


# -- sums of exponentials -------------------------------------------------------------------------------------------------


def softmax(x: Tensor, dim: Any, name: str, keep: bool, rows: int) -> Tensor:
    """`softmax`, `softmin`, `log_softmax` or `logsumexp`."""
    x = -x if name == "softmin" else x
    dims = (dim,) if isinstance(dim, int) else tuple(dim)
    if name == "logsumexp" and (0 in dims or -x.dim() in dims):
        return torch.logsumexp(x, dim, keep)
    if bool(torch.isneginf(x.detach()).any()):  # masked
        x = torch.where(torch.isneginf(x), torch.full_like(x, _UNSEEN), x)
    # One shift for the whole batch: a constant, so that it takes no part in the differences.
    shift = x.detach().amax((0, *dims), keepdim=True)
    powers = secant(x - shift, torch.exp, rows)
    total = powers.sum(dims, keepdim=True)
    if name == "log_softmax":
        return x - shift - secant(total, torch.log, rows)
    if name == "logsumexp":
        result = secant(total, torch.log, rows) + shift
        return result if keep else result.squeeze(dims)
    return multiply(powers, secant(total, torch.reciprocal, rows).expand_as(powers), rows)


def log_add(a: Tensor, b: Tensor, name: str, rows: int) -> Tensor:
    """`logaddexp` or `logaddexp2`: the second, and a smooth step of the difference."""
    unit = math.log(2) if name == "logaddexp2" else 1.0
    return b + secant(a - b, lambda z: F.softplus(z * unit, threshold=50) / unit, rows)


# -- norms ----------------------------------------------------------------------------------------------------------------


def normalised(x: Tensor, dims: tuple[int, ...], eps: float, rows: int, *, centre: bool = True) -> Tensor:
    """A tensor over its standard deviation along axes (around 0, and so not centred, if `centre` is False)."""
    centred = x - x.mean(dims, keepdim=True) if centre else x
    power = secant(centred, torch.square, rows).mean(dims, keepdim=True)
    return multiply(centred, secant(power + eps, torch.rsqrt, rows).expand_as(centred), rows)


def scaled(y: Tensor, weight: Any, bias: Any, axis: int | None = None) -> Tensor:
    """The affine part of a norm: on the last axes, or on one axis, such as that of the channels."""
    for value, add in ((weight, False), (bias, True)):
        if value is not None:
            if axis is not None:
                value = value.reshape(-1, *(1,) * (y.dim() - axis - 1))
            y = y + value if add else y * value
    return y


def group_norm(x: Tensor, groups: int, weight: Any, bias: Any, eps: float, rows: int) -> Tensor:
    """Each group of channels over its own mean and deviation; as many groups as channels: `instance_norm`."""
    grouped = x.unflatten(1, (groups, -1))
    y = normalised(grouped, tuple(range(2, grouped.dim())), eps, rows).flatten(1, 2)
    return scaled(y, weight, bias, 1)


def length_of(x: Tensor, dims: Any, keep: bool, rows: int) -> Tensor:
    """The Euclidean norm along axes."""
    return secant(secant(x, torch.square, rows).sum(dims, keepdim=keep), torch.sqrt, rows)


def variance(x: Tensor, dims: Any, correction: float, keep: bool, rows: int) -> Tensor:
    """The variance along axes, with `correction` of the number of values."""
    axes = (dims,) if isinstance(dims, int) else tuple(dims)
    count = math.prod(x.shape[axis] for axis in axes)
    squares = secant(x - x.mean(axes, keepdim=True), torch.square, rows)
    return squares.sum(axes, keepdim=keep) / max(0.0, count - correction)


# -- attention ------------------------------------------------------------------------------------------------------------


def attention(q: Tensor, k: Tensor, v: Tensor, scale: float | None, rows: int, causal: bool = False) -> Tensor:
    """Scaled dot-product attention."""
    factor = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    scores = multiply(q * factor, k.transpose(-2, -1), rows, torch.matmul)
    if causal:
        ahead = torch.full(scores.shape[-2:], _UNSEEN, dtype=q.dtype, device=q.device).triu(1)
        scores = scores + ahead
    return multiply(softmax(scores, -1, "softmax", False, rows), v, rows, torch.matmul)


def self_attention(args: tuple[Any, ...], rows: int) -> tuple[Tensor, None]:
    """`multi_head_attention_forward` with one matrix for queries, keys and values: `(length, batch, channels)`."""
    x, _, _, _, heads, weight, bias, _, _, _, _, out_weight, out_bias = args
    q, k, v = (  # (batch, heads, length, channels per head)
        part.unflatten(2, (heads, -1)).permute(1, 2, 0, 3) for part in F.linear(x, weight, bias).chunk(3, 2)
    )
    joined = attention(q, k, v, None, rows).permute(2, 0, 1, 3).flatten(2)
    return F.linear(joined, out_weight, out_bias), None
