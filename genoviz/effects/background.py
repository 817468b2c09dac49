"""Is an effect large? Its place among the effects of random substitutions, whose origin is always named.

The words for it are tied to percentiles and say nothing about health: a model's output changes by chance, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.genomes.genome import Reference
from genoviz.genomes.random_windows import named_with_build, random_windows
from genoviz.models.base import Model
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.predict.prediction import evaluate
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle

RANDOM_CHANGES = 500
# From this percentile on, and what is said of an effect there.
BANDS = (
    (0.0, "within the range of random changes"),
    (90.0, "larger than 90 % of random changes"),
    (99.0, "larger than 99 % of random changes"),
    (100.0, "larger than every random change tried"),
)


@dataclass(frozen=True, eq=False)
class EffectBackground:
    """Effects of random substitutions.

    Attributes
    ----------
    name
        What was changed, and where: goes beside every percentile.
    deltas
        `ALT - REF` of the target's number `(changes,)`, in `unit`, in rising order.
    unit
        Unit of the target's number.
    """

    name: str
    deltas: NDArray[np.float64]
    unit: str

    def percentile(self, delta: float) -> float:
        """Share (0 to 100) of the random changes whose effect, in either direction, is smaller than `delta`'s."""
        return float(100 * (np.abs(self.deltas) < abs(delta)).mean())

    def words(self, delta: float) -> str:
        """The words of `BANDS` for an effect."""
        place = self.percentile(delta)
        return next(words for least, words in reversed(BANDS) if place >= least)

    def sentence(self, delta: float) -> str:
        """The effect's place and the background's name, for pages and reports."""
        place = self.percentile(delta)
        shown = "all" if place == 100 else "none" if place == 0 else f"{np.floor(10 * place) / 10:g} %"
        return f"The effect of {delta:+.3g} {self.unit} is larger in size than {shown} of {self.name}: {self.words(delta)}."


def effect_background(
    model: Model,
    target: Target,
    *,
    genome: Reference | None = None,
    window: Sequence | None = None,
    n: int = RANDOM_CHANGES,
    position: int | None = None,
    seed: int = 0,
    batch_size: int = 64,
    progress: Callable[[float], None] | None = None,
) -> EffectBackground:
    """Effects of `n` random substitutions, each in a sequence of its own.

    Parameters
    ----------
    model, target
        The number that is compared.
    genome
        Where to draw sequences: stretches of the plus strand without N. A remote genome is asked once for each.
    window
        What to shuffle, keeping its dinucleotides, when no genome is given; as long as the model reads.
    n
        Substitutions.
    position
        The base that is changed (0-based); None is the middle, where `allele_windows` puts a variant.
    seed
        The same seed gives the same sequences and substitutions.
    batch_size
        Sequences per forward pass.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Raises
    ------
    BadInput
        If neither or both of genome and window are given, a number is out of range, or the genome has too few
        stretches without N.
    """
    length = model.card.length
    at = (length - 1) // 2 if position is None else position
    _check(genome, window, n, at, length)
    rng = np.random.default_rng(seed)
    if genome is not None:
        texts = [stretch.bases for stretch in random_windows(genome, length, n, rng)]
        origin = f"random stretches of {named_with_build(genome)}"
    elif window is not None:
        texts, origin = dinucleotide_shuffle(window.bases, n, seed=seed), "dinucleotide shuffles of this sequence"
        texts = [text[:at] + _known(text[at], rng) + text[at + 1 :] for text in texts]
    changed = [text[:at] + _another(text[at], rng) + text[at + 1 :] for text in texts]
    function, deltas = target.of(model), np.empty(n)
    for first in range(0, n, batch_size):
        last = min(n, first + batch_size)
        before, after = (
            evaluate(function, model, encode(some[first:last]), batch_size=batch_size).double().numpy()
            for some in (texts, changed)
        )
        deltas[first:last] = after - before
        if progress:
            progress(last / n)
    name = f"{n:,} random substitutions at base {at + 1:,} of {origin} (seed {seed})"
    return EffectBackground(name, np.sort(deltas), target.unit(model.card))


def _known(base: str, rng: np.random.Generator) -> str:
    """The base itself, or one at random where it is not known."""
    return base if base in BASES else str(rng.choice(list(BASES)))


def _another(base: str, rng: np.random.Generator) -> str:
    return str(rng.choice([other for other in BASES if other != base]))


def _check(genome: Reference | None, window: Sequence | None, n: int, at: int, length: int) -> None:
    if (genome is None) == (window is None):
        raise BadInput(
            "A background needs a genome or a sequence, and one of them only.",
            "Random stretches of a genome, or shuffles of one sequence.",
            "Give `genome` or `window`.",
        )
    if window is not None and len(window) != length:
        raise BadInput(
            f"The sequence to shuffle has {len(window):,} bases.",
            f"The model reads {length:,}.",
            "Fit it first (`Sequence.fit`).",
        )
    for what, value, low, high in (("Substitutions", n, 1, 100_000), ("The position", at, 0, length - 1)):
        if not low <= value <= high:
            raise BadInput(f"{what}: {value:,}.", f"{low:,} to {high:,} are accepted.", "Choose a number inside.")
