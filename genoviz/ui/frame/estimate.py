"""What work costs on this computer, in seconds: measured for each model, the source of every estimate of the pages.

How it is measured, how long it stands and what lowers it: `genoviz.ui.frame.speed`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache
from genoviz.ui.frame.speed import SPEEDS, fastest

if TYPE_CHECKING:
    from genoviz.models.target import Target
    from genoviz.predict.cost import Cost

_ROWS = 16  # sequences of a batch that is timed
_POSITIONS = 32  # of a mutation map that is timed: it has a fixed cost, which few positions would overstate
_SITE, _PLACEMENTS = 8, 40  # bases of a site that is timed, and how often it is written


def _bases(length: int) -> str:
    return ("ACGT" * (length // 4 + 1))[:length]


def prediction(card: ModelCard) -> float:
    """One prediction of one sequence."""
    from genoviz.models.size import is_long

    if is_long(card):
        return parts(card).prediction
    key = ("prediction", card.name, card.sha256)
    return SPEEDS.get(key, lambda: _prediction(card.name, card.sha256, card.length))


def _prediction(name: str, sha256: str, length: int) -> float:
    from genoviz.predict.prediction import predict

    return fastest(lambda: predict(cache.model(name, sha256), Sequence(_bases(length))), runs=5)


def row(card: ModelCard) -> float:
    """One prediction among those of a batch."""
    from genoviz.models.size import is_long

    if is_long(card):
        return parts(card).prediction
    return SPEEDS.get(("row", card.name, card.sha256), lambda: _row(card.name, card.sha256, card.length))


def _row(name: str, sha256: str, length: int) -> float:
    from genoviz.predict.prediction import predict

    rows = [Sequence(_bases(length + i)[i:]) for i in range(_ROWS)]
    return fastest(lambda: predict(cache.model(name, sha256), rows)) / _ROWS


def mutant(card: ModelCard, target: Target) -> float:
    """One substitution of a mutation map."""
    from genoviz.models.size import is_long

    if is_long(card):
        return parts(card).mutant
    key = cache.mutant_key(card.name, card.sha256, target)
    return SPEEDS.get(key, lambda: _mutant(card.name, card.sha256, card.length, target))


def _mutant(name: str, sha256: str, length: int, target: Target) -> float:
    from genoviz.mutagenesis.saturation import count_variants, saturate

    sequence, low = Sequence(_bases(length)), max(0, (length - _POSITIONS) // 2)
    window = (low, min(length, low + _POSITIONS))
    work = fastest(lambda: saturate(cache.model(name, sha256), sequence, target, window=window))
    return work / count_variants(sequence, window=window)


def placement(card: ModelCard, target: Target) -> float:
    """One site written into a background."""
    key = ("placement", card.name, card.sha256, target)
    return SPEEDS.get(key, lambda: _placement(card.name, card.sha256, card.length, target))


def _placement(name: str, sha256: str, length: int, target: Target) -> float:
    from genoviz.grammar.backgrounds import random_bases
    from genoviz.grammar.bench import Bench, written

    bench = Bench(cache.model(name, sha256), target)
    text = random_bases(length, n=2).sequences[0]
    places = [i % max(1, length - _SITE) for i in range(_PLACEMENTS)]
    sets = [[written(text, place, _bases(min(_SITE, length)))] for place in places]
    return fastest(lambda: bench.values(text, sets)) / _PLACEMENTS  # the first run chooses the faster way


def parts(card: ModelCard) -> Cost:
    """What a long input costs, from its parts; see `genoviz.predict.cost.cost_of`."""
    return SPEEDS.get(("parts", card.name, card.sha256), lambda: _parts(card.name, card.sha256))


def _parts(name: str, sha256: str) -> Cost:
    from genoviz.predict.cost import cost_of

    with st.spinner("Measuring the speed of this computer ..."):
        return cost_of(cache.model(name, sha256))


def convolutions(card: ModelCard, bases: int) -> float:
    """Reading so many bases with a network of convolutions; the context of each stretch must be among them."""
    return card.parameters * bases / SPEEDS.get("multiplications", _multiplications)


def _multiplications() -> float:
    """Multiplications a second of a convolution like those of the splice networks."""
    import torch

    layer, X = torch.nn.Conv1d(32, 32, 11), torch.zeros(1, 32, 5000)
    with torch.no_grad():
        return layer.weight.numel() * 5000 / fastest(lambda: layer(X))
