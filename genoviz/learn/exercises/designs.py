"""Lesson 13: bring a site in, ask a second opinion, and switch off what has a spare."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from genoviz.learn.exercise import EditSequence, Exercise, SetValues, Values, Verdict, Watch, model
from genoviz.learn.scene import Choice, Layer, Numbers, Picture, Scene, Table
from genoviz.lessons.example import construct
from genoviz.lessons.examples import get_example
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence

MODEL, SECOND = "tfbind.encode10", "kmer.encode10"
TARGET = Target("binding", ("GABPA",))
START = construct(101, gc=0.45, seed=2)
OTHER_START = construct(101, gc=0.45, seed=4)
EDITS, OFF_EDITS = 3, 2
CORE = "GGAA"


@cache
def logit(bases: str, name: str = MODEL) -> float:
    """GABPA's logit by a model."""
    from genoviz.predict.prediction import target_value

    return target_value(model(name), Sequence(bases), TARGET)


@cache
def designed(start: str, forbidden: tuple[str, ...] = ()) -> str:
    """The fewest edits that take a sequence above 0, by the search of the page Design."""
    from genoviz.design.fewest_edits import design

    found = design(model(MODEL), Sequence(start), TARGET, goal=0.0, edits=10, forbidden=forbidden)
    return found.sequence.bases


def edits(before: str, after: str) -> list[str]:
    """Substitutions, as `T71C`."""
    return [f"{a}{i}{b}" for i, (a, b) in enumerate(zip(before, after, strict=True), start=1) if a != b]


class BringIn(EditSequence):
    """Turn a random sequence into one that is bound."""

    def scene(self, answer: str | None = None) -> Scene:
        """The sequence with its mutation map, and what the model says."""
        bases = answer or START
        layers = (Layer.heat(_map(bases), "What each change does", "logit"),)
        value = logit(bases) if len(bases) == len(START) else float("nan")
        return Scene(
            (
                Picture(Sequence(bases, "random bases"), layers),
                Numbers((("GABPA's logit", f"{value:+.2f}"), ("Edits", f"{len(_edits_or_none(START, bases))}"))),
            )
        )

    def grade(self, answer: str, watch: Watch | None = None) -> Verdict:
        """Right above 0 with few substitutions."""
        if len(answer) != len(START):
            return Verdict(False, "Change letters only: the model reads exactly 101 bases.")
        made, value = edits(START, answer), logit(answer)
        if len(made) > EDITS:
            return Verdict(False, f"You made {len(made)} edits; at most {EDITS} count. Take some back.")
        if value <= 0:
            return Verdict(False, f"The logit is {value:+.2f}, still below 0. Look for the reddest cell of the map.")
        return Verdict(True, f"{', '.join(made)}: from {logit(START):+.2f} to {value:+.2f}.")

    def solution(self) -> str:
        """By the search."""
        return designed(START)

    def mistake(self) -> str:
        """One edit of those."""
        at = next(i for i, (a, b) in enumerate(zip(START, designed(START), strict=True)) if a != b)
        return START[:at] + designed(START)[at] + START[at + 1 :]

    def facts(self) -> dict[str, str]:
        """The search's way."""
        made = edits(START, designed(START))
        first = min(int(one[1:-1]) for one in made) - 4
        return {
            "start": f"{logit(START):+.2f}",
            "edits": ", ".join(made),
            "end": f"{logit(designed(START)):+.2f}",
            "before": START[first : first + 14],
            "after": designed(START)[first : first + 14],
            "most": str(EDITS),
        }


def _edits_or_none(before: str, after: str) -> list[str]:
    return edits(before, after) if len(before) == len(after) else []


@cache
def _map(bases: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """The mutation map `(4, length)`; nan where the length does not fit."""
    from genoviz.mutagenesis.saturation import saturate

    if len(bases) != len(START):
        return np.full((4, len(bases)), np.nan, dtype=np.float32)
    return np.asarray(saturate(model(MODEL), Sequence(bases), TARGET).delta, dtype=np.float32)


class SecondOpinion(SetValues):
    """Which of two designs to order."""

    name = "I would order"

    @staticmethod
    def designs() -> dict[str, str]:
        """A: without the core of the site. B: free."""
        return {"A": designed(OTHER_START, (CORE,)), "B": designed(OTHER_START)}

    def scene(self, answer: Values | None = None) -> Scene:
        """Both designs, and two opinions on each."""
        rows = tuple(
            (
                name,
                ", ".join(edits(OTHER_START, bases)),
                f"{logit(bases):+.2f}",
                f"{logit(bases, SECOND) - logit(OTHER_START, SECOND):+.2f}",
                f"{motif_score(bases):.1f}",
            )
            for name, bases in self.designs().items()
        )
        columns = (
            "Design",
            "Edits",
            "Network, logit",
            "Word counts, rise of logit",
            "Best match to GABPA's motif, bits",
        )
        return Scene((Table(columns, rows),), (Choice(self.name, ("A", "B", "either: both are above 0")),))

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right for the one that the others believe, too."""
        if answer[self.name] == "B":
            return Verdict(
                True, "B rises by all three opinions most, and has a site that the protein is known to bind."
            )
        return Verdict(False, "The network designed it and praises it. Compare what the two others say.")

    def solution(self) -> Values:
        """The one with the better second opinions."""
        best = max(self.designs().items(), key=lambda one: (logit(one[1], SECOND), motif_score(one[1])))
        return {self.name: best[0]}

    def mistake(self) -> Values:
        """The network's word for it."""
        return {self.name: "either: both are above 0"}

    def facts(self) -> dict[str, str]:
        """The opinions."""
        a, b = self.designs().values()
        return {
            "network_a": f"{logit(a):+.2f}",
            "network_b": f"{logit(b):+.2f}",
            "motif_a": f"{motif_score(a):.1f}",
            "motif_b": f"{motif_score(b):.1f}",
            "motif_start": f"{motif_score(OTHER_START):.1f}",
            "words_a": f"{logit(a, SECOND) - logit(OTHER_START, SECOND):+.2f}",
            "words_b": f"{logit(b, SECOND) - logit(OTHER_START, SECOND):+.2f}",
            "core": CORE,
        }


@cache
def motif_score(bases: str) -> float:
    """Best log-odds (bits) of GABPA's motif on either strand."""
    from genoviz.motifs.collection import find

    return float(find("GABPA").score(Sequence(bases), both_strands=True).max())


def two_sites() -> Sequence:
    """The construct with two ETS sites."""
    example = get_example("ets")
    return Sequence("A") if example is None else example.sequence


@cache
def broken() -> tuple[str, str]:
    """The construct with the best single edit, and with the best pair."""
    from genoviz.design.fewest_edits import design

    one, two = (
        design(model(MODEL), two_sites(), TARGET, goal="lower", edits=n, method="beam").sequence.bases
        for n in (1, OFF_EDITS)
    )
    return one, two


class SwitchOff(EditSequence):
    """Switch off a sequence that has two sites."""

    def scene(self, answer: str | None = None) -> Scene:
        """The sequence with its map."""
        bases = answer or two_sites().bases
        value = logit(bases) if len(bases) == len(two_sites()) else float("nan")
        return Scene(
            (
                Picture(
                    Sequence(bases, "two sites somewhere"), (Layer.heat(_map(bases), "What each change does", "logit"),)
                ),
                Numbers(
                    (("GABPA's logit", f"{value:+.2f}"), ("Edits", f"{len(_edits_or_none(two_sites().bases, bases))}"))
                ),
            )
        )

    def grade(self, answer: str, watch: Watch | None = None) -> Verdict:
        """Right below 0 with two substitutions."""
        start = two_sites().bases
        if len(answer) != len(start):
            return Verdict(False, "Change letters only: the model reads exactly 101 bases.")
        made, value = edits(start, answer), logit(answer)
        if len(made) > OFF_EDITS:
            return Verdict(False, f"You made {len(made)} edits; at most {OFF_EDITS} count. Take some back.")
        if value >= 0:
            return Verdict(False, f"The logit is {value:+.2f}: still on. Look at the map again: what is blue now?")
        return Verdict(True, f"{' and '.join(made)}: from {logit(start):+.2f} to {value:+.2f}.")

    def solution(self) -> str:
        """The best pair."""
        return broken()[1]

    def mistake(self) -> str:
        """The best single edit."""
        return broken()[0]

    def facts(self) -> dict[str, str]:
        """One edit, two edits."""
        start = two_sites().bases
        one, two = broken()
        return {
            "start": f"{logit(start):+.2f}",
            "one": edits(start, one)[0],
            "one_logit": f"{logit(one):+.2f}",
            "two": " and ".join(edits(start, two)),
            "two_logit": f"{logit(two):+.2f}",
            "most": str(OFF_EDITS),
        }


EXERCISES: dict[str, type[Exercise[Any]]] = {"bring": BringIn, "second": SecondOpinion, "off": SwitchOff}
