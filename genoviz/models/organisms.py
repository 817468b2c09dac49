"""Organisms by one name, that of `genoviz.sequences.assemblies` where it has them, however a card writes them."""

from __future__ import annotations

import re

from genoviz.models.card import ModelCard

# The name that lists use, and others of the same organism.
NAMES: dict[str, tuple[str, ...]] = {
    "human": ("Homo sapiens",),
    "mouse": ("Mus musculus",),
    "rat": ("Rattus norvegicus",),
    "rhesus macaque": ("Macaca mulatta",),
    "chicken": ("Gallus gallus",),
    "zebrafish": ("Danio rerio",),
    "clawed frog": ("Xenopus tropicalis",),
    "fruit fly": ("Drosophila melanogaster", "Drosophila"),
    "nematode worm": ("Caenorhabditis elegans", "C. elegans"),
    "baker's yeast": ("Saccharomyces cerevisiae", "S. cerevisiae", "yeast"),
    "E. coli": ("Escherichia coli",),
    "Arabidopsis": ("Arabidopsis thaliana", "thale cress"),
    "malaria parasite": ("Plasmodium falciparum",),
}
SYNTHETIC = "synthetic"
MANY = "many species"


def common_name(latin: str) -> str:
    """The name that lists use for a species; others as they are."""
    return next((name for name, others in NAMES.items() if latin in others), latin)


def organisms_of(card: ModelCard) -> tuple[str, ...]:
    """Organisms of a card's training sequences by the names of lists; `SYNTHETIC` where there are none.

    Examples
    --------
    >>> from genoviz import get_card
    >>> organisms_of(get_card("splice.sites")), organisms_of(get_card("promoter.yeast"))
    (('human', 'Arabidopsis'), ("baker's yeast",))
    """
    said = card.organism
    if said in ("", "many"):
        return (MANY if said else SYNTHETIC,)
    places = {}
    for name, others in NAMES.items():
        found = [m.start() for n in (name, *others) if (m := re.search(rf"(?<!\w){re.escape(n)}(?!\w)", said))]
        if found:
            places[name] = min(found)
    return tuple(sorted(places, key=places.__getitem__)) or (said,)


def all_names(card: ModelCard) -> tuple[str, ...]:
    """Every name under which the organisms of a card may be looked for."""
    return (card.organism, *(n for name in organisms_of(card) for n in (name, *NAMES.get(name, ()))))
