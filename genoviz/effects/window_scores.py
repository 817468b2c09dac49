"""Scores that compare what a model says of two windows: the numbers of a target, likelihoods, and the shape of a profile.

All such scores of a run read the same pass of the model. A window has the length that the model reads, with the variant in
its middle; see `genoviz.variants.windows`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.effects.score import effect_scores, score_formula
from genoviz.models.base import activate
from genoviz.models.card import ModelCard, Output
from genoviz.models.target import Target
from genoviz.predict.agreement import Agreement
from genoviz.variants.output import FIELDS, WHOLE, ScoreField
from genoviz.variants.windows import AlleleWindows

NO_NUMBER = "the model gave nan or an infinite number"
ONE_BASE = "the model gives the likelihood of the middle of its window, which is that of the variant for one base only"
NO_SIGNAL = "the model predicts no signal, so there is no profile to compare"


@dataclass(frozen=True)
class TargetScore:
    """The number of a target for both alleles and their difference, log2 ratio or difference in logit.

    Attributes
    ----------
    card, target
        What is compared.
    suffix
        Ends the names of the columns where a run has several targets; empty for one, whose formula is in the header.
    one_base
        Only substitutions of one base can be scored: the model says how likely the middle of its window is.
    """

    card: ModelCard
    target: Target
    suffix: str = ""
    one_base: bool = False
    width: int = 1

    @property
    def fields(self) -> tuple[ScoreField, ...]:
        """Reference, alternate, effect."""
        if not self.suffix:
            return FIELDS
        unit, (_, formula) = self.target.unit(self.card), score_formula(self.card, self.target)
        reference, alternate, effect = FIELDS
        name = str(self.target.resolved(self.card))
        return (
            *(ScoreField(f"{one.name}_{self.suffix}", f"{one.text(unit)}: {name}") for one in (reference, alternate)),
            ScoreField(f"{effect.name}_{self.suffix}", f"{effect.description} on {name}: {formula}"),
        )

    @property
    def label(self) -> str:
        """What reasons call it."""
        return self.fields[-1].name

    @property
    def about(self) -> dict[str, object]:
        """What the header says of it."""
        score, formula = score_formula(self.card, self.target)
        target = self.target.resolved(self.card)
        return {"target": target, "unit": self.target.unit(self.card), "effect": f"{score}: {formula}"}

    def read(self, logits: Mapping[str, Tensor]) -> Tensor:
        """The target's number `(batch, 1)` from the model's logits."""
        return self.target.from_logits(self.card, logits)[:, None]

    def compare(self, values: NDArray[np.float64], windows: Seq[AlleleWindows]) -> list[tuple[float, ...] | str]:
        """Reference, alternate and effect of each variant, or why there are none; `values` are `(variants, 2, 1)`."""
        pairs = values[:, :, 0]
        effects = effect_scores(self.card, self.target, pairs)
        found: list[tuple[float, ...] | str] = []
        for pair, effect, one in zip(pairs.tolist(), effects.tolist(), windows, strict=True):
            if self.one_base and (len(one.variant.ref), len(one.variant.alt)) != (1, 1):
                found.append(ONE_BASE)
            else:
                found.append((*pair, effect) if all(map(math.isfinite, pair)) else NO_NUMBER)
        return found


@dataclass(frozen=True)
class AgreementScore:
    """How many networks of an ensemble, or folds, give a target's difference the sign that their mean has.

    Attributes
    ----------
    card, target
        What is compared.
    suffix
        As in `TargetScore`.
    """

    card: ModelCard
    target: Target
    suffix: str = ""

    @property
    def fields(self) -> tuple[ScoreField, ...]:
        """How many agree, and the smallest and largest of their differences."""
        unit, name, word = self.target.unit(self.card), self.target.resolved(self.card), self.card.members_word
        end = f"_{self.suffix}" if self.suffix else ""
        of = f"of the {self.card.members} {word}"
        return (
            ScoreField(f"agreeing{end}", f"How many {of} agree on the direction of ALT - REF: {name}", WHOLE),
            ScoreField(f"lowest{end}", f"Smallest ALT - REF {of}, in {unit}: {name}"),
            ScoreField(f"highest{end}", f"Largest ALT - REF {of}, in {unit}: {name}"),
        )

    @property
    def label(self) -> str:
        """What reasons call it."""
        return self.fields[0].name

    @property
    def width(self) -> int:
        """Numbers that are read of a window: one per network."""
        return self.card.members

    def read_members(self, members: Seq[Mapping[str, Tensor]]) -> Tensor:
        """The target's number of each network `(batch, members)`."""
        return torch.stack([self.target.from_logits(self.card, logits) for logits in members], 1)

    def compare(self, values: NDArray[np.float64], windows: Seq[AlleleWindows]) -> list[tuple[float, ...] | str]:
        """How many agree, lowest and highest difference of each variant; `values` are `(variants, 2, members)`."""
        found: list[tuple[float, ...] | str] = []
        for before, after in values:
            own = Agreement.between(before, after)
            enough = bool(np.isfinite((before, after)).all())
            found.append((own.agreeing, min(own.deltas), max(own.deltas)) if enough else NO_NUMBER)
        return found


@dataclass(frozen=True)
class ProfileScore:
    """How much a predicted profile changes its shape, whatever happens to its total: the Jensen-Shannon distance.

    It is the square root of the Jensen-Shannon divergence in bits (Lin 1991, IEEE Trans Inf Theory 37:145; Endres and
    Schindelin 2003, 49:1858): 0 for equal shapes, 1 for signal at other bases. Where a bin is a base, bases of the alternate
    are compared with those of the reference that they belong to; bases that the variant takes or adds are left out.

    Attributes
    ----------
    card, output
        The model and its output with bins.
    groups
        Tracks that share one shape, such as the two strands of an experiment. Of several groups the mean is taken.
    name
        Column.
    words
        Whose profile.
    """

    card: ModelCard
    output: Output
    groups: tuple[tuple[int, ...], ...]
    name: str = "profile_change"
    words: str = ""

    @property
    def fields(self) -> tuple[ScoreField, ...]:
        """One column."""
        text = f"Change of the predicted profile's shape (Jensen-Shannon distance, 0 to 1): {self.words}"
        return (ScoreField(self.name, text),)

    @property
    def label(self) -> str:
        """What reasons call it."""
        return self.name

    @property
    def width(self) -> int:
        """Tracks times bins."""
        return sum(map(len, self.groups)) * self.output.bins

    def read(self, logits: Mapping[str, Tensor]) -> Tensor:
        """Values of the tracks at all bins `(batch, width)` from the model's logits."""
        tracks = [track for group in self.groups for track in group]
        return activate(logits[self.output.name], self.output.activation)[:, tracks].flatten(1)

    def compare(self, values: NDArray[np.float64], windows: Seq[AlleleWindows]) -> list[tuple[float, ...] | str]:
        """The distance of each variant, or why there is none; `values` are `(variants, 2, width)`."""
        found: list[tuple[float, ...] | str] = []
        for (before, after), one in zip(values.reshape(len(values), 2, -1, self.output.bins), windows, strict=True):
            here, there = self._paired(one)
            distances, first = [], 0
            for group in self.groups:
                rows = slice(first, first + len(group))
                distances.append(profile_distance(before[rows][:, here], after[rows][:, there]))
                first += len(group)
            number = float(np.mean(distances))
            if math.isfinite(number):
                found.append((number,))
            else:
                found.append(NO_SIGNAL if np.isfinite((before, after)).all() else NO_NUMBER)
        return found

    def _paired(self, windows: AlleleWindows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Bins of the reference and of the alternate that are compared."""
        bins = np.arange(self.output.bins)
        if self.output.resolution != 1 or not windows.variant.length_change:
            return bins, bins
        first = (self.card.length - self.output.bins) // 2
        partner = windows.partners[first + bins] - first
        kept = (partner >= 0) & (partner < self.output.bins)
        return bins[kept], partner[kept]


def profile_distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Jensen-Shannon distance of two profiles of values from 0 on, of any shape, each as shares of its sum.

    Nan where one has no signal.
    """
    if not (one.sum() > 0 and other.sum() > 0):
        return math.nan
    p, q = one / one.sum(), other / other.sum()
    middle = (p + q) / 2
    bits = 0.0
    for shares in (p, q):
        there = shares > 0
        bits += float((shares[there] * np.log2(shares[there] / middle[there])).sum()) / 2
    return math.sqrt(min(1.0, max(0.0, bits)))
