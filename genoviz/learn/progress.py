"""How far somebody is in a lesson: tries and hints of each step."""

from __future__ import annotations

from dataclasses import dataclass, replace

OPEN, SOLVED, SHOWN = "open", "solved", "shown"


@dataclass(frozen=True)
class StepResult:
    """One step: how often an answer was graded, how many hints were read, and whether it is `open`, `solved`, or its
    answer was `shown`."""

    tries: int = 0
    hints: int = 0
    state: str = OPEN


@dataclass(frozen=True)
class Progress:
    """All steps of a lesson. Every method returns a new one; a step that is no longer open stays as it is."""

    steps: tuple[StepResult, ...]

    @classmethod
    def fresh(cls, steps: int) -> Progress:
        """Nothing done yet."""
        return cls((StepResult(),) * steps)

    def graded(self, step: int, right: bool) -> Progress:
        """After an answer to a step (from 0) was graded."""
        old = self.steps[step]
        return self._with(step, replace(old, tries=old.tries + 1, state=SOLVED if right else OPEN))

    def hinted(self, step: int) -> Progress:
        """After one more hint was read."""
        return self._with(step, replace(self.steps[step], hints=self.steps[step].hints + 1))

    def shown(self, step: int) -> Progress:
        """After the answer was asked for."""
        return self._with(step, replace(self.steps[step], state=SHOWN))

    @property
    def done(self) -> int:
        """Steps that are no longer open."""
        return sum(step.state != OPEN for step in self.steps)

    @property
    def finished(self) -> bool:
        """Whether no step is open."""
        return self.done == len(self.steps)

    @property
    def sentence(self) -> str:
        """`3 of 4 steps solved (5 tries, 2 hints), 1 answer shown`."""
        return summary(self.steps)

    def _with(self, step: int, new: StepResult) -> Progress:
        if self.steps[step].state != OPEN:
            return self
        return Progress((*self.steps[:step], new, *self.steps[step + 1 :]))


def summary(steps: tuple[StepResult, ...]) -> str:
    """Steps in a few words."""
    states = [step.state for step in steps]
    tries, hints = sum(step.tries for step in steps), sum(step.hints for step in steps)
    text = f"{states.count(SOLVED)} of {len(steps)} steps solved"
    text += f" ({tries} {'try' if tries == 1 else 'tries'}, {hints} {'hint' if hints == 1 else 'hints'})"
    shown = states.count(SHOWN)
    return text + (f", {shown} answer{'' if shown == 1 else 's'} shown" if shown else "")
