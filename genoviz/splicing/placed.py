"""Scores of one insertion or deletion at each place where it can be written.

Left-most and right-most placement in a repeat are the same DNA, but bases are paired with those of the reference in
another way, and distances are counted from another base. A site next to the repeat can then be one that moved (right-most:
lost at one base and gained at another) or one that stayed (left-most: no change).
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from genoviz.genes.transcripts import Transcript
from genoviz.genomes.genome import Reference
from genoviz.sequences.locus import Locus
from genoviz.splicing.alleles import (
    MATTERS,
    Scan,
    ScannedAlleles,
    Values,
    is_inside,
    n_outside,
    shared,
)
from genoviz.variants.placements import MOST_SHIFT, Placement, Placements, placements
from genoviz.variants.variant import Variant
from genoviz.variants.windows import AlleleWindows, allele_windows


class Score(Protocol):
    """A change at one base, see `genoviz.splicing.effect.SpliceScore` and `genoviz.splicing.usage.UsageScore`."""

    @property
    def value(self) -> float:
        """Its size."""

    @property
    def distance(self) -> int:
        """Coordinate minus the variant's."""


S = TypeVar("S", bound=Score)


@dataclass(frozen=True)
class PlacedScores(Generic[S]):
    """The scores of one placement, in the order of the effect's."""

    placement: Placement
    raw_scores: tuple[S, ...]
    masked_scores: tuple[S, ...] | None

    def scores(self, *, masked: bool) -> tuple[S, ...]:
        """Masked scores where they are asked for and known, else the others."""
        return self.masked_scores if masked and self.masked_scores is not None else self.raw_scores


@dataclass(frozen=True, eq=False)
class PlacedScan:
    """A placement, and the scan of its windows (with N outside of the transcript where the model reads that)."""

    placement: Placement
    scan: Scan


@dataclass(frozen=True, eq=False)
class ScannedPlacement:
    """A placement, its windows (with N outside of the transcript where the model reads that), and their values."""

    placement: Placement
    windows: AlleleWindows
    scan: ScannedAlleles


def placed_windows(variant: Variant, reference: Reference, reach: int, strand: str) -> tuple[AlleleWindows, Placements]:
    """Windows with `reach` bases on either side of all placements of a variant, and these.

    Raises
    ------
    RefMismatch, BadVariant, BadLocus
        See `genoviz.variants.windows.allele_windows`.
    """
    length = 2 * (reach + len(variant.ref) + len(variant.alt)) + 1
    windows = allele_windows(variant, reference, length, strand=strand)
    found = placements(variant, windows.variant, reference)
    if found.shift:
        windows = allele_windows(variant, reference, length + 2 * found.shift, strand=strand)
    return windows, found


def placed_scans(
    windows: AlleleWindows,
    found: Placements,
    transcript: Transcript | None,
    inside: Locus | None,
    span: Callable[[Variant], tuple[int, int]],
) -> list[PlacedScan]:
    """What is to be scanned for each placement in the transcript, the left-most first.

    Parameters
    ----------
    windows, found
        See `placed_windows`.
    transcript
        Placements outside of it are left out.
    inside
        Read N outside of it; None reads the genome.
    span
        Bases to scan to the left and to the right of a variant's position.
    """
    placed = []
    for one in found.all:
        if transcript is None or is_inside(one.variant, transcript):
            here = replace(windows, variant=one.variant)
            scan = Scan(here if inside is None else n_outside(here, inside), *span(one.variant))
            placed.append(PlacedScan(one, scan))
    return placed


def scan_placements(placed: Seq[PlacedScan], values: Values) -> list[ScannedPlacement]:
    """Values of both alleles for each placement; the model reads each allele once."""
    if len(placed) > 1:
        values = shared(values, [asked for one in placed for asked in one.scan.asked()])
    return [ScannedPlacement(one.placement, one.scan.windows, one.scan.run(values)) for one in placed]


def differ(one: Seq[Score], other: Seq[Score]) -> bool:
    """Whether a score differs by `MATTERS` or more."""
    return any(abs(a.value - b.value) >= MATTERS for a, b in zip(one, other, strict=True))


def placements_differ(placed: Seq[PlacedScores[S]]) -> bool:
    """Whether scores, masked or not, depend on the placement."""
    return any(
        differ(placed[0].scores(masked=masked), other.scores(masked=masked))
        for other in placed[1:]
        for masked in (False, True)
    )


def largest_of(scores: Seq[S]) -> S:
    """The largest of scores of either sign."""
    return max(scores, key=lambda score: abs(score.value))


def placement_notices(placed: Seq[PlacedScores[S]], found: Placements) -> list[str]:
    """Which placement gives which score, where they differ, and which ones were not scored."""
    said = []
    if placements_differ(placed):
        masked = not any(differ(placed[0].raw_scores, other.raw_scores) for other in placed[1:])
        each = "; ".join(
            f"{one.placement.name} ({one.placement.variant}) {_words(one.scores(masked=masked))}" for one in placed
        )
        said.append(
            f"The {'masked ' if masked else ''}scores depend on where this {placed[0].placement.variant.kind} is placed in its "
            f"repeat, though all places name the same DNA: {each}. The headline is that of the left-most place. A site whose "
            "bases are paired with others counts as moved: lost at one base and gained at another."
        )
    if found.cut:
        said.append(
            f"The repeat goes on for more than {MOST_SHIFT:,} bases; places further right than that were not scored."
        )
    elif len(placed) < len(found.all):
        names = " and ".join(one.name for one in found.all if one not in [p.placement for p in placed])
        said.append(f"The {names} place of this change lies outside of the transcript and was not scored.")
    return said


def _words(scores: Seq[Score]) -> str:
    top = largest_of(scores)
    return str(top) if top.value else "no change"
