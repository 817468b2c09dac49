"""Variants as a language model scores them: the log-likelihood ratio of two bases."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from genoviz.errors import BadInput
from genoviz.language.filling import likelihoods
from genoviz.models.base import Model
from genoviz.models.language import reading_of
from genoviz.predict.expectation import expect
from genoviz.sequences.bases import BASES
from genoviz.sequences.locus import clip
from genoviz.sequences.numbers import whole_number
from genoviz.sequences.sequence import Sequence

_CHANGE = re.compile(r"([ACGT])([0-9]+)([ACGT])")


@dataclass(frozen=True)
class LikelihoodRatio:
    """A substitution, scored in two ways, in nats; below 0 the model finds the new base less likely.

    Attributes
    ----------
    place, reference, alternate
        Which base (from 1) and what it becomes.
    own
        ln p(alternate) - ln p(reference) at the place itself, which is hidden; all else is as given.
    whole
        Log-likelihood of the whole sequence with the new base, minus that without it: what its neighbours say counts, too.
    reading
        How the model reads, in words.
    """

    place: int
    reference: str
    alternate: str
    own: float
    whole: float
    reading: str

    @property
    def sentence(self) -> str:
        """Both numbers in words."""
        return (
            f"{self.reference}{self.place}{self.alternate}: log-likelihood ratio {self.own:+.2f} nats at the base itself, "
            f"{self.whole:+.2f} nats over the whole sequence ({self.reading}). No threshold says from where on a variant matters."
        )


def parse_change(text: str, sequence: Sequence) -> tuple[int, str]:
    """`C105A` as a place (0-based) and the new base; `BadInput` where the sequence has another base there."""
    found = _CHANGE.fullmatch(text.strip().upper())
    place = whole_number(found[2]) if found else None
    if found is None or not place or place > len(sequence) or sequence.bases[place - 1] != found[1]:
        there = f" Base {place} is {sequence.bases[place - 1]}." if place and place <= len(sequence) else ""
        raise BadInput(
            f"The change `{clip(text, 20)}` can't be made.{there}",
            "The base that stands there, its place from 1, and the new base are needed.",
            "For example `C105A`.",
        )
    return place - 1, found[3]


def likelihood_ratio(model: Model, sequence: Sequence, place: int, alternate: str) -> LikelihoodRatio:
    """Score the substitution of the base at `place` (0-based) by `alternate`.

    Raises
    ------
    BadInput
        If the model predicts no bases, or the place or base can't be scored.
    BadSequence
        If the sequence has another length than the model reads.
    """
    found = expect(model, sequence)
    bases = sequence.bases
    if not 0 <= place < len(sequence) or alternate not in BASES or bases[place] not in BASES:
        raise BadInput(
            f"Base {place + 1} was to become {alternate[:10]}.",
            f"A place from 1 to {len(sequence):,} with A, C, G or T, which becomes another of them.",
            "Choose another base.",
        )
    changed = Sequence(bases[:place] + alternate + bases[place + 1 :])
    whole = likelihoods(model, [sequence, changed])
    own = float(found.ratios[BASES.index(alternate), place])
    reading = reading_of(model).words
    return LikelihoodRatio(place + 1, bases[place], alternate, own, float(np.diff(whole)[0]), reading)
