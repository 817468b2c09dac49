"""In-filling: a stretch of a sequence is hidden, and the model writes it anew, base by base.

A masked model reads both sides, so it writes the places in a random order, each given all that is known by then (as order-agnostic
autoregressive models are drawn from; Hoogeboom et al. 2022, ICLR). An autoregressive one writes from left to right and doesn't
see what follows the stretch; how well it goes with that is said by the likelihood of the whole sequence alone. A stretch that is the whole sequence makes a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.errors import BadInput
from genoviz.language.options import DRAWN, MAX_DRAWN, MAX_TEMPERATURE, TEMPERATURE
from genoviz.models.abilities import lacks
from genoviz.models.answers import check_finite, check_tensor, guarded
from genoviz.models.base import Model, lock_of
from genoviz.models.language import HidesBases, LanguageModel, ReadsOnward, reading_of
from genoviz.models.onehot import decode, encode
from genoviz.models.size import check_length, rows_at_once
from genoviz.models.steady import steadily
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True, eq=False)
class Infill:
    """Sequences with a stretch written by a model.

    Attributes
    ----------
    sequences
        The drawn ones, the likeliest first; outside of the stretch as given.
    likelihoods
        Log-likelihood of each in nats `(sequences,)`.
    given, likelihood
        The sequence as it was, and its log-likelihood in nats.
    window
        The stretch (0-based, half-open).
    temperature, seed
        As asked for.
    reading
        How the model reads, in words.
    order
        `random`, or `left to right, the strand as given`.
    """

    sequences: tuple[Sequence, ...]
    likelihoods: NDArray[np.float64]
    given: Sequence
    likelihood: float
    window: tuple[int, int]
    temperature: float
    seed: int
    reading: str
    order: str

    @property
    def same(self) -> NDArray[np.float64]:
        """Share of the stretch's known bases that each sequence has as they were `(sequences,)`; nan where none was known."""
        start, end = self.window
        before = self.given.bases[start:end]
        known = [i for i, base in enumerate(before) if base in BASES]
        rows = [one.bases[start:end] for one in self.sequences]
        return np.array([sum(row[i] == before[i] for i in known) / len(known) if known else np.nan for row in rows])

    @property
    def sentence(self) -> str:
        """The likeliest one and how much of what was there came back."""
        start, end = self.window
        gain = float(self.likelihoods[0] - self.likelihood)
        words = "likelier" if gain > 0 else "less likely"
        same = self.same
        text = (
            f"The likeliest of {len(self.sequences)} sequences with bases {start + 1}-{end} written by the model has a "
            f"log-likelihood of {self.likelihoods[0]:.1f} nats"
        )
        if np.isnan(same).any():
            return text + "."
        return (
            f"{text}, {abs(gain):.1f} {words} than the one given. On average {100 * same.mean():.0f} % of the bases are as they were; "
            "25 % are by chance alone."
        )


def infill(
    model: Model,
    sequence: Sequence,
    window: tuple[int, int],
    *,
    n: int = DRAWN,
    temperature: float = TEMPERATURE,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Infill:
    """Hide a stretch of a sequence and let a language model write it, `n` times.

    Parameters
    ----------
    model, sequence
        The sequence is exactly as long as the model reads.
    window
        The stretch, 0-based and half-open; the whole sequence for a new one.
    n
        Sequences to draw, 1 to `MAX_DRAWN`.
    temperature
        The probabilities are raised to 1 / temperature: below 1 likely bases come more often, above 1 less often; 0 takes the
        likeliest each time.
    seed
        Same seed, same sequences.
    progress
        Called with the share done. Raising `Cancelled` in it ends the run without a result.

    Raises
    ------
    BadInput
        If the model predicts no bases, or a number is out of range.
    BadSequence
        If the sequence has another length than the model reads.
    BadModel
        If the model raises, gives another shape or a number that is not finite, or two runs differ.
    Cancelled
        If `progress` raised it.
    """
    if not isinstance(model, LanguageModel):
        raise lacks(model, "base_probabilities", "predict bases")
    check_length(sequence, model.card)
    _check(sequence, window, n, temperature, seed)
    onward = isinstance(model, ReadsOnward)
    draw = np.random.default_rng(seed)
    start, end = window
    places = np.arange(start, end)
    order = np.tile(places, (n, 1)) if onward else np.stack([draw.permutation(places) for _ in range(n)])
    X = encode(sequence).repeat(n, 1, 1)
    X[:, :, start:end] = 0
    for step in range(end - start):
        at = order[:, step]
        chosen = _drawn(_next(model, X, at), temperature, draw)
        X[range(n), chosen, at] = 1
        if progress is not None:
            progress((step + 1) / (end - start))
    numbers = _likelihoods(model, torch.cat([X, encode(sequence)]))
    best = np.argsort(-numbers[:-1], kind="stable")
    texts = decode(X)
    name = sequence.name or "sequence"
    made = [
        Sequence(sequence.bases[:start] + texts[k][start:end] + sequence.bases[end:], f"{name} written {i}")
        for i, k in enumerate(best.tolist(), start=1)
    ]
    return Infill(
        tuple(made), numbers[best], sequence, float(numbers[-1]), window, temperature, seed,
        reading_of(model).words, "left to right, the strand as given" if onward else "random",
    )  # fmt: skip


def likelihoods(model: Model, sequences: Seq[Sequence]) -> NDArray[np.float64]:
    """Log-likelihood of sequences that are as long as the model reads, in nats `(sequences,)`; `BadInput` for other models."""
    if not isinstance(model, LanguageModel):
        raise lacks(model, "log_likelihood", "say how likely a sequence is")
    for sequence in sequences:
        check_length(sequence, model.card)
    return _likelihoods(model, encode(sequences))


def _check(sequence: Sequence, window: tuple[int, int], n: int, temperature: float, seed: int) -> None:
    start, end = window
    if not 0 <= start < end <= len(sequence):
        raise BadInput(
            f"Bases {start + 1} to {end} were asked for.",
            f"The sequence has bases 1 to {len(sequence):,}.",
            "Choose a stretch inside it.",
        )
    if not 1 <= n <= MAX_DRAWN:
        raise BadInput(f"{n} sequences were asked for.", f"1 to {MAX_DRAWN} are accepted.", "Change the count.")
    if not 0 <= temperature <= MAX_TEMPERATURE:
        raise BadInput(
            f"The temperature is {temperature:g}.",
            f"Numbers from 0 (the likeliest base each time) to {MAX_TEMPERATURE:g} are accepted.",
            "Choose another; 1 takes the model's own probabilities.",
        )
    if not 0 <= seed < 2**63:
        raise BadInput(f"The seed is {seed}.", "Whole numbers from 0 to 2^63 - 1 are accepted.", "Choose another.")


def _next(model: LanguageModel, X: Tensor, at: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probabilities `(batch, 4)` of the base at one place of each row, which is hidden."""
    parts = []
    for first in range(0, len(X), rows_at_once(X.shape[2])):
        part = slice(first, first + rows_at_once(X.shape[2]))
        places = torch.from_numpy(at[part])
        parts.append(_asked(model, X[part], places))
    return torch.cat(parts).double().numpy()


def _asked(model: LanguageModel, X: Tensor, places: Tensor) -> Tensor:
    def ask(part: Tensor) -> Tensor:
        at = places[: len(part)]
        if isinstance(model, HidesBases):
            return guarded(model, lambda: model.probabilities_at(part, at), part)
        read = model.onward_probabilities if isinstance(model, ReadsOnward) else model.base_probabilities
        found = guarded(model, lambda: read(part), part)
        check_tensor(model, "base_probabilities", found, tuple(part.shape))
        return found[torch.arange(len(part)), :, at]

    with lock_of(model), torch.no_grad():
        found = steadily(model, ask, X)
    check_finite(model.card, found, X)
    return found


def _drawn(probabilities: NDArray[np.float64], temperature: float, draw: np.random.Generator) -> NDArray[np.int64]:
    """A base of each row; a number is drawn for each at temperature 0, too, so that the order of draws is the same."""
    number = draw.random(len(probabilities))
    if temperature == 0:
        return probabilities.argmax(1)
    logs = np.log(np.clip(probabilities, 1e-30, None)) / temperature
    shares = np.exp(logs - logs.max(1, keepdims=True))
    sums = np.cumsum(shares / shares.sum(1, keepdims=True), axis=1)
    return np.minimum((number[:, None] >= sums).sum(1), len(BASES) - 1)


def _likelihoods(model: LanguageModel, X: Tensor) -> NDArray[np.float64]:
    """Log-likelihood of each row in nats."""
    parts = []
    for first in range(0, len(X), rows_at_once(X.shape[2])):
        part = X[first : first + rows_at_once(X.shape[2])]
        with lock_of(model), torch.no_grad():
            found = steadily(model, lambda rows: guarded(model, lambda: model.log_likelihood(rows), rows), part)
        check_tensor(model, "log_likelihood", found, (len(part),))
        check_finite(model.card, found, part)
        parts.append(found)
    return torch.cat(parts).double().numpy()
