"""Do the members of an ensemble agree about a difference?"""

from __future__ import annotations

from dataclasses import dataclass

from genoviz.models.base import Model
from genoviz.models.ensemble import members_of
from genoviz.models.target import Target
from genoviz.predict.prediction import target_value
from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True)
class Agreement:
    """Differences `alternate - original` of the target's number, one per member, in the unit of the target."""

    deltas: tuple[float, ...]

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
    return Agreement(
        tuple(
            target_value(member, alternate, target) - target_value(member, original, target)
            for member in members_of(model)
        )
    )
