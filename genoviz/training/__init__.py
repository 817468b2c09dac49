"""Recipes that made the bundled weights from public data: `genoviz train NAME --data DIR --out DIR`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from genoviz.errors import UnknownName

RECIPES = {"tfbind": "genoviz.training.tfbind"}


def get_recipe(name: str) -> Callable[..., Path]:
    """The `train(data, out, *, seed, epochs, progress)` function of a recipe."""
    if name not in RECIPES:
        raise UnknownName.among("recipe", name, RECIPES)
    recipe: Callable[..., Path] = import_module(RECIPES[name]).train
    return recipe
