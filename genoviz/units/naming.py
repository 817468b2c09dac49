"""Which known motif a unit's logo looks most like, and how often that of a random network's unit does."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.models.factors import closest_motifs, nameable
from genoviz.motifs.families import family_label
from genoviz.motifs.match import SIGNIFICANT, Match
from genoviz.motifs.motif import Motif
from genoviz.motifs.names import name_motifs
from genoviz.units.bank import Unit, UnitBank

_CORE = 1 / 3  # of the bits of a logo's best column, which the ends of what is compared have
_SHARP = 1.5  # bits of the best columns
_LEAST = 0.01  # added to each share
_STEEPEST, _HALVINGS = 20.0, 30  # powers that are tried
_SHORTEST = 5  # columns that can look like a motif


@dataclass(frozen=True)
class Nearest:
    """The motif that a unit's logo looks most like.

    Attributes
    ----------
    match
        None where the logo has too few columns that say something.
    random
        Share of the units of the random network whose logo is at least as close to some motif.
    units
        How many of those were compared.
    """

    match: Match | None
    random: float
    units: int

    @property
    def believable(self) -> bool:
        """Whether its q-value is small and at most 5 % of the random units come as close."""
        return self.match is not None and self.match.q_value <= SIGNIFICANT and self.random <= 0.05

    @property
    def label(self) -> str:
        """Family and accession of the motif."""
        return "" if self.match is None else f"{family_label(self.match.motif)} {self.match.motif.accession}".strip()

    @property
    def sentence(self) -> str:
        """The likeness with its control."""
        if self.match is None:
            return "Its logo says too little to compare it with known motifs."
        head = "Looks like" if self.believable else "Like no known motif more than chance gives; the closest is"
        return (
            f"{head} {self.label} (q = {self.match.q_value:.2g}, Tomtom); {100 * self.random:.0f} % of {self.units} units of a random "
            "network come as close to some motif."
        )


def nearest(bank: UnitBank, units: Seq[Unit]) -> tuple[Nearest, ...]:
    """The nearest known motif of each unit.

    The `core` of a logo is compared with the motifs that fit the model's organism.
    """
    background = composition(bank)
    queries = [core(one.motif, background) if one.motif else None for one in units]
    controls = [core(motif, background) for motif in bank.random_motifs]
    known = [query for query in (*queries, *controls) if query is not None]
    names = iter(name_motifs(known, closest_motifs(bank.card), nameable=nameable(bank.card)) if known else ())
    found = [None if query is None else next(names) for query in queries]
    reached = np.array([_q(None if query is None else next(names)) for query in controls] or [1.0])
    shares = [float((reached <= _q(match)).mean()) for match in found]
    return tuple(Nearest(match, share, len(controls)) for match, share in zip(found, shares, strict=True))


def composition(bank: UnitBank) -> tuple[float, float, float, float]:
    """Share of A, C, G and T in the records, none below 1 %."""
    text = "".join(one.bases for one in bank.records.sequences)
    shares = np.clip(np.array([text.count(base) for base in "ACGT"]) / max(1, len(text)), 0.01, None)
    a, c, g, t = (shares / shares.sum()).tolist()
    return a, c, g, t


def core(motif: Motif, background: tuple[float, float, float, float]) -> Motif | None:
    """A logo as it is compared: against the composition of the records, made sharper, without flanks that say little.

    How sharp a logo is depends on how many windows it is made of, and a blurred one looks a little like many motifs. Its ratios to
    the composition are raised to the power that gives its best columns 1.5 bits; the order of the columns stays.
    None where fewer than five columns say something.
    """
    ratio = (motif.matrix + _LEAST) / (np.array(background) + _LEAST)
    low, high = 0.0, _STEEPEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if _best(_raised(ratio, middle)) > _SHARP else (middle, high)
    rows = _raised(ratio, low)
    bits = _bits(rows)
    keep = np.flatnonzero(bits >= _CORE * bits.max())
    if _best(rows) < _SHARP / 2 or keep[-1] - keep[0] + 1 < _SHORTEST:
        return None
    return Motif.from_counts(motif.name, rows[keep[0] : keep[-1] + 1], pseudocount=0)


def _raised(ratio: NDArray[np.float64], power: float) -> NDArray[np.float64]:
    found = ratio**power
    return np.asarray(found / found.sum(1, keepdims=True))


def _bits(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((rows * np.log2(4 * rows + 1e-12)).sum(1))


def _best(rows: NDArray[np.float64]) -> float:
    """Mean bits of the best columns."""
    return float(np.sort(_bits(rows))[::-1][:_SHORTEST].mean())


def _q(match: Match | None) -> float:
    return 1.0 if match is None else match.q_value
