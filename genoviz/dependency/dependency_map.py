"""Nucleotide dependency maps: how far what is expected at a base hangs on another one.

After Tomaz da Silva et al. 2024 (bioRxiv 2024.07.27.605418): base i is changed to each other base, and the log odds of each
base at j are compared with those before. The largest change, over both, is the dependency of j on i. Bases of a motif depend on each other
(a block at the diagonal), the two sides of an RNA's stem on their partners (a line across it).

Base j itself is not read for its own prediction here, as in all of `LanguageModel.base_probabilities`. A model that was trained on
labels expects no bases: for it the map is the largest interaction of two changes (`genoviz.mutagenesis.epistasis`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.dependency.options import MAX_PAIRS, MAX_WINDOW
from genoviz.errors import BadInput, Cancelled
from genoviz.models.answers import check_finite, check_tensor, guarded
from genoviz.models.base import Model, lock_of
from genoviz.models.language import HidesBases, LanguageModel, reading_of
from genoviz.models.onehot import encode
from genoviz.models.size import check_length, rows_at_once
from genoviz.models.steady import steadily
from genoviz.models.target import Target
from genoviz.mutagenesis.epistasis import count_pairs, epistasis
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

LEAST = 1e-6  # probabilities are taken as at least this and at most 1 minus this: 20 bits of log odds to either side
UNIT = "log2 odds"
EVERY = 0.5  # seconds between two looks at a map that is computed


@dataclass(frozen=True, eq=False)
class Dependency:
    """Dependencies among the bases of a window.

    Attributes
    ----------
    change
        `(4, window, 4, window)`, float32: with base a at i, what becomes of base b at j. For a language model its log2 odds minus
        those with the observed base at i; for another one what the two changes do beyond the sum of each. 0 where a is
        observed; nan for i = j, at ambiguous letters, and what a cancelled run did not reach.
    probabilities
        `(4, window, 4, window)`: of base b at j, with base a at i. None for a model that expects no bases.
    window
        0-based, half-open.
    sequence, unit, reading, complete
        What was changed; of `change`; how the model reads, in words; False if the run was cancelled.
    target
        Whose interactions they are; None for a language model.
    """

    change: NDArray[np.float32]
    probabilities: NDArray[np.float32] | None
    window: tuple[int, int]
    sequence: Sequence
    unit: str
    reading: str
    complete: bool
    target: Target | None = None

    @property
    def map(self) -> NDArray[np.float32]:
        """`(window, window)`: the largest |change| at base j (column) over what base i (row) is changed to; nan for i = j."""
        size = np.abs(self.change).transpose(1, 3, 0, 2).reshape(*self.change.shape[1::2], 16)
        found = np.where(np.isfinite(size).any(2), np.max(np.nan_to_num(size, nan=-1), axis=2), np.nan)
        return np.asarray(found, dtype=np.float32)

    def table(self, changed: int, read: int) -> NDArray[np.float32]:
        """The four by four changes behind a cell: rows are the base at `changed`, columns that at `read` (0-based in the
        sequence)."""
        return np.asarray(self.change[:, changed - self.window[0], :, read - self.window[0]])

    @property
    def strongest(self) -> tuple[int, int] | None:
        """Places (from 1) of the changed base and of the one that depends on it most; None where none does."""
        found = self.map
        if not np.isfinite(found).any() or np.nanmax(found) == 0:
            return None
        i, j = np.unravel_index(np.nanargmax(found), found.shape)
        return self.window[0] + int(i) + 1, self.window[0] + int(j) + 1

    @property
    def sentence(self) -> str:
        """The strongest dependency in words."""
        if self.strongest is None:
            return "No base of this window depends on another one for this model."
        i, j = self.strongest
        table = self.table(i - 1, j - 1)
        a, b = (int(n) for n in np.unravel_index(np.nanargmax(np.abs(table)), table.shape))
        bases, size = self.sequence.bases, abs(float(table[a, b]))
        if self.probabilities is None:
            return (
                f"The strongest dependency: {bases[i - 1]}{i}{BASES[a]} and {bases[j - 1]}{j}{BASES[b]} together differ by "
                f"{size:.2g} {self.unit} from the sum of both."
            )
        column = self.probabilities[:, i - 1 - self.window[0], b, j - 1 - self.window[0]]
        before = float(column[BASES.index(bases[i - 1])])
        return (
            f"Base {j} depends most on base {i}: with {BASES[a]} there instead of {bases[i - 1]}, the model expects {BASES[b]} "
            f"at {j} with a probability of {float(column[a]):.2g} instead of {before:.2g} ({size:.2g} {self.unit})."
        )


def count_passes(model: Model, sequence: Sequence, window: tuple[int, int]) -> int:
    """Sequences that `dependency` reads, to show the cost first: expectations for a language model, else double mutants."""
    if not isinstance(model, LanguageModel):
        return count_pairs(sequence, window)
    known = sum(base in BASES for base in sequence.bases[window[0] : window[1]])
    return 4 * known if isinstance(model, HidesBases) else 3 * known + 1


def dependency(
    model: Model,
    sequence: Sequence,
    *,
    window: tuple[int, int],
    target: Target | None = None,
    progress: Callable[[float], None] | None = None,
    so_far: Callable[[Dependency], None] | None = None,
) -> Dependency:
    """How far each base of a window depends on each other one.

    Parameters
    ----------
    model, sequence
        The sequence is exactly as long as the model reads.
    window
        2 to `MAX_WINDOW` bases of a language model, `MAX_PAIRS` of another one, 0-based and half-open.
    target
        What interacts, for a model that expects no bases; its first track where None. Of no use to a language model.
    progress
        Called with the share done. Raising `Cancelled` in it ends the run; what is done is returned with `complete=False`.
    so_far
        Called with the map as far as it is, from time to time; only for language models. The arrays are its own.

    Raises
    ------
    BadSequence, BadInput
        If the sequence has another length than the model reads, or the window is too wide or lies outside.
    BadModel
        If the model raises, gives another shape or a number that is not finite, or two runs differ.
    """
    check_length(sequence, model.card)
    language = isinstance(model, LanguageModel)
    start, end, most = *window, MAX_WINDOW if language else MAX_PAIRS
    if not (start >= 0 and end <= len(sequence) and 2 <= end - start <= most):
        raise BadInput(
            f"A dependency map of the bases {start + 1}-{end} was asked for.",
            f"2 to {most} bases inside 1 to {len(sequence):,}.",
            "Choose a narrower window inside the sequence.",
        )
    if isinstance(model, LanguageModel):
        return _expected(model, sequence, window, progress, so_far)
    chosen = target or Target.default(model.card)
    pairs = epistasis(model, chosen, sequence, window=window, progress=progress)
    change = pairs.interaction
    reading = "interaction of two changes"
    return Dependency(change, None, window, sequence, pairs.unit, reading, pairs.complete, chosen)


def log_odds(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """log2 of p / (1 - p), with p within `LEAST` of 0 and 1."""
    p = np.clip(probabilities.astype(np.float64), LEAST, 1 - LEAST)
    return np.asarray(np.log2(p / (1 - p)))


def _expected(
    model: LanguageModel,
    sequence: Sequence,
    window: tuple[int, int],
    progress: Callable[[float], None] | None,
    so_far: Callable[[Dependency], None] | None,
) -> Dependency:
    """The map of a language model: as many changed sequences at once as fit into a batch."""
    start, end = window
    width, one = end - start, encode(sequence)
    known = [i for i in range(width) if sequence.bases[start + i] in BASES]
    shares = np.full((width, 4, 4, width), np.nan, dtype=np.float32)  # place changed, base there, base read, place read
    own = [(i, BASES.index(sequence.bases[start + i])) for i in known]
    if isinstance(model, HidesBases):  # what is hidden differs by place, so each place has its own row as it is
        rows = [(i, a) for i in known for a in range(4)]
    else:
        rows = [(i, a) for i, base in own for a in range(4) if a != base]
        as_it_is = _probabilities(model, one, [0])[0, :, start:end]
        for i, base in own:
            shares[i, base] = as_it_is
    words = reading_of(model).words
    size, shown = rows_at_once(len(sequence)), time.monotonic()
    complete = True
    try:
        for first in range(0, len(rows), size):
            chosen = rows[first : first + size]
            X = one.repeat(len(chosen), 1, 1)
            for row, (i, a) in enumerate(chosen):
                X[row, :, start + i] = torch.eye(4)[a]
            found = _probabilities(model, X, [start + i for i, _ in chosen])[:, :, start:end]
            for (i, a), one_row in zip(chosen, found, strict=True):
                shares[i, a] = one_row
            if so_far is not None and time.monotonic() - shown >= EVERY:
                so_far(_changed(shares.copy(), sequence, window, words, complete=False))
                shown = time.monotonic()
            if progress is not None:
                progress(min(1.0, (first + len(chosen)) / len(rows)))
    except Cancelled:
        complete = False
    return _changed(shares, sequence, window, words, complete=complete)


def _changed(
    shares: NDArray[np.float32], sequence: Sequence, window: tuple[int, int], reading: str, *, complete: bool
) -> Dependency:
    """The map of probabilities `(window, 4, 4, window)`; nan at a place whose bases were not all read yet."""
    places = np.arange(window[1] - window[0])
    shares[~np.isfinite(shares).all((1, 2, 3))] = np.nan
    known = np.array([base in BASES for base in sequence.bases[window[0] : window[1]]])
    odds = log_odds(shares)
    for i in places[known].tolist():
        odds[i] -= odds[i, BASES.index(sequence.bases[window[0] + i])].copy()
    for array in (odds, shares):
        array[places, :, :, places] = np.nan
        array[:, :, :, ~known] = np.nan
    change = np.asarray(odds.transpose(1, 0, 2, 3), dtype=np.float32)
    return Dependency(change, shares.transpose(1, 0, 2, 3), window, sequence, UNIT, reading, complete)


def _probabilities(model: LanguageModel, X: Tensor, places: list[int]) -> NDArray[np.float32]:
    """Expected bases `(batch, 4, length)`, with the changed place of each row never hidden beside another."""

    def asked(part: Tensor) -> Tensor:
        if isinstance(model, HidesBases):
            at = torch.tensor(places[: len(part)])
            return guarded(model, lambda: model.probabilities_given(part, at), part)
        return guarded(model, lambda: model.base_probabilities(part), part)

    with lock_of(model), torch.no_grad():
        found = steadily(model, asked, X)
    check_tensor(model, "base_probabilities", found, tuple(X.shape))
    check_finite(model.card, found, X)
    return np.asarray(found.detach().float().numpy())
