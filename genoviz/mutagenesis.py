"""In-silico saturation mutagenesis (ISM): what happens when any base is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.errors import BadInput, Cancelled
from genoviz.models.base import Model, lock_of
from genoviz.onehot import encode
from genoviz.predict import check_length, target_value
from genoviz.sequence import BASES, Sequence
from genoviz.target import Target

BATCH = 128


@dataclass(frozen=True, eq=False)
class Mutagenesis:
    """A mutation map.

    Attributes
    ----------
    delta
        `(4, length)`, float32: the target's number with base A, C, G or T at a position, minus its number for the
        sequence as given. 0 at the observed base; nan where nothing was computed: outside the window, at ambiguous
        letters, and what a cancelled run did not reach.
    deletions
        `(length,)`: the same for deleting the base. The bases to its right move left and N enters at the right end.
        None unless asked for.
    insertions
        `(4, length)`: the same for inserting a base before the position. The bases from there on move right and the
        last one drops out. None unless asked for.
    sequence, target, value, unit
        What was mutated, and the number it has unchanged.
    window
        Positions asked for (0-based, half-open).
    complete
        False if the run was cancelled.
    """

    delta: NDArray[np.float32]
    deletions: NDArray[np.float32] | None
    insertions: NDArray[np.float32] | None
    sequence: Sequence
    target: Target
    value: float
    unit: str
    window: tuple[int, int]
    complete: bool

    @property
    def importance(self) -> NDArray[np.float32]:
        """`(length,)`: minus the mean over the three alternatives; nan where nothing was computed."""
        observed = encode(self.sequence)[0].numpy() == 1
        return np.asarray(-np.where(observed, 0, self.delta).sum(0) / 3, dtype=np.float32)


def parse_window(text: str | None) -> tuple[int, int] | None:
    """`START-END` (1-based, both included) as a 0-based half-open window; empty text is None."""
    if not text or not text.strip():
        return None
    first, dash, last = text.replace(",", "").replace("\u2013", "-").partition("-")
    if not (dash and first.strip().isdecimal() and last.strip().isdecimal() and int(first) >= 1):
        raise BadInput(
            f"The window `{text}` can't be read.", "The form is START-END, counted from 1.", "For example `40-60`."
        )
    return int(first) - 1, int(last)


def count_variants(sequence: Sequence, *, window: tuple[int, int] | None = None, indels: bool = False) -> int:
    """Number of variant sequences that `saturate` would compute, to show the cost first."""
    start, end = _check_window(sequence, window)
    known = sum(base in BASES for base in sequence.bases[start:end])
    return 3 * known + (known + 4 * (end - start) if indels else 0)


def saturate(
    model: Model,
    sequence: Sequence,
    target: Target,
    *,
    window: tuple[int, int] | None = None,
    indels: bool = False,
    batch_size: int = BATCH,
    progress: Callable[[float], None] | None = None,
) -> Mutagenesis:
    """Every single-base substitution, and on request every 1-bp deletion and insertion.

    Parameters
    ----------
    model, sequence, target
        The sequence is exactly as long as the model reads.
    window
        Positions to mutate (0-based, half-open); None mutates all.
    indels
        Also compute deletions and insertions.
    batch_size
        Variants per pass.
    progress
        Called with the share done after each pass. Raising `Cancelled` in it ends the run; what is done is returned
        with `complete=False`.

    Raises
    ------
    BadSequence, BadInput
        If the sequence has another length than the model reads, or the window lies outside it.
    """
    check_length(sequence, model.card)
    start, end = _check_window(sequence, window)
    length = len(sequence)
    value = target_value(model, sequence, target)
    function = target.of(model)
    delta = np.full((4, length), np.nan, dtype=np.float32)
    deletions = np.full(length, np.nan, dtype=np.float32) if indels else None
    insertions = np.full((4, length), np.nan, dtype=np.float32) if indels else None
    for i in range(start, end):
        if sequence.bases[i] in BASES:
            delta[BASES.index(sequence.bases[i]), i] = 0

    variants = _variants(encode(sequence)[0], sequence.bases, start, end, indels)
    total, done, complete = count_variants(sequence, window=window, indels=indels), 0, True
    places: list[tuple[str, int, int]] = []
    rows: list[Tensor] = []

    def flush() -> None:
        nonlocal done
        if not rows:
            return
        with lock_of(model), torch.no_grad():
            effects = (function(torch.stack(rows)) - value).numpy()
        for (kind, base, position), effect in zip(places, effects, strict=True):
            if kind == "substitution":
                delta[base, position] = effect
            elif kind == "deletion" and deletions is not None:
                deletions[position] = effect
            elif insertions is not None:
                insertions[base, position] = effect
        done += len(rows)
        places.clear()
        rows.clear()
        if progress:
            progress(done / total)

    try:
        for place, row in variants:
            places.append(place)
            rows.append(row)
            if len(rows) == batch_size:
                flush()
        flush()
    except Cancelled:
        complete = False
    unit = target.unit(model.card)
    return Mutagenesis(delta, deletions, insertions, sequence, target, value, unit, (start, end), complete)


def _variants(
    x: Tensor, bases: str, start: int, end: int, indels: bool
) -> Iterator[tuple[tuple[str, int, int], Tensor]]:
    columns = torch.eye(4)
    for i in range(start, end):
        if bases[i] in BASES:
            for b in range(4):
                if BASES[b] != bases[i]:
                    row = x.clone()
                    row[:, i] = columns[b]
                    yield ("substitution", b, i), row
    if not indels:
        return
    for i in range(start, end):
        if bases[i] in BASES:
            yield ("deletion", 0, i), torch.cat([x[:, :i], x[:, i + 1 :], torch.zeros(4, 1)], 1)
        for b in range(4):
            yield ("insertion", b, i), torch.cat([x[:, :i], columns[b][:, None], x[:, i:-1]], 1)


def _check_window(sequence: Sequence, window: tuple[int, int] | None) -> tuple[int, int]:
    start, end = window or (0, len(sequence))
    if not 0 <= start < end <= len(sequence):
        raise BadInput(
            f"The window {start + 1}-{end} was asked for.",
            f"The sequence has bases 1 to {len(sequence):,}.",
            "Choose a window inside it, first base before the last.",
        )
    return start, end
