"""Which models offer more than `Model` asks for, without loading their weights."""

from __future__ import annotations

from importlib import import_module
from typing import Any, get_type_hints

from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.models.catalogue import list_models
from genoviz.models.plugins import plugins, run_foreign


def models_with(method: str) -> list[str]:
    """Names of the listed models that have a method of this name.

    What a builder returns is read from its annotation (`def build(card: ModelCard) -> Autoencoder`); a plug-in is a class
    or a function of the same kind.
    """
    points = plugins()
    names = []
    for card in list_models():
        if card.name in points and card.folder is None:
            makes = run_foreign(points[card.name].load)
        elif card.builder:
            module, function = card.builder.split(":")
            makes = getattr(import_module(module), function)
        else:
            continue
        if hasattr(_made_by(makes), method):
            names.append(card.name)
    return names


def lacks(model: Model, method: str, does: str) -> BadInput:
    """The error for a model without `method`, which lists those that have it; `does` ends the sentence "can't ..."."""
    able = models_with(method)
    return BadInput(
        f"`{model.card.name}` can't {does}.",
        f"Models that can: {', '.join(f'`{name}`' for name in able)}." if able else "No listed model can.",
        "Choose one of them." if able else f"A model of your own needs the method `{method}`.",
    )


def _made_by(makes: Any) -> Any:
    """The class that a builder makes: itself, if it is a class."""
    if isinstance(makes, type):
        return makes
    try:
        return get_type_hints(makes).get("return")
    except (NameError, TypeError):  # names that exist for the type checker only, or no function
        return None
