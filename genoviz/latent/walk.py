"""A walk between two sequences through the latent space: each step decoded and scored, beside a walk letter by letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.grammar.mean_interval import Spread
from genoviz.latent.scorer import DRAWS, Scorer
from genoviz.latent.space import decoded, drawn, latent_model, likeliest, same_letters
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.predict.embed import embed
from genoviz.sequences.sequence import Sequence

STEPS = 9
MOST_STEPS = 51
MOST_DRAWS = 1000


@dataclass(frozen=True, eq=False)
class WalkScores:
    """What the supervised model says along the walk.

    Attributes
    ----------
    scorer, unit
        Model and number, and its unit.
    given
        Of the two sequences as they were given.
    likeliest
        `(steps,)`: of the likeliest base at each position.
    drawn
        Of `(draws, steps)` sequences drawn from the decoder's probabilities.
    mixed
        Of `(draws, steps)` sequences that take each base from the second sequence with the share of the walk that is done, else
        from the first: the same way without an autoencoder.
    """

    scorer: str
    unit: str
    given: tuple[float, float]
    likeliest: NDArray[np.float64]
    drawn: Spread
    mixed: Spread

    @property
    def sentence(self) -> str:
        """Ends and middle, with intervals."""
        middle = len(self.likeliest) // 2
        ends = [self.drawn[i].words(self.unit) for i in (0, -1)]
        return (
            f"{self.scorer}: {self.given[0]:+.2g} for the first sequence as given and {self.given[1]:+.2g} for the second; "
            f"sequences drawn from the decoder have {ends[0]} at the first end and {ends[1]} at the second. In the middle: drawn "
            f"{self.drawn[middle].words(self.unit)}, mixed letter by letter {self.mixed[middle].words(self.unit)}."
        )


@dataclass(frozen=True, eq=False)
class Walk:
    """Points of a straight line in the latent space, from one sequence to another.

    Attributes
    ----------
    card
        Of the autoencoder.
    first, second
        The sequences as they were given.
    points
        `(steps, dimensions)`.
    probabilities
        `(steps, 4, length)`: the decoder's, rows A C G T.
    sequences
        The likeliest base at each position, for each step.
    like_first, like_second
        `(steps,)`: share of the known bases of each given sequence that the likeliest ones repeat.
    scores
        None without a supervised model.
    draws, seed
        Of the scores.
    """

    card: ModelCard
    first: Sequence
    second: Sequence
    points: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    sequences: tuple[Sequence, ...]
    like_first: NDArray[np.float64]
    like_second: NDArray[np.float64]
    scores: WalkScores | None
    draws: int
    seed: int

    @property
    def kept(self) -> str:
        """How much of both sequences comes back, in words."""
        return (
            f"{len(self.sequences)} steps. At its own end the decoder repeats {100 * self.like_first[0]:.0f} % of the bases of "
            f"the first sequence and {100 * self.like_second[-1]:.0f} % of those of the second: a walk is between what the "
            "latent space keeps of them."
        )

    @property
    def sentence(self) -> str:
        """How much of both comes back, and what is predicted along the way."""
        return self.kept if self.scores is None else f"{self.kept} {self.scores.sentence}"


def walk(
    model: Model,
    first: Sequence,
    second: Sequence,
    *,
    steps: int = STEPS,
    scorer: Scorer | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Walk:
    """Walk from one sequence to another through the latent space of an autoencoder.

    Parameters
    ----------
    model
        An autoencoder, see `LatentModel`.
    first, second
        Each exactly as long as the model reads.
    steps
        Points of the line, both ends included: 2 to 51.
    scorer
        A supervised model, see `scorer_for`.
    draws
        Sequences that are drawn at each step to be scored: 2 to 1,000.
    seed
        Same seed, same draws.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Raises
    ------
    BadInput
        If the model has no latent space, or a number is out of range.
    BadSequence
        If a length differs.
    """
    able = latent_model(model)
    for what, number, low, high in (("steps", steps, 2, MOST_STEPS), ("draws", draws, 2, MOST_DRAWS)):
        if not low <= number <= high:
            raise BadInput(f"{number} {what} were asked for.", f"{low} to {high:,} are accepted.", "Change the number.")
    start, end = embed(model, [first, second]).astype(np.float64)
    share = np.linspace(0, 1, steps)
    points = (1 - share)[:, None] * start + share[:, None] * end
    probabilities = decoded(able, points)
    texts = likeliest(probabilities)
    return Walk(
        able.card,
        first,
        second,
        points,
        probabilities,
        tuple(Sequence(text, f"step {number} of {steps}") for number, text in enumerate(texts, start=1)),
        np.array([same_letters(first.bases, text) for text in texts]),
        np.array([same_letters(second.bases, text) for text in texts]),
        None if scorer is None else _scores(scorer, first, second, probabilities, texts, draws, seed, progress),
        draws,
        seed,
    )


def _scores(
    scorer: Scorer,
    first: Sequence,
    second: Sequence,
    probabilities: NDArray[np.float64],
    texts: list[str],
    draws: int,
    seed: int,
    progress: Callable[[float], None] | None,
) -> WalkScores:
    """The same random numbers at every step: what changes along the walk is not the draw."""
    steps = len(texts)
    rng = np.random.default_rng(seed)
    uniform, order = rng.random((2, draws, len(first)))
    asked = [first.bases, second.bases, *texts]
    asked += [text for step in probabilities for text in drawn(step, uniform)]
    for share in np.linspace(0, 1, steps):
        asked += [_mixed(first.bases, second.bases, row < share) for row in order]
    values = scorer.values(asked, progress)
    begin = 2 + steps
    from_decoder, by_letter = values[begin:].reshape(2, steps, draws).transpose(0, 2, 1)
    given = (float(values[0]), float(values[1]))
    return WalkScores(scorer.label, scorer.unit, given, values[2:begin], Spread(from_decoder), Spread(by_letter))


def _mixed(first: str, second: str, taken: NDArray[np.bool_]) -> str:
    return "".join(b if use else a for a, b, use in zip(first, second, taken.tolist(), strict=True))
