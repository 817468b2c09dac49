"""What the grammar bench measures, with the sentence that says it; see `genoviz.grammar`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.grammar.backgrounds import Backgrounds
from genoviz.grammar.mean_interval import Spread
from genoviz.models.target import Target
from genoviz.predict.measure import Measure
from genoviz.sequences.sequence import Sequence

STRANDS = ("+", "-")
ORDERS = ("A before B", "B before A")


@dataclass(frozen=True, eq=False)
class Marginal:
    """What one site does at one place.

    Attributes
    ----------
    effect
        `(backgrounds,)`: with the site minus without.
    background
        `(backgrounds,)`: the target's number without it.
    site, strand, position
        What was written where; the 0-based first base.
    target, unit, backgrounds, of
        What was measured, and on what; `of` is None where it is the prediction.
    """

    effect: Spread
    background: Spread
    site: Sequence
    strand: str
    position: int
    target: Target
    unit: str
    backgrounds: Backgrounds
    of: Measure | None = None

    @property
    def sentence(self) -> str:
        """The effect in words."""
        first, strand = self.position + 1, _strand(STRANDS.index(self.strand))
        return (
            f"{site_name(self.site)} at bases {first} to {first + len(self.site) - 1} on the {strand} strand "
            f"{_verb(self.effect)} {_measured(self)}: {self.effect.words(self.unit)}."
        )


@dataclass(frozen=True, eq=False)
class Slide:
    """What one site does at every place, on both strands.

    Attributes
    ----------
    effect
        `(backgrounds, 2, places)`: with the site minus without; strands as in `STRANDS`.
    positions
        `(places,)`: 0-based first bases.
    complete
        False if the run was cancelled; the backgrounds done are all that `effect` holds.
    engine
        `incremental` or `plain`, whichever was faster on the first background.
    of
        As in `Marginal`.
    """

    effect: Spread
    positions: NDArray[np.int64]
    site: Sequence
    target: Target
    unit: str
    backgrounds: Backgrounds
    complete: bool
    engine: str
    of: Measure | None = None

    @property
    def best(self) -> tuple[int, int]:
        """Indices of strand and place with the largest mean effect, in either direction."""
        strand, place = np.unravel_index(np.nanargmax(np.abs(self.effect.mean)), self.effect.mean.shape)
        return int(strand), int(place)

    @property
    def sentence(self) -> str:
        """The largest effect in words."""
        strand, place = self.best
        first = int(self.positions[place]) + 1
        change = self.effect[strand, place]
        return (
            f"{site_name(self.site)} {_verb(change)} {_measured(self)} most at bases {first} to "
            f"{first + len(self.site) - 1} on the {_strand(strand)} strand: {change.words(self.unit)}, the largest of "
            f"{self.effect.mean.size:,} placements."
        )


@dataclass(frozen=True, eq=False)
class Spacing:
    """What site A (fixed) and site B (everywhere beside it) do together.

    Attributes
    ----------
    joint, single_b, cooperation
        `(backgrounds, 2, 2, gaps)`: order as in `ORDERS`, strand of B as in `STRANDS`, gap. `joint` is the effect of
        both sites, `single_b` that of B alone at the same place, `cooperation` is joint - single_a - single_b. nan where
        B would leave the sequence.
    single_a
        `(backgrounds,)`: effect of A alone.
    gaps
        `(gaps,)`: bases between the two sites, from 0.
    site_a, site_b, strand_a, position_a
        The sites; strand and 0-based first base of A.
    target, unit, backgrounds, complete, engine, of
        As in `Slide`.
    """

    joint: Spread
    single_a: Spread
    single_b: Spread
    cooperation: Spread
    gaps: NDArray[np.int64]
    site_a: Sequence
    site_b: Sequence
    strand_a: str
    position_a: int
    target: Target
    unit: str
    backgrounds: Backgrounds
    complete: bool
    engine: str
    of: Measure | None = None

    @property
    def expected(self) -> Spread:
        """`(backgrounds, 2, 2, gaps)`: the sum of the single effects."""
        return Spread(self.joint.values - self.cooperation.values)

    @property
    def best(self) -> tuple[int, int, int]:
        """Indices of order, strand of B and gap with the largest joint effect, in either direction."""
        order, strand, gap = np.unravel_index(np.nanargmax(np.abs(self.joint.mean)), self.joint.mean.shape)
        return int(order), int(strand), int(gap)

    @property
    def sentence(self) -> str:
        """The largest joint effect, and how far it is from the sum."""
        order, strand, gap = self.best
        a, b, joint = site_name(self.site_a), site_name(self.site_b), self.joint[self.best]
        extra, (low, high) = self.cooperation[self.best], (float(v) for v in self.cooperation[self.best].interval)
        beyond = "more" if float(extra.mean) >= 0 else "less"
        tried = int(np.isfinite(self.joint.mean).sum())
        text = (
            f"{a} and {b} {_verb(joint).removesuffix('s')} {_measured(self)} most with {self.gaps[gap]} bp between them, "
            f"{a if order == 0 else b} first, {b} on the {_strand(strand)} strand: {joint.words(self.unit)}, the largest of "
            f"{tried:,} placements. Together they do {abs(float(extra.mean)):.2g} {self.unit} {beyond} than the sum of "
            f"both, 95 % interval {low:+.2g} to {high:+.2g}"
        )
        return text + (": no sign of cooperation there." if low <= 0 <= high else ".")


@dataclass(frozen=True, eq=False)
class Copies:
    """What 1 to n copies of a site do.

    Attributes
    ----------
    joint, cooperation
        `(backgrounds, n)`: effect of the first k copies together, and that minus the sum of each of them alone.
    single
        `(backgrounds, n)`: effect of each copy alone, at its place.
    positions
        `(n,)`: 0-based first bases in the order in which copies are added: from the middle outwards.
    gap
        Bases between neighbouring copies.
    site, strand, target, unit, backgrounds, complete, engine, of
        As in `Spacing`.
    """

    joint: Spread
    single: Spread
    cooperation: Spread
    positions: NDArray[np.int64]
    gap: int
    site: Sequence
    strand: str
    target: Target
    unit: str
    backgrounds: Backgrounds
    complete: bool
    engine: str
    of: Measure | None = None

    @property
    def expected(self) -> Spread:
        """`(backgrounds, n)`: sum of the single effects of the first k copies."""
        return Spread(self.single.values.cumsum(1))

    @property
    def sentence(self) -> str:
        """All copies against the sum, in words."""
        n, extra = len(self.positions), self.cooperation[-1]
        low, high = (float(end) for end in extra.interval)
        beyond = "more" if float(extra.mean) >= 0 else "less"
        verdict = ": they add up." if low <= 0 <= high else "."
        return (
            f"{n} copies of {site_name(self.site)}, {self.gap} bp apart, change {_measured(self)} by "
            f"{self.joint[-1].words(self.unit)}, one copy by {self.joint[0].words(self.unit)}. All copies do "
            f"{abs(float(extra.mean)):.2g} {self.unit} {beyond} than the sum of each alone, 95 % interval {low:+.2g} to "
            f"{high:+.2g}{verdict}"
        )


def site_name(site: Sequence) -> str:
    """What a site is called in sentences and tables: its name, else its bases."""
    return site.name or site.bases


def _measured(result: Marginal | Slide | Spacing | Copies) -> str:
    if result.of is not None:
        return result.of.words(result.target)
    return ", ".join(result.target.tracks) or result.target.output


def _strand(index: int) -> str:
    return ("plus", "minus")[index]


def _verb(change: Spread) -> str:
    return "raises" if float(change.mean) >= 0 else "lowers"
