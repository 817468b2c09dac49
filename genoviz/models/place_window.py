"""Which bases around a place a model reads."""

from __future__ import annotations

from dataclasses import replace

from genoviz.genes.places import Place
from genoviz.models.card import ModelCard
from genoviz.sequences.locus import Locus

LONGEST = 100_000  # bases of a place that are read at once, where the model doesn't take more


def place_window(place: Place, card: ModelCard, size: int) -> tuple[Locus, int]:
    """What to read: as many bases as the model takes, around the place; the whole place where it is longer.

    A model that expects the transcription start gets the start of a gene there. Any other window is moved to lie in the
    chromosome of `size` bases; by how many bases comes second.
    """
    if card.tss is not None and place.at_start:
        return place.window(card.length, card.tss), 0
    if not place.gene and len(place.locus) >= card.length:
        longest = max(LONGEST, card.length)
        return (place.locus.resize(longest) if len(place.locus) > longest else place.locus), 0
    # The anchor is the base at `length // 2` of the sequence read 5' to 3', as in `Place.window`.
    before = card.length // 2 if place.locus.strand == "+" else (card.length - 1) // 2
    first = place.anchor - before
    inside = max(0, min(first, size - card.length))
    return replace(place.locus, start=inside, end=inside + card.length), inside - first
