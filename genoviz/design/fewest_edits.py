"""Design: the fewest substitutions that raise or lower a model's number, within rules.

Every step looks at all allowed substitutions of the sequence as it is then (or, guided by gradients, at the most
promising ones), and exact predictions decide. A design says what the model prefers; `genoviz.design.check` asks
another model, because what raises one network only may be a quirk of that network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genoviz.design.options import MAX_EDITS, METHOD, WIDTH
from genoviz.design.rules import ANY_GC, Range, Rules
from genoviz.design.search import Candidate, Progress, check_options, edited, noise, search
from genoviz.errors import BadInput, Cancelled
from genoviz.models.base import Model
from genoviz.models.size import check_length
from genoviz.models.target import Target
from genoviz.predict.prediction import target_value
from genoviz.sequences.sequence import Sequence

STOPPED = {
    "goal": "The goal is reached.",
    "edits": "The number of edits is used up.",
    "nothing": "No further substitution that the rules allow helps.",
    "cancelled": "Stopped on request; what was found until then is kept.",
}


@dataclass(frozen=True)
class Step:
    """One substitution of a design.

    Attributes
    ----------
    position
        0-based.
    before, after
        The letters.
    delta
        Change of the target's number by this step, given the steps before it.
    value
        The target's number after it.
    gc
        Share of G and C after it.
    """

    position: int
    before: str
    after: str
    delta: float
    value: float
    gc: float

    @property
    def label(self) -> str:
        """As edits are typed: `A57G`."""
        return f"{self.before}{self.position + 1}{self.after}"


@dataclass(frozen=True, eq=False)
class Design:
    """A path of substitutions.

    Attributes
    ----------
    start, value
        The sequence as given, and the target's number for it.
    steps
        In the order in which they were found; empty if nothing helped.
    target, unit
        What was designed for.
    goal
        `raise`, `lower`, or the value to reach.
    rules, method, width, seed
        As asked for; `width` is 1 except for the beam.
    stopped
        Key of `STOPPED`.
    """

    start: Sequence
    value: float
    steps: tuple[Step, ...]
    target: Target
    unit: str
    goal: str | float
    rules: Rules
    method: str
    width: int
    seed: int
    stopped: str

    @property
    def path(self) -> tuple[Sequence, ...]:
        """The start and the sequence after each step, named after their edits."""
        bases, found, labels = self.start.bases, [self.start], []
        for step in self.steps:
            bases = bases[: step.position] + step.after + bases[step.position + 1 :]
            labels.append(step.label)
            name = f"{self.start.name or 'sequence'} (designed: {', '.join(labels)})"
            found.append(Sequence(bases, name, self.start.locus))
        return tuple(found)

    @property
    def sequence(self) -> Sequence:
        """The designed sequence."""
        return self.path[-1]

    @property
    def values(self) -> tuple[float, ...]:
        """The target's number along `path`."""
        return (self.value, *(step.value for step in self.steps))

    @property
    def delta(self) -> float:
        """The target's number of the designed sequence minus that of the start."""
        return self.values[-1] - self.value

    @property
    def subject(self) -> str:
        """What was designed for, as the subject of a sentence."""
        return ", ".join(self.target.tracks) or "the target"

    @property
    def sentence(self) -> str:
        """The result in words."""
        if not self.steps:
            return f"No edit was made; {self.subject} stays at {self.value:.3g} {self.unit}. {STOPPED[self.stopped]}"
        n = len(self.steps)
        word = "raise" if self.delta > 0 else "lower"
        return (
            f"{n} edit{'s' if n > 1 else ''} {word}{'s' if n == 1 else ''} {self.subject} from {self.value:.3g} to "
            f"{self.values[-1]:.3g} {self.unit} ({self.delta:+.3g}). {STOPPED[self.stopped]}"
        )


def design(
    model: Model,
    sequence: Sequence,
    target: Target,
    *,
    goal: str | float = "raise",
    edits: int = MAX_EDITS,
    method: str = METHOD,
    width: int = WIDTH,
    locked: tuple[Range, ...] = (),
    gc: tuple[float, float] = ANY_GC,
    forbidden: tuple[str, ...] = (),
    seed: int = 0,
    progress: Progress | None = None,
) -> Design:
    """Find a few substitutions that raise or lower a target.

    A base is changed at most once. Of the found path the shortest beginning with the best value is returned; for a goal
    value, edits that turn out not to be needed are taken back.

    Parameters
    ----------
    model, sequence, target
        The sequence is exactly as long as the model reads.
    goal
        `raise`, `lower`, or a value to reach, in the target's unit.
    edits
        At most so many substitutions, 1 to `MAX_EDITS`.
    method
        Key of `METHODS`.
    width
        Sequences that the method `beam` keeps at each step.
    locked
        Ranges that stay as they are (0-based, half-open).
    gc
        Lowest and highest share of G and C.
    forbidden
        Sites in IUPAC letters that no edit may bring in, on both strands; see `design_rules.parse_sites` for names.
    seed
        Decides between substitutions of equal effect.
    progress
        Called with the share done. Raising `Cancelled` in it ends the search; the finished steps are kept.

    Raises
    ------
    BadSequence, BadInput, UnknownName
        If the sequence, an option or a rule does not fit.
    """
    check_length(sequence, model.card)
    check_options(method, edits, width, seed)
    rules = Rules(sequence, locked, gc, forbidden)
    value = target_value(model, sequence, target)
    wanted, sign = _read_goal(goal, value)
    kept, stopped = Candidate(sequence.bases, (), value), ""
    found = search(
        model, sequence, target, rules,
        sign=sign, edits=edits, method=method, width=width, seed=seed, progress=progress,
    )  # fmt: skip
    try:
        while not stopped:
            if wanted is not None and sign * (kept.value - wanted) >= 0:
                stopped = "goal"
            elif not (beam := next(found, [])):
                stopped = "edits" if len(kept.edits) == edits else "nothing"
            elif sign * (beam[0].value - kept.value) > noise(kept.value):
                kept = beam[0]
    except Cancelled:
        stopped = "cancelled"
    order = kept.edits
    if wanted is not None and stopped == "goal":
        order = _needed(model, sequence, target, rules, order, wanted, sign)
    return Design(
        sequence, value, steps_of(model, sequence, target, order, value), target, target.unit(model.card), goal, rules,
        method, width if method == "beam" else 1, seed, stopped,
    )  # fmt: skip


def steps_of(
    model: Model, sequence: Sequence, target: Target, edits: tuple[tuple[int, str], ...], value: float
) -> tuple[Step, ...]:
    """Edits in order with the numbers of plain predictions, the same as for any sequence elsewhere."""
    steps = []
    for n, (position, base) in enumerate(edits, start=1):
        bases = Sequence(edited(sequence.bases, edits[:n]))
        after = target_value(model, bases, target)
        steps.append(Step(position, sequence.bases[position], base, after - value, after, bases.gc))
        value = after
    return tuple(steps)


def _read_goal(goal: str | float, value: float) -> tuple[float | None, int]:
    """The value to reach, if any, and whether to go up (1) or down (-1)."""
    if isinstance(goal, str):
        if goal not in ("raise", "lower"):
            raise BadInput(
                f"The goal is `{goal[:30]}`.", "`raise`, `lower`, or a value to reach.", "Choose one of these."
            )
        return None, 1 if goal == "raise" else -1
    if not np.isfinite(goal):
        raise BadInput(f"The goal is {goal}.", "A finite number, in the target's unit.", "Give such a value.")
    return float(goal), 1 if goal >= value else -1


def _needed(
    model: Model,
    sequence: Sequence,
    target: Target,
    rules: Rules,
    edits: tuple[tuple[int, str], ...],
    wanted: float,
    sign: int,
) -> tuple[tuple[int, str], ...]:
    """`edits` without those that the goal is reached without, the earliest first."""
    for one in edits:
        rest = tuple(edit for edit in edits if edit != one)
        bases = edited(sequence.bases, rest)
        path = [edited(sequence.bases, rest[:n]) for n in range(1, len(rest) + 1)]
        if sign * (target_value(model, Sequence(bases), target) - wanted) >= 0 and all(rules.allow(p) for p in path):
            return _needed(model, sequence, target, rules, rest, wanted, sign)
    return edits
