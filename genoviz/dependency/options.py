"""Limits of dependency maps, for pages and commands that load no torch."""

from __future__ import annotations

from genoviz.models.card import ModelCard

MAX_WINDOW = 300  # bases of a map of a language model
MAX_PAIRS = 60  # bases of a map of another model, each of whose double mutants is predicted
ATTENTIVE = ("maskedlm.yeast-ecoli", "promoter.ecoli-lm")  # models whose attention is read


def usual_window(card: ModelCard, language: bool) -> tuple[int, int]:
    """The bases of a map when none are asked for (0-based, half-open): all that fit, or the middle of the sequence."""
    width = min(card.length, MAX_WINDOW if language else MAX_PAIRS)
    start = (card.length - width) // 2
    return start, start + width
