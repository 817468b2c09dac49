"""Which stretches of a sequence a model reads for the verdict.

A sequence of another length is made to fit as everywhere in genoviz: a shorter one stands in the middle of N. A longer one
is read in windows, and the model's kind says which: a network that looks for a site anywhere reads windows that overlap, one
that expects its site at one place reads every start, one that reads around fixed bases (`ModelCard.anchor`) reads where
these stand.
"""

from __future__ import annotations

import re

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence

LEAST_GIVEN = (
    0.25  # share of what a model reads that must be given: of a shorter sequence it would read N for the most part
)
SHORT = 30  # bases; models that read fewer expect their site at one place
STARTS = 1000  # windows of a model that expects its site at one place; in longer sequences they begin further apart
SLOW, SLOW_STARTS = "language model", 200  # a family whose models need ten times as long, and its windows


def window_starts(card: ModelCard, bases: str) -> list[int]:
    """First bases (0-based) of the windows that are read; none where no place in the sequence is one for the model.

    A sequence that is no longer than what the model reads is one window.
    """
    last = len(bases) - card.length
    if last <= 0:
        return [0]
    if card.anchor:
        at = int(card.anchor["at"])
        found = {m.start() - at for word in card.anchor["bases"] for m in re.finditer(f"(?={word})", bases)}
        return sorted(start for start in found if 0 <= start <= last)
    at_one_place = card.tss is not None or card.length < SHORT
    most = SLOW_STARTS if card.family == SLOW else STARTS
    step = max(1, last // most if at_one_place else card.length // 4)
    return sorted({*range(0, last + 1, step), last})


def read_at(card: ModelCard, sequence: Sequence, start: int) -> Sequence:
    """The window at `start`, as long as the model reads; a shorter sequence is padded."""
    if len(sequence) <= card.length:
        return sequence.fit(card.length, how="pad").sequence
    return sequence.crop(start, start + card.length)
