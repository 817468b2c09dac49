"""The spellings of an effect: which formula fits which output, and its name for column headers.

Four are in use: the log2 ratio for outputs that can only be positive, the log2 ratio with one added to both for coverage
(softplus outputs, which come near 0), the difference in logit for probabilities, and the plain difference for all others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.models.card import ModelCard
from genoviz.models.target import Target

_SURE = 1e-7  # probabilities nearer to 0 or 1 are not told apart in float32


@dataclass(frozen=True)
class Score:
    """One spelling of an effect: column header, formula in words, number."""

    name: str
    formula: str
    value: float


def score_formula(card: ModelCard, target: Target) -> tuple[str, str]:
    """Name of the effect's score, for column headers, and its formula in words."""
    activation, unit = card.output(target.output).activation, target.unit(card)
    if activation == "exp":
        formula = f"log2(ALT / REF), in {unit}" if target.scale == "value" else f"(ALT - REF) / ln 2, in {unit}"
        return "log2(ALT/REF)", formula
    if activation == "softplus" and target.scale == "value":
        return "log2((ALT+1)/(REF+1))", f"log2((ALT + 1) / (REF + 1)), in {unit}"
    if activation in ("sigmoid", "softmax") and target.scale == "logit":
        return "difference in logit", f"ALT - REF, in {unit}"
    if _is_probability(card, target):
        return "difference in logit", "ln(p / (1 - p)) of ALT minus that of REF"
    return f"difference in {unit}", f"ALT - REF, in {unit}"


def effect_scores(card: ModelCard, target: Target, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The score of `score_formula` `(variants,)` from the numbers of `score_alleles` `(variants, 2)`."""
    activation = card.output(target.output).activation
    if activation == "exp":
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = np.log2(values) if target.scale == "value" else values / math.log(2)
    elif activation == "softplus" and target.scale == "value":
        scaled = np.log2(values + 1)
    elif target.scale == "value" and _is_probability(card, target):
        p = np.clip(values, _SURE, 1 - _SURE)
        scaled = np.log(p) - np.log1p(-p)
    else:
        scaled = values
    return np.asarray(scaled[:, 1] - scaled[:, 0])


def _is_probability(card: ModelCard, target: Target) -> bool:
    """Whether the number is one probability or a mean of some: a sum of several is none."""
    output = card.output(target.output)
    several = len(target.tracks or output.tracks) * output.bins > 1
    return output.activation in ("sigmoid", "softmax") and not (several and target.resolved(card).reduction == "sum")
