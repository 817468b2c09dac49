"""Which models suit a sequence, and why the others are left out."""

from __future__ import annotations

from collections.abc import Mapping

from genoviz.errors import UnknownName
from genoviz.models import deepbind_index
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import list_models
from genoviz.models.weights import at_hand, is_ready
from genoviz.verdict.standing import shuffled_logits, tracks_of
from genoviz.verdict.windows import LEAST_GIVEN, window_starts

# Words of a card's `organism` that fit a sequence of this one. Factors of mouse and human bind the same motifs.
ORGANISMS: Mapping[str, tuple[str, ...]] = {
    "human": ("human", "homo sapiens", "mouse", "mus musculus"),
    "mouse": ("human", "homo sapiens", "mouse", "mus musculus"),
    "yeast": ("yeast", "cerevisiae"),
    "E. coli": ("coli",),
    "Arabidopsis": ("arabidopsis", "thaliana"),
    "fruit fly": ("fruit fly", "drosophila"),
}
_OF_RNA = ("splic", "translation", "RNA")  # words of tasks whose models read a transcript
SUMMED = "nats"  # unit of likelihoods, which are sums over the bases
LARGEST = 30_000_000  # weights of a model without a background: it has to read many shuffles of the sequence


def usual_models() -> list[ModelCard]:
    """The models that are asked unless others are named: all that are trained and ready.

    The 927 of DeepBind are not among them: with as many tracks of one kind, each of the others would have to be twelve times
    as unusual to stand out.
    """
    files, many = at_hand(), set(deepbind_index.names())
    return [card for card in list_models() if card.trained and card.name not in many and is_ready(card, files)]


def organism_of(words: str) -> str:
    """The row of `ORGANISMS` that a genome's organism (`baker's yeast`) is; empty where there is none."""
    return next((name for name in ORGANISMS if name.lower() in words.lower()), "")


def check_organism(organism: str) -> None:
    """Raise `UnknownName` unless `organism` is a row of `ORGANISMS` or empty."""
    if organism and organism not in ORGANISMS:
        raise UnknownName.among("organism", organism, ORGANISMS)


def why_not(card: ModelCard, bases: str, *, organism: str = "", rna: bool = False) -> str:
    """Why a model is left out of the verdict on a sequence; empty where it is not.

    Parameters
    ----------
    card
        Of the model.
    bases
        The sequence.
    organism
        Whose it is, a row of `ORGANISMS`; where it is not known, models of all organisms suit.
    rna
        Whether it was given as RNA. DNA suits all models: RNA is often written so.
    """
    said = card.organism.lower()
    if organism and said and said != "many" and not any(word in said for word in ORGANISMS[organism]):
        return f"made for {card.organism}"
    if rna and not any(word in card.task for word in _OF_RNA):
        return "reads DNA, and RNA was given"
    if len(bases) < LEAST_GIVEN * card.length:
        return f"reads {card.length:,} bases, of which these would be {100 * len(bases) / card.length:.0f} %"
    if len(bases) < card.length and any(output.unit == SUMMED for output in card.outputs):
        return f"adds up over all {card.length:,} bases that it reads, so that fewer can't be compared"
    if not window_starts(card, bases):
        return str(card.anchor.get("missing", "no place in the sequence is one that it reads"))
    compared = any(shuffled_logits(card, target.tracks[0]) is not None for target in tracks_of(card))
    if not compared and card.parameters > LARGEST:
        return "its card has no shuffled sequences to compare with, and it is too large to read many"
    return ""
