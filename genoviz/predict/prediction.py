"""Batched prediction."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq

import torch
from torch import Tensor

from genoviz.models.base import Model, lock_of
from genoviz.models.onehot import encode
from genoviz.models.size import check_length, rows_at_once
from genoviz.models.target import Scalar, Target
from genoviz.predict.readout import read
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.tracks import Tracks

Progress = Callable[[float], None]


def predict(
    model: Model,
    sequences: Sequence | Seq[Sequence],
    *,
    scale: str = "value",
    batch_size: int | None = None,
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
        readout = read(model, batch)
        results += [readout.tracks(i, scale=scale, locus=record.locus) for i, record in enumerate(batch)]
        if progress:
            progress(len(results) / len(records))
    return results


def evaluate(
    function: Scalar, model: Model, X: Tensor, *, batch_size: int | None = None, progress: Progress | None = None
) -> Tensor:
    """A target's number for one-hot sequences `(n, 4, length)`, without gradients; returns `(n,)`."""
    parts, size = [], batch_size or rows_at_once(X.shape[2])
    for start in range(0, len(X), size):
        with lock_of(model), torch.no_grad():
            parts.append(function(X[start : start + size]))
        if progress:
            progress(min(1.0, (start + size) / len(X)))
    return torch.cat(parts)


def target_value(model: Model, sequence: Sequence, target: Target) -> float:
    """The target's number for one sequence."""
    check_length(sequence, model.card)
    return float(evaluate(target.of(model), model, encode(sequence))[0])
