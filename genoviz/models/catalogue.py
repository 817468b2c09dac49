"""The list of models, without loading torch.

Four sources: cards beside the bundled weights, cards of published models, the hand-set teaching networks, and plug-ins. A
plug-in is an entry
point of the group `genoviz.models`; its name is the model's name and its value a class (or function) that returns a
`Model` when called and has the attribute `card`. Without a package, `GENOVIZ_MODELS="NAME=MODULE:CLASS"` (several with
commas) does the same for modules in the current folder or on the Python path.
"""

from __future__ import annotations

import logging
import os
import sys
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from genoviz.errors import BadCheckpoint, UnknownName
from genoviz.files.installed import CHECKPOINTS
from genoviz.models import deepbind_index
from genoviz.models.card import ModelCard, read_card
from genoviz.models.toy_cards import TOY_CARDS

log = logging.getLogger("genoviz.models")

FIRST = "tfbind.encode10"  # what pages open with
GROUP = "genoviz.models"
PUBLISHED = Path(__file__).resolve().parent / "cards"


def plugins() -> dict[str, EntryPoint]:
    """Entry points of installed plug-ins and of `GENOVIZ_MODELS` by model name."""
    points = {point.name: point for point in entry_points(group=GROUP)}
    for text in filter(None, os.environ.get("GENOVIZ_MODELS", "").split(",")):
        name, _, value = text.partition("=")
        points[name.strip()] = EntryPoint(name.strip(), value.strip(), GROUP)
        if os.getcwd() not in sys.path:  # where `genoviz` was started, as for `python -m`
            sys.path.append(os.getcwd())
    return points


@cache
def _cards(folder: Path) -> dict[str, ModelCard]:
    cards: list[ModelCard] = []
    if not folder.is_dir():
        log.warning("The folder %s is missing, so trained models are not listed. Install genoviz again.", folder)
    own = sorted(folder.glob("*.json"), key=lambda p: (p.stem != FIRST, p.stem))
    for path in [*own, *sorted(PUBLISHED.glob("*.json"))]:
        try:
            cards.append(read_card(path))
        except BadCheckpoint as error:  # one damaged card must not take the others down
            log.warning("%s", error)
    bundled = {card.name for card in [*cards, *TOY_CARDS]}
    for name, point in plugins().items():
        try:
            card = point.load().card
            if not isinstance(card, ModelCard):
                raise TypeError(f"its `card` is {type(card).__name__}, not a ModelCard")
            if card.name != name:
                raise ValueError(f"its card is named `{card.name}`")
            if name in bundled:
                raise ValueError("a bundled model has this name")
            cards.append(card)
        except Exception as error:  # nor must a plug-in, whatever it raises
            log.warning("The plug-in `%s` is left out: %s", name, error)
    return {card.name: card for card in [*cards, *TOY_CARDS]}


def list_models() -> list[ModelCard]:
    """Cards of all models: bundled ones first, then published ones (whose weights the user may not have, see
    `genoviz.models.weights.is_ready`), plug-ins, and the hand-set teaching networks. Of the 927 models of DeepBind only
    those whose weights are here; `deepbind_index` searches all.
    """
    cards = list(_cards(CHECKPOINTS).values())
    here = deepbind_index.at_hand()
    first_plugin = next((i for i, card in enumerate(cards) if card.folder is None), len(cards))
    return [*cards[:first_plugin], *here, *cards[first_plugin:]]


def get_card(name: str) -> ModelCard:
    """Card of a model; an unknown name raises `UnknownName` with near matches."""
    cards = _cards(CHECKPOINTS)
    if name not in cards:
        if (one_of_many := deepbind_index.get(name)) is not None:
            return one_of_many
        raise UnknownName.among("model", name, cards)
    return cards[name]
