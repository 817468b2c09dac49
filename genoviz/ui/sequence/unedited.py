"""The original beside an edited sequence: what was read before any edit. It sets the scale, and is drawn behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache, estimate, planned
from genoviz.ui.frame.inputs import Choice

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.mutagenesis.saturation import Mutagenesis


@dataclass(frozen=True)
class Unedited:
    """Scores of the original, as far as they are at hand.

    Attributes
    ----------
    result, mutations
        Its attribution and its mutation map, by the methods of the current state.
    """

    result: Attribution | None
    mutations: Mutagenesis | None

    @property
    def reach(self) -> float | None:
        """Largest change of its mutation map."""
        if self.mutations is None or not np.isfinite(self.mutations.delta).any():
            return None
        return float(np.nanmax(np.abs(self.mutations.delta)))


def unedited(
    choice: Choice,
    original: Sequence,
    read: Sequence,
    result: Attribution | None,
    mutations: Mutagenesis | None,
    other: Sequence | None,
) -> Unedited | None:
    """What was computed for the original, or is at once; None while nothing is edited. Starts no long work."""
    if original == read:
        return None
    return Unedited(
        _attribution(choice, original, result, other) if result is not None else None,
        _map(choice, original, mutations) if mutations is not None else None,
    )


def _attribution(choice: Choice, original: Sequence, result: Attribution, other: Sequence | None) -> Attribution | None:
    from genoviz.attribute.methods import METHODS, REFERENCES

    card, usual = choice.card, METHODS[result.method].baseline
    for baseline in (result.baseline, None) if result.baseline == usual else (result.baseline,):
        key = ("attribution", card.name, card.sha256, original.bases, result.target, result.method, baseline, other)
        if (found := planned.finished(key)) is not None:
            return found
    n = METHODS[result.method].predictions(len(original))
    if n > 100 and n * estimate.row(card) > planned.WAIT_AT_MOST:
        return None
    chosen = None if result.baseline == usual else result.baseline
    return cache.attribution(
        card.name, card.sha256, original, result.target, result.method, chosen, REFERENCES, other, 0
    )


def _map(choice: Choice, original: Sequence, mutations: Mutagenesis) -> Mutagenesis | None:
    from genoviz.mutagenesis.saturation import count_variants

    card, indels = choice.card, mutations.deletions is not None
    window = None if mutations.window == (0, len(original)) else mutations.window
    key = ("map", card.name, card.sha256, original.bases, mutations.target, window, indels)
    if (found := planned.finished(key)) is not None:
        return found
    n = count_variants(original, window=window, indels=indels)
    if n * estimate.mutant(card, mutations.target) > planned.WAIT_AT_MOST:
        return None
    return cache.mutation_map(card.name, card.sha256, original, mutations.target, window, indels)
