"""Models by what they are: words or a pattern, task, family, organism, and whether they can be used now.

The 927 models of DeepBind are in a selection as soon as something is asked for; a plain list leaves them out
(`genoviz.models.catalogue.list_models`).
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from fnmatch import fnmatchcase

from genoviz.errors import UnknownName
from genoviz.models import deepbind_index
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import list_models
from genoviz.models.uses import by_fitness
from genoviz.models.weights import at_hand, is_ready

WILD = "*?"


def matching(cards: Seq[ModelCard], query: str) -> list[ModelCard]:
    """Cards in which every word of the query occurs: in name, title, family, task, organism or tracks."""
    words = query.lower().split()
    texts = [f"{c.name} {c.title} {c.family} {c.task} {c.organism} {' '.join(_tracks(c))}".lower() for c in cards]
    return [card for card, text in zip(cards, texts, strict=True) if all(word in text for word in words)]


def select_models(
    pattern: str = "", *, task: str = "", family: str = "", organism: str = "", ready: bool = False, use: str = ""
) -> list[ModelCard]:
    """Cards of the models that fit everything asked for; without a question those of `list_models`.

    Parameters
    ----------
    pattern
        With `*` or `?`: the name, the title or a track as a whole (`*CTCF*`, `deepbind.*`). Without: words that all occur,
        as on the page Models; of DeepBind also in species, domains, experiment and cells.
    task, family, organism
        Text that occurs there, or a pattern of the whole; in any case of letters.
    ready
        Only models that can be used now: bundled, or with their weights on this computer.
    use
        A row of `genoviz.models.uses.USES`: models whose card says that they are not for it are left out, and those that
        are good for it come first.

    Raises
    ------
    UnknownName
        With near matches, if no model at all has such a task, family or organism, or there is no such use.
    """
    cards = list_models()
    if pattern or task or family or organism:
        here = {card.name for card in cards}
        cards += [card for name in deepbind_index.names() if name not in here and (card := deepbind_index.get(name))]
    for kind, wanted in (("task", task), ("family", family), ("organism", organism)):
        if wanted:
            found = [card for card in cards if any(_fits(text, wanted) for text in _texts(card, kind))]
            if not found:
                raise UnknownName.among(kind, wanted, sorted({getattr(c, kind) for c in list_models()} - {""}))
            cards = found
    if pattern:
        cards = _by_pattern(cards, pattern)
    if ready:
        files = at_hand()
        cards = [card for card in cards if is_ready(card, files)]
    if use:
        cards = [card for card in by_fitness(cards, use) if use not in card.not_for]
    return cards


def _by_pattern(cards: list[ModelCard], pattern: str) -> list[ModelCard]:
    if set(pattern) & set(WILD):
        return [card for card in cards if any(_fits(text, pattern) for text in (card.name, card.title, *_tracks(card)))]
    of_deepbind = {row.name: place for place, row in enumerate(deepbind_index.search(pattern))}
    kept = {card.name for card in matching(cards, pattern)} | set(of_deepbind)
    # A protein of that name before those that are only its relatives, as on the page.
    return sorted((card for card in cards if card.name in kept), key=lambda card: of_deepbind.get(card.name, -1))


def _texts(card: ModelCard, kind: str) -> tuple[str, ...]:
    """What a card says of its task, family or organism; of DeepBind also the species in Latin."""
    said = (str(getattr(card, kind)),)
    row = deepbind_index.rows().get(card.name.removeprefix(f"{deepbind_index.ARCHITECTURE}."))
    return (*said, row.species) if row is not None and kind == "organism" else said


def _tracks(card: ModelCard) -> tuple[str, ...]:
    return tuple(track for output in card.outputs for track in output.tracks)


def _fits(text: str, wanted: str) -> bool:
    """Whether the text is as a pattern says, or holds what has no wildcard."""
    text, wanted = text.lower(), wanted.lower()
    return fnmatchcase(text, wanted.replace("[", "[[]")) if set(wanted) & set(WILD) else wanted in text
