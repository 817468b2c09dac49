"""A corrupted sequence through the latent space: which bases come back, and which right ones are lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.grammar.mean_interval import Spread
from genoviz.latent.scorer import Scorer
from genoviz.latent.space import decoded, latent_model, likeliest
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.predict.embed import embed
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

KINDS = {"hide": "turned into N", "change": "changed to another base"}
SHARE, TRIALS = 0.1, 20
MOST_TRIALS = 1000


@dataclass(frozen=True, eq=False)
class Denoised:
    """Copies of a sequence with errors in them, and what the decoder makes of each.

    Attributes
    ----------
    card
        Of the autoencoder.
    original
        The sequence without errors.
    corrupted, denoised
        The copies, and the likeliest bases after the way through the latent space.
    hit
        `(trials, length)`: which bases were corrupted.
    probabilities
        `(4, length)`: the decoder's for the first copy.
    restored, kept
        Share of the corrupted bases that come back as they were, and of the others that stay as they were; over trials.
    blind
        Share of the corrupted bases that are right where the decoder was told nothing (a sequence of N); over trials.
    kind, share, seed
        What was done: a key of `KINDS`, to which share of the bases.
    scores
        The supervised model's number of the original, of the corrupted copies and of the denoised ones; None without a model.
    scorer, unit
        Model and number, and its unit; empty without.
    """

    card: ModelCard
    original: Sequence
    corrupted: tuple[Sequence, ...]
    denoised: tuple[Sequence, ...]
    hit: NDArray[np.bool_]
    probabilities: NDArray[np.float64]
    restored: Spread
    kept: Spread
    blind: Spread
    kind: str
    share: float
    seed: int
    scores: tuple[float, Spread, Spread] | None
    scorer: str
    unit: str

    @property
    def gain(self) -> Spread:
        """Share restored minus the share that is right without knowing the sequence, trial by trial."""
        return Spread(self.restored.values - self.blind.values)

    @property
    def sentence(self) -> str:
        """How many corrupted bases come back, beside the decoder that was told nothing, and what it costs."""
        n = int(self.hit[0].sum())
        words = (
            f"{n} of {len(self.original)} bases {KINDS[self.kind]}, {len(self.corrupted)} times: {_share(self.restored)} of them "
            f"come back as they were, {_share(self.blind)} for a decoder that was told nothing of the sequence. Of the bases "
            f"that were right {_share(self.kept)} stay."
        )
        if self.scores is None:
            return words
        original, corrupted, denoised = self.scores
        return (
            f"{words} {self.scorer}: {original:+.2g} for the sequence as given, {corrupted.words(self.unit)} with the errors, "
            f"{denoised.words(self.unit)} denoised."
        )


def denoise(
    model: Model,
    sequence: Sequence,
    *,
    share: float = SHARE,
    kind: str = "hide",
    trials: int = TRIALS,
    seed: int = 0,
    scorer: Scorer | None = None,
    progress: Callable[[float], None] | None = None,
) -> Denoised:
    """Corrupt a sequence, send it through the latent space, and count what comes back.

    Parameters
    ----------
    model
        An autoencoder, see `LatentModel`.
    sequence
        Exactly as long as the model reads, with known bases to corrupt.
    share
        Of the known bases that are corrupted: at least one, not all.
    kind
        `hide` or `change`, see `KINDS`.
    trials
        Copies, each with errors at other places: 2 to 1,000.
    seed
        Same seed, same errors.
    scorer
        A supervised model, see `scorer_for`.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Raises
    ------
    BadInput
        If the model has no latent space, or an option is out of range.
    BadSequence
        If the length differs.
    """
    able = latent_model(model)
    known = np.array([base in BASES for base in sequence.bases])
    count = round(share * int(known.sum()))
    _check(share, kind, trials, count, int(known.sum()))
    rng = np.random.default_rng(seed)
    places = np.flatnonzero(known)
    hit = np.zeros((trials, len(sequence)), dtype=bool)
    for row in hit:
        row[rng.choice(places, count, replace=False)] = True
    corrupted = tuple(
        Sequence(_spoiled(sequence.bases, row, kind, rng), f"corrupted {i}") for i, row in enumerate(hit, start=1)
    )
    blank = Sequence("N" * len(sequence))
    probabilities = decoded(able, embed(model, [*corrupted, blank]))
    texts = likeliest(probabilities)
    right = np.array([[a == b for a, b in zip(sequence.bases, text, strict=True)] for text in texts])
    blind = right[-1][None].repeat(trials, axis=0)
    scores = None
    if scorer is not None:
        values = scorer.values([sequence.bases, *(one.bases for one in corrupted), *texts[:-1]], progress)
        scores = (float(values[0]), Spread(values[1 : 1 + trials]), Spread(values[1 + trials :]))
    return Denoised(
        able.card,
        sequence,
        corrupted,
        tuple(Sequence(text, f"denoised {i}") for i, text in enumerate(texts[:-1], start=1)),
        hit,
        probabilities[0],
        Spread(_mean_where(right[:-1], hit)),
        Spread(_mean_where(right[:-1], known & ~hit)),
        Spread(_mean_where(blind, hit)),
        kind,
        share,
        seed,
        scores,
        scorer.label if scorer else "",
        scorer.unit if scorer else "",
    )


def _mean_where(right: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray((right & chosen).sum(1) / chosen.sum(1))


def _spoiled(bases: str, hit: NDArray[np.bool_], kind: str, rng: np.random.Generator) -> str:
    others = {base: BASES.replace(base, "") for base in BASES}
    letters = list(bases)
    for i in np.flatnonzero(hit).tolist():
        letters[i] = "N" if kind == "hide" else others[letters[i]][int(rng.integers(3))]
    return "".join(letters)


def _share(spread: Spread) -> str:
    low, high = (100 * float(end) for end in spread.interval)
    return f"{100 * float(spread.mean):.0f} % (95 % interval {low:.0f} to {high:.0f})"


def _check(share: float, kind: str, trials: int, count: int, known: int) -> None:
    if kind not in KINDS:
        raise BadInput(f"The kind `{kind[:40]}` was given.", f"Accepted: {', '.join(KINDS)}.", "Choose one.")
    if not 2 <= trials <= MOST_TRIALS:
        raise BadInput(f"{trials} trials were asked for.", f"2 to {MOST_TRIALS:,} are accepted.", "Change the number.")
    if not 0 < share < 1 or not 0 < count < known:
        raise BadInput(
            f"{100 * share:.3g} % of {known:,} known bases were to be corrupted.",
            "At least one base, and not all of them.",
            "10 % is usual: `0.1`.",
        )
