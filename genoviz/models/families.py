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
        "PWM scan",
        1984,
        "The best match of a motif, given as the log-odds of each base at each position.",
        "Staden 1984 (Nucleic Acids Res 12:505); Stormo 2000 (Bioinformatics 16:16)",
    ),
    Family(
        "k-mer model",
        2002,
        "Linear scores of word counts: the standard before deep learning, and still the baseline to beat.",
        "Leslie et al. 2002 (Pac Symp Biocomput 564); Ghandi et al. 2014 (PLoS Comput Biol 10:e1003711)",
    ),
    Family(
        "maximum entropy model",
        2004,
        "The least assuming distribution with the base pairs seen at real sites; nothing but counts.",
        "Yeo and Burge 2004 (J Comput Biol 11:377)",
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
        "autoencoder",
        2018,
        "A sequence becomes a point in a space of few dimensions, and points become sequences.",
        "Kingma and Welling 2014 (ICLR, arXiv:1312.6114); Riesselman et al. 2018 (Nat Methods 15:816)",
    ),
    Family(
        "dilated CNN",
        2019,
        "Convolutions with growing gaps see thousands of bases and keep every position in its place.",
        "Jaganathan et al. 2019 (Cell 176:535); Avsec et al. 2021 (Nat Genet 53:354)",
    ),
    Family(
        "language model",
        2021,
        "Learns a genome without labels by predicting its bases; what it learned serves many tasks.",
        "Ji et al. 2021 (Bioinformatics 37:2112); Nguyen et al. 2023 (arXiv:2306.15794)",
    ),
    Family(
        "CNN + attention",
        2021,
        "Convolutions shorten the sequence, attention then joins places a hundred thousand bases apart.",
        "Avsec et al. 2021 (Nat Methods 18:1196)",
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
