"""How well an autoencoder gives sequences back: its error as a sign that a sequence is unlike those it learned from."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadModel
from genoviz.latent.space import decoded, latent_model
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.onehot import encode
from genoviz.models.words import percentiles
from genoviz.predict.embed import embed
from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """One sequence after the way through the latent space.

    Attributes
    ----------
    sequence
        What was read.
    point
        `(dimensions,)`: where it lies in the latent space.
    probabilities
        `(4, length)`: the decoder's, rows A C G T.
    log_likelihood
        Sum of the ln probabilities of the bases that stand there, in nats; N count nothing.
    worse_than
        For each set of the card's background, the share (0 to 100) of its sequences that come back better; empty where the card
        has no background, or the sequence an N.
    """

    sequence: Sequence
    point: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    log_likelihood: float
    worse_than: dict[str, float]

    @property
    def error(self) -> float:
        """Nats per known base: 0 is certainty of the right base, 1.386 guessing among four; nan without known bases."""
        known = float(encode(self.sequence).sum())
        return -self.log_likelihood / known if known else float("nan")

    @property
    def surprise(self) -> NDArray[np.float64]:
        """Minus ln of the probability of the base that stands there `(length,)`, in nats; nan at N."""
        X = encode(self.sequence)[0].double().numpy()
        values = -(X * np.log(np.clip(self.probabilities, 1e-12, None))).sum(0)
        return np.where(X.sum(0) > 0, values, np.nan)

    @property
    def recovered(self) -> float:
        """Share of the known bases that are the decoder's likeliest; nan without known bases."""
        X = encode(self.sequence)[0].numpy()
        known = X.max(0) == 1
        return float((X.argmax(0) == self.probabilities.argmax(0))[known].mean()) if known.any() else float("nan")

    @property
    def sentence(self) -> str:
        """The error, and its place among held-out sequences and shuffles."""
        words = (
            f"Reconstruction error {self.error:.3f} nats per base (0 is certainty, 1.386 guessing); "
            f"{100 * self.recovered:.0f} % of the bases are the decoder's likeliest."
        )
        if not self.worse_than:
            return words
        parts = [f"{_share(value)} of the {name}" for name, value in self.worse_than.items()]
        return f"{words} The error is larger than that of {' and of '.join(parts)} sequences of the model's test."


def reconstruct(
    model: Model,
    sequences: Sequence | Seq[Sequence],
    *,
    left_out: Callable[[int, BadModel], None] | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Reconstruction]:
    """Send sequences through the latent space of an autoencoder and back.

    Parameters
    ----------
    model
        An autoencoder, see `LatentModel`.
    sequences
        Each exactly as long as the model reads.
    left_out
        See `genoviz.predict.embed.embed`.
    progress
        Called with the share done.

    Raises
    ------
    BadInput
        If the model has no latent space.
    BadSequence
        If a length differs.
    """
    able = latent_model(model)
    records = [sequences] if isinstance(sequences, Sequence) else list(sequences)
    out: set[int] = set()

    def note(number: int, error: BadModel) -> None:
        if left_out is None:
            raise error
        out.add(number)
        left_out(number, error)

    points = embed(model, records, left_out=note, progress=progress)
    kept = [record for number, record in enumerate(records) if number not in out]
    if not kept:
        return []
    probabilities = decoded(able, points)
    likelihoods = (encode(kept).double().numpy() * np.log(np.clip(probabilities, 1e-12, None))).sum((1, 2))
    return [
        Reconstruction(record, point.astype(np.float64), table, float(value), _worse(able.card, record, float(value)))
        for record, point, table, value in zip(kept, points, probabilities, likelihoods, strict=True)
    ]


def _worse(card: ModelCard, sequence: Sequence, log_likelihood: float) -> dict[str, float]:
    """The background's sequences have no N: with one the sums are of fewer bases."""
    if "N" in sequence.bases:
        return {}
    return {name: 100 - share for name, share in percentiles(card, card.outputs[0].tracks[0], log_likelihood).items()}


def _share(value: float) -> str:
    return "more than 99 %" if value > 99.5 else "almost none" if value < 0.5 else f"{value:.0f} %"
