"""What a model is good for, and what it is not for: said on its card, shown wherever a model is chosen.

A use is a row of `USES`. A card gives the reason for each use it names, with the figure behind it where there is one;
about all other uses nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from genoviz.errors import UnknownName
from genoviz.models.card import ModelCard


@dataclass(frozen=True)
class Use:
    """One thing that people do with a model.

    Attributes
    ----------
    name
        Key in `ModelCard.good_for` and `ModelCard.not_for`.
    words
        As they go on after `good for` and `not for`.
    """

    name: str
    words: str


USES: Mapping[str, Use] = {
    use.name: use
    for use in (
        Use("score", "scoring sequences like those of its training"),
        Use("explain", "finding the bases and motifs that matter"),
        Use("variants", "the effects of variants"),
        Use("scan", "scanning genes and genomes"),
        Use("design", "designing sequences"),
        Use("teach", "teaching"),
    )
}


def get_use(name: str) -> Use:
    """A row of `USES`; an unknown name raises `UnknownName` with near matches."""
    if name not in USES:
        raise UnknownName.among("use", name, USES)
    return USES[name]


def unfit(card: ModelCard, use: str) -> str:
    """Why the card says that the model is not for this use, as a sentence; empty where it doesn't."""
    reason = card.not_for.get(use, "")
    return f"This model is not for {USES[use].words}: {reason}" if reason else ""


def by_fitness(cards: Iterable[ModelCard], use: str) -> list[ModelCard]:
    """Those that are good for the use first, those that are not for it last; otherwise in the order given."""
    get_use(use)
    return sorted(cards, key=lambda card: (use in card.not_for) - (use in card.good_for))


def said_of(card: ModelCard) -> str:
    """`Good for ...; not for ...` in one line; empty for a card that names no uses."""
    parts = [
        f"{begin} {' and '.join(USES[use].words for use in uses)}"
        for begin, uses in (("good for", card.good_for), ("not for", card.not_for))
        if uses
    ]
    line = "; ".join(parts)
    return line[:1].upper() + line[1:]


def reasons(card: ModelCard) -> list[str]:
    """A line for each use that the card names, good ones first, with the reason."""
    return [
        f"{begin} {USES[use].words}: {reason}"
        for begin, uses in (("Good for", card.good_for), ("Not for", card.not_for))
        for use, reason in uses.items()
    ]
