"""What is measured of edited sequences: the target's number, or something else that a verb is given by `of=`."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from genoviz.models.base import Model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.predict.prediction import evaluate

Progress = Callable[[float], None]


class Measure(Protocol):
    """One number per sequence that is not the prediction itself, such as `genoviz.attribute.explained.Explained`."""

    def numbers(
        self, model: Model, target: Target, texts: Seq[str], *, progress: Progress | None = None
    ) -> NDArray[np.float64]:
        """`(sequences,)`, for texts as long as the model reads."""
        ...

    def words(self, target: Target) -> str:
        """What is measured, as part of a sentence."""
        ...


def numbers_of(
    model: Model,
    target: Target,
    texts: Seq[str],
    *,
    of: Measure | None = None,
    batch_size: int | None = None,
    progress: Progress | None = None,
) -> NDArray[np.float64]:
    """The target's number for each text `(sequences,)`, or what `of` measures.

    Parameters
    ----------
    model, target, texts
        The texts are as long as the model reads.
    of
        What to measure instead of the prediction.
    batch_size
        Sequences per pass, where predictions are measured.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Raises
    ------
    NotFinite
        If a number is nan or infinite.
    """
    if of is not None:
        return of.numbers(model, target, texts, progress=progress)
    values = evaluate(target.of(model), model, encode(texts), batch_size=batch_size, progress=progress)
    return np.asarray(values.double().numpy(), dtype=np.float64)
