"""Values of a model's output at any bases of a sequence of any length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Sequence as Seq
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.models.answers import ask, check_finite
from genoviz.models.base import Model, activate, lock_of
from genoviz.models.card import Output
from genoviz.models.onehot import encode
from genoviz.models.steady import steadily
from genoviz.predict.stretch.memory import Memory
from genoviz.predict.stretch.whole import whole_logits
from genoviz.sequences.sequence import Sequence

STRETCH = 20_000  # bases whose values are computed in one go: bounds the memory, some 100 MB at 10,000 bases of context


def values_along(
    model: Model,
    output: Output,
    rows: Seq[int],
    sequence: Sequence,
    positions: Seq[int],
    *,
    progress: Callable[[float], None] | None = None,
) -> NDArray[np.float64]:
    """Values of an output with one bin per base, after its activation, at some bases of a sequence.

    A model with the attribute `context` (see `genoviz.networks.spliceai.StretchModel`) reads what these bases need and no
    more, in stretches of up to `STRETCH`; any other reads windows of its own length whose middle parts follow each other.

    Parameters
    ----------
    model, output, rows
        The output of the model, and which of its tracks.
    sequence
        Of any length. What the model reads beyond its ends is N.
    positions
        Bases of the sequence (0-based), in any order.
    progress
        Called with the share done.

    Returns
    -------
    ndarray
        `(positions, rows)`.
    """
    context = getattr(model, "context", None)
    longest = STRETCH if context is not None else output.bins
    edge = (context if context is not None else model.card.length - output.bins) // 2  # edges are cropped evenly
    values = np.zeros((len(positions), len(rows)))
    places = np.asarray(positions, dtype=np.int64)
    done, memory = 0, Memory()
    for first, last in _stretches(np.unique(places), longest, 2 * edge):
        end = last if context is not None else first + output.bins
        text = _padded(sequence.bases, first - edge, end + edge)
        X = encode(text)
        with lock_of(model), torch.no_grad():
            logits = whole_logits(model, output, text, memory) if context is not None else None
            if logits is None:
                logits = steadily(model, partial(_logits, model, output, end - first), X)
            values_here = activate(logits, output.activation)[:, list(rows)].detach()
        check_finite(model.card, values_here, X)
        found = values_here[0].numpy()
        here = (places >= first) & (places < last)
        values[here] = found[:, places[here] - first].T
        done += int(here.sum())
        if progress:
            progress(done / len(places))
    return values


def _logits(model: Model, output: Output, bins: int, X: Tensor) -> Tensor:
    return ask(model, X, bins=bins)[output.name]


def _stretches(places: NDArray[np.int64], longest: int, gap: int) -> Iterator[tuple[int, int]]:
    """Ranges (half-open) of at most `longest` bases that hold all `places` (sorted), and no empty stretch above `gap`."""
    start = 0
    for i in range(1, len(places) + 1):
        ends = i == len(places) or places[i] - places[start] >= longest or places[i] - places[i - 1] > gap
        if ends:
            yield int(places[start]), int(places[i - 1]) + 1
            start = i


def _padded(bases: str, start: int, end: int) -> str:
    """Bases `start` to `end` with N where the sequence has none."""
    inside = bases[max(0, start) : max(0, end)]
    return ("N" * min(max(0, -start), end - start) + inside).ljust(end - start, "N")
