"""What a model says of the changes that were measured: windows over the element, and their mean.

An element longer than the model's input is read in overlapping windows, and the effect of a change is the mean over those
that hold it; a shorter one is read once, with N on both sides (the rest of the plasmid is not known).
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.attribute.attribution import attribute
from genoviz.attribute.methods import METHODS, offered
from genoviz.errors import BadInput, Cancelled, UnknownName
from genoviz.incremental import Edit
from genoviz.measured.experiment import Change, Experiment
from genoviz.measured.options import MUTATIONS, OVERLAP
from genoviz.models.base import Model, lock_of
from genoviz.models.card import ModelCard
from genoviz.models.onehot import encode
from genoviz.models.size import is_long
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import reference_of, saturate
from genoviz.predict.prediction import target_value
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Fitted, Sequence

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Predicted:
    """Predicted effects of the changes of an experiment.

    Attributes
    ----------
    effects
        `(changes,)`: the target's number with the change minus without it; nan where the method says nothing of the
        change, or a stopped run did not come to it.
    unit
        Of the effects.
    windows
        Stretches of the element that were read: `(start, end)`, 0-based and half-open.
    complete
        False if the run was stopped.
    """

    effects: NDArray[np.float64]
    unit: str
    windows: tuple[tuple[int, int], ...]
    complete: bool = True


def methods_of(card: ModelCard) -> tuple[str, ...]:
    """How effects of changes can be predicted: mutations, and the methods that also score bases that are not there."""
    return (MUTATIONS, *(name for name in offered(card) if METHODS[name].hypothetical))


def title_of(method: str) -> str:
    """Title of a method of `methods_of`."""
    return "Mutations" if method == MUTATIONS else METHODS[method].title


def windows_over(length: int, card_length: int) -> tuple[int, ...]:
    """First bases of the windows over an element: evenly spread, each a quarter of the input after the one before, or less.

    Examples
    --------
    >>> windows_over(600, 145)[:3], windows_over(600, 145)[-1], windows_over(100, 145)
    ((0, 35, 70), 455, (0,))
    """
    rest = length - card_length
    if rest <= 0:
        return (0,)
    steps = -(-rest // max(1, card_length // OVERLAP))
    return tuple(round(i * rest / steps) for i in range(steps + 1))


def cost(experiment: Experiment, card: ModelCard, method: str = MUTATIONS) -> int:
    """About how many predictions it takes."""
    count = len(windows_over(len(experiment.sequence), card.length))
    if method != MUTATIONS:
        return count * METHODS[method].predictions(card.length)
    return count * 3 * min(card.length, len(experiment.sequence)) + int((~experiment.substitutions).sum()) * OVERLAP


def predict_effects(
    model: Model,
    experiment: Experiment,
    target: Target,
    method: str = MUTATIONS,
    *,
    progress: Progress | None = None,
) -> Predicted:
    """Predict the effect of each change of an experiment.

    Parameters
    ----------
    model, experiment, target
        What to ask about what.
    method
        `mutations` (each changed sequence is predicted), or an attribution method that scores all four bases: the score of
        the new base minus that of the old one, a guess from one explanation for each window. Methods say nothing of deletions.
    progress
        Called with the share done. Raising `Cancelled` stops: windows that were done count.

    Raises
    ------
    UnknownName
        If the method does not fit.
    BadInput
        If the model reads so much that each mutant is long work.
    GenovizError
        What `saturate` and `attribute` raise.
    """
    card = model.card
    if method not in methods_of(card):
        raise UnknownName.among("method", method, methods_of(card))
    if is_long(card):
        raise BadInput(
            f"`{card.name}` reads {card.length:,} bases; each change would take a prediction of many seconds.",
            "Models of up to some ten thousand bases are held against measured changes.",
            "Choose another model.",
        )
    firsts = windows_over(len(experiment.sequence), card.length)
    total, count = np.zeros(len(experiment)), np.zeros(len(experiment))
    done: list[tuple[int, int]] = []
    complete = True
    for number, first in enumerate(firsts):

        def part(share: float, number: int = number) -> None:
            if progress is not None:
                progress((number + share) / len(firsts))

        fitted = _read(experiment.sequence, card.length, first)
        if not set(fitted.sequence.bases) & set(BASES):
            continue
        inside = _inside(experiment, fitted)
        try:
            changes = [experiment.changes[i] for i in inside]
            values, complete = _effects(model, fitted, changes, target, method, part)
            part(1.0)
        except Cancelled:
            complete = False
            values = np.full(len(inside), np.nan)
        known = np.isfinite(values)
        total[inside[known]] += values[known]
        count[inside[known]] += 1
        if not complete:
            break
        done.append((fitted.start, fitted.end))
    if not complete and not count.any():
        raise Cancelled
    effects = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return Predicted(effects, target.unit(card), tuple(done), complete)


def _read(sequence: Sequence, length: int, first: int) -> Fitted:
    return sequence.fit(length) if len(sequence) <= length else sequence.fit(length, how="window", start=first)


def _inside(experiment: Experiment, fitted: Fitted) -> NDArray[np.int64]:
    """Numbers of the changes that lie in a window."""
    ends = experiment.starts + np.array([max(len(change.ref), 1) for change in experiment.changes])
    return np.flatnonzero((experiment.starts >= fitted.start) & (ends <= fitted.end))


def _effects(
    model: Model, fitted: Fitted, changes: Seq[Change], target: Target, method: str, progress: Progress
) -> tuple[NDArray[np.float64], bool]:
    """Effects of changes in one window `(changes,)`, and whether all were computed."""
    if method != MUTATIONS:
        return _by_scores(model, fitted, changes, target, method, progress), True
    shift = fitted.left_pad - fitted.start
    values = np.full(len(changes), np.nan)
    single = [i for i, change in enumerate(changes) if change.is_substitution]
    other = [i for i in range(len(changes)) if not changes[i].is_substitution]
    share = 3 * len(fitted.sequence) / (3 * len(fitted.sequence) + len(other))
    if single:
        at = [changes[i].start + shift for i in single]
        window = (min(at), max(at) + 1)
        found = saturate(model, fitted.sequence, target, window=window, progress=lambda done: progress(done * share))
        values[single] = found.delta[[BASES.index(changes[i].alt) for i in single], at]
        if not found.complete:
            return values, False
    if other:
        x = encode(fitted.sequence)
        value = target_value(model, fitted.sequence, target)
        _, reference = reference_of(model, target, x, value)
        edits = [(Edit(c.start + shift, c.start + shift + len(c.ref), c.alt),) for c in (changes[i] for i in other)]
        with lock_of(model):
            numbers = reference.edits(edits, progress=lambda done: progress(share + done * (1 - share)))
        values[other] = numbers[:, 0].numpy() - value
    return values, True


def _by_scores(
    model: Model, fitted: Fitted, changes: Seq[Change], target: Target, method: str, progress: Progress
) -> NDArray[np.float64]:
    """Score of the new base minus that of the old one; nan for changes that are no substitutions."""
    scores = attribute(model, fitted.sequence, target, method, progress=progress).hypothetical
    values = np.full(len(changes), np.nan)
    if scores is None:
        return values
    for i, change in enumerate(changes):
        if change.is_substitution:
            at = change.start + fitted.left_pad - fitted.start
            values[i] = scores[BASES.index(change.alt), at] - scores[BASES.index(change.ref), at]
    return values
