"""Whether a model of somebody's gives a sequence the same numbers each time.

Dropout that is still on makes every prediction another one, and batch norm in training mode lets the sequences of a batch
change each other. Both are said before any number is shown. A model is not run twice for that, with two exceptions: its
first sequence, and where the random generators of torch, numpy or Python moved while it ran.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from weakref import WeakKeyDictionary, ref

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.dropout import _DropoutNd

from genoviz.errors import BadModel
from genoviz.models.base import Model
from genoviz.models.reach import modules_of
from genoviz.models.size import is_long

Found = TypeVar("Found")
_State = tuple[Tensor, NDArray[np.uint32], int, object]  # of the random generators
TRIALS = 4  # runs of a model that draws random numbers, when it is first asked
SAME = 1e-4  # of the largest output: two runs that differ by less differ in the order of additions
_OURS = "genoviz."


@dataclass
class _Seen:
    """What was learned at the first call: modules that act otherwise in training mode, by name of their class."""

    modal: list[ref[nn.Module]] = field(default_factory=list)


_seen: WeakKeyDictionary[object, _Seen] = WeakKeyDictionary()


def steadily(model: Model, function: Callable[[Tensor], Found], X: Tensor) -> Found:
    """`function(X)` of a model, without gradients; somebody's model is refused if its numbers are not steady.

    Parameters
    ----------
    model
        Whose function it is. Models of genoviz are not looked at.
    function
        From one-hot `(batch, 4, length)` to tensors, also in tuples, lists and dicts.
    X
        The batch.

    Raises
    ------
    BadModel
        If two runs differ, or a part that depends on it is in training mode.
    """
    if is_ours(model):
        return function(X)
    before = _generators()
    found = function(X)
    seen = _seen.get(model)
    if not _same_generators(before, _generators()):
        for _ in range(1 if seen else TRIALS):  # few outputs can be equal by chance
            _compare(model, found, function(X))
    if seen is None:
        one = X[:1]
        if not is_long(model.card):  # a generator of its own shows itself in nothing else
            _compare(model, found if len(X) == 1 else function(one), function(one))
        seen = _seen[model] = _Seen([ref(module) for module in modules_of(model) if _is_modal(module)])
    _check_mode(model, seen)
    return found


def check_steady(model: Model, function: Callable[[Tensor], Tensor]) -> None:
    """`steadily` on a sequence of our own, for work that then asks the model in ways of its own; once for each model."""
    if not is_ours(model) and model not in _seen:
        example = torch.eye(4)[torch.arange(model.card.length) % 4].T[None].contiguous()
        with torch.no_grad():
            steadily(model, function, example)


def is_ours(model: Model) -> bool:
    """Whether a model is built by genoviz, and no adapter of somebody's."""
    return type(model).__module__.startswith(_OURS) and model.card.builder.startswith(_OURS)


def largest_difference(one: object, other: object) -> float:
    """Largest difference of two answers of a model, relative to the largest output."""
    gap = 0.0
    for a, b in zip(_tensors(one), _tensors(other), strict=True):
        if a.numel():
            size = torch.nan_to_num(a.double().abs()).max().clamp_min(1e-12)
            gap = max(gap, float(torch.nan_to_num((a.double() - b.double()).abs()).max() / size))
    return gap


def _compare(model: Model, one: object, other: object) -> None:
    gap = largest_difference(one, other)
    if gap > SAME:
        raise BadModel(
            f"Two runs of `{model.card.name}` on the same sequence differ by {gap:.2g} of the largest output.",
            "A model gives a sequence the same numbers each time.",
            "Is dropout on? Call `.eval()` on every network of the adapter, and draw no random numbers in `logits`.",
        )


def _check_mode(model: Model, seen: _Seen) -> None:
    for reference in seen.modal:
        module = reference()
        if module is not None and module.training:
            raise BadModel(
                f"A {type(module).__name__} of `{model.card.name}` is in training mode.",
                "There it reads the other sequences of a batch, or drops parts at random: predictions are not the model's.",
                "Call `.eval()` on every network of the adapter.",
            )


def _is_modal(module: nn.Module) -> bool:
    """Whether a module computes something else in training mode."""
    if isinstance(module, _NormBase):
        return bool(module.track_running_stats)
    if isinstance(module, _DropoutNd):
        return module.p > 0
    if isinstance(module, (nn.RNNBase, nn.MultiheadAttention)):
        return module.dropout > 0
    return isinstance(module, nn.RReLU)


def _tensors(answer: object) -> Iterator[Tensor]:
    if isinstance(answer, Tensor):
        yield answer
    elif isinstance(answer, Mapping):
        for value in answer.values():
            yield from _tensors(value)
    elif isinstance(answer, (list, tuple)):
        for value in answer:
            yield from _tensors(value)


def _generators() -> _State:
    """The state of the random generators that everybody shares."""
    state = np.random.get_state(legacy=False)["state"]
    return torch.get_rng_state(), state["key"], state["pos"], random.getstate()


def _same_generators(one: _State, other: _State) -> bool:
    return torch.equal(one[0], other[0]) and np.array_equal(one[1], other[1]) and one[2:] == other[2:]
