"""The sites near a variant with their probability under either allele, and what the transcript may become by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from genoviz.isoforms.outcome import SplicingOutcome, splicing_outcome
from genoviz.isoforms.sites import PredictedSite
from genoviz.splicing.alleles import annotated_sites
from genoviz.splicing.effect import SITES, SpliceEffect

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

LEAST = 0.05  # a site that the transcript has not got and that stays below it with both alleles is left out
CHANGED = 0.05  # from here on a site counts as changed where sites are listed
_BESIDE = {"donor": ("GT", "GC", "AT"), "acceptor": ("AG", "AC")}


def predicted_sites(effect: SpliceEffect) -> tuple[PredictedSite, ...]:
    """Sites of an effect, by place on the plus strand: those with a probability of `LEAST` or more, and all annotated ones.

    Bases that the variant adds have rows of their own, behind that of the base that they are attached to.
    """
    known = annotated_sites(effect.transcript) if effect.transcript is not None else {}
    variant = effect.windows.variant
    added = effect.inserted
    anchor = variant.pos - 1 + min(len(variant.ref), len(variant.alt))
    found = []
    for column, site in enumerate(SITES):
        for row in np.argsort(effect.distances, kind="stable").tolist():
            position = variant.pos + int(effect.distances[row])
            before, after = float(effect.reference[row, column]), float(effect.alternate[row, column])
            exon = known.get((site, position), 0)
            if len(added) and position == anchor and after == added[:, column].max():
                after = min(before, after) if _can_be(effect, site, position) else 0.0
            if exon or max(before, after) >= LEAST:
                found.append(PredictedSite(site, position, before, after, exon))
        for number in range(len(added)):
            after = float(added[number, column])
            if after >= LEAST:
                found.append(PredictedSite(site, anchor, 0.0, after, inserted=number))
    return tuple(sorted(found, key=lambda one: (one.position, one.site, -1 if one.inserted is None else one.inserted)))


def outcome_of(effect: object, reference: Reference) -> SplicingOutcome | None:
    """What the transcript of an effect may become; None for models that do not tell acceptors from donors, or no transcript."""
    if not isinstance(effect, SpliceEffect) or effect.transcript is None:
        return None
    distance = int(np.abs(effect.distances).max())
    return splicing_outcome(
        effect.windows.variant, effect.transcript, reference, predicted_sites(effect), distance=distance
    )


def _can_be(effect: SpliceEffect, site: str, position: int) -> bool:
    """Whether the alternate allele has bases of an intron beside a base of the genome."""
    at = effect.windows.index(position)
    if not 0 <= at < len(effect.windows.reference):
        return False
    partner = int(effect.windows.partners[at])
    first = partner + 1 if site == "donor" else partner - 2
    return effect.windows.alternate.bases[max(0, first) : first + 2] in _BESIDE[site]
