"""What each dimension of a latent space changes: in the decoded sequence, and in what a supervised model says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.grammar.mean_interval import Spread
from genoviz.latent.scorer import DRAWS, Scorer
from genoviz.latent.space import decoded, drawn, latent_model
from genoviz.latent.walk import MOST_DRAWS
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.predict.embed import embed
from genoviz.sequences.sequence import Sequence

REACH = 2.0  # to both sides, in standard deviations of the prior


@dataclass(frozen=True, eq=False)
class Dimensions:
    """Each dimension moved to both sides, all others kept.

    Attributes
    ----------
    card
        Of the autoencoder.
    sequence
        Whose point is the middle; None: the origin, the middle of the prior.
    centre
        `(dimensions,)`: that point.
    reach
        How far each was moved to both sides.
    low, high
        `(dimensions, 4, length)`: base probabilities at the lower and the upper end.
    effect
        `(draws, dimensions)`: the supervised model's number at the upper end minus that at the lower, for sequences drawn with
        the same random numbers; None without a supervised model.
    scorer, unit
        Model and number, and its unit; empty without.
    seed
        Of the draws.
    """

    card: ModelCard
    sequence: Sequence | None
    centre: NDArray[np.float64]
    reach: float
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    effect: Spread | None
    scorer: str
    unit: str
    seed: int

    @property
    def change(self) -> NDArray[np.float64]:
        """`(dimensions, length)`: share of the probability that moves from some bases to others between the two ends."""
        return np.asarray(np.abs(self.high - self.low).sum(1) / 2)

    @property
    def letters(self) -> NDArray[np.int64]:
        """`(dimensions,)`: positions whose likeliest base differs between the two ends."""
        return np.asarray((self.high.argmax(1) != self.low.argmax(1)).sum(1))

    @property
    def order(self) -> NDArray[np.int64]:
        """Dimensions (from 0), the largest effect on the prediction first; without one the largest change of the sequence."""
        size = self.change.sum(1) if self.effect is None else np.abs(self.effect.mean)
        return np.argsort(-size, kind="stable")

    @property
    def telling(self) -> int:
        """How many dimensions have an effect whose 95 % interval leaves out 0."""
        if self.effect is None:
            return 0
        low, high = self.effect.interval
        return int(((low > 0) | (high < 0)).sum())

    @property
    def sentence(self) -> str:
        """Which dimension changes most, and how many change the prediction."""
        first, n = int(self.order[0]), len(self.centre)
        moved = (
            f"From {-self.reach:+g} to {self.reach:+g}, dimension {first + 1} exchanges {self.letters[first]} of the "
            f"{self.low.shape[2]} likeliest bases"
        )
        if self.effect is None:
            return f"{moved}, and {self.change[first].mean():.2f} of the probability at a position on average."
        return (
            f"{moved} and changes {self.scorer} by {self.effect[first].words(self.unit)}, more than any other. "
            f"{self.telling} of {n} dimensions have an interval that leaves out 0; {0.05 * n:.1f} would by chance."
        )


def dimensions(
    model: Model,
    sequence: Sequence | None = None,
    *,
    reach: float = REACH,
    scorer: Scorer | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Dimensions:
    """Move each latent dimension to both sides, and see what the decoder writes.

    Parameters
    ----------
    model
        An autoencoder, see `LatentModel`.
    sequence
        Exactly as long as the model reads; None moves away from the middle of the latent space.
    reach
        How far, in standard deviations of the prior: above 0, up to 10.
    scorer
        A supervised model, see `scorer_for`.
    draws
        Sequences that are drawn at each end to be scored: 2 to 1,000.
    seed
        Same seed, same draws.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Raises
    ------
    BadInput
        If the model has no latent space, or a number is out of range.
    BadSequence
        If the length differs.
    """
    able = latent_model(model)
    if not 0 < reach <= 10:
        raise BadInput(f"A reach of {reach:g} was given.", "Above 0, up to 10.", "2 is usual.")
    if not 2 <= draws <= MOST_DRAWS:
        raise BadInput(f"{draws} draws were asked for.", f"2 to {MOST_DRAWS:,} are accepted.", "Change the number.")
    blank = Sequence("N" * able.card.length)
    centre = embed(model, sequence or blank)[0].astype(np.float64)
    if sequence is None:
        centre = np.zeros_like(centre)
    n = len(centre)
    low, high = (decoded(able, centre + side * reach * np.eye(n)) for side in (-1, 1))
    effect = None
    if scorer is not None:
        uniform = np.random.default_rng(seed).random((draws, able.card.length))
        texts = [text for side in (low, high) for one in side for text in drawn(one, uniform)]
        values = scorer.values(texts, progress).reshape(2, n, draws)
        effect = Spread((values[1] - values[0]).T)
    return Dimensions(
        able.card,
        sequence,
        centre,
        reach,
        low,
        high,
        effect,
        scorer.label if scorer else "",
        scorer.unit if scorer else "",
        seed,
    )
