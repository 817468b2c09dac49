"""Families of models in the order in which the field found them, for the gallery and for lessons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from genoviz.models.card import ModelCard


@dataclass(frozen=True)
class Family:
    """One kind of model.

    Attributes
    ----------
    name
        As in `ModelCard.family`.
    year
        When a paper made it known in the field.
    idea
        What it brought, in one sentence.
    source
        That paper.
    """

    name: str
    year: int
    idea: str
    source: str


FAMILIES = (
    Family(
        "MLP",
        1982,
        "One layer of adjustable weights, later a hidden layer, on letters or on counts of words.",
        "Stormo et al. 1982 (Nucleic Acids Res 10:2997); Demeler and Zhou 1991 (Nucleic Acids Res 19:1593)",
    ),
    Family(
        "k-mer model",
        2002,
        "Linear scores of word counts: the standard before deep learning, and still the baseline to beat.",
        "Leslie et al. 2002 (Pac Symp Biocomput 564); Ghandi et al. 2014 (PLoS Comput Biol 10:e1003711)",
    ),
    Family(
        "CNN",
        2015,
        "Convolution kernels learn motifs, wherever they stand.",
        "Alipanahi et al. 2015 (Nat Biotechnol 33:831); Zhou and Troyanskaya 2015 (Nat Methods 12:931)",
    ),
    Family(
        "CNN + recurrent",
        2016,
        "A recurrent layer reads the motif map in order and learns spacing and sequence of motifs.",
        "Quang and Xie 2016 (Nucleic Acids Res 44:e107)",
    ),
    Family(
        "gated CNN",
        2023,
        "Residual blocks that weigh their channels by what the whole sequence holds.",
        "Penzar et al. 2023 (Bioinformatics 39:btad457)",
    ),
    Family("hand-set", 0, "Weights set by hand, so that the right answer is known.", "this project"),
)


def by_family(cards: Iterable[ModelCard]) -> list[tuple[Family, list[ModelCard]]]:
    """Cards sorted into `FAMILIES`, oldest first; families without cards are left out, unknown ones come last."""
    listed = list(cards)
    known = {family.name: family for family in FAMILIES}
    others = dict.fromkeys(card.family for card in listed if card.family not in known)
    ordered = [f for f in FAMILIES if f.year] + [Family(name, 0, "", "") for name in others]
    ordered += [f for f in FAMILIES if not f.year]
    sorted_cards = [(family, [c for c in listed if c.family == family.name]) for family in ordered]
    return [(family, found) for family, found in sorted_cards if found]
