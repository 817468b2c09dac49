"""Two sequences on one model: both explained with the same references, and where they differ base by base."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.attribution import Attribution, attribute
from genoviz.attribute.methods import METHODS, REFERENCES, default_method
from genoviz.compare.similarity import Similarity, similarity
from genoviz.errors import BadSequence
from genoviz.models.base import Model
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True, eq=False)
class TwoSequences:
    """Two explained sequences of one length, position by position, without alignment.

    Attributes
    ----------
    first, second
        Their explanations; where the method draws shuffles, both are compared with shuffles of the first.
    """

    first: Attribution
    second: Attribution

    @property
    def change(self) -> NDArray[np.float32]:
        """`(length,)`: score in the second minus score in the first."""
        return np.asarray(self.second.per_base - self.first.per_base, dtype=np.float32)

    @property
    def differing(self) -> tuple[int, ...]:
        """Positions (from 0) at which the letters differ."""
        letters = zip(self.first.sequence.bases, self.second.sequence.bases, strict=True)
        return tuple(i for i, (a, b) in enumerate(letters) if a != b)

    @property
    def similarity(self) -> Similarity:
        """How alike the two maps are."""
        return similarity(self.first.per_base, self.second.per_base)

    @property
    def sentence(self) -> str:
        """Both numbers, how many letters differ, and where the scores moved most."""
        a, b, unit = self.first.value, self.second.value, self.first.unit
        size = np.abs(np.nan_to_num(self.change))
        said = (
            f"First {a:.3g}, second {b:.3g} {unit}: {b - a:+.3g}. {len(self.differing)} of {len(size)} letters differ."
        )
        if not size.any():
            return f"{said} No score differs."
        at = int(size.argmax())
        return f"{said} The score moves most at base {at + 1} ({float(self.change[at]):+.3g})."


def compare_sequences(
    model: Model,
    first: Sequence,
    second: Sequence,
    target: Target | None = None,
    method: str | None = None,
    *,
    baseline: str | None = None,
    references: int = REFERENCES,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> TwoSequences:
    """Explain two sequences by one method, with the same references.

    Parameters
    ----------
    model, first, second
        Both sequences are as long as the model reads.
    target, method
        The model's first track and its usual method when None.
    baseline, references, seed
        As in `attribute`.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Raises
    ------
    BadSequence
        If the lengths differ.
    GenovizError
        What `attribute` raises.
    """
    if len(first) != len(second):
        raise BadSequence(
            f"The sequences have {len(first):,} and {len(second):,} bases.",
            "Two sequences of one length are compared, position by position.",
            "Fit both to the length that the model reads.",
        )
    target, method = target or Target.default(model.card), method or default_method(model.card)
    drawn = (baseline or (METHODS[method].baseline if method in METHODS else None)) == "dinucleotide"

    def run(sequence: Sequence, done: float) -> Attribution:
        return attribute(
            model,
            sequence,
            target,
            method,
            baseline=baseline,
            references=references,
            other=first if drawn else None,
            seed=seed,
            progress=None if progress is None else lambda share: progress(done + share / 2),
        )

    return TwoSequences(run(first, 0.0), run(second, 0.5))
