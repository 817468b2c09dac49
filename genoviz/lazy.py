"""Names of a folder that are loaded on first use: the folders of the verbs are imported early, torch is loaded late."""

from __future__ import annotations

from collections.abc import Callable, Collection
from importlib import import_module
from typing import Any


def names_of(module: str, names: Collection[str]) -> Callable[[str], Any]:
    """`__getattr__` for a folder whose public `names` live in `module`."""

    def find(name: str) -> Any:
        if name in names:
            return getattr(import_module(module), name)
        raise AttributeError(f"module {module.rpartition('.')[0]!r} has no attribute {name!r}")

    return find
