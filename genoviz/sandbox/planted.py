"""Sequences with sites written into random bases, and where each site lies."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genoviz.motifs.motif import Motif
from genoviz.sandbox.plan import MOST_GAP, WEAK, Plan
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

if TYPE_CHECKING:
    from numpy.random import Generator

_LETTERS = np.array(list(BASES))
_TRIES = 200


@dataclass(frozen=True)
class PlantedSite:
    """A site: its motif's name, its bases (0-based, half-open), its strand, and which of its bases any letter would do."""

    name: str
    start: int
    end: int
    strand: str
    weak: tuple[int, ...] = ()


@dataclass(frozen=True)
class Planted:
    """One sequence of a set.

    Attributes
    ----------
    sequence
        Its letters.
    positive
        The class that it was made as.
    label
        The class that training is told: another where the plan has wrong labels.
    sites
        What was written into it.
    """

    sequence: Sequence
    positive: bool
    label: bool
    sites: tuple[PlantedSite, ...]

    @property
    def truth(self) -> NDArray[np.bool_]:
        """`(length,)`: bases of planted sites that matter."""
        mask = np.zeros(len(self.sequence), dtype=bool)
        for site in self.sites:
            mask[site.start : site.end] = True
        return mask & self.scored

    @property
    def scored(self) -> NDArray[np.bool_]:
        """`(length,)`: all bases but those inside of a site at which any letter would do: neither right nor wrong."""
        mask = np.ones(len(self.sequence), dtype=bool)
        for site in self.sites:
            mask[list(site.weak)] = False
        return mask


def plant(plan: Plan, count: int | None = None, *, seed: int | None = None) -> tuple[Planted, ...]:
    """Sequences of a plan, positives and negatives by turns.

    Parameters
    ----------
    plan
        What to write.
    count
        How many; the plan's number by default.
    seed
        Another than the plan's, for sequences that training has not seen. These have no wrong labels.

    Examples
    --------
    >>> positive, negative = plant(Plan(("GATAAG",), length=40), 2)
    >>> site = positive.sites[0]
    >>> positive.sequence.bases[site.start : site.end], len(negative.sites), int(positive.truth.sum())
    ('GATAAG', 0, 6)
    """
    rng = np.random.default_rng(plan.seed if seed is None else seed)
    wrong = plan.wrong_labels if seed is None else 0.0
    motifs = plan.read
    found = []
    for i in range(plan.count if count is None else count):
        positive = i % 2 == 0
        label = positive != bool(rng.random() < wrong)
        found.append(_one(plan, motifs, positive, label, f"planted {i + 1}", rng))
    return tuple(found)


def _one(plan: Plan, motifs: Seq[Motif], positive: bool, label: bool, name: str, rng: Generator) -> Planted:
    gc = plan.gc / 2
    letters = rng.choice(_LETTERS, plan.length, p=[0.5 - gc, gc, gc, 0.5 - gc])
    kept = list(motifs)
    if not positive and plan.rule == "any":
        kept = []
    elif not positive and plan.rule == "all":
        kept.pop(int(rng.integers(len(kept))))
    sites = []
    for motif, start in zip(kept, _starts(plan, kept, positive, rng), strict=True):
        strand = "+" if plan.strands == "+" or rng.random() < 0.5 else "-"
        turned = motif if strand == "+" else motif.reverse_complement()
        end = start + len(turned)
        letters[start:end] = _site(turned, plan.sites, rng)
        weak = tuple((start + np.flatnonzero(turned.information() < WEAK)).tolist())
        sites.append(PlantedSite(motif.name, start, end, strand, weak))
    return Planted(Sequence("".join(letters), name), positive, label, tuple(sites))


def _starts(plan: Plan, motifs: Seq[Motif], positive: bool, rng: Generator) -> list[int]:
    """First bases of the sites in their order; the group of them lies anywhere.

    Wrong distances are drawn from 0 to as many as there is room for, those of the plan left out.
    """
    if not motifs:
        return []
    low, high = plan.gap
    widths = [len(motif) for motif in motifs]
    room = plan.length - sum(widths)
    gaps = rng.integers(low, high + 1, len(widths) - 1)
    if plan.rule == "spacing" and not positive:
        other = [gap for gap in range(min(room, MOST_GAP) + 1) if not low <= gap <= high]
        for _ in range(_TRIES):
            drawn = rng.choice(other, len(gaps)) if other else gaps
            if drawn.sum() <= room:
                gaps = drawn
                break
    first = int(rng.integers(room - int(gaps.sum()) + 1))
    return [first + sum(widths[:i]) + int(gaps[:i].sum()) for i in range(len(widths))]


def _site(motif: Motif, how: str, rng: Generator) -> NDArray[np.str_]:
    if how == "consensus":
        return _LETTERS[motif.matrix.argmax(1)]
    return np.array([rng.choice(_LETTERS, p=row) for row in motif.matrix])
