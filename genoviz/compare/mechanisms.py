"""Mechanisms: what a model falls back on when parts of a sequence are destroyed.

Thousands of mutants of one sequence are drawn, each is explained, and mutants whose explanations look alike are put
together. Each cluster is a way in which the model reads this sequence. The idea is that of SEAM (Seitz, McCandlish, Kinney
and Koo 2025, bioRxiv 2025.10.07.681052), here with DeepLIFT against one reference and k-means.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.compare.grouping import grouped, number_of_groups, silhouette
from genoviz.compare.many import explain_many
from genoviz.compare.options import FEWEST_MUTANTS, MOST_MUTANTS, MUTANTS, RATE
from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.models.size import check_length
from genoviz.models.target import Target
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

BLOCK = 8  # bases of a stretch that is said to be lost or gained
NOTICED = 0.15  # share of the strongest stretch from which a loss or gain is said

Mutants = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Mechanism:
    """Mutants that the model reads alike.

    Attributes
    ----------
    members
        Numbers of the mutants.
    scores
        `(length,)`: mean score of the base that stands at each place.
    mutated
        `(length,)`: share of the members that are changed at each place.
    value
        Mean of the target's number over the members.
    lost, gained
        The stretch (from 0, half-open) whose |scores| sank most, or grew most, against the sequence as given; None where no
        stretch changed by more than `NOTICED` of the strongest one.
    hit, hit_elsewhere
        Share of the members, and of all other mutants, with a change in `lost`; nan without.
    """

    members: NDArray[np.int64]
    scores: NDArray[np.float32]
    mutated: NDArray[np.float64]
    value: float
    lost: tuple[int, int] | None
    gained: tuple[int, int] | None
    hit: float
    hit_elsewhere: float


@dataclass(frozen=True, eq=False)
class Mechanisms:
    """Clusters of the explanations of mutants, the largest first.

    Attributes
    ----------
    sequence, target, unit, method
        What was mutated and how it was explained.
    letters
        `(mutants, length)`: which base stands where, as its place in A C G T (4: another letter).
    scores
        `(mutants, length)`.
    values
        `(mutants,)`: the target's number.
    labels
        `(mutants,)`: the cluster of each, from 0; -1 for those without a finite number.
    wild, value
        Scores `(length,)` and number of the sequence as given.
    clusters
        One for each label.
    apart
        How far the clusters stand apart: mean silhouette, from -1 to 1; 0 for a single one.
    rate, seed
        How the mutants were drawn.
    complete
        False if the run was cancelled: the mutants are those explained until then.
    """

    sequence: Sequence
    target: Target
    unit: str
    method: str
    letters: Mutants
    scores: NDArray[np.float32]
    values: NDArray[np.float64]
    labels: NDArray[np.int64]
    wild: NDArray[np.float32]
    value: float
    clusters: tuple[Mechanism, ...]
    apart: float
    rate: float
    seed: int
    complete: bool = True

    @property
    def as_given(self) -> int:
        """The cluster whose mean scores are nearest to those of the sequence as given."""
        far = [float(np.nansum((cluster.scores - self.wild) ** 2)) for cluster in self.clusters]
        return int(np.argmin(far))

    def says(self, number: int) -> str:
        """One cluster in words."""
        cluster = self.clusters[number]
        share = f"{len(cluster.members):,} of {int((self.labels >= 0).sum()):,} mutants"
        change = f"mean output {cluster.value:.3g} {self.unit} ({cluster.value - self.value:+.3g})"
        if number == self.as_given:
            return f"Read as the sequence itself: {share}, {change}."
        if cluster.lost is None:
            falls = "" if cluster.gained is None else f", and bases {self._place(cluster.gained)} count for more"
            return f"No stretch is lost{falls}: {share}, {change}."
        broken = (
            f"With bases {self._place(cluster.lost)} weakened (changed in {100 * cluster.hit:.0f} % of these mutants, "
            f"{100 * cluster.hit_elsewhere:.0f} % of the others)"
        )
        if cluster.gained is None:
            return f"{broken}, nothing takes their place: {share}, {change}."
        return f"{broken}, the model falls back on bases {self._place(cluster.gained)}: {share}, {change}."

    @property
    def sentence(self) -> str:
        """How many ways of reading there are, and the largest that is not that of the sequence itself."""
        n = len(self.clusters)
        others = [i for i in range(n) if i != self.as_given]
        if not others:
            return f"All {len(self.labels):,} mutants are read in one way."
        return f"{len(self.labels):,} mutants are read in {n} ways. {self.says(others[0])}"

    def _place(self, stretch: tuple[int, int]) -> str:
        start, end = stretch
        return f"{start + 1}-{end} ({self.sequence.bases[start:end]})"


def mechanisms(
    model: Model,
    sequence: Sequence,
    target: Target | None = None,
    method: str | None = None,
    *,
    mutants: int = MUTANTS,
    rate: float = RATE,
    groups: int | None = None,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Mechanisms:
    """Explain many mutants of a sequence, and put together those that the model reads alike.

    Parameters
    ----------
    model, sequence, target
        What is explained; the model's first track when None.
    method
        Key of `METHODS`; DeepLIFT with one reference for all when None, see `genoviz.compare.many`.
    mutants, rate
        How many, and the chance of each base to be changed to one of the other three.
    groups
        Number of clusters; the one with the largest silhouette when None.
    seed
        For the mutants and the clustering.
    progress
        Called with the share done. Raising `Cancelled` in it ends the run; from `FEWEST_MUTANTS` on, those done are put
        together.

    Raises
    ------
    BadInput
        If an option is out of range.
    GenovizError
        What `explain_many` raises.
    """
    check_length(sequence, model.card)
    if not (
        FEWEST_MUTANTS <= mutants <= MOST_MUTANTS and 0 < rate < 1 and (groups is None or 1 <= groups <= mutants // 2)
    ):
        raise BadInput(
            f"{mutants:,} mutants with a rate of {rate:g}"
            + (f" in {groups} clusters" if groups else "")
            + " were asked for.",
            f"{FEWEST_MUTANTS} to {MOST_MUTANTS:,} mutants, a rate between 0 and 1 and at least two mutants for each cluster are accepted.",
            f"{MUTANTS:,} mutants with a rate of {RATE} are usual.",
        )
    target = target or Target.default(model.card)
    letters = draw_mutants(sequence, mutants, rate=rate, seed=seed)
    read = [sequence, *as_sequences(letters, sequence)]
    found = explain_many(model, read, target, method, seed=seed, least=1 + FEWEST_MUTANTS, progress=progress)
    letters, scores, values = letters[: found.done - 1], found.scores[1 : found.done], found.values[1 : found.done]
    usable = np.flatnonzero(found.usable[1 : found.done])
    rows = np.nan_to_num(scores[usable]).astype(np.float64)
    labels = np.full(len(letters), -1, dtype=np.int64)
    labels[usable] = grouped(
        rows, min(groups, len(rows) // 2) if groups else number_of_groups(rows, seed=seed), seed=seed
    )
    changed = letters != letters_of(sequence)
    clusters = tuple(
        _mechanism(np.flatnonzero(labels == k), np.flatnonzero((labels >= 0) & (labels != k)), changed, scores, values, found.scores[0])
        for k in range(int(labels.max()) + 1)
    )  # fmt: skip
    return Mechanisms(
        sequence, target, target.unit(model.card), found.method, letters, scores, values, labels, found.scores[0],
        float(found.values[0]), clusters, silhouette(rows, labels[usable], seed=seed), rate, seed,
        found.complete,
    )  # fmt: skip


def draw_mutants(sequence: Sequence, n: int, *, rate: float = RATE, seed: int = 0) -> Mutants:
    """`(n, length)` places in A C G T; each known base is changed with the chance `rate`, to any of the other three."""
    own = letters_of(sequence)
    rng = np.random.default_rng(seed)
    hit = (rng.random((n, len(own))) < rate) & (own < 4)
    moved = (own + rng.integers(1, 4, size=hit.shape)) % 4
    return np.asarray(np.where(hit, moved, own), dtype=np.uint8)


def letters_of(sequence: Sequence) -> Mutants:
    """`(length,)`: the place of each base in A C G T; 4 for another letter."""
    return np.array([BASES.find(base) if base in BASES else 4 for base in sequence.bases], dtype=np.uint8)


def as_sequences(letters: Mutants, original: Sequence) -> Seq[Sequence]:
    """Mutants as sequences; letters that are none of A C G T stay those of the original."""
    alphabet = np.array([*BASES, "N"])
    unknown = list(original.ambiguous)
    found = []
    for row in alphabet[letters]:
        row[unknown] = [original.bases[i] for i in unknown]
        found.append(Sequence("".join(row)))
    return found


def _mechanism(
    members: NDArray[np.int64],
    others: NDArray[np.int64],
    changed: NDArray[np.bool_],
    scores: NDArray[np.float32],
    values: NDArray[np.float64],
    wild: NDArray[np.float32],
) -> Mechanism:
    mean = scores[members].mean(0)
    before = _blocks(np.abs(np.nan_to_num(wild)))
    # The mean of |scores|, not |mean score|: a site that half of the members have, and half not, is half as strong.
    after = _blocks(np.abs(np.nan_to_num(scores[members])).mean(0))
    width = len(wild) - len(before) + 1
    least = NOTICED * max(float(before.max()), float(after.max()), 1e-30)
    loss, gain = before - after, after - before
    lost = _stretch(loss, width) if loss.max() > least else None
    gained = _stretch(gain, width) if gain.max() > least else None
    hit = elsewhere = float("nan")
    if lost is not None:
        hit = float(changed[members, lost[0] : lost[1]].any(1).mean())
        elsewhere = float(changed[others, lost[0] : lost[1]].any(1).mean()) if len(others) else float("nan")
    return Mechanism(
        members, np.asarray(mean, dtype=np.float32), changed[members].mean(0), float(values[members].mean()), lost, gained,
        hit, elsewhere,
    )  # fmt: skip


def _blocks(row: NDArray[np.float32]) -> NDArray[np.float64]:
    """Sums over stretches of `BLOCK` bases."""
    return np.convolve(row.astype(np.float64), np.ones(min(BLOCK, len(row))), "valid")


def _stretch(sums: NDArray[np.float64], width: int) -> tuple[int, int]:
    start = int(sums.argmax())
    return start, start + width
