"""What the parts of the page Language share: whether a model expects bases, and what work costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.planned import is_long, planned, rounded
from genoviz.ui.frame.speed import SPEEDS, fastest

if TYPE_CHECKING:
    from genoviz.predict.expectation import Expectation


@st.cache_data(max_entries=64, show_spinner=False)
def _able(names: str) -> frozenset[str]:
    from genoviz.models.abilities import models_with

    return frozenset(models_with("base_probabilities"))


def expects(card: ModelCard) -> bool:
    """Whether a model says which bases it expects."""
    return card.name in _able(card.name)


def expectation_seconds(card: ModelCard) -> float:
    """Seconds of this computer for what a model expects along one sequence of many."""
    if (passes := _passes(card)) is not None:
        return passes * estimate.row(card)
    return SPEEDS.get(("dependency", card.name, card.sha256), lambda: _of_map(card))


def base_seconds(card: ModelCard) -> float:
    """Seconds of this computer for one base that is written."""
    if _passes(card) is not None:
        return estimate.row(card)
    return SPEEDS.get(("infill", card.name, card.sha256), lambda: _of_base(card))


def _passes(card: ModelCard) -> int | None:
    """How often a model that hides words reads a sequence to say what it expects along it; None for one that hides none."""
    from genoviz.models.language import HidesBases
    from genoviz.networks.tokens import PASSES

    return PASSES + 1 if isinstance(cache.loaded(card), HidesBases) else None


def expectation(card: ModelCard, sequence: Sequence, place: str) -> Expectation | None:
    """What a model expects along a sequence: at once for a bundled one, on request where it takes long.

    `place` is the part of the page that shows it, see `genoviz.ui.frame.planned.planned`.
    """
    if card.bundled:
        return cache.expectation(card.name, card.sha256, sequence)
    key, seconds = (place, card.name, card.sha256, sequence), expectation_seconds(card)
    return planned(
        place,
        key,
        seconds,
        lambda _: cache.expectation(card.name, card.sha256, sequence),
        cost=f"Each base is hidden in turn: some {rounded(seconds)} on this computer.",
        start="Compute",
        doing="Hiding bases",
        stop="Stop",
        ask=is_long(place, key, seconds),
    )


def _of_map(card: ModelCard) -> float:
    from genoviz.dependency.dependency_map import count_passes, dependency

    model, sequence, window = cache.loaded(card), _some(card), (0, min(4, card.length))
    return fastest(lambda: dependency(model, sequence, window=window)) / count_passes(model, sequence, window)


def _of_base(card: ModelCard) -> float:
    from genoviz.language.filling import infill

    model, sequence = cache.loaded(card), _some(card)
    return fastest(lambda: infill(model, sequence, (0, 4), n=4)) / 20  # with the likelihoods of five


def _some(card: ModelCard) -> Sequence:
    return Sequence(("ACGT" * (card.length // 4 + 1))[: card.length])
