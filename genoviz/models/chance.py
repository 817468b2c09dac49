"""Chance that is a thread's own: what one thread draws neither moves nor is moved by what others draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

_DRAWS = frozenset(
    {
        *(getattr(Tensor, name) for name in ("bernoulli", "multinomial")),
        *(getattr(Tensor, f"{name}_") for name in ("bernoulli", "cauchy", "exponential", "geometric", "log_normal")),
        *(getattr(Tensor, f"{name}_") for name in ("normal", "random", "uniform")),
        *(getattr(torch, name) for name in ("bernoulli", "multinomial", "normal", "poisson")),
        *(
            getattr(torch, name)
            for name in ("rand", "rand_like", "randint", "randint_like", "randn", "randn_like", "randperm")
        ),
    }
)


class OwnChance(TorchFunctionMode):
    """Inside `with OwnChance(seed):` this thread draws from a generator of its own.

    Torch's global generator belongs to all threads: a network that is made in one (its first weights are drawn) would
    change what a method of another draws after it was seeded. The numbers are those that `torch.manual_seed(seed)`
    gives on the CPU. Dropout has no generator to choose and still draws from the global one.

    Parameters
    ----------
    seed
        Of the generator.
    """

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self._generator = torch.Generator().manual_seed(seed)

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: tuple[type, ...],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a function of torch, with this generator if it draws."""
        named = dict(kwargs or {})
        # Functions of `torch.nn.init` are told apart by their argument: they pass it on.
        if (func in _DRAWS or "generator" in named) and named.get("generator") is None:
            named["generator"] = self._generator
        return func(*args, **named)
