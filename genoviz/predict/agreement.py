"""Do the networks of an ensemble agree about a difference, and about a number?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.models.base import Model
from genoviz.models.target import Target
from genoviz.predict.readout import Readout, read
from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True)
class Agreement:
    """Do the members of an ensemble agree about a difference?

    Attributes
    ----------
    deltas
        `alternate - original` of the target's number, one per member, in the unit of the target.
    word
        What the members are called, see `ModelCard.members_word`.
    """

    deltas: tuple[float, ...]
    word: str = "networks"

    @classmethod
    def between(
        cls, original: NDArray[np.float64], alternate: NDArray[np.float64], word: str = "networks"
    ) -> Agreement:
        """From the members' numbers for both `(members,)`, see `Readout.member_numbers`."""
        return cls(tuple((alternate - original).tolist()), word)

    @property
    def agreeing(self) -> int:
        """Number of members whose difference has the sign of the mean difference."""
        mean = sum(self.deltas)
        return sum(delta * mean > 0 for delta in self.deltas)

    @property
    def short(self) -> str:
        """`4 of 5 folds agree`; empty for a single network."""
        return f"{self.agreeing} of {len(self.deltas)} {self.word} agree" if len(self.deltas) > 1 else ""

    @property
    def sentence(self) -> str:
        """`4 of 5 folds agree on the direction (their differences: -0.61 to +0.02).`; empty for a single network."""
        if len(self.deltas) < 2:
            return ""
        low, high = min(self.deltas), max(self.deltas)
        return f"{self.short} on the direction (their differences: {low:+.3g} to {high:+.3g})."


@dataclass(frozen=True)
class MemberNumbers:
    """What each member of an ensemble says of one sequence.

    Attributes
    ----------
    numbers
        The target's number of each.
    unit
        Its unit.
    word
        What the members are called, see `ModelCard.members_word`.
    """

    numbers: tuple[float, ...]
    unit: str
    word: str = "networks"

    @classmethod
    def of(cls, readout: Readout, target: Target, row: int = 0) -> MemberNumbers:
        """From what a model said of a batch, for the sequence with this number (from 0)."""
        card = readout.card
        numbers = readout.member_numbers(target)[:, row].tolist()
        return cls(tuple(numbers), target.unit(card), card.members_word)

    @property
    def sentence(self) -> str:
        """`Its 5 folds say 3.1 to 3.8 ln(reads + 1).`; empty for a single network."""
        if len(self.numbers) < 2:
            return ""
        low, high = (f"{value:.3g}" for value in (min(self.numbers), max(self.numbers)))
        said = f"all say {low}" if low == high else f"say {low} to {high}"
        return f"Its {len(self.numbers)} {self.word} {said} {self.unit}."


def member_numbers(model: Model, sequence: Sequence, target: Target) -> MemberNumbers:
    """What each member of a model says of a sequence of the model's length; a single network is its only member.

    Raises
    ------
    BadSequence
        If the sequence has another length than the model reads.
    """
    return MemberNumbers.of(read(model, sequence), target)


def agreement(model: Model, original: Sequence, alternate: Sequence, target: Target) -> Agreement:
    """Compare two sequences of the model's length with each member of the model.

    Raises
    ------
    BadSequence
        If a sequence has another length than the model reads.
    """
    before, after = (read(model, sequence).member_numbers(target)[:, 0] for sequence in (original, alternate))
    return Agreement.between(before, after, model.card.members_word)
