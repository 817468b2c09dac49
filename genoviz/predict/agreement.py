"""Do the members of an ensemble agree about a difference?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.models.base import Model
from genoviz.models.target import Target
from genoviz.predict.readout import read
from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True)
class Agreement:
    """Differences `alternate - original` of the target's number, one per member, in the unit of the target."""

    deltas: tuple[float, ...]

    @classmethod
    def between(cls, original: NDArray[np.float64], alternate: NDArray[np.float64]) -> Agreement:
        """From the members' numbers for both `(members,)`, see `Readout.member_numbers`."""
        return cls(tuple((alternate - original).tolist()))

    @property
    def agreeing(self) -> int:
        """Number of members whose difference has the sign of the mean difference."""
        mean = sum(self.deltas)
        return sum(delta * mean > 0 for delta in self.deltas)

    @property
    def sentence(self) -> str:
        """`3 of 3 networks agree on the direction (-0.61 to -0.42)`; empty for a single network."""
        if len(self.deltas) < 2:
            return ""
        low, high = min(self.deltas), max(self.deltas)
        return (
            f"{self.agreeing} of {len(self.deltas)} networks agree on the direction "
            f"(their differences: {low:+.3g} to {high:+.3g})."
        )


def agreement(model: Model, original: Sequence, alternate: Sequence, target: Target) -> Agreement:
    """Compare two sequences of the model's length with each member of the model.

    Raises
    ------
    BadSequence
        If a sequence has another length than the model reads.
    """
    before, after = (read(model, sequence).member_numbers(target)[:, 0] for sequence in (original, alternate))
    return Agreement.between(before, after)
