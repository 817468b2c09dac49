"""The way into a latent space and out of it, for any model that has both, and letters drawn from base probabilities."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.models.abilities import lacks
from genoviz.models.answers import check_finite, check_tensor, guarded
from genoviz.models.base import Model, lock_of
from genoviz.models.steady import steadily
from genoviz.sequences.bases import BASES

_ROWS = 256  # points that are decoded at once


@runtime_checkable
class LatentModel(Model, Protocol):
    """What a model must offer beside `Model`, to be looked into as an autoencoder."""

    def embed(self, X: Tensor) -> Tensor:
        """From one-hot `(batch, 4, length)` to points `(batch, dimensions)`, independent of the other rows."""
        ...

    def decode(self, z: Tensor) -> Tensor:
        """From points `(batch, dimensions)` to base probabilities `(batch, 4, length)`, rows A C G T."""
        ...


def latent_model(model: Model) -> LatentModel:
    """The model itself, if it has a latent space; else `BadInput`, which lists those that have one."""
    if not isinstance(model, LatentModel):
        raise lacks(model, "decode", "turn a point of a latent space into bases")
    return model


def decoded(model: LatentModel, points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Base probabilities `(points, 4, length)` at points `(points, dimensions)`."""
    parts = []
    for first in range(0, len(points), _ROWS):
        z = torch.from_numpy(np.asarray(points[first : first + _ROWS], dtype=np.float32))
        with lock_of(model), torch.no_grad():
            found = steadily(model, lambda part: guarded(model, lambda: model.decode(part), part), z)
        check_tensor(model, "decode", found, (len(z), len(BASES), model.card.length))
        check_finite(model.card, found, found)
        parts.append(found.detach().double().numpy())
    return np.concatenate(parts)


def likeliest(probabilities: NDArray[np.floating]) -> list[str]:
    """The likeliest base at each position, as a text for each of `(n, 4, length)`."""
    return ["".join(BASES[i] for i in row) for row in probabilities.argmax(1).tolist()]


def drawn(probabilities: NDArray[np.floating], uniform: NDArray[np.floating]) -> list[str]:
    """Sequences drawn from base probabilities `(4, length)`, each base by itself.

    Two sets of probabilities with the same random numbers give letters that differ only where they have to, so that their
    difference is not blurred by the draw.

    Parameters
    ----------
    probabilities
        Rows A C G T.
    uniform
        Random numbers from 0 to 1 `(draws, length)`.

    Examples
    --------
    >>> drawn(np.array([[0.7, 0.0], [0.1, 0.0], [0.1, 1.0], [0.1, 0.0]]), np.array([[0.2, 0.5], [0.75, 0.5]]))
    ['AG', 'CG']
    """
    ends = np.cumsum(probabilities, axis=0)[:-1]
    numbers = (uniform[:, None, :] >= ends[None]).sum(1)
    return ["".join(BASES[i] for i in row) for row in numbers.tolist()]


def same_letters(one: str, other: str) -> float:
    """Share of the known bases (A C G T) of the first that the second has at the same place; nan without any."""
    known = [(a, b) for a, b in zip(one, other, strict=True) if a in BASES]
    return sum(a == b for a, b in known) / len(known) if known else float("nan")
