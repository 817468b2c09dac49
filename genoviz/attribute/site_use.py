"""Predicted sites beside attributions: which sites the model uses, and what it uses that no motif explains.

The rules, all about sums of per-base scores over a stretch, whatever their sign:

- A hit is *used* if random stretches of its width have at least as large a sum with a probability of at most `USED`.
- A *stretch without a motif* is made of windows that no hit touches, whose sum is so large that the largest window of a
  whole random sequence reaches it with a probability of at most `FOUND`. (All windows are searched, so the largest
  random one is what a find has to beat.)

What is random is given by `null`: attributions of sequences without sites, such as dinucleotide shuffles
(`shuffled_attributions`). Without it the sequence's own scores are put in random order. That is quick and needs no model,
but one very strong site then hides weaker ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.motifs.scan import Hit
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle

if TYPE_CHECKING:
    from genoviz.models.base import Model
    from genoviz.models.target import Target

USED, FOUND = 0.01, 0.05
SHUFFLES = 199  # random orders of the scores where no null is given
_ENOUGH = 20_000  # random sums of one width, whose smallest p-value is then 5e-5
WIDTH = 8  # bases of a window that is searched for a stretch without a motif
_EDGE = 0.1  # bases below this share of the stretch's largest score are cut off its ends
_ROUNDING = 1 - 1e-6  # sums that differ by rounding are equal


@dataclass(frozen=True)
class SiteUse:
    """A hit and what the model makes of it.

    Attributes
    ----------
    hit
        The predicted site.
    attribution
        Sum of the scores of its bases; the sign says whether it raises or lowers the output.
    p_value
        Probability that a random stretch of its width has at least this sum, in absolute value.
    used
        Whether `p_value` is at most the level.
    """

    hit: Hit
    attribution: float
    p_value: float
    used: bool

    @property
    def verdict(self) -> str:
        """In words."""
        return "predicted site, used by the model" if self.used else "predicted site, not used by the model"


@dataclass(frozen=True)
class Stretch:
    """Bases that the model uses and no hit touches: `start` to `end` (0-based, half-open).

    `attribution` is the sum of their scores; `p_value` that of the best window.
    """

    start: int
    end: int
    attribution: float
    p_value: float

    verdict = "used, no known motif"


def explain_hits(
    hits: Seq[Hit],
    per_base: NDArray[np.floating],
    *,
    null: NDArray[np.floating] | None = None,
    level: float = USED,
    seed: int = 0,
) -> tuple[SiteUse, ...]:
    """Whether the model uses each hit, see the rule above.

    Parameters
    ----------
    hits
        Of the sequence that was explained, see `genoviz.motifs.scan.scan`.
    per_base
        One score per base `(length,)`, such as `Attribution.per_base`; nan counts as 0.
    null
        Scores of random sequences `(sequences, length)`; see above for what None means.
    level
        Largest p-value of a used hit.
    seed
        For the random orders.

    Raises
    ------
    BadInput
        If the shapes do not fit, a hit lies outside, or the level is not between 0 and 1.
    """
    scores = _checked(per_base, level)
    rows = list(_random_rows(scores, null, max(1, _ENOUGH // len(scores)), seed))
    longest = len(rows[0])

    @cache
    def random_sums(width: int) -> NDArray[np.float64]:
        return np.sort(np.concatenate([np.abs(_sums(row, width)) for row in rows]))

    found = []
    for hit in hits:
        if hit.end > len(scores) or hit.end - hit.start > longest:
            raise BadInput(
                f"A hit ends at base {hit.end:,}, but there are {len(scores):,} scores, and {longest:,} in the null.",
                "Hits and scores of one sequence, and a null that is at least as long as a hit.",
                "Scan the sequence that was explained.",
            )
        total = float(scores[hit.start : hit.end].sum())
        p = _upper_tail(random_sums(hit.end - hit.start), abs(total))
        found.append(SiteUse(hit, total, p, p <= level))
    return tuple(found)


def unexplained(
    per_base: NDArray[np.floating],
    hits: Seq[Hit],
    *,
    null: NDArray[np.floating] | None = None,
    width: int = WIDTH,
    level: float = FOUND,
    seed: int = 0,
) -> tuple[Stretch, ...]:
    """Stretches that the model uses and no hit touches, see the rule above.

    Windows that overlap and have the same sign are joined, and weak bases at the ends are cut off.

    Parameters
    ----------
    per_base, null, seed
        As for `explain_hits`; a null should be as long as the sequence, since the longer it is the larger its largest
        window.
    hits
        What explains a base: every base that one of them covers is left out. Pass all hits, not the best of each place.
    width
        Bases of a window.
    level
        Largest p-value of a find.

    Raises
    ------
    BadInput
        If the shapes do not fit, the null has too few sequences to reach the level, or an option is out of range.
    """
    scores = _checked(per_base, level)
    if not 1 <= width <= len(scores):
        raise BadInput(f"The width is {width}.", f"From 1 to the {len(scores):,} bases.", f"{WIDTH} is usual.")
    rows = _random_rows(scores, null, SHUFFLES, seed)
    largest = np.sort([np.abs(_sums(row, width)).max(initial=0) for row in rows])
    if 1 / (1 + len(largest)) > level:
        raise BadInput(
            f"The null has {len(largest)} sequences, so no p-value is below {1 / (1 + len(largest)):.2g}.",
            f"At least {int(np.ceil(1 / level)) - 1} sequences for a level of {level:g}.",
            "Give more random sequences.",
        )
    free = np.ones(len(scores), dtype=bool)
    for hit in hits:
        free[hit.start : hit.end] = False
    joined: list[tuple[int, int, float, float]] = []  # start, end, sign, smallest p-value
    for start, total in enumerate(_sums(scores, width).tolist()):
        p = _upper_tail(largest, abs(total))
        if p > level or not free[start : start + width].all():
            continue
        sign = float(np.sign(total))
        if joined and start < joined[-1][1] and sign == joined[-1][2]:
            joined[-1] = (joined[-1][0], start + width, sign, min(p, joined[-1][3]))
        else:
            joined.append((start, start + width, sign, p))
    return tuple(_cut(scores, *row) for row in joined)


def shuffled_attributions(
    model: Model,
    sequence: Sequence,
    target: Target,
    method: str = "deepliftshap",
    *,
    count: int = 20,
    references: int = 8,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> NDArray[np.float64]:
    """A null for this module: per-base scores `(count, length)` of dinucleotide shuffles of a sequence.

    Parameters
    ----------
    model, sequence, target, method, references
        As for `genoviz.attribute.attribute`; explain the sequence itself with the same ones.
    count
        Number of shuffles; 19 are the fewest that `unexplained` can use.
    seed
        For shuffles and references.
    progress
        Called with the share done; raising `Cancelled` in it stops.
    """
    from genoviz.attribute.attribution import attribute

    rows = []
    for i, bases in enumerate(dinucleotide_shuffle(sequence.bases, count, seed=seed)):
        shuffled = Sequence(bases)
        rows.append(attribute(model, shuffled, target, method, references=references, seed=seed).per_base)
        if progress is not None:
            progress((i + 1) / count)
    return np.stack(rows).astype(np.float64)


def _checked(per_base: NDArray[np.floating], level: float) -> NDArray[np.float64]:
    """Scores `(length,)` with 0 for nan."""
    scores = np.nan_to_num(np.asarray(per_base, dtype=np.float64))
    if scores.ndim != 1 or not len(scores):
        raise BadInput(
            f"The scores have the shape {scores.shape}.", "One score per base.", "Give `Attribution.per_base`."
        )
    if not 0 < level < 1:
        raise BadInput(f"The level is {level}.", "A p-value between 0 and 1.", f"{USED:g} is usual.")
    return scores


def _random_rows(
    scores: NDArray[np.float64], null: NDArray[np.floating] | None, orders: int, seed: int
) -> Iterator[NDArray[np.float64]]:
    """The rows of the null, or the scores in `orders` random orders."""
    if null is None:
        rng = np.random.default_rng(seed)
        for _ in range(orders):
            yield rng.permutation(scores)
        return
    if null.ndim != 2 or not null.size:
        raise BadInput(
            f"The null has the shape {null.shape}.", "Scores `(sequences, length)`.", "Stack one row per sequence."
        )
    yield from np.nan_to_num(null.astype(np.float64))


def _sums(row: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Sum of each window: `(length - width + 1,)`; empty if none fits."""
    if width > len(row):
        return np.zeros(0)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(row, width).sum(1))


def _upper_tail(ascending: NDArray[np.float64], value: float) -> float:
    """Share of random values that are at least `value`, with `value` itself counted among them."""
    larger = len(ascending) - int(np.searchsorted(ascending, value * _ROUNDING))
    return (1 + larger) / (1 + len(ascending))


def _cut(scores: NDArray[np.float64], start: int, end: int, sign: float, p_value: float) -> Stretch:
    inside = sign * scores[start:end]
    strong = np.flatnonzero(inside >= _EDGE * inside.max())
    first, last = start + int(strong[0]), start + int(strong[-1]) + 1
    return Stretch(first, last, float(scores[first:last].sum()), p_value)
