"""The list of models, without loading torch.

Three sources: cards beside the bundled weights, the hand-set teaching networks, and plug-ins. A plug-in is an entry
point of the group `genoviz.models`; its name is the model's name and its value a class (or function) that returns a
`Model` when called and has the attribute `card`.
"""

from __future__ import annotations

import logging
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from genoviz.errors import GenovizError, UnknownName
from genoviz.models.card import ModelCard, read_card
from genoviz.models.toy_cards import TOY_CARDS

log = logging.getLogger("genoviz.models")

GROUP = "genoviz.models"
CHECKPOINTS = Path(__file__).resolve().parents[2] / "checkpoints"


def plugins() -> dict[str, EntryPoint]:
    """Entry points of installed plug-ins by model name."""
    return {point.name: point for point in entry_points(group=GROUP)}


@cache
def _cards(folder: Path) -> dict[str, ModelCard]:
    cards = [read_card(path) for path in sorted(folder.glob("*.json"))]
    for name, point in plugins().items():
        try:
            cards.append(point.load().card)
        except Exception as error:  # a broken plug-in must not take the others down
            log.warning("The plug-in `%s` can't be loaded: %s", name, error)
    return {card.name: card for card in [*cards, *TOY_CARDS]}


def list_models() -> list[ModelCard]:
    """Cards of all models: bundled ones first, then plug-ins, then the hand-set teaching networks."""
    return list(_cards(CHECKPOINTS).values())


def get_card(name: str) -> ModelCard:
    """Card of a model; an unknown name raises `UnknownName` with near matches."""
    cards = _cards(CHECKPOINTS)
    if name not in cards:
        raise UnknownName.among("model", name, cards)
    return cards[name]


def try_card(name: str) -> ModelCard | None:
    """Card of a model, or None where there is none of that name."""
    try:
        return get_card(name)
    except GenovizError:
        return None
