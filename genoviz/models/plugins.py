"""Models of others: found by entry points of installed packages and by `GENOVIZ_MODELS`, imported, made.

A plug-in is somebody's code. Whatever it does while it is imported or made, a message says so, the other models stay usable,
and nothing that it prints gets among results.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import fields
from importlib.metadata import EntryPoint, entry_points
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from genoviz.errors import BadModel, GenovizError
from genoviz.models.card import ModelCard, Output

if TYPE_CHECKING:
    from genoviz.models.base import Model

GROUP = "genoviz.models"
VARIABLE = "GENOVIZ_MODELS"
_LONGEST = 300  # letters of an error's text
_printing = RLock()  # standard output belongs to everybody: one plug-in at a time may be kept off it
Made = TypeVar("Made")


def plugins() -> dict[str, EntryPoint]:
    """Entry points of installed plug-ins and of `GENOVIZ_MODELS` by model name; the latter win."""
    named = _of_variable()
    if named and os.getcwd() not in sys.path:  # where `genoviz` was started, as for `python -m`
        sys.path.append(os.getcwd())
    return {point.name: point for point in (*entry_points(group=GROUP), *named)}


def plugin_cards(taken: Iterable[str]) -> tuple[list[ModelCard], dict[str, BadModel]]:
    """Cards of the plug-ins, and by name why others are left out.

    Parameters
    ----------
    taken
        Names that models of genoviz have.
    """
    cards: list[ModelCard] = []
    faults: dict[str, BadModel] = {}
    names, twice = set(taken), _named_twice()
    for name, point in plugins().items():
        try:
            if name in twice:
                raise BadModel(f"two plug-ins have this name ({', '.join(twice[name])})")
            if name in names:
                raise BadModel("a model of genoviz has this name")
            cards.append(_card(name, run_foreign(point.load)))
        except GenovizError as error:
            faults[name] = _left_out(point, error.read)
    return cards, faults


def make(point: EntryPoint) -> Model:
    """The model of a plug-in, which keeps to the contract as far as that can be seen without asking it.

    Raises
    ------
    BadModel
        If it can't be imported or made, or has no card or no `logits`.
    """
    try:
        made = check_made(run_foreign(lambda: point.load()()))
        if made.card.name != point.name:
            raise BadModel(f"the model that it gives has a card named `{made.card.name}`")
        return made
    except BadModel as error:
        raise _left_out(point, error.read) from error


def check_made(made: Any) -> Model:
    """What a class of somebody's gave, if it is a model; `BadModel` says in a few words what is missing."""
    if not isinstance(getattr(made, "card", None), ModelCard):
        raise BadModel(f"it gives a {type(made).__name__} without a ModelCard as `card`")
    if not callable(getattr(made, "logits", None)):
        raise BadModel(f"it gives a {type(made).__name__} without a method `logits`")
    model: Model = made
    return model


def run_foreign(call: Callable[[], Made]) -> Made:
    """What somebody's code returns; whatever it raises becomes a `BadModel`, what it prints goes to standard error."""
    with _printing, redirect_stdout(sys.stderr):
        try:
            return call()
        except GenovizError:
            raise
        except (Exception, SystemExit, KeyboardInterrupt) as error:  # anything may come out of it
            words = " ".join(str(error).split())[:_LONGEST]
            raise BadModel(f"{type(error).__name__}: {words}" if words else type(error).__name__) from error


def _card(name: str, plugin: Any) -> ModelCard:
    card = getattr(plugin, "card", None)
    if not isinstance(card, ModelCard):
        raise BadModel(f"its `card` is {type(card).__name__}, not a ModelCard")
    if card.name != name:
        raise BadModel(f"its card is named `{card.name}`")
    if (fault := _wrong_type(card)) is not None:
        raise BadModel(f"on its card {fault}")
    if not card.outputs or not all(isinstance(output, Output) for output in card.outputs):
        raise BadModel("its card has no outputs, each an `Output`")
    for output in card.outputs:
        if (fault := _wrong_type(output)) is not None:
            raise BadModel(f"on its card, in the output `{output.name}`, {fault}")
        if not output.tracks or not all(isinstance(track, str) for track in output.tracks):
            raise BadModel(f"the output `{output.name}` of its card has no names of tracks")
    if min(card.length, *(output.bins for output in card.outputs)) < 1:
        raise BadModel("its card has a length, or an output with bins, below 1")
    return card


_KINDS: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "bool": bool,
    "tuple": (tuple, list),
    "Mapping": Mapping,
}


def _wrong_type(record: ModelCard | Output) -> str | None:
    """The first field of a card that is no text, number, list or mapping as it should be: one would break a whole page."""
    for entry in fields(record):
        kind = _KINDS.get(str(entry.type).partition("[")[0])
        value = getattr(record, entry.name)
        if kind is not None and not isinstance(value, kind):
            return f"`{entry.name}` is {type(value).__name__}, not {entry.type}"
    return None


def _left_out(point: EntryPoint, why: str) -> BadModel:
    return BadModel(
        f"The plug-in `{point.name}` ({point.value or 'without a place'}) can't be used: {why}.",
        "A plug-in is NAME=MODULE:CLASS; the class has a ModelCard of that name as `card`, and gives a model when called.",
        f"Mend it with `genoviz check-model {point.value or 'MODULE:CLASS'}`, then start genoviz anew. "
        "All other models can be used.",
    )


def _of_variable() -> list[EntryPoint]:
    points = []
    for text in filter(str.strip, os.environ.get(VARIABLE, "").split(",")):
        name, _, value = text.partition("=")
        points.append(EntryPoint(name.strip(), value.strip(), GROUP))
    return points


def _named_twice() -> dict[str, list[str]]:
    """Names that two packages have, or that `GENOVIZ_MODELS` has twice, with what they stand for."""
    found: dict[str, list[str]] = {}
    variable = _of_variable()
    over = {point.name for point in variable}
    installed = [point for point in entry_points(group=GROUP) if point.name not in over]
    for points in (installed, variable):
        values = {(point.name, point.value) for point in points}  # the same thing said twice is one thing
        counts = Counter(name for name, _ in values)
        found |= {name: sorted(v for n, v in values if n == name) for name, count in counts.items() if count > 1}
    return found
