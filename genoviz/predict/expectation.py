"""Which bases a language model expects at each position of a sequence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from genoviz.models.abilities import lacks
from genoviz.models.answers import check_finite, check_tensor, guarded
from genoviz.models.base import Model, lock_of
from genoviz.models.language import LanguageModel
from genoviz.models.onehot import encode
from genoviz.models.size import check_length
from genoviz.models.steady import steadily
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True, eq=False)
class Expectation:
    """Predicted bases along a sequence.

    Attributes
    ----------
    sequence
        What was read.
    probabilities
        `(4, length)`, rows A C G T; what stands at a position has no influence on its own column.
    """

    sequence: Sequence
    probabilities: NDArray[np.float64]

    @property
    def entropy(self) -> NDArray[np.float64]:
        """Uncertainty at each position `(length,)` in bits: 2 where all bases are equally likely, 0 where one is sure."""
        p = self.probabilities
        return -(p * np.log2(np.clip(p, 1e-12, None))).sum(0)

    @property
    def heights(self) -> NDArray[np.float64]:
        """Letter heights of the logo `(4, length)` in bits: probability times information (2 minus the entropy)."""
        return self.probabilities * (2 - self.entropy)

    @property
    def surprise(self) -> NDArray[np.float64]:
        """Minus log2 of the probability of the base that stands there `(length,)` in bits; NaN at ambiguous letters."""
        surprise = np.full(len(self.sequence), np.nan)
        for i, base in enumerate(self.sequence.bases):
            if base in BASES:
                surprise[i] = -np.log2(max(self.probabilities[BASES.index(base), i], 1e-12))
        return surprise

    @property
    def ratios(self) -> NDArray[np.float64]:
        """Log-likelihood ratio of each base against the one that stands there `(4, length)` in nats, each place hidden; 0 for
        that base, nan at ambiguous letters."""
        logs = np.log(np.clip(self.probabilities, 1e-12, None))
        ratios = np.full(logs.shape, np.nan)
        for i, base in enumerate(self.sequence.bases):
            if base in BASES:
                ratios[:, i] = logs[:, i] - logs[BASES.index(base), i]
        return ratios


def expect(model: Model, sequence: Sequence) -> Expectation:
    """Predict every base of a sequence from the others.

    Parameters
    ----------
    model
        A language model, see `genoviz.models.language.LanguageModel`.
    sequence
        Exactly as long as the model reads.

    Raises
    ------
    BadInput
        If the model predicts no bases; the message lists those that do.
    BadSequence
        If the length differs.
    BadModel
        If the model raises, gives another shape or a number that is not finite, or two runs differ.
    """
    if not isinstance(model, LanguageModel):
        raise lacks(model, "base_probabilities", "predict bases")
    check_length(sequence, model.card)
    X = encode(sequence)
    with lock_of(model), torch.no_grad():
        found = steadily(model, lambda part: guarded(model, lambda: model.base_probabilities(part), part), X)
    check_tensor(model, "base_probabilities", found, tuple(X.shape))
    check_finite(model.card, found, X, name=sequence.name)
    return Expectation(sequence, found[0].detach().double().numpy())
