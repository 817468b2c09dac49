"""MaxEntScan's score of a splice site with either allele of a variant: the classical baseline for splice effects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch

from genoviz.models.answers import ask, check_finite
from genoviz.models.base import Model, lock_of
from genoviz.models.onehot import encode
from genoviz.networks.maxent import KINDS
from genoviz.variants.windows import AlleleWindows

BASELINES = {"acceptor": "splice.maxent3", "donor": "splice.maxent5"}  # names of the models


@dataclass(frozen=True)
class SiteStrength:
    """How strong a site is with either allele.

    Attributes
    ----------
    site
        `acceptor` or `donor`.
    position
        1-based coordinate of the exon's base next to the intron.
    reference, alternate
        Scores in bits; the alternate is None where the variant takes that base away.
    reference_bases, alternate_bases
        What was scored, 5' to 3' on the transcript; empty where there is no score.
    """

    site: str
    position: int
    reference: float
    alternate: float | None
    reference_bases: str
    alternate_bases: str


def site_strengths(
    models: Mapping[str, Model], windows: AlleleWindows, sites: Iterable[tuple[str, int]]
) -> tuple[SiteStrength, ...]:
    """Score sites near a variant with either allele.

    Parameters
    ----------
    models
        By kind of site, see `BASELINES`.
    windows
        The variant; its strand is the transcript's.
    sites
        Kind, and coordinate minus that of the variant, as in `genoviz.splicing.effect.SpliceScore`.
    """
    found, partners = [], windows.partners
    for site, distance in sites:
        position = windows.variant.pos + distance
        here = windows.index(position)
        there = int(partners[here])
        before = _around(site, windows.reference.bases, here)
        after = _around(site, windows.alternate.bases, there) if there >= 0 else ""
        found.append(
            SiteStrength(
                site,
                position,
                _score(models[site], before),
                _score(models[site], after) if after else None,
                before,
                after,
            )
        )
    return tuple(found)


def _around(site: str, bases: str, index: int) -> str:
    """What MaxEntScan reads around the exon's base; N past the ends."""
    kind = KINDS[site]
    # The invariant bases are the two behind the exon's base, or the two before it.
    start = index + 1 - kind.invariant if site == "donor" else index - 2 - kind.invariant
    padded = "N" * kind.length + bases + "N" * kind.length
    return padded[start + kind.length : start + 2 * kind.length]


def _score(model: Model, bases: str) -> float:
    X = encode(bases)
    with lock_of(model), torch.no_grad():
        strength = ask(model, X)["strength"]
    check_finite(model.card, strength, X)
    return float(strength[0, 0, 0])
