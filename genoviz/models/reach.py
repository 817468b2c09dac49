"""The networks that an adapter holds, wherever it keeps them, so that all of them leave training mode.

`nn.Module.eval` reaches what is registered. An adapter may be a plain class, or keep its networks in lists, dicts, objects,
partial functions, closures or names of its module.
"""

from __future__ import annotations

import functools
import types
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from torch import Tensor, nn

from genoviz.models.card import ModelCard

_MOST = 200_000  # objects that are looked at: an adapter may hold on to anything
_FOREIGN = (
    "builtins",
    "collections",
    "functools",
    "numpy",
    "torch",
    "transformers",
    "typing",
)  # classes without networks
_PLAIN = (str, bytes, int, float, complex, bool, type(None), Tensor, np.ndarray, ModelCard)


def modules_of(holder: object) -> list[nn.Module]:
    """Every module that an object holds: itself, and what its attributes, containers and functions lead to."""
    found: list[nn.Module] = []
    seen: dict[int, object] = {}  # holding them keeps their ids unique
    waiting: deque[object] = deque([holder])
    while waiting and len(seen) < _MOST:
        item = waiting.popleft()
        if id(item) in seen or isinstance(item, _PLAIN):
            continue
        seen[id(item)] = item
        if isinstance(item, nn.Module):
            found.append(item)
        waiting.extend(_parts(item))
    return found


def leave_training(holder: object) -> None:
    """Switch every network that an object holds to evaluation, and let none of their weights ask for gradients."""
    for module in modules_of(holder):
        if module.training:
            module.eval()
        for weight in module.parameters(recurse=False):
            weight.requires_grad_(False)


def _parts(item: object) -> Iterator[object]:
    """What an object leads to directly."""
    if isinstance(item, Mapping):
        yield from list(item.values())
    elif isinstance(item, (list, tuple, set, frozenset, deque)):
        yield from list(item)
    elif isinstance(item, functools.partial):
        yield from (item.func, item.args, item.keywords)
    elif isinstance(item, types.FunctionType):
        yield from _behind_function(item)
    elif isinstance(item, (types.MethodType, staticmethod, classmethod)):
        yield from (getattr(item, "__self__", None), item.__func__)
    elif isinstance(item, property):
        yield from (item.fget,)
    elif isinstance(item, functools.cached_property):
        yield item.func
    elif isinstance(item, type):
        yield from _of_class(item)
    elif not isinstance(item, types.ModuleType):
        yield from getattr(item, "__dict__", {}).values()
        for kind in type(item).__mro__:
            slots = kind.__dict__.get("__slots__", ())
            yield from (getattr(item, name, None) for name in ((slots,) if isinstance(slots, str) else slots))
        yield type(item)


def _of_class(kind: type) -> Iterator[object]:
    """Attributes and methods of somebody's class."""
    for base in kind.__mro__:
        if base.__module__.partition(".")[0] not in _FOREIGN:
            yield from base.__dict__.values()


def _behind_function(function: types.FunctionType) -> Iterator[object]:
    """What a function closes over, has as defaults, and names of its module that are networks or hold some."""
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # a variable that is not set yet
            continue
    yield from function.__dict__.values()  # what decorators leave there, such as __wrapped__
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    names = function.__globals__
    for name in function.__code__.co_names:
        value: Any = names.get(name)
        if isinstance(value, types.ModuleType):  # `import nets`, then `nets.net(X)`
            inner = (vars(value).get(other) for other in function.__code__.co_names)  # getattr may import
            yield from (one for one in inner if isinstance(one, nn.Module))
        elif isinstance(value, (nn.Module, list, tuple, dict, functools.partial, types.FunctionType)):
            yield value
