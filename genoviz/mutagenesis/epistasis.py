"""Epistasis: what two base changes do together beyond the sum of what each does alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput, Cancelled
from genoviz.models.answers import not_finite
from genoviz.models.base import Model, lock_of
from genoviz.models.onehot import encode
from genoviz.models.size import check_length
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import reference_of, saturate
from genoviz.predict.measure import Measure, numbers_of
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

MAX_WINDOW = 60


@dataclass(frozen=True, eq=False)
class Epistasis:
    """Double mutants of a window.

    Attributes
    ----------
    value
        The target's number for the sequence as given.
    single
        `(4, window)`, float32: with the base at the position, minus `value`; 0 at the observed base, nan at ambiguous
        letters.
    double
        `(4, window, 4, window)`: with both bases, minus `value`; symmetric. nan where both are at one position, at
        ambiguous letters, and what a cancelled run did not reach; where one base is the observed one, the single effect.
    window
        0-based, half-open.
    sequence, target, unit, complete, of
        What was measured; `complete` is False if the run was cancelled, `of` None where it is the prediction.
    """

    value: float
    single: NDArray[np.float32]
    double: NDArray[np.float32]
    window: tuple[int, int]
    sequence: Sequence
    target: Target
    unit: str
    complete: bool
    of: Measure | None = None

    @property
    def interaction(self) -> NDArray[np.float32]:
        """`(4, window, 4, window)`: observed minus expected, that is double - single - single."""
        return np.asarray(self.double - self.single[:, :, None, None] - self.single[None, None], dtype=np.float32)

    @property
    def strongest(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """For each pair of positions the interaction of largest size, `(window, window)`, and its two bases as numbers
        0 to 3, `(2, window, window)`; nan and -1 where there is none."""
        width = self.single.shape[1]
        by_place = self.interaction.transpose(1, 3, 0, 2).reshape(width, width, 16)
        known = np.isfinite(by_place)
        index = np.where(known, np.abs(by_place), -1).argmax(2)
        found = np.take_along_axis(by_place, index[:, :, None], 2)[:, :, 0]
        bases = np.where(known.any(2), np.stack([index // 4, index % 4]), -1)
        return np.asarray(found, dtype=np.float32), np.asarray(bases, dtype=np.int64)

    def four(self, first: int, base: str, second: int, other: str) -> tuple[float, float, float, float]:
        """The four predictions behind a cell: as given, first change alone, second alone, both. Positions are 0-based
        in the sequence."""
        i, j = first - self.window[0], second - self.window[0]
        a, b = BASES.index(base), BASES.index(other)
        changes = (self.single[a, i], self.single[b, j], self.double[a, i, b, j])
        return (self.value, *(self.value + float(change) for change in changes))  # type: ignore[return-value]

    @property
    def strongest_pair(self) -> tuple[int, str, int, str] | None:
        """Positions (from 1) and bases of the two changes that interact most; None where none do."""
        found, bases = self.strongest
        if not np.isfinite(found).any() or np.nanmax(np.abs(found)) == 0:
            return None
        i, j = sorted(int(n) for n in np.unravel_index(np.nanargmax(np.abs(found)), found.shape))
        first, second = (BASES[int(base)] for base in bases[:, i, j])
        return self.window[0] + i + 1, first, self.window[0] + j + 1, second

    @property
    def sentence(self) -> str:
        """The strongest pair in words."""
        pair = self.strongest_pair
        if pair is None:
            return "No two changes in this window interact: every pair does what both do alone, added up."
        i, a, j, b = pair
        names = [f"{self.sequence.bases[place - 1]}{place}{base}" for place, base in ((i, a), (j, b))]
        _, one, two, both = (number - self.value for number in self.four(i - 1, a, j - 1, b))
        measured = "" if self.of is None else f" For {self.of.words(self.target)}."
        return (
            f"The strongest pair is {names[0]} with {names[1]}: {one:+.2g} and {two:+.2g} {self.unit} alone, {both:+.2g} "
            f"together, so {both - one - two:+.2g} beyond their sum.{measured}"
        )


def count_pairs(sequence: Sequence, window: tuple[int, int]) -> int:
    """Double mutants that `epistasis` computes, to show the cost first."""
    known = sum(base in BASES for base in sequence.bases[window[0] : window[1]])
    return 9 * known * (known - 1) // 2


def epistasis(
    model: Model,
    target: Target,
    sequence: Sequence,
    *,
    window: tuple[int, int],
    of: Measure | None = None,
    progress: Callable[[float], None] | None = None,
) -> Epistasis:
    """Every pair of single-base changes in a window.

    Each single mutant becomes a reference of the incremental engine, on which all changes to its right are computed. What `of`
    measures is asked mutant by mutant.

    Parameters
    ----------
    model, target, sequence
        The sequence is exactly as long as the model reads.
    window
        At least 2 and at most `MAX_WINDOW` bases, 0-based and half-open.
    of
        Measure this instead of the prediction, such as the scores of some bases (`genoviz.attribute.explained.Explained`).
    progress
        Called with the share done. Raising `Cancelled` in it ends the run; what is done is returned with
        `complete=False`.

    Raises
    ------
    BadSequence, BadInput
        If the sequence has another length than the model reads, or the window is too wide or lies outside.
    NotFinite
        If the model gives nan or an infinite number for one of the mutants.
    """
    check_length(sequence, model.card)
    start, end = window
    if not (start >= 0 and end <= len(sequence) and 2 <= end - start <= MAX_WINDOW):
        raise BadInput(
            f"The window {start + 1}-{end} was asked for.",
            f"2 to {MAX_WINDOW} bases inside 1 to {len(sequence):,}.",
            "Choose a narrower window inside the sequence.",
        )
    width, bases = end - start, sequence.bases
    value, single = _singles(model, target, sequence, window, of)
    double = np.full((4, width, 4, width), np.nan, dtype=np.float32)
    known = [i for i in range(width) if bases[start + i] in BASES]
    total, done, complete = max(1, count_pairs(sequence, window)), 0, True
    try:
        for place, i in enumerate(known[:-1]):
            low, later = known[place + 1], known[place + 1 :]
            for a, base in enumerate(BASES):
                if base == bases[start + i]:
                    changed = single[:, low:]
                else:
                    mutant = bases[: start + i] + base + bases[start + i + 1 :]
                    rows = _on_mutant(model, target, mutant, float(value + single[a, i]), (start + low, end), of)
                    changed = np.asarray(rows - value, dtype=np.float32)
                    # At the observed base of j the engine gives the single mutant itself.
                    done += 3 * len(later)
                for j in later:
                    double[a, i, :, j] = double[:, j, a, i] = changed[:, j - low]
                if progress is not None:
                    progress(done / total)
    except Cancelled:
        complete = False
    return Epistasis(value, single, double, window, sequence, target, target.unit(model.card), complete, of)


def _singles(
    model: Model, target: Target, sequence: Sequence, window: tuple[int, int], of: Measure | None
) -> tuple[float, NDArray[np.float32]]:
    """The number of the sequence, and the effect of each change in the window `(4, window)`."""
    start, end = window
    if of is not None:
        value = float(numbers_of(model, target, [sequence.bases], of=of)[0])
        found = _on_mutant(model, target, sequence.bases, value, window, of) - value
        found[:, [base not in BASES for base in sequence.bases[start:end]]] = np.nan
        return value, np.asarray(found, dtype=np.float32)
    alone = saturate(model, sequence, target, window=window)
    if alone.without_number:
        raise not_finite(model.card, float("nan"), encode(sequence)[0], alone.without_number, 3 * (end - start))
    return alone.value, alone.delta[:, start:end]


def _on_mutant(
    model: Model, target: Target, bases: str, value: float, window: tuple[int, int], of: Measure | None
) -> NDArray[np.floating]:
    """`(4, window)`: the number of `bases`, which is `value`, with each base at each place of a window."""
    start, end = window
    if of is not None:
        places = [(a, i) for i in range(start, end) for a, base in enumerate(BASES) if base != bases[i]]
        numbers = numbers_of(model, target, [bases[:i] + BASES[a] + bases[i + 1 :] for a, i in places], of=of)
        found = np.full((4, end - start), value)
        for (a, i), number in zip(places, numbers, strict=True):
            found[a, i - start] = number
        return found
    with lock_of(model):  # another thread's hooks would turn the engine off
        _, reference = reference_of(model, target, encode(bases), value)
        rows: NDArray[np.floating] = reference.saturate(start, end)[:, :, 0].numpy()
    if not np.isfinite(rows).all():
        raise not_finite(model.card, float(rows[~np.isfinite(rows)][0]), encode(bases)[0])
    return rows
