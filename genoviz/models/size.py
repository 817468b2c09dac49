"""How long an input must be, how long it is work to be asked for, and how many go through a model at once."""

from __future__ import annotations

from genoviz.errors import BadSequence
from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence

LONG = 50_000  # bases from which a single prediction is work to be asked for
BASES_AT_ONCE = 262_144  # in a batch


def check_length(sequence: Sequence, card: ModelCard) -> None:
    """Raise `BadSequence` unless the sequence is as long as the model reads."""
    if len(sequence) != card.length:
        fix = "crop it to a window" if len(sequence) > card.length else "pad it with N or give a longer one"
        raise BadSequence(
            f"`{sequence.name or 'the sequence'}` has {len(sequence):,} bases.",
            f"`{card.name}` reads exactly {card.length:,}.",
            f"Choose how to fit it: {fix} (`Sequence.fit`, or `--fit` on the command line).",
        )


def is_long(card: ModelCard) -> bool:
    """Whether a single prediction of the model is work to be asked for."""
    return card.length >= LONG


def rows_at_once(length: int) -> int:
    """Sequences of this length per pass: 64 short ones, fewer long ones, at least one."""
    return max(1, min(64, BASES_AT_ONCE // length))
