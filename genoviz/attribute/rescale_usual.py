"""Which rule a function has where the rows of a batch follow each other on the first axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from genoviz.attribute import rescale_rules as rules
from genoviz.attribute.rescale_calls import MAXIMA, PRODUCTS, QUOTIENTS, UNARY, Call

Rule = Callable[[], Any]  # what to call instead of a function
_SDPA = frozenset({"scale", "dropout_p", "is_causal"})  # arguments of attention that have a rule
_POOLING = (("kernel_size", None), ("stride", None), ("padding", 0), ("dilation", 1), ("ceil_mode", False))

_PLAIN = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}  # their derivatives are known
_POWER_POOL = ((1, "norm_type"), (2, "kernel_size"), (3, "stride"), (4, "ceil_mode"))


class UsualRules:
    """The rules for a batch of so many rows.

    Parameters
    ----------
    rows
        Rows of the batch.
    depends
        Whether a value is a tensor that depends on the sequences.
    hold
        Told of tensors in between that depend on them.
    """

    def __init__(self, rows: int, depends: Callable[[Any], bool], hold: Callable[[Tensor], None]) -> None:
        self._rows, self._depends, self._hold = rows, depends, hold

    def of(self, call: Call) -> Rule | None:
        """What to call instead of a function; None: the function itself."""
        name, x, rows = call.name, call.first, self._rows
        if name in PRODUCTS:
            return self._product_rule(call)
        if name in QUOTIENTS and len(call.args) == 2:
            return self._quotient_rule(call)
        other = call.given(1, "other")
        if name in MAXIMA and (isinstance(other, Tensor) or name in ("maximum", "minimum", "fmax", "fmin")):
            if not (self._depends(x) or self._depends(other)):
                return None
            return lambda: rules.maximum(x, other, MAXIMA[name], rows)
        if name in ("logaddexp", "logaddexp2") and (self._depends(x) or self._depends(other)):
            return lambda: rules.log_add(x, other, name, rows)
        if name in ("addcmul", "addcdiv", "lerp", "baddbmm"):
            return self._sum_rule(call)
        if name in ("pow", "float_power") and not isinstance(x, Tensor) and self._depends(other):
            return lambda: rules.secant(other, lambda z: call.func(x, z), rows)  # a number to the power of a tensor
        if not self._depends(x):
            return None
        if name in UNARY:
            return self._unary_rule(call)
        return self._maximum_rule(call) or self._sum_of_powers_rule(call) or self._norm_rule(call)

    # -- elementwise --------------------------------------------------------------------------------------------------

    def _unary_rule(self, call: Call) -> Rule | None:
        x, rest = call.first, (*call.args[1:], *call.kwargs.values())
        if call.name == "rrelu" and bool(call.given(3, "training", False)):
            return None  # random
        if any(self._depends(value) for value in rest if value is not x):
            if call.name not in ("clamp", "clip"):
                return None
            low, high, rows = call.given(1, "min"), call.given(2, "max"), self._rows

            def clamped() -> Tensor:
                y = x if low is None else rules.maximum(x, low, 1.0, rows)
                return y if high is None else rules.maximum(y, high, -1.0, rows)

            return clamped
        return lambda: rules.secant(x, _PLAIN.get(call.name) or call.alone(), self._rows)

    def product(self, a: Any, b: Any) -> Any:
        """`a * b` by the rule where both depend on the sequences."""
        if not (self._depends(a) and self._depends(b)):
            return a * b
        return rules.multiply(a, b, self._rows)

    def _product_rule(self, call: Call) -> Rule | None:
        args = call.args
        if call.name == "einsum":
            operands = args[1] if len(args) == 2 and isinstance(args[1], (list, tuple)) else args[1:]
            if len(operands) != 2 or not all(self._depends(operand) for operand in operands):
                return None
            return lambda: rules.multiply(
                operands[0], operands[1], self._rows, lambda a, b: torch.einsum(args[0], a, b)
            )
        if len(args) != 2 or not all(self._depends(arg) for arg in args):
            return None
        if args[0].dim() != args[1].dim() and call.name not in ("matmul", "__matmul__"):
            return None
        return lambda: rules.multiply(args[0], args[1], self._rows, call.func)

    def _quotient_rule(self, call: Call) -> Rule | None:
        above, below = call.args[::-1] if call.name in ("__rtruediv__", "__rdiv__") else call.args
        if not self._depends(below) or call.kwargs.get("rounding_mode") is not None:
            return None

        def divide() -> Any:
            inverse = rules.secant(below, torch.reciprocal, self._rows)
            return rules.multiply(above, inverse, self._rows) if self._depends(above) else above * inverse

        return divide

    def _sum_rule(self, call: Call) -> Rule | None:
        """Sums with a product or quotient inside."""
        a, b, c = (
            call.first,
            call.given(1, "tensor1", call.kwargs.get("end")),
            call.given(2, "tensor2", call.kwargs.get("weight")),
        )
        if not (self._depends(b) or self._depends(c)) or not isinstance(c, Tensor):
            return None  # linear
        rows, value = self._rows, call.kwargs.get("value", 1)

        def total() -> Any:
            if call.name == "lerp":
                difference = b - a
                self._hold(difference)
                return a + self.product(difference, c)
            if call.name == "addcmul":
                return a + value * self.product(b, c)
            if call.name == "baddbmm":
                both = self._depends(b) and self._depends(c)
                product = rules.multiply(b, c, rows, torch.bmm) if both else torch.bmm(b, c)
                return call.kwargs.get("beta", 1) * a + call.kwargs.get("alpha", 1) * product
            inverse = rules.secant(c, torch.reciprocal, rows) if self._depends(c) else c.reciprocal()
            self._hold(inverse)
            return a + value * self.product(b, inverse)

        return total

    # -- over several entries -----------------------------------------------------------------------------------------

    def _maximum_rule(self, call: Call) -> Rule | None:
        name, x, rows = call.name, call.first, self._rows
        plain = name.removeprefix("_").removesuffix("_with_indices")
        with_places = name.endswith("indices")
        if plain in ("max_pool1d", "max_pool2d"):
            pooling = [call.given(i, key, default) for i, (key, default) in enumerate(_POOLING, start=1)]
            pool, axes, with_places = (
                getattr(F, plain),
                int(plain[-2]),
                with_places or bool(call.given(6, "return_indices")),
            )
            work = lambda z: pool(z, *pooling, return_indices=True)  # noqa: E731
        elif plain in ("adaptive_max_pool1d", "adaptive_max_pool2d"):
            size = call.given(1, "output_size")
            pool, axes, with_places = (
                getattr(F, plain),
                int(plain[-2]),
                with_places or bool(call.given(2, "return_indices")),
            )
            work = lambda z: pool(z, size, return_indices=True)  # noqa: E731
        elif name in ("amax", "amin", "max", "min"):
            dim = call.given(1, "dim")
            if dim is None or isinstance(dim, Tensor):
                return None
            dims = sorted(axis % x.dim() for axis in ((dim,) if isinstance(dim, int) else tuple(dim)))
            if not dims or 0 in dims:
                return None
            return lambda: rules.extreme(name, x, dims, bool(call.given(2, "keepdim", False)), rows)
        else:
            return None

        def pooled() -> Any:
            found = rules.largest_of_windows(x, work, axes, rows)
            return found if with_places else found[0]

        return pooled

    def _sum_of_powers_rule(self, call: Call) -> Rule | None:
        name, x, rows = call.name, call.first, self._rows
        if name in ("softmax", "softmin", "log_softmax", "logsumexp") and call.given(1, "dim") is not None:
            return lambda: rules.softmax(x, call.given(1, "dim"), name, bool(call.given(2, "keepdim", False)), rows)
        if name == "lp_pool1d":
            power, size, stride, ceil = (call.given(i, key) for i, key in _POWER_POOL)
            return lambda: rules.power_pool(x, power, size, stride, ceil, rows)
        if name == "glu":
            first, second = x.chunk(2, call.given(1, "dim", -1))
            return lambda: rules.multiply(first, rules.secant(second, torch.sigmoid, rows), rows)
        if name == "scaled_dot_product_attention" and len(call.args) == 3 and not (call.kwargs.keys() - _SDPA):
            causal = bool(call.kwargs.get("is_causal", False))
            q, k, v = call.args
            return lambda: rules.attention(q, k, v, call.kwargs.get("scale"), rows, causal)
        return None

    def _norm_rule(self, call: Call) -> Rule | None:
        name, x, rows = call.name, call.first, self._rows
        if name in ("layer_norm", "rms_norm"):
            shape, weight = call.given(1, "normalized_shape"), call.given(2, "weight")
            bias = call.given(3, "bias") if name == "layer_norm" else None
            eps = call.given(4, "eps", 1e-5) if name == "layer_norm" else call.given(3, "eps")
            eps = torch.finfo(x.dtype).eps if eps is None else eps
            dims = tuple(range(-len(shape), 0))
            return lambda: rules.scaled(rules.normalised(x, dims, eps, rows, centre=name == "layer_norm"), weight, bias)
        if name == "group_norm":
            groups, weight, bias = (call.given(i, key) for i, key in ((1, "num_groups"), (2, "weight"), (3, "bias")))
            return lambda: rules.group_norm(x, groups, weight, bias, call.given(4, "eps", 1e-5), rows)
        if name == "instance_norm":
            weight, bias, own = call.given(3, "weight"), call.given(4, "bias"), call.given(5, "use_input_stats", True)
            eps = call.given(7, "eps", 1e-5)
            return (lambda: rules.group_norm(x, x.shape[1], weight, bias, eps, rows)) if own and x.dim() > 2 else None
        if name == "normalize" and call.given(1, "p", 2.0) == 2:
            size = rules.length_of(x, call.given(2, "dim", 1), True, rows)
            below = rules.secant(size, lambda z: z.clamp_min(call.given(3, "eps", 1e-12)).reciprocal(), rows)
            return lambda: rules.multiply(x, below.expand_as(x), rows)
        if name in ("norm", "vector_norm", "linalg_vector_norm", "linalg_norm"):
            dim, p = call.given(2, "dim"), call.given(1, "p", call.kwargs.get("ord"))
            if dim is None or p not in (None, 2, 2.0, "fro"):
                return None
            return lambda: rules.length_of(x, dim, bool(call.given(3, "keepdim", False)), rows)
        if name in ("var", "std"):
            return self._spread_rule(call)
        return None

    def _spread_rule(self, call: Call) -> Rule | None:
        dim, unbiased, x = call.given(1, "dim"), call.given(2, "unbiased"), call.first
        if dim is None or isinstance(dim, bool):
            return None
        correction = call.kwargs.get("correction", 1 if unbiased is None else int(unbiased))

        def spread() -> Tensor:
            found = rules.variance(x, dim, correction, bool(call.given(3, "keepdim", False)), self._rows)
            return rules.secant(found, torch.sqrt, self._rows) if call.name == "std" else found

        return spread
