"""Functions that models call, by name, as the rescale rule groups them; and one such call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

# Elementwise functions of one tensor, as torch's functions, methods and operators name them.
UNARY = frozenset({
    "relu", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh", "softplus", "exp", "exp2", "log", "log2", "log10",
    "sqrt", "rsqrt", "square", "selu", "celu", "hardtanh", "relu6", "mish", "softsign", "log1p", "expm1", "abs", "clamp",
    "clamp_min", "clamp_max", "reciprocal", "hardswish", "hardsigmoid", "logsigmoid", "log_sigmoid", "threshold",
    "_threshold", "erf", "erfc", "tanhshrink", "softshrink", "hardshrink", "sin", "cos", "tan", "prelu", "pow", "__pow__",
    "__rpow__", "float_power", "logit", "rrelu", "absolute", "__abs__", "clip", "acos", "arccos", "asin", "arcsin", "atan",
    "arctan", "acosh", "arccosh", "asinh", "arcsinh", "atanh", "arctanh", "sinh", "cosh", "sinc", "lgamma", "gammaln",
    "digamma", "psi", "erfinv", "erfcx", "i0", "i0e", "i1", "i1e", "entr", "ndtr", "ndtri", "log_ndtr", "expit",
    "ceil", "floor", "round", "trunc", "fix", "frac", "sign", "sgn", "heaviside", "nan_to_num",
})  # fmt: skip
PRODUCTS = frozenset({"mul", "__mul__", "__rmul__", "multiply", "matmul", "__matmul__", "bmm", "mm", "einsum"})
QUOTIENTS = frozenset({"div", "__truediv__", "true_divide", "divide", "__rtruediv__", "__rdiv__"})
MAXIMA = {"maximum": 1.0, "fmax": 1.0, "max": 1.0, "minimum": -1.0, "fmin": -1.0, "min": -1.0}
COMPARE: dict[str, Callable[..., Tensor]] = {
    **dict.fromkeys(("gt", "__gt__", "greater"), torch.gt),
    **dict.fromkeys(("ge", "__ge__", "greater_equal"), torch.ge),
    **dict.fromkeys(("lt", "__lt__", "less"), torch.lt),
    **dict.fromkeys(("le", "__le__", "less_equal"), torch.le),
}
NOT = frozenset({"logical_not", "__invert__", "bitwise_not"})
AND = frozenset({"logical_and", "__and__", "bitwise_and"})
OR = frozenset({"logical_or", "__or__", "bitwise_or"})
NUMBERS = frozenset({"float", "double", "to", "type", "type_as"})  # from bool to 1 and 0
ELEMENTWISE = (
    UNARY | QUOTIENTS | {"mul", "__mul__", "__rmul__", "multiply", "where", "masked_fill", "logaddexp", "logaddexp2"}
)
_IN_PLACE = {"__imul__": "mul", "__itruediv__": "div", "__ipow__": "pow"}
_IN_PLACE_PLACE = {"relu": 0, "leaky_relu": 1, "elu": 1, "silu": 0, "selu": 0, "celu": 1, "hardtanh": 2, "relu6": 0,
                   "mish": 0, "hardswish": 0, "hardsigmoid": 0, "threshold": 2, "rrelu": 3}  # fmt: skip


@dataclass(frozen=True)
class Call:
    """A function, what it is given, and its name without marks of working in place or of a namespace."""

    func: Any
    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    in_place: bool

    @classmethod
    def of(cls, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        """The call that a model makes."""
        name = getattr(func, "__name__", "")
        plain = _IN_PLACE.get(name, name[:-1] if name.endswith("_") and not name.endswith("__") else name)
        in_place = plain != name or bool(kwargs.get("inplace"))
        return cls(func, plain.removeprefix("special_"), args, kwargs, in_place)

    @property
    def first(self) -> Any:
        """The tensor that it is about."""
        return self.args[0] if self.args else self.kwargs.get("input")

    def given(self, place: int, key: str, default: Any = None) -> Any:
        """An argument by place or name."""
        return self.args[place] if len(self.args) > place else self.kwargs.get(key, default)

    def out_of_place(self, target: Tensor) -> Call:
        """The same computation of another tensor, which is left as it is."""
        kwargs = {key: value for key, value in self.kwargs.items() if key not in ("input", "inplace")}
        args = _without_in_place(self.name, (target, *self.args[1:]))
        func = self.func
        if getattr(func, "__name__", "") != self.name:
            owners = (owner for owner in (Tensor, torch, F) if hasattr(owner, self.name))
            func = next((getattr(owner, self.name) for owner in owners), func)
        return replace(self, func=func, args=args, kwargs=kwargs, in_place=False)

    def alone(self) -> Callable[[Tensor], Tensor]:
        """The function of its first tensor alone, out of place."""
        rest = _without_in_place(self.name, self.args)[1:]
        options = {key: value for key, value in self.kwargs.items() if key not in ("input", "inplace")}
        if self.name == "heaviside":  # it has no derivative, not even 0
            return lambda z: self.func(z.detach(), *rest, **options)
        return lambda z: self.func(z, *rest, **options)


def _without_in_place(name: str, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arguments with a positional `inplace` flag switched off."""
    place = _IN_PLACE_PLACE.get(name)
    if place is None or len(args) <= place + 1:
        return args
    return (*args[: place + 1], False, *args[place + 2 :])


def leaves(value: Any) -> Iterator[Any]:
    """What a nest of arguments holds."""
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple)):
        yield value
        return
    for item in value:
        yield from leaves(item)
