"""The list of models, without loading torch.

Four sources: cards beside the bundled weights, cards of published models, the hand-set teaching networks, and plug-ins. A
plug-in is an entry point of the group `genoviz.models`; its name is the model's name and its value a class (or function)
that returns a `Model` when called and has the attribute `card`. Without a package, `GENOVIZ_MODELS="NAME=MODULE:CLASS"`
(several with commas) does the same for modules in the current folder or on the Python path; see `genoviz.models.plugins`.
"""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path

from genoviz.errors import BadCheckpoint, BadModel, UnknownName
from genoviz.files.installed import CHECKPOINTS
from genoviz.models import atlas, deepbind_index, qbic_index
from genoviz.models.card import ModelCard, read_card
from genoviz.models.plugins import plugin_cards
from genoviz.models.toy_cards import TOY_CARDS

log = logging.getLogger("genoviz.models")

FIRST = "tfbind.encode10"  # what pages open with
PUBLISHED = Path(__file__).resolve().parent / "cards"


@cache
def _cards(folder: Path) -> tuple[dict[str, ModelCard], dict[str, BadModel]]:
    """All cards by name, and by name why a plug-in is left out."""
    cards: list[ModelCard] = []
    if not folder.is_dir():
        log.warning("The folder %s is missing, so trained models are not listed. Install genoviz again.", folder)
    own = sorted(folder.glob("*.json"), key=lambda p: (p.stem != FIRST, p.stem))
    for path in [*own, *sorted(PUBLISHED.glob("*.json"))]:
        try:
            cards.append(read_card(path))
        except BadCheckpoint as error:  # one damaged card must not take the others down
            log.warning("%s", error)
    found, faults = plugin_cards(card.name for card in [*cards, *TOY_CARDS])
    for fault in faults.values():
        log.warning("%s", fault)
    return {card.name: card for card in [*cards, *found, *TOY_CARDS]}, faults


def list_models() -> list[ModelCard]:
    """Cards of all models: bundled ones first, then published ones (whose weights the user may not have, see
    `genoviz.models.weights.is_ready`), plug-ins, and the hand-set teaching networks. Of the 927 models of DeepBind only
    those whose weights are here (`deepbind_index` searches all), and so with QBiC-SELEX's 1,240.
    """
    cards, here = card_list(), [*deepbind_index.at_hand(), *qbic_index.here()]
    first_plugin = next((i for i, card in enumerate(cards) if card.folder is None), len(cards))
    return [*cards[:first_plugin], *here, *cards[first_plugin:]]


def card_list() -> list[ModelCard]:
    """Cards of all models but those of DeepBind, in the same order; looks at no weights."""
    return list(_cards(CHECKPOINTS)[0].values())


def left_out() -> dict[str, BadModel]:
    """Plug-ins that can't be used, by name, with the reason: a message in three parts."""
    return _cards(CHECKPOINTS)[1]


def get_card(name: str) -> ModelCard:
    """Card of a model; an unknown name raises `UnknownName` with near matches, that of a plug-in that is left out why."""
    cards, faults = _cards(CHECKPOINTS)
    if name not in cards:
        if name in faults:
            raise BadModel(*faults[name].args)  # a new one: tracebacks grow
        if (one_of_many := deepbind_index.get(name) or atlas.get(name) or qbic_index.get(name)) is not None:
            return one_of_many
        raise UnknownName.among("model", name, cards)
    return cards[name]
