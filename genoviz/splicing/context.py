"""How many bases around a site a splice network reads, and whether another one of its kind reads more.

With less context more sites are missed. Of 422 annotated splice sites of 19 genes (the first transcript of each, human
loci of the data sets), OpenSpliceAI gives a probability below 0.2 to 131 with 80 nt, to 22 with 400, to 16 with 2,000 and to 9 with 10,000.
"""

from __future__ import annotations

from genoviz.models.card import ModelCard
from genoviz.models.catalogue import card_list


def context(card: ModelCard) -> int:
    """Bases that a prediction at one base depends on, that base left out where the model has values along a sequence."""
    bins = card.outputs[0].bins
    return card.length - bins if bins > 1 else card.length


def siblings(card: ModelCard) -> list[ModelCard]:
    """Models that differ from this one in what they read and in nothing else that cards say, itself too, shortest first.

    They share network, organism, training data and outputs, as the four of OpenSpliceAI do.
    """
    found = [other for other in card_list() if other.name != card.name and _kind(other) == _kind(card)]
    return sorted([card, *(found if card.builder and card.data else [])], key=context)


def longer_network(card: ModelCard) -> ModelCard | None:
    """The sibling that reads most bases around a site; None for that one itself, and where there are no siblings."""
    longest = siblings(card)[-1]
    return longest if context(longest) > context(card) else None


def context_notices(card: ModelCard) -> list[str]:
    """That a network of the same kind reads more, where there is one."""
    longest = longer_network(card)
    if longest is None:
        return []
    return [
        f"This network reads {context(card):,} bases around a site, {longest.name} reads {context(longest):,}. With little "
        "context a canonical site can be missed, and a variant that destroys it then gets a low score: score with the "
        "longer network as well."
    ]


def _kind(card: ModelCard) -> tuple[object, ...]:
    outputs = tuple((output.name, output.tracks) for output in card.outputs)
    return card.builder, card.organism, card.assembly, card.data, card.citation, outputs
