"""Sequences as points: the vectors of models that embed, such as the autoencoder's latent mean."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.errors import BadModel
from genoviz.models.abilities import lacks
from genoviz.models.answers import check_tensor, guarded, not_finite
from genoviz.models.base import Model, lock_of
from genoviz.models.onehot import encode
from genoviz.models.size import check_length
from genoviz.models.steady import steadily
from genoviz.sequences.sequence import Sequence


@runtime_checkable
class Embedder(Protocol):
    """What a model must offer beside `Model`, to embed sequences."""

    def embed(self, X: Tensor) -> Tensor:
        """From one-hot `(batch, 4, length)` to `(batch, dimensions)`, independent of the other rows of the batch."""
        ...


def embed(
    model: Model,
    sequences: Sequence | Seq[Sequence],
    *,
    batch_size: int = 64,
    left_out: Callable[[int, BadModel], None] | None = None,
    progress: Callable[[float], None] | None = None,
) -> NDArray[np.float32]:
    """The vectors of one or more sequences.

    Parameters
    ----------
    model
        One with `embed`, see `Embedder`.
    sequences
        Each exactly as long as the model reads.
    batch_size
        Sequences per pass.
    left_out
        Told the number of a sequence, from 0, and why it has no finite vector: it is left out of the result. None raises the
        error instead.
    progress
        Called with the share done.

    Returns
    -------
    NDArray
        `(sequences, dimensions)`, float32.

    Raises
    ------
    BadInput
        If the model can't embed; the message lists those that can.
    BadSequence
        If a sequence has another length than the model reads.
    BadModel
        If the model raises, gives another shape or a number that is not finite, or two runs differ.
    """
    if not isinstance(model, Embedder):
        raise lacks(model, "embed", "embed sequences")
    records = [sequences] if isinstance(sequences, Sequence) else list(sequences)
    for record in records:
        check_length(record, model.card)
    parts: list[NDArray[np.float32]] = []
    for start in range(0, len(records), batch_size):
        X = encode(records[start : start + batch_size])
        with lock_of(model), torch.no_grad():
            found = steadily(model, lambda part: guarded(model, lambda: model.embed(part), part), X)
        check_tensor(model, "embed", found, (len(X), parts[0].shape[1] if parts else -1))
        parts.append(found.detach().float().numpy())
        for i in np.flatnonzero(~np.isfinite(parts[-1]).all(1)).tolist():
            bad = parts[-1][i]
            name = records[start + i].name
            fault = not_finite(model.card, float(bad[~np.isfinite(bad)][0]), X[i], name=name)
            if left_out is None:
                raise fault
            left_out(start + i, fault)
        parts[-1] = parts[-1][np.isfinite(parts[-1]).all(1)]
        if progress:
            progress(min(1.0, (start + batch_size) / len(records)))
    return np.concatenate(parts)
