"""Other experiments on the same element in one table: how far two measurements of one thing agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genoviz.errors import GenovizError
from genoviz.measured.agreement import FEWEST
from genoviz.measured.experiment import Experiment
from genoviz.measured.reading import Found, experiment_of
from genoviz.models.metrics import pearson

MOST = 100  # elements of a table that are looked through


@dataclass(frozen=True)
class Repeat:
    """Another experiment on the same bases.

    Attributes
    ----------
    name
        Of the other experiment.
    changes
        Changes that both have.
    pearson
        Correlation of their effects.
    """

    name: str
    changes: int
    pearson: float

    @property
    def best(self) -> float:
        """Correlation with one experiment that a perfect prediction of what both measure is expected to have."""
        return float(np.sqrt(max(self.pearson, 0.0)))

    @property
    def sentence(self) -> str:
        """In words."""
        return (
            f"{self.name} measured the same element: its effects correlate with these by {self.pearson:.2f} over "
            f"{self.changes:,} changes. A perfect prediction of what both share would reach about {self.best:.2f}."
        )


def repeats_of(found: Found, experiment: Experiment) -> tuple[Repeat, ...]:
    """Experiments of the same table, element and build that are not this one, the most alike first.

    Other cell lines and orientations count as well: what differs between them is in the correlation.
    """
    if len(found.elements) > MOST:
        return ()
    effects = dict(zip(experiment.changes, experiment.effects, strict=True))
    repeats = []
    for name in found.elements:
        if name == experiment.name:
            continue
        try:
            other = experiment_of(found, name)
        except GenovizError:  # an element that can't be read is none that repeats this one
            continue
        if other.sequence.bases != experiment.sequence.bases or other.sequence.locus != experiment.sequence.locus:
            continue
        pairs = [(effects[c], e) for c, e in zip(other.changes, other.effects, strict=True) if c in effects]
        if len(pairs) >= FEWEST:
            mine, theirs = np.array(pairs).T
            repeats.append(Repeat(name, len(pairs), pearson(mine, theirs)))
    return tuple(sorted(repeats, key=lambda one: -one.pearson))
