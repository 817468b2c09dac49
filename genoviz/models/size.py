"""How long an input is work to be asked for, and how many go through a model at once."""

from __future__ import annotations

from genoviz.models.card import ModelCard

LONG = 50_000  # bases from which a single prediction is work to be asked for
BASES_AT_ONCE = 262_144  # in a batch


def is_long(card: ModelCard) -> bool:
    """Whether a single prediction of the model is work to be asked for."""
    return card.length >= LONG


def rows_at_once(length: int) -> int:
    """Sequences of this length per pass: 64 short ones, fewer long ones, at least one."""
    return max(1, min(64, BASES_AT_ONCE // length))
