"""Predicted binding sites: where motifs match a sequence, on both strands, with exact p-values.

A *hit* is a place where a motif's log-odds are so high that a random word of the background reaches them with at most the
threshold's probability (`genoviz.motifs.p_value`). A hit says that the letters fit, not that the factor binds or that a
model looks there; `genoviz.attribute.site_use` joins hits with attributions.

A sequence is one-hot encoded once and multiplied with all motifs of one width at a time. Scores are whole steps of
`STEP` bits below 2^24, which single precision holds exactly, so hits do not depend on how the sums are ordered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.motifs.collection import collection
from genoviz.motifs.families import one_per_family
from genoviz.motifs.motif import UNIFORM, Motif
from genoviz.motifs.p_value import STEP, motif_scan
from genoviz.sequences.bases import BASES
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence

THRESHOLD = 1e-4  # FIMO's default
LOOSEST = 0.01  # p-values above are not kept: a hundredth of all places would be hits
_CELLS = 4_000_000  # scores held at once, 16 MB


@dataclass(frozen=True)
class Hit:
    """One predicted site.

    Attributes
    ----------
    motif
        What matches.
    start, end
        Bases of the sequence it covers (0-based, half-open).
    strand
        `+` if the motif reads along the sequence, `-` if along its reverse complement.
    score
        Log-odds in bits, rounded position by position to `STEP`.
    p_value
        Probability that a random word scores at least this.
    q_value
        Benjamini-Hochberg over every place, strand and motif of the scan: of the hits with at most this q-value, this
        share is expected to be there by chance.
    """

    motif: Motif
    start: int
    end: int
    strand: str
    score: float
    p_value: float
    q_value: float

    @property
    def label(self) -> str:
        """Accession and name of the motif."""
        return f"{self.motif.accession} {self.motif.name}".strip()


@dataclass(frozen=True, eq=False)
class Group:
    """Motifs of one width. Column `2 i` is motif `places[i]` along the sequence, column `2 i + 1` its other strand.

    `weights (5 width, columns)` are scores in steps, rows position by position A, C, G, T, other. `tails[c][k]` is the
    p-value of the score `floors[c] + k`, from `LOOSEST` on.
    """

    width: int
    places: tuple[int, ...]
    weights: NDArray[np.float32]
    floors: NDArray[np.int64]
    tails: tuple[NDArray[np.float64], ...]

    def cuts(self, threshold: float) -> NDArray[np.float32]:
        """Lowest score of each column with a p-value of at most the threshold; infinite if none has."""
        first = np.array([np.searchsorted(-tail, -threshold) for tail in self.tails])
        reached = first < [len(tail) for tail in self.tails]
        return np.where(reached, self.floors + first, np.inf).astype(np.float32)


def scan(
    sequence: Sequence,
    motifs: Seq[Motif] | None = None,
    threshold: float = THRESHOLD,
    *,
    background: Seq[float] = UNIFORM,
    progress: Callable[[float], None] | None = None,
) -> tuple[Hit, ...]:
    """Hits of motifs on both strands.

    A letter other than A, C, G, T scores the mean over these. A motif on the minus strand is its reverse complement
    scanned against the same background, with its own p-values.

    Parameters
    ----------
    sequence
        What to look at.
    motifs
        What to look for; the whole bundled collection if None.
    threshold
        Largest p-value of a hit, at most `LOOSEST`. A motif that is too short or too vague to reach it has no hit, see
        `out_of_reach`.
    background
        Frequencies of A, C, G, T without a motif.
    progress
        Called with the share that is done.

    Returns
    -------
    tuple of Hit
        By start, then by p-value. A palindrome hits both strands.

    Raises
    ------
    BadInput
        If the threshold is not above 0 and at most `LOOSEST`.
    BadMotif
        If the background is not four positive numbers that sum to 1.
    """
    check_threshold(threshold)
    motifs = collection() if motifs is None else tuple(motifs)
    groups = prepared(motifs, tuple(float(p) for p in background))
    onehot = one_hot(sequence.bases)
    found: list[tuple[int, int, int, float, float]] = []  # start, motif, strand, score, p-value
    tests, done = 0, 0
    for group in groups:
        tests += max(0, len(sequence) - group.width + 1) * group.weights.shape[1]
        found += _hits(group, onehot, threshold)
        done += len(group.places)
        if progress is not None:
            progress(done / len(motifs))
    found.sort(key=lambda row: (row[0], row[4], row[1], row[2]))
    q_values = benjamini_hochberg(np.array([row[4] for row in found]), tests).tolist()
    return tuple(
        Hit(motifs[place], start, start + len(motifs[place]), "+-"[strand], score, p, q)
        for (start, place, strand, score, p), q in zip(found, q_values, strict=True)
    )


def benjamini_hochberg(p_values: NDArray[np.float64], tests: int) -> NDArray[np.float64]:
    """q-values of the smallest p-values of `tests` tests (Benjamini and Hochberg 1995, J R Stat Soc B 57:289).

    The larger p-values are not needed; without them a q-value is never too small.
    """
    order = np.argsort(-p_values, kind="stable")
    ranks = np.arange(len(p_values), 0, -1)
    q_values = np.empty(len(p_values))
    q_values[order] = np.minimum.accumulate(np.minimum(1.0, p_values[order] * tests / ranks))
    return q_values


def out_of_reach(
    motifs: Seq[Motif] | None = None, threshold: float = THRESHOLD, *, background: Seq[float] = UNIFORM
) -> tuple[Motif, ...]:
    """Motifs that cannot have a hit, because even their best word has a p-value above the threshold.

    Raises
    ------
    BadInput, BadMotif
        As `scan`.
    """
    check_threshold(threshold)
    motifs = collection() if motifs is None else tuple(motifs)
    silent: set[int] = set()
    for group in prepared(motifs, tuple(float(p) for p in background)):
        never = np.isinf(group.cuts(threshold)).reshape(-1, 2).min(1)
        silent.update(np.array(group.places)[never].tolist())
    return tuple(motif for place, motif in enumerate(motifs) if place in silent)


def without_overlaps(hits: Seq[Hit], *, about: Collection[str] = ()) -> tuple[Hit, ...]:
    """The best hit of each place and family, by start: the factors of a family read the same letters.

    No two that are kept share both a family and a base; see `genoviz.motifs.families.one_per_family` for which one it is.
    `about` are the factors that the explained track is about (`genoviz.models.factors.factors_of`).
    """
    kept = [hit for hit, _ in one_per_family(hits, lambda hit: (hit.start, hit.end), about)]
    return tuple(sorted(kept, key=lambda hit: (hit.start, hit.end)))


def hit_locus(hit: Hit, sequence: Sequence) -> Locus | None:
    """Place and strand of a hit in the genome; None where the sequence has no place."""
    where = sequence.locus
    if where is None:
        return None
    start = where.start + hit.start if where.strand == "+" else where.end - hit.end
    strand = hit.strand if where.strand == "+" else "-" if hit.strand == "+" else "+"
    return Locus(where.chrom, start, start + hit.end - hit.start, strand, where.assembly)


def check_threshold(threshold: float) -> None:
    """Refuse a p-value that is not above 0 and at most `LOOSEST`."""
    if not 0 < threshold <= LOOSEST:
        raise BadInput(f"The threshold is {threshold}.", f"A p-value above 0, at most {LOOSEST:g}.", "1e-4 is usual.")


def one_hot(bases: str) -> NDArray[np.float32]:
    """Rows A, C, G, T, other: `(length, 5)`."""
    codes = np.full(256, len(BASES))
    codes[[ord(base) for base in BASES]] = range(len(BASES))
    return np.eye(5, dtype=np.float32)[codes[np.frombuffer(bases.encode("ascii"), dtype=np.uint8)]]


def _hits(group: Group, onehot: NDArray[np.float32], threshold: float) -> Iterator[tuple[int, int, int, float, float]]:
    """Start, motif, strand (0 plus, 1 minus), score and p-value of a group's hits."""
    cuts, n = group.cuts(threshold), len(onehot) - group.width + 1
    rows = max(1, _CELLS // len(cuts))
    flat = onehot.reshape(-1)
    for first in range(0, n, rows):
        count = min(rows, n - first)
        # Windows of the one-hot rows overlap in memory, so that none is copied.
        words = np.lib.stride_tricks.as_strided(
            flat[5 * first :], (count, 5 * group.width), (5 * flat.itemsize, flat.itemsize), writeable=False
        )
        scores = words @ group.weights
        for row, column in np.argwhere(scores >= cuts).tolist():
            score = int(scores[row, column])
            p = float(group.tails[column][score - int(group.floors[column])])
            yield first + row, group.places[column // 2], column % 2, score * STEP, p


@lru_cache(maxsize=8)
def prepared(motifs: tuple[Motif, ...], background: tuple[float, ...]) -> tuple[Group, ...]:
    """Scores and upper tails of motifs, by width; some 30 MB for the bundled collection."""
    by_width: dict[int, list[int]] = {}
    for place, motif in enumerate(motifs):
        by_width.setdefault(len(motif), []).append(place)
    symmetric = background == background[::-1]
    groups = []
    for width, places in sorted(by_width.items()):
        columns = []
        for place in places:
            forward = _column(motifs[place], background)
            # With a background that both strands share, the other strand has the same distribution of scores.
            other = (
                (forward[0][::-1, ::-1], *forward[1:])
                if symmetric
                else _column(motifs[place].reverse_complement(), background)
            )
            columns += [forward, other]
        steps = np.stack([column[0] for column in columns])  # (columns, width, 4)
        table = np.concatenate([steps, np.floor(steps.mean(2, keepdims=True))], 2)
        weights = np.ascontiguousarray(table.reshape(len(columns), 5 * width).T, dtype=np.float32)
        floors, tails = np.array([column[1] for column in columns]), tuple(column[2] for column in columns)
        groups.append(Group(width, tuple(places), weights, floors, tails))
    return tuple(groups)


def _column(motif: Motif, background: tuple[float, ...]) -> tuple[NDArray[np.int64], int, NDArray[np.float64]]:
    """Scores in steps `(width, 4)`, the lowest score with a p-value of at most `LOOSEST`, and p-values from there on."""
    whole = motif_scan(motif, background)
    first = int(np.searchsorted(-whole.tail, -LOOSEST))
    return whole.steps, int(whole.steps.min(1).sum()) + first, whole.tail[first:].copy()
