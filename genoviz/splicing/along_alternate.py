"""Splice sites along a transcript with the alternate allele of a variant, on the bases of the reference.

Only what lies within a network's reach of the variant can change, so that stretch alone is read anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from genoviz.genomes.genome import Reference
from genoviz.models.base import Model
from genoviz.splicing.alleles import MOST_DISTANCE, annotated_sites
from genoviz.splicing.along import SpliceAlong
from genoviz.splicing.context import context
from genoviz.splicing.effect import SITES, splice_effect
from genoviz.variants.variant import Variant

CHANGED = 0.05  # change of a site's probability from which on it is listed
_NAMED = 3


@dataclass(frozen=True)
class ChangedSite:
    """A base whose probability of being a site changes: `site` with its exon (0 where none ends there), before and after."""

    site: str
    position: int
    exon: int
    reference: float
    alternate: float

    @property
    def change(self) -> float:
        """Alternate minus reference."""
        return self.alternate - self.reference


@dataclass(frozen=True, eq=False)
class AlongAlleles:
    """A transcript with either allele.

    Attributes
    ----------
    variant
        The left-aligned change.
    reference, alternate
        Probabilities on the bases of the reference; where the alternate allele has no base it is 0, and a base that
        inserted ones follow has the largest of their probabilities.
    changed
        Sites that change by `CHANGED` or more, 5' to 3'.
    """

    variant: Variant
    reference: SpliceAlong
    alternate: SpliceAlong
    changed: tuple[ChangedSite, ...]

    @property
    def sentence(self) -> str:
        """The sites that change most, in words."""
        if not self.changed:
            return f"{self.variant} changes no site along {self.reference.locus} by {CHANGED:g} or more."
        ordered = sorted(self.changed, key=lambda one: -abs(one.change))[:_NAMED]
        named = "; ".join(
            f"{one.site}{f' of exon {one.exon}' if one.exon else ''} at {one.position:,}, {one.reference:.2f} to {one.alternate:.2f}"
            for one in ordered
        )
        count = f"{len(self.changed)} site{'s' if len(self.changed) > 1 else ''}"
        return f"{self.variant} changes {count} by {CHANGED:g} or more: {named}."


def along_alternate(model: Model, along: SpliceAlong, variant: Variant, reference: Reference) -> AlongAlleles:
    """The same stretch with the alternate allele.

    Parameters
    ----------
    model
        That of `along`.
    along
        The reference allele, read with the transcript that holds the variant, or with none.
    variant, reference
        As for `genoviz.splicing.effect.splice_effect`, which says what is raised.
    """
    strand = along.locus.strand
    reach = min(MOST_DISTANCE, context(model.card) // 2 + max(len(variant.ref), len(variant.alt)))
    effect = splice_effect(
        model,
        variant,
        reference,
        strand,
        distance=reach,
        transcript=along.transcript,
        read_outside=along.read_outside,
    )
    values, pos = along.values.copy(), effect.windows.variant.pos
    exons = annotated_sites(along.transcript) if along.transcript is not None else {}
    changed = []
    for row, distance in enumerate(effect.distances):
        place = pos - 1 + int(distance)
        if not along.locus.contains(place):
            continue
        i = along.locus.to_relative(place)
        values[i] = effect.alternate[row]
        for column, site in enumerate(SITES):
            before, after = float(effect.reference[row, column]), float(effect.alternate[row, column])
            if abs(after - before) >= CHANGED:
                changed.append(ChangedSite(site, place + 1, exons.get((site, place + 1), 0), before, after))
    alternate = replace(along, values=values).at(along.threshold)
    return AlongAlleles(effect.windows.variant, along, alternate, tuple(changed))
