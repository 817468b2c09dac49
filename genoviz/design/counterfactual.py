"""The counterfactual ladder: the smallest set of edits that switches a prediction off.

Rung by rung, the set of 1, 2, 3, ... substitutions that lowers the target most. The last rung crosses the threshold, and
no part of it does: every base that it names is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from genoviz.design.fewest_edits import Design, steps_of
from genoviz.design.options import MAX_EDITS, WIDTH
from genoviz.design.rules import Range, Rules
from genoviz.design.search import check_options, edited, search
from genoviz.errors import BadInput, Cancelled
from genoviz.models.base import Model, activate
from genoviz.models.card import ModelCard
from genoviz.models.onehot import encode
from genoviz.models.size import check_length
from genoviz.models.target import Target
from genoviz.predict.prediction import evaluate, target_value
from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True)
class Rung:
    """The best set of so many edits.

    Attributes
    ----------
    edits
        (position from 0, base), in the order of their positions.
    labels
        The same as text: `A57G`.
    value
        The target's number with all of them.
    """

    edits: tuple[tuple[int, str], ...]
    labels: tuple[str, ...]
    value: float


@dataclass(frozen=True, eq=False)
class Ladder:
    """How few edits switch a prediction off.

    Attributes
    ----------
    design
        The edits of the last rung as a path, in the order in which they were found: what `design_check` looks at.
    threshold, because
        Off is at or below this number; why, in words.
    rungs
        With 1, 2, 3, ... edits.
    off
        Whether the last rung is off.
    minimal
        Whether every proper part of the last rung was tried and none is off; False while it is not off.
    smallest
        Whether no smaller set exists: known for one and two edits, because all single substitutions are tried.
    complete
        False if the search was stopped on request.
    """

    design: Design
    threshold: float
    because: str
    rungs: tuple[Rung, ...]
    off: bool
    minimal: bool
    smallest: bool
    complete: bool

    @property
    def sentence(self) -> str:
        """The result in words."""
        start, unit = self.design.value, self.design.unit
        if not self.rungs:
            return f"No allowed edit lowers {self.design.subject}, which is {start:.3g} {unit}."
        n, value = len(self.rungs[-1].edits), self.rungs[-1].value
        count = f"{n} edit{'s' if n > 1 else ''}"
        if not self.off:
            return (
                f"{count} lower{'s' if n == 1 else ''} {self.design.subject} from {start:.3g} to {value:.3g} {unit}, not to the threshold of "
                f"{self.threshold:.3g} ({self.because})."
            )
        proof = "no smaller set does" if self.smallest else "no part of this set does; the search is not exhaustive"
        return (
            f"{count} switch{'es' if n == 1 else ''} {self.design.subject} off: from {start:.3g} to {value:.3g} {unit}, at or below "
            f"{self.threshold:.3g} ({self.because}); {proof}."
        )


def off_threshold(card: ModelCard, target: Target, value: float) -> tuple[float, str]:
    """A number below which a prediction counts as off, and why.

    The median of the lowest background set of held-out sequences of the card; without one, half of a positive value.

    Raises
    ------
    BadInput
        If there is neither.
    """
    track = target.tracks[0] if len(target.tracks) == 1 else ""
    sets = {name: float(np.median(values)) for name, values in card.background.get(track, {}).items()}
    output = card.output(target.output)
    plain = output.bins == 1 and output.activation != "softmax"
    if sets and plain:
        name = min(sets, key=sets.__getitem__)
        median = sets[name]
        if target.scale == "value":
            import torch

            median = float(activate(torch.tensor([[[median]]]), output.activation))
        return median, f"the median of the {name} test sequences"
    if value > 0:
        return value / 2, "half of the value at the start"
    raise BadInput(
        f"The target is {value:.3g} {target.unit(card)}, and the card of `{card.name}` has no sequences to compare with.",
        "A threshold below the target's number.",
        "Give a threshold.",
    )


def counterfactual(
    model: Model,
    sequence: Sequence,
    target: Target,
    *,
    threshold: float | None = None,
    edits: int = MAX_EDITS,
    width: int = WIDTH,
    locked: tuple[Range, ...] = (),
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Ladder:
    """The fewest substitutions found that bring a target to a threshold or below.

    Parameters
    ----------
    model, sequence, target
        The sequence is exactly as long as the model reads.
    threshold
        In the target's unit; None takes `off_threshold`.
    edits
        At most so many, 1 to `MAX_EDITS`.
    width
        Sequences that the search keeps on each rung; all substitutions of each are tried.
    locked
        Ranges that stay as they are (0-based, half-open).
    seed
        Decides between substitutions of equal effect.
    progress
        Called with the share done. Raising `Cancelled` in it ends the search; finished rungs are kept.

    Raises
    ------
    BadSequence, BadInput
        If the sequence or an option does not fit, or the target is not above the threshold to begin with.
    """
    check_length(sequence, model.card)
    check_options("beam", edits, width, seed)
    value = target_value(model, sequence, target)
    limit, because = (threshold, "as asked for") if threshold is not None else off_threshold(model.card, target, value)
    if not np.isfinite(limit):
        raise BadInput(f"The threshold is {limit}.", "A finite number, in the target's unit.", "Give such a value.")
    if value <= limit:
        raise BadInput(
            f"The target is {value:.3g} {target.unit(model.card)}: at or below {limit:.3g} ({because}), so it is off already.",
            "A sequence whose prediction is above the threshold.",
            "Choose such a sequence, or give a lower threshold.",
        )
    rules = Rules(sequence, locked)
    found = search(model, sequence, target, rules, sign=-1, edits=edits, width=width, seed=seed, progress=progress)
    rungs: list[Rung] = []
    order: tuple[tuple[int, str], ...] = ()
    stopped, lowest = "nothing", value
    try:
        for beam in found:
            rungs.append(_rung(model, sequence, target, beam[0].edits))
            if rungs[-1].value < lowest:
                order, lowest = beam[0].edits, rungs[-1].value
            if lowest <= limit:
                stopped = "goal"
                break
    except Cancelled:
        stopped = "cancelled"
    off = stopped == "goal"
    if off:
        order = _smallest_part(model, sequence, target, order, limit)
        rungs[len(order) - 1 :] = [_rung(model, sequence, target, order)]
    elif stopped == "nothing" and len(order) == edits:
        stopped = "edits"
    del rungs[len(order) :]  # more edits that lower nothing further
    path = Design(
        sequence, value, steps_of(model, sequence, target, order, value), target, target.unit(model.card), limit, rules,
        "beam", width, seed, stopped,
    )  # fmt: skip
    return Ladder(path, limit, because, tuple(rungs), off, off, off and len(rungs) <= 2, stopped != "cancelled")


def _smallest_part(
    model: Model, sequence: Sequence, target: Target, edits: tuple[tuple[int, str], ...], limit: float
) -> tuple[tuple[int, str], ...]:
    """The smallest part of a set of edits that is off, the set itself if no proper part is."""
    for size in range(1, len(edits)):
        parts = list(combinations(edits, size))
        values = evaluate(target.of(model), model, encode([edited(sequence.bases, part) for part in parts]))
        if float(values.min()) <= limit:
            return parts[int(values.argmin())]
    return edits


def _rung(model: Model, sequence: Sequence, target: Target, edits: tuple[tuple[int, str], ...]) -> Rung:
    ordered = tuple(sorted(edits))
    labels = tuple(f"{sequence.bases[position]}{position + 1}{base}" for position, base in ordered)
    value = target_value(model, Sequence(edited(sequence.bases, ordered)), target)
    return Rung(ordered, labels, value)
