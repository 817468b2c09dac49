"""Batched prediction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Sequence as Seq

import torch
from torch import Tensor

from genoviz.errors import AdapterFailed, BadModel, NotFinite
from genoviz.models.answers import check_finite
from genoviz.models.base import Model, lock_of
from genoviz.models.onehot import encode
from genoviz.models.size import check_length, rows_at_once
from genoviz.models.steady import steadily
from genoviz.models.target import Scalar, Target
from genoviz.predict.readout import Readout, read
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.tracks import Tracks

Progress = Callable[[float], None]


def predict(
    model: Model,
    sequences: Sequence | Seq[Sequence],
    *,
    scale: str = "value",
    batch_size: int | None = None,
    outputs: Seq[str] | None = None,
    left_out: Callable[[int, BadModel], None] | None = None,
    progress: Progress | None = None,
) -> list[dict[str, Tracks]]:
    """All outputs of a model for one or more sequences.

    Parameters
    ----------
    model
        See `genoviz.models.base.Model`.
    sequences
        Each exactly as long as the model reads.
    scale
        `value` (after the output's activation) or `logit`.
    batch_size
        Sequences per pass; 64, or fewer long ones, when None.
    outputs
        Only these; all when None.
    left_out
        Told the number of a sequence, from 0, and why the model has no prediction for it: that sequence is left out of the
        result. None raises the error instead.
    progress
        Called with the share done.

    Returns
    -------
    list of dict
        Per sequence, `{output: Tracks}` with values `(tracks, bins)`.

    Raises
    ------
    BadSequence
        If a sequence has another length than the model reads.
    NotFinite
        If the model gives nan or an infinite number.
    BadModel
        If the model raises, its outputs don't fit its card, or two runs differ.

    Examples
    --------
    `toy.sum` counts matching bases to GATAAG over three; one whole site gives 3.

    >>> from genoviz.models.load import load_model
    >>> model = load_model("toy.sum")
    >>> tracks = predict(model, Sequence("C" * 27 + "GATAAG" + "C" * 27))[0]["activity"]
    >>> tracks.track("activity").tolist(), tracks.unit
    ([3.0], 'arbitrary units')
    """
    records = [sequences] if isinstance(sequences, Sequence) else list(sequences)
    for record in records:
        check_length(record, model.card)
    results: list[dict[str, Tracks]] = []
    size = batch_size or rows_at_once(model.card.length)
    for first in range(0, len(records), size):
        batch = records[first : first + size]
        for i, readout, row in _read_apart(model, batch, left_out is not None and len(records) > 1):
            try:
                if isinstance(readout, BadModel):
                    raise readout
                results.append(readout.tracks(row, scale=scale, locus=batch[i].locus, outputs=outputs))
            except (NotFinite, AdapterFailed) as error:
                if left_out is None:
                    raise
                left_out(first + i, error)
        if progress:
            progress(min(1.0, (first + size) / len(records)))
    return results


def _read_apart(model: Model, batch: list[Sequence], apart: bool) -> Iterator[tuple[int, Readout | BadModel, int]]:
    """Number in the batch, readout and row of each sequence; each by itself where the model fails on all together."""
    try:
        whole = read(model, batch)
    except AdapterFailed:
        if not apart:
            raise
        for i, sequence in enumerate(batch):
            try:
                yield i, read(model, sequence), 0
            except AdapterFailed as error:
                yield i, error, 0
        return
    yield from ((i, whole, i) for i in range(len(batch)))


def evaluate(
    function: Scalar,
    model: Model,
    X: Tensor,
    *,
    batch_size: int | None = None,
    finite: bool = True,
    progress: Progress | None = None,
) -> Tensor:
    """A target's number for one-hot sequences `(n, 4, length)`, without gradients; returns `(n,)`.

    A number that is nan or infinite raises `NotFinite`, unless the caller looks for them (`finite=False`).
    """
    parts, size = [], batch_size or rows_at_once(X.shape[2])
    for start in range(0, len(X), size):
        with lock_of(model), torch.no_grad():
            parts.append(steadily(model, function, X[start : start + size]).detach())
        if progress:
            progress(min(1.0, (start + size) / len(X)))
    values = torch.cat(parts)
    if finite:
        check_finite(model.card, values, X)
    return values


def target_value(model: Model, sequence: Sequence, target: Target) -> float:
    """The target's number for one sequence; `NotFinite` if it is nan or infinite."""
    check_length(sequence, model.card)
    return float(evaluate(target.of(model), model, encode(sequence))[0])
