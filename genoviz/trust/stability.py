"""Light 6: does the explanation stay when what should not matter is changed a little?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.attribution import Attribution
from genoviz.attribute.baselines import BASELINES
from genoviz.attribute.methods import METHODS
from genoviz.errors import BadModel
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import members_of
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence
from genoviz.trust.again import Parts, Progress, again, draws
from genoviz.trust.light import Light, Threshold
from genoviz.trust.likeness import is_flat, likeness

THRESHOLD = Threshold(0.7, 0.4)
TITLE = "Stays when little changes"
SHIFTS = (1, -2, 3, -4, 5)  # bases
SEEDS = 2
_WORDS = {
    "shift": "shifts of 1 to 5 bases",
    "baseline": "another baseline",
    "seed": "another seed",
    "member": "one network of the ensemble alone",
}


def stability(
    model: Model, result: Attribution, *, members: NDArray[np.float32] | None = None, progress: Progress | None = None
) -> Light:
    """Explain again after small shifts, against other baselines, with other seeds, and by each member of an ensemble.

    A shift moves all bases; those that leave at one end come in at the other.

    Parameters
    ----------
    model, result
        The model, and its explanation.
    members
        `(members, length)`: the scores by each network of an ensemble, if they are known already.
    progress
        Called with the share done; raising `Cancelled` in it stops.

    Returns
    -------
    Light
        Figure: the lowest of the four mean likenesses to the explanation, from -1 to 1. None where no base has a score.
    """
    if is_flat(result.per_base):
        return Light("stability", TITLE, None, THRESHOLD, "No base has a score that could change.")
    asked = list(_changes(model, result, members))
    parts, rows = Parts(progress, len(asked)), []
    alike: dict[str, list[float]] = {}
    for kind, name, explain in asked:
        try:
            found = likeness(result.per_base, explain())
        except BadModel:  # no number for this one, such as a baseline of zeros: the others say enough
            continue
        finally:
            parts.next()
        alike.setdefault(kind, []).append(found)
        rows.append({"change": kind, "to": name, "likeness": found})
    if not alike:
        return Light("stability", TITLE, None, THRESHOLD, "The model has no answer to any of the changes.")
    means = {kind: float(np.mean(values)) for kind, values in alike.items()}
    weakest = min(means, key=lambda kind: means[kind])
    listed = ", ".join(f"{_WORDS[kind]} {mean:.2f}" for kind, mean in means.items())
    sentence = f"Likeness to this map (1: the same), on average: {listed}."
    advice = "" if THRESHOLD.colour(means[weakest]) == "green" else _ADVICE[weakest]
    return Light("stability", TITLE, means[weakest], THRESHOLD, sentence, advice, tuple(rows))


def shifted(sequence: Sequence, bases: int) -> Sequence:
    """The sequence moved to the right (or left, below 0); what leaves at one end comes in at the other."""
    return Sequence(sequence.bases[-bases:] + sequence.bases[:-bases])


def shifted_target(target: Target, card: ModelCard, bases: int) -> Target:
    """The bins that lie over the same bases when a sequence is `shifted`; the same ones where they would lie outside."""
    if target.bins is None:
        return target
    output = card.output(target.output)
    by = round(bases / output.resolution) if output.resolution else 0
    start, end = target.bins[0] + by, target.bins[1] + by
    return replace(target, bins=(start, end)) if start >= 0 and end <= output.bins else target


_ADVICE = {
    "shift": "The place of a site in the window matters to this model: centre the sequence as in its training data.",
    "baseline": "The picture depends on what the sequence is compared with: say the baseline wherever you show it.",
    "seed": "Chance shows in the picture: take more references or samples.",
    "member": "The networks of the ensemble disagree: trust only the bases that all of them show.",
}


def _changes(
    model: Model, result: Attribution, known: NDArray[np.float32] | None
) -> Iterator[tuple[str, str, Callable[[], NDArray[np.float32]]]]:
    """Kind, name and map of each change."""
    for shift in SHIFTS:
        yield "shift", f"{shift:+d}", partial(_after_shift, model, result, shift)
    if METHODS[result.method].baseline is not None and result.baseline != "sequence":
        for name in BASELINES:
            if name not in ("sequence", result.baseline):
                yield "baseline", name, partial(_scores, model, result, baseline=name)
    if draws(result):
        for seed in range(result.seed + 1, result.seed + 1 + SEEDS):
            yield "seed", str(seed), partial(_scores, model, result, seed=seed)
    members = members_of(model)
    if len(members) > 1:
        for number, member in enumerate(members, start=1):
            row = None if known is None else known[number - 1]
            yield "member", str(number), partial(_scores, member, result) if row is None else partial(np.asarray, row)


def _scores(
    model: Model, result: Attribution, *, baseline: str | None = None, seed: int | None = None
) -> NDArray[np.float32]:
    return again(model, result, baseline=baseline, seed=seed).per_base


def _after_shift(model: Model, result: Attribution, shift: int) -> NDArray[np.float32]:
    """Scores of the shifted sequence, laid back over the bases that they are of."""
    target = shifted_target(result.target, model.card, shift)
    moved = again(model, result, turned=lambda sequence: shifted(sequence, shift), target=target)
    return np.roll(moved.per_base, -shift)
