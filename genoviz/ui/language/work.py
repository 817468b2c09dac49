"""What the parts of the page Language share: whether a model expects bases, and what work costs."""

from __future__ import annotations

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache
from genoviz.ui.frame.speed import SPEEDS, fastest


@st.cache_data(max_entries=64, show_spinner=False)
def _able(names: str) -> frozenset[str]:
    from genoviz.models.abilities import models_with

    return frozenset(models_with("base_probabilities"))


def expects(card: ModelCard) -> bool:
    """Whether a model says which bases it expects."""
    return card.name in _able(card.name)


def expectation_seconds(card: ModelCard) -> float:
    """Seconds of this computer for all expectations of one changed sequence of a dependency map."""
    return SPEEDS.get(("dependency", card.name, card.sha256), lambda: _of_map(card))


def base_seconds(card: ModelCard) -> float:
    """Seconds of this computer for one base that is written."""
    return SPEEDS.get(("infill", card.name, card.sha256), lambda: _of_base(card))


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
