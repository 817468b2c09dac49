"""DeepLIFT's rescale rule without module hooks.

Row 0 of every batch is the sequence, the other rows are references. A `TorchFunctionMode` meets every function that the
model calls, module or functional, reused or not, and replaces the non-linear ones by functions whose backward pass
multiplies with the secant between row 0 and each reference. The model is never changed, so threads may share it. What has
no rule here passes its ordinary gradient on; the gap, which is returned for every reference, then shows it.

Source: Shrikumar, Greenside and Kundaje 2017, "Learning important features through propagating activation differences"
(rescale rule); products and matrix products share the interaction equally between both factors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.overrides import TorchFunctionMode

from genoviz.attribute.secant_functions import Largest, Product, Secant
from genoviz.errors import BadInput

_SDPA = frozenset({"scale", "dropout_p", "is_causal"})  # arguments of attention that have a rule
_UNARY = frozenset({
    "relu", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh", "softplus", "exp", "exp2", "log", "log2", "log10",
    "sqrt", "rsqrt", "square", "selu", "celu", "hardtanh", "relu6", "mish", "softsign", "log1p", "expm1", "abs", "clamp",
    "clamp_min", "clamp_max", "reciprocal", "hardswish", "hardsigmoid", "logsigmoid", "threshold", "_threshold", "erf",
    "tanhshrink", "softshrink", "hardshrink", "sin", "cos", "prelu", "pow", "__pow__", "logit",
})  # fmt: skip
_PRODUCTS = frozenset({"mul", "__mul__", "__rmul__", "multiply", "matmul", "__matmul__", "bmm", "einsum"})
_QUOTIENTS = frozenset({"div", "__truediv__", "true_divide", "divide", "__rtruediv__", "__rdiv__"})
_IN_PLACE = {"__imul__": "mul", "__itruediv__": "div", "__ipow__": "pow"}


class RescaleMode(TorchFunctionMode):
    """Swaps non-linear functions of the sequences for ones that propagate multipliers.

    Parameters
    ----------
    inputs : Tensor
        (rows, 4, length); row 0 is the sequence, the others are references.
    """

    def __init__(self, inputs: Tensor) -> None:
        super().__init__()
        self._rows = len(inputs)
        self._known: dict[int, Tensor] = {id(inputs): inputs}  # holding them keeps their ids unique

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        name = getattr(func, "__name__", "")
        flat = [*args, *kwargs.values()]
        flat += [item for part in flat if isinstance(part, (list, tuple)) for item in part]
        if not any(id(item) in self._known for item in flat):
            return func(*args, **kwargs)
        target = args[0] if args else kwargs.get("input")
        plain_name = _IN_PLACE.get(name, name[:-1] if name.endswith("_") and not name.endswith("__") else name)
        in_place = plain_name != name or bool(kwargs.get("inplace"))
        rule = self._rule(plain_name, args, kwargs)
        if rule is None:
            result = func(*args, **kwargs)
        elif in_place and isinstance(target, Tensor):
            # the rule needs the old values, the caller may go on with the changed tensor
            before = target.clone()
            self._known[id(before)] = before
            kwargs.pop("inplace", None)
            twin = func if plain_name == name else getattr(Tensor, plain_name)
            swapped = (before, *args[1:])
            fresh = self._rule(plain_name, swapped, {k: v for k, v in kwargs.items() if k != "input"})
            result = target.copy_(fresh(twin) if fresh is not None else twin(*swapped, **kwargs))
        else:
            result = rule(func)
        for item in result if isinstance(result, (list, tuple)) else (result,):
            if isinstance(item, Tensor) and item.is_floating_point():
                self._known[id(item)] = item
        return result

    # -- which rule ---------------------------------------------------------------------------------------------------

    def _depends(self, value: Any) -> bool:
        """Whether a tensor holds one equal share of its first axis per row of the batch."""
        return (
            isinstance(value, Tensor)
            and id(value) in self._known
            and value.requires_grad
            and value.dim() > 0
            and value.shape[0] > 0
            and value.shape[0] % self._rows == 0
        )

    def _rule(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[[Any], Any] | None:
        """What to call instead of the function, given the function; None: the function itself."""
        x: Any = args[0] if args else kwargs.get("input")
        if name in _PRODUCTS:
            return self._product_rule(name, args)
        if name in _QUOTIENTS and len(args) == 2:
            return self._quotient_rule(name, args, kwargs)
        if name in ("maximum", "minimum") and len(args) == 2 and any(self._depends(arg) for arg in args):
            return lambda func: self._maximum_of_two(args[0], args[1], 1.0 if name == "maximum" else -1.0)
        # these two may have the steps on their first axis, and know where the sequences are
        if (
            name in ("lstm", "gru", "rnn_tanh", "rnn_relu")
            and len(args) == 9
            and isinstance(args[2], (list, tuple))
            and id(x) in self._known
        ):
            return lambda func: self._recurrent(name, *args)
        if name == "multi_head_attention_forward" and id(x) in self._known:
            return self._heads_rule(args, kwargs)
        if not self._depends(x):
            return None
        options = {key: value for key, value in kwargs.items() if key not in ("input", "inplace")}

        def given(place: int, key: str, default: Any = None) -> Any:
            return args[place] if len(args) > place else kwargs.get(key, default)

        if name in _UNARY:
            if any(id(arg) in self._known for arg in args[1:]):
                return None
            rest = _without_in_place(name, args[1:])
            return lambda func: self._secant(x, lambda z: func(z, *rest, **options))
        if name in ("max_pool1d", "_max_pool1d", "max_pool1d_with_indices"):
            pooling = [given(i, key, default) for i, key, default in _POOLING]
            return lambda func: self._max_pool(x, pooling, name.endswith("indices") or bool(given(6, "return_indices")))
        if name in ("adaptive_max_pool1d", "adaptive_max_pool1d_with_indices"):
            size = given(1, "output_size")
            return lambda func: self._adaptive(x, size, name.endswith("indices") or bool(given(2, "return_indices")))
        if name in ("amax", "amin", "max", "min") and given(1, "dim") is not None:
            return self._extreme_rule(name, x, given(1, "dim"), bool(given(2, "keepdim", False)))
        if name in ("softmax", "log_softmax", "logsumexp") and given(1, "dim") is not None:
            return lambda func: self._softmax(x, given(1, "dim"), name, bool(given(2, "keepdim", False)))
        if name == "layer_norm":
            values = [given(i, key) for i, key in ((1, "normalized_shape"), (2, "weight"), (3, "bias"))]
            return lambda func: self._layer_norm(x, values[0], values[1], values[2], given(4, "eps", 1e-5))
        if name == "scaled_dot_product_attention" and len(args) == 3 and not (kwargs.keys() - _SDPA):
            causal = bool(kwargs.get("is_causal", False))
            return lambda func: self._attention(args[0], args[1], args[2], kwargs.get("scale"), causal)
        return None

    # -- elementary rules ---------------------------------------------------------------------------------------------

    def _secant(self, x: Tensor, function: Callable[[Tensor], Tensor]) -> Tensor:
        return Secant.apply(x, function, self._rows)

    def _multiply(self, a: Tensor, b: Tensor) -> Tensor:
        return Product.apply(a, b, torch.mul, self._rows)

    def _matmul(self, a: Tensor, b: Tensor) -> Tensor:
        return Product.apply(a, b, torch.matmul, self._rows)

    def _product_rule(self, name: str, args: tuple[Any, ...]) -> Callable[[Any], Any] | None:
        if name == "einsum":
            operands = args[1] if len(args) == 2 and isinstance(args[1], (list, tuple)) else args[1:]
            if len(operands) != 2 or not all(self._depends(operand) for operand in operands):
                return None
            return lambda func: Product.apply(*operands, lambda a, b: torch.einsum(args[0], a, b), self._rows)
        if len(args) != 2 or not all(self._depends(arg) for arg in args):
            return None
        if args[0].dim() != args[1].dim() and name not in ("matmul", "__matmul__"):
            return None
        return lambda func: Product.apply(args[0], args[1], func, self._rows)

    def _quotient_rule(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[[Any], Any] | None:
        above, below = (args[1], args[0]) if name in ("__rtruediv__", "__rdiv__") else args
        if not self._depends(below) or kwargs.get("rounding_mode") is not None:
            return None

        def divide(func: Any) -> Tensor:
            inverse = self._secant(below, torch.reciprocal)
            return self._multiply(above, inverse) if self._depends(above) else above * inverse

        return divide

    # -- maxima -------------------------------------------------------------------------------------------------------

    def _max_pool(self, x: Tensor, pooling: Sequence[Any], with_places: bool) -> Any:
        _, places = F.max_pool1d(x.detach(), *pooling, return_indices=True)
        result = Largest.apply(x, places, self._rows)
        return (result, places) if with_places else result

    def _adaptive(self, x: Tensor, size: Any, with_places: bool) -> Any:
        _, places = F.adaptive_max_pool1d(x.detach(), size, return_indices=True)
        result = Largest.apply(x, places, self._rows)
        return (result, places) if with_places else result

    def _extreme_rule(self, name: str, x: Tensor, dim: Any, keep: bool) -> Callable[[Any], Any] | None:
        if isinstance(dim, Tensor):
            return None
        axes = sorted(axis % x.dim() for axis in ((dim,) if isinstance(dim, int) else tuple(dim)))
        if not axes or 0 in axes:
            return None
        sign = -1.0 if "min" in name else 1.0

        def extreme(func: Any) -> Any:
            rest = [axis for axis in range(x.dim()) if axis not in axes]
            flat = sign * x.permute(*rest, *axes).flatten(len(rest))
            places = flat.detach().argmax(-1, keepdim=True)
            values = sign * Largest.apply(flat, places, self._rows)[..., 0]
            places = places[..., 0]
            for axis in axes if keep else ():
                values, places = values.unsqueeze(axis), places.unsqueeze(axis)
            return (values, places) if name in ("amax", "amin") else _Extreme((values, places))

        if name in ("amax", "amin"):
            return lambda func: extreme(func)[0]
        return extreme

    def _maximum_of_two(self, a: Any, b: Any, sign: float) -> Tensor:
        both = sign * torch.stack(torch.broadcast_tensors(a, b), -1)
        places = both.detach().argmax(-1, keepdim=True)
        return sign * Largest.apply(both, places, self._rows)[..., 0]

    # -- compositions -------------------------------------------------------------------------------------------------

    def _softmax(self, x: Tensor, dim: Any, name: str, keep: bool = False) -> Tensor:
        dims = (dim,) if isinstance(dim, int) else tuple(dim)
        if name == "logsumexp" and (0 in dims or -x.dim() in dims):
            return torch.logsumexp(x, dim, keep)
        # One shift for the whole batch: a constant, so that it takes no part in the differences.
        shift = x.detach().amax((0, *dims), keepdim=True)
        powers = self._secant(x - shift, torch.exp)
        total = powers.sum(dims, keepdim=True)
        if name == "log_softmax":
            return x - shift - self._secant(total, torch.log)
        if name == "logsumexp":
            result = self._secant(total, torch.log) + shift
            return result if keep else result.squeeze(dims)
        return self._multiply(powers, self._secant(total, torch.reciprocal).expand_as(powers))

    def _layer_norm(self, x: Tensor, shape: Sequence[int], weight: Any, bias: Any, eps: float) -> Tensor:
        dims = tuple(range(-len(shape), 0))
        centred = x - x.mean(dims, keepdim=True)
        variance = self._secant(centred, torch.square).mean(dims, keepdim=True)
        y = self._multiply(centred, self._secant(variance + eps, torch.rsqrt).expand_as(centred))
        y = y * weight if weight is not None else y
        return y + bias if bias is not None else y

    def _attention(self, q: Tensor, k: Tensor, v: Tensor, scale: float | None, causal: bool = False) -> Tensor:
        factor = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
        scores = self._matmul(q * factor, k.transpose(-2, -1))
        if causal:  # not minus infinity, of which differences are undefined
            ahead = torch.full(scores.shape[-2:], -1e9, dtype=q.dtype, device=q.device).triu(1)
            scores = scores + ahead
        return self._matmul(self._softmax(scores, -1, "softmax"), v)

    def _heads_rule(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Callable[[Any], Any] | None:
        """Self-attention with one matrix for queries, keys and values, and without masks."""
        if len(args) != 13 or args[0] is not args[1] or args[1] is not args[2]:
            return None
        x, _, _, _, heads, weight, bias, bias_k, bias_v, zeros, dropout, out_weight, out_bias = args
        unused = [bias_k, bias_v, kwargs.get("key_padding_mask"), kwargs.get("attn_mask"), kwargs.get("static_k")]
        training = kwargs.get("training", True) and dropout > 0
        if any(item is not None for item in unused) or zeros or training or weight is None or x.dim() != 3:
            return None
        if kwargs.get("need_weights", True) or kwargs.get("use_separate_proj_weight") or kwargs.get("is_causal"):
            return None

        def attend(func: Any) -> tuple[Tensor, None]:
            q, k, v = (  # (length, batch, channels) -> (batch, heads, length, channels per head)
                part.unflatten(2, (heads, -1)).permute(1, 2, 0, 3) for part in F.linear(x, weight, bias).chunk(3, 2)
            )
            joined = self._attention(q, k, v, None).permute(2, 0, 1, 3).flatten(2)
            return F.linear(joined, out_weight, out_bias), None

        return attend

    def _recurrent(
        self, name: str, x: Tensor, initial: Any, weights: Sequence[Tensor], bias: bool, layers: int, dropout: float,
        training: bool, bidirectional: bool, batch_first: bool,
    ) -> tuple[Tensor, ...]:  # fmt: skip
        """A recurrent network step by step, so that every gate gets its rule."""
        current = x if batch_first else x.transpose(0, 1)
        directions, per = 2 if bidirectional else 1, 4 if bias else 2
        hidden, cells = (initial[0], initial[1]) if name == "lstm" else (initial, None)
        last_states, last_cells = [], []
        for layer in range(layers):
            outputs = []
            for direction in range(directions):
                place = layer * directions + direction
                w_in, w_hidden, *biases = weights[place * per : (place + 1) * per]
                b_in, b_hidden = biases if bias else (None, None)
                gates = F.linear(current, w_in, b_in)
                state, cell = hidden[place], None if cells is None else cells[place]
                steps, sequence = range(current.shape[1]), []
                for step in steps if direction == 0 else reversed(steps):
                    state, cell = self._cell(name, gates[:, step], F.linear(state, w_hidden, b_hidden), state, cell)
                    sequence.append(state)
                outputs.append(torch.stack(sequence if direction == 0 else sequence[::-1], 1))
                last_states.append(state)
                last_cells.append(cell)
            current = torch.cat(outputs, 2)
        out = current if batch_first else current.transpose(0, 1)
        if cells is None:
            return out, torch.stack(last_states)
        return out, torch.stack(last_states), torch.stack([cell for cell in last_cells if cell is not None])

    def _cell(
        self, name: str, entering: Tensor, recurring: Tensor, state: Tensor, cell: Tensor | None
    ) -> tuple[Tensor, Tensor | None]:
        if name in ("rnn_tanh", "rnn_relu"):
            return self._secant(entering + recurring, torch.tanh if name == "rnn_tanh" else torch.relu), None
        if name == "lstm" and cell is not None:
            entry, forget, new, out = (entering + recurring).chunk(4, 1)
            kept = self._multiply(self._secant(forget, torch.sigmoid), cell)
            cell = kept + self._multiply(self._secant(entry, torch.sigmoid), self._secant(new, torch.tanh))
            return self._multiply(self._secant(out, torch.sigmoid), self._secant(cell, torch.tanh)), cell
        reset_in, update_in, new_in = entering.chunk(3, 1)
        reset_h, update_h, new_h = recurring.chunk(3, 1)
        reset = self._secant(reset_in + reset_h, torch.sigmoid)
        update = self._secant(update_in + update_h, torch.sigmoid)
        new = self._secant(new_in + self._multiply(reset, new_h), torch.tanh)
        return new + self._multiply(update, state - new), None


_POOLING = (
    (1, "kernel_size", None),
    (2, "stride", None),
    (3, "padding", 0),
    (4, "dilation", 1),
    (5, "ceil_mode", False),
)


class _Extreme(tuple[Tensor, Tensor]):
    """What ``max(dim)`` returns: a pair with names."""

    @property
    def values(self) -> Tensor:
        return self[0]

    @property
    def indices(self) -> Tensor:
        return self[1]


def _without_in_place(name: str, rest: tuple[Any, ...]) -> tuple[Any, ...]:
    """Positional arguments after the input, with a positional `inplace` flag switched off."""
    place = {"relu": 0, "leaky_relu": 1, "elu": 1, "silu": 0, "selu": 0, "celu": 1, "hardtanh": 2, "relu6": 0}.get(name)
    if place is None or len(rest) <= place:
        return rest
    return (*rest[:place], False, *rest[place + 1 :])


def rescale_multipliers(
    function: Callable[[Tensor], Tensor],
    x: Tensor,
    references: Tensor,
    *,
    batch_size: int = 16,
    progress: Callable[[float], None] | None = None,
) -> tuple[Tensor, Tensor]:
    """Multipliers of a sequence against references by DeepLIFT's rescale rule.

    Parameters
    ----------
    function : callable
        (batch, 4, length) to (batch,), e.g. the target of a model. Sequences may not depend on each other.
    x : Tensor
        (4, length) or (1, 4, length), float32.
    references : Tensor
        (references, 4, length).
    batch_size : int
        References per pass.
    progress : callable, optional
        Called with the share done; may raise to cancel.

    Returns
    -------
    multipliers : Tensor
        (references, 4, length). Attributions are ``(x - reference) * multiplier``, or
        ``multiplier - (reference * multiplier).sum(1)`` for every base that could stand there.
    gaps : Tensor
        (references,) ``sum((x - reference) * multiplier) - (f(x) - f(reference))``, signed, in units of the output.

    Raises
    ------
    BadInput
        Shapes do not fit, or the function gives more than one number per sequence.
    """
    x = x.detach().reshape(x.shape[-2:])
    if references.dim() != 3 or references.shape[1:] != x.shape or len(references) == 0 or batch_size < 1:
        raise BadInput(
            f"A sequence of shape {tuple(x.shape)} with references of shape {tuple(references.shape)}.",
            "References of shape (references, 4, length) with the sequence's length, and batch_size >= 1, are accepted.",
            "Make the references from this sequence.",
        )
    multipliers, gaps = [], []
    for start in range(0, len(references), batch_size):
        part = references[start : start + batch_size].detach()
        values, multiplier = _one_batch(function, torch.cat([x[None], part]))
        difference = ((x - part).double() * multiplier.double()).sum((1, 2))
        multipliers.append(multiplier)
        gaps.append((difference - (values[0] - values[1:]).double()).to(x.dtype))
        if progress is not None:
            progress(min(1.0, (start + len(part)) / len(references)))
    return torch.cat(multipliers), torch.cat(gaps)


def _one_batch(function: Callable[[Tensor], Tensor], rows: Tensor) -> tuple[Tensor, Tensor]:
    """Outputs of all rows, and the multipliers of all but the first."""
    with torch.enable_grad():
        leaf = rows.clone().requires_grad_()
        inputs = leaf.clone()  # not a leaf, so that a model may work on it in place
        with RescaleMode(inputs):
            values = function(inputs)
        if not isinstance(values, Tensor) or values.reshape(-1).shape != (len(rows),) or len(values) != len(rows):
            shape = tuple(values.shape) if isinstance(values, Tensor) else type(values).__name__
            raise BadInput(
                f"A function that turns {len(rows)} sequences into {shape}.",
                "One number per sequence, shape (batch,), is accepted.",
                "Choose one output, or reduce the outputs, inside the function.",
            )
        values = values.reshape(-1)
        if not values.requires_grad:
            return values.detach(), torch.zeros_like(rows[1:])
        (gradient,) = torch.autograd.grad(values[1:].sum(), leaf, allow_unused=True)
    if gradient is None:
        return values.detach(), torch.zeros_like(rows[1:])
    return values.detach(), gradient[1:].detach()
