"""Where the networks of an ensemble disagree about a base; where there is no ensemble, how far a prediction moves.

Members of an ensemble learned the same from other starts: where their scores differ in sign, the data do not settle what a
base does. A single network can only be asked in other ways that should give the same: on the other strand, and shifted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from genoviz.attribute.attribution import Attribution
from genoviz.files.tsv import Row
from genoviz.models.base import Model
from genoviz.models.ensemble import members_of
from genoviz.models.onehot import encode, reverse_complement
from genoviz.models.target import Target
from genoviz.predict.prediction import evaluate
from genoviz.sequences.sequence import Sequence
from genoviz.trust.again import Parts, Progress, again
from genoviz.trust.stability import SHIFTS, shifted, shifted_target
from genoviz.trust.strand import mirrored


@dataclass(frozen=True, eq=False)
class MemberAgreement:
    """The scores of each network of an ensemble.

    Attributes
    ----------
    scores
        `(members, length)`: each member's own score of each observed base; nan at ambiguous letters.
    sequence
        What was explained.
    unit
        Unit of the scores.
    word
        What the members are called, see `ModelCard.members_word`.
    """

    scores: NDArray[np.float32]
    sequence: Sequence
    unit: str
    word: str = "networks"

    @property
    def mean(self) -> NDArray[np.float32]:
        """`(length,)`: mean over members."""
        return np.asarray(self.scores.mean(0), dtype=np.float32)

    @property
    def agreeing(self) -> NDArray[np.int64]:
        """`(length,)`: members whose score has the sign of the mean; 0 where it is 0 or unknown."""
        return np.asarray((np.nan_to_num(self.scores * self.mean) > 0).sum(0), dtype=np.int64)

    @property
    def sentence(self) -> str:
        """At how many bases all agree on the sign, and how much of the attribution stands there."""
        all_agree, size = self.agreeing == len(self.scores), np.abs(np.nan_to_num(self.mean))
        share = float(size[all_agree].sum() / size.sum()) if size.sum() > 0 else 0.0
        return (
            f"All {len(self.scores)} {self.word} agree on the sign of {int(all_agree.sum()):,} of {len(self.sequence):,} bases, "
            f"which hold {100 * share:.0f} % of the attribution."
        )

    @property
    def rows(self) -> tuple[Row, ...]:
        """A row per base: mean, range, and how many agree on the sign."""
        low, high, mean, agreeing = self.scores.min(0), self.scores.max(0), self.mean, self.agreeing
        return tuple(
            {
                "position": i + 1,
                "base": base,
                "mean": float(mean[i]),
                "low": float(low[i]),
                "high": float(high[i]),
                "agreeing": int(agreeing[i]),
                "networks": len(self.scores),
            }
            for i, base in enumerate(self.sequence.bases)
        )


@dataclass(frozen=True)
class PredictionGaps:
    """How far the number of a single network moves where it should not.

    Attributes
    ----------
    value
        The target's number for the sequence.
    other_strand
        For the reverse complement; None where the model reads RNA.
    shifts
        For the sequence moved by a few bases, by their number; those that leave at one end come in at the other.
    unit
        Unit of all.
    """

    value: float
    other_strand: float | None
    shifts: dict[int, float]
    unit: str

    @property
    def sentence(self) -> str:
        """Both gaps in words."""
        low, high = f"{min(self.shifts.values()):.3g}", f"{max(self.shifts.values()):.3g}"
        moved = f"stays at {low}" if low == high else f"goes to between {low} and {high}"
        words = f"From {self.value:.3g} {self.unit} the prediction {moved} with shifts"
        words += f" of 1 to {max(map(abs, self.shifts))} bases"
        if self.other_strand is not None:
            words += f"; on the other strand it is {self.other_strand:.3g}"
        return words + "."

    @property
    def rows(self) -> tuple[Row, ...]:
        """A row per way of asking."""
        other = [] if self.other_strand is None else [("other strand", self.other_strand)]
        moved = [(f"shift {n:+d}", value) for n, value in self.shifts.items()]
        return tuple({"asked": name, "value": value} for name, value in [("as given", self.value), *other, *moved])


def member_agreement(model: Model, result: Attribution, *, progress: Progress | None = None) -> MemberAgreement:
    """Explain each network of an ensemble by itself, as `result` explains all.

    Parameters
    ----------
    model, result
        The model, and its explanation. A single network is its only member.
    progress
        Called with the share done; raising `Cancelled` in it stops.
    """
    members, scores = members_of(model), []
    parts = Parts(progress, len(members))
    for member in members:
        scores.append(again(member, result).per_base)
        parts.next()
    return MemberAgreement(np.stack(scores), result.sequence, result.unit, model.card.members_word)


def prediction_gaps(model: Model, sequence: Sequence, target: Target) -> PredictionGaps:
    """Ask a model about the other strand and about the sequence shifted by 1 to 5 bases.

    Parameters
    ----------
    model, sequence, target
        The sequence is exactly as long as the model reads.

    Raises
    ------
    BadSequence, NotFinite
        As `genoviz.predict.prediction.predict`.
    """
    X = encode(sequence)

    def number(asked: Target, tensor: Tensor) -> float:
        return float(evaluate(asked.of(model), model, tensor)[0])

    shifts = {
        shift: number(shifted_target(target, model.card, shift), encode(shifted(sequence, shift))) for shift in SHIFTS
    }
    other = None
    if model.card.molecule != "RNA":
        other = number(mirrored(target, model.card), reverse_complement(X))
    return PredictionGaps(number(target, X), other, shifts, target.unit(model.card))


def uncertainty(
    model: Model, result: Attribution, *, progress: Progress | None = None
) -> MemberAgreement | PredictionGaps:
    """The agreement of the members of an ensemble; for a single network the gaps of its prediction."""
    if len(members_of(model)) > 1:
        return member_agreement(model, result, progress=progress)
    return prediction_gaps(model, result.sequence, result.target)
