"""Finding the modules behind a function, to see whether someone hooked them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from torch import nn
from torch.nn.modules import module as module_state

_HOOK_TABLES = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
_GLOBAL_TABLES = ("_global_forward_hooks", "_global_forward_pre_hooks")
_DEPTH = 5


def hooked_module(function: Callable[..., Any]) -> str | None:
    """Name of a module with hooks that `function` can reach; None if there is none."""
    if any(getattr(module_state, table, None) for table in _GLOBAL_TABLES):
        return "every module"
    for root in modules_behind(function):
        for name, module in root.named_modules():
            if any(getattr(module, table, None) for table in _HOOK_TABLES):
                return f"module {name!r}" if name else f"the {type(module).__name__}"
    return None


def modules_behind(function: Any) -> Iterator[nn.Module]:
    """Modules that a callable holds: itself, its object, its closure, its partial arguments and its globals."""
    seen: set[int] = set()
    waiting = [(function, 0)]
    while waiting:
        item, depth = waiting.pop()
        if id(item) in seen or depth > _DEPTH:
            continue
        seen.add(id(item))
        if isinstance(item, nn.Module):
            yield item
            continue
        waiting += [(part, depth + 1) for part in _parts(item)]


def _parts(item: Any) -> list[Any]:
    if isinstance(item, functools.partial):
        return [item.func, *item.args, *item.keywords.values()]
    if isinstance(item, (list, tuple)) and len(item) <= 64:
        return list(item)
    if isinstance(item, dict) and len(item) <= 64:
        return list(item.values())
    parts: list[Any] = []
    owner = getattr(item, "__self__", None)
    if owner is not None and type(owner).__name__ != "module":
        parts.append(owner)
    code = getattr(item, "__code__", None)
    if code is not None:
        for cell in getattr(item, "__closure__", None) or ():
            try:
                parts.append(cell.cell_contents)
            except ValueError:  # a variable that is not set yet
                continue
        names = getattr(item, "__globals__", {})
        parts += [names[name] for name in code.co_names if isinstance(names.get(name), nn.Module)]
        parts += list(getattr(item, "__defaults__", None) or ())
        parts += list((getattr(item, "__kwdefaults__", None) or {}).values())
    elif type(item).__module__ not in ("builtins", "torch") and not isinstance(item, type):
        slots = [getattr(item, name, None) for name in getattr(type(item), "__slots__", ())]
        parts += [*getattr(item, "__dict__", {}).values(), *slots]
        call = type(item).__dict__.get("__call__")
        if getattr(call, "__closure__", None):
            parts.append(call)
    return parts
