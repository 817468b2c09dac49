"""Lesson 9: distance and direction of two sites, what several copies do, and what a real model has learned of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from genoviz.learn.exercise import Exercise, SetValues, Values, Verdict, Watch, model
from genoviz.learn.scene import Bars, Chart, Choice, Layer, Numbers, Picture, Scene, Slider, Words
from genoviz.lessons.example import construct
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence

if TYPE_CHECKING:
    from genoviz.grammar.results import Copies, Spacing
    from genoviz.models.base import NetModel

FIRST, SECOND = "GATAAG", "ACCGGA"
TAUGHT, LENGTH, AT = 7, 60, 15
GAPS = range(25)
BACKGROUNDS = 20
COPIES = 4
MINUS_35, MINUS_10, NATURAL = "TTGACA", "TATAAT", 17
STAYS, FALLS = "stays high", "falls"


@cache
def taught() -> NetModel:
    """A small network that was taught one distance between two sites."""
    from genoviz.sandbox.plan import Plan
    from genoviz.sandbox.train import train

    plan = Plan((FIRST, SECOND), "spacing", (TAUGHT, TAUGHT), length=LENGTH, count=1_500)
    return train(plan, epochs=10).model


def built(gap: int, first: str = FIRST, second: str = SECOND) -> list[str]:
    """Both sites so many bases apart in each of the backgrounds."""
    found = []
    for seed in range(BACKGROUNDS):
        after = AT + len(first) + gap
        found.append(construct(LENGTH, (AT, first), (after, second), gc=0.5, seed=seed))
    return found


@cache
def logit(sequences: tuple[str, ...]) -> float:
    """The taught network's mean logit."""
    from genoviz.models.onehot import encode
    from genoviz.predict.prediction import evaluate

    net = taught()
    return float(evaluate(Target("planted").of(net), net, encode(list(sequences))).mean())


class Distance(SetValues):
    """The distance that the network was taught."""

    name = "Bases between the sites"

    def scene(self, answer: Values | None = None) -> Scene:
        """The sites at the chosen distance, and what the network says."""
        gap = int((answer or {}).get(self.name) or 0)
        one = built(gap)[0]
        second = AT + len(FIRST) + gap
        sites = [
            {"start": AT, "end": AT + len(FIRST), "label": FIRST, "strand": "+"},
            {"start": second, "end": second + len(SECOND), "label": SECOND, "strand": "+"},
        ]
        return Scene(
            (
                Picture(Sequence(one, "one of 20 backgrounds"), (Layer.spans(sites, "Sites written in"),)),
                Numbers((("Mean logit over 20 backgrounds", f"{logit(tuple(built(gap))):+.1f}"),)),
            ),
            (Slider(self.name, 0, GAPS[-1], 1, 0),),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right at the distance with the highest logit."""
        gap, best = int(answer[self.name] or 0), int(self.solution()[self.name] or 0)
        here = logit(tuple(built(gap)))
        if gap == best:
            return Verdict(True, f"{gap} bases: {here:+.1f}. One base more gives {logit(tuple(built(gap + 1))):+.1f}.")
        return Verdict(False, f"{gap} bases: {here:+.1f}. Another distance gives far more.")

    def solution(self) -> Values:
        """By trying all."""
        return {self.name: max(GAPS, key=lambda gap: logit(tuple(built(gap))))}

    def mistake(self) -> Values:
        """Side by side."""
        return {self.name: 0}

    def facts(self) -> dict[str, str]:
        """The taught distance and those beside it."""
        best = int(self.solution()[self.name] or 0)
        others = [logit(tuple(built(gap))) for gap in GAPS if gap != best]
        return {
            "taught": str(TAUGHT),
            "best": f"{logit(tuple(built(best))):+.1f}",
            "beside": f"{logit(tuple(built(best + 1))):+.1f}",
            "next_best": f"{max(others):+.1f}",
        }


class Turn(SetValues):
    """What turning sites does."""

    button = "Ask the network"
    one, all_ = "Turn the second site round", "Turn the whole piece round (its reverse complement)"

    def logits(self) -> dict[str, float]:
        """As taught, with the second site turned, and all of it turned."""
        turned = Sequence(SECOND).reverse_complement().bases
        whole = [Sequence(text).reverse_complement().bases for text in built(TAUGHT)]
        return {
            "taught": logit(tuple(built(TAUGHT))),
            self.one: logit(tuple(built(TAUGHT, second=turned))),
            self.all_: logit(tuple(whole)),
        }

    def scene(self, answer: Values | None = None) -> Scene:
        """What it says now, and a guess for each."""
        return Scene(
            (Numbers((("Mean logit as taught", f"{self.logits()['taught']:+.1f}"),)),),
            (Choice(self.one, (STAYS, FALLS)), Choice(self.all_, (STAYS, FALLS))),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if both are as the network does."""
        right, found = self.solution(), self.logits()
        wrong = [name for name in right if answer[name] != right[name]]
        if wrong:
            return Verdict(False, f"{wrong[0]}: the logit is {found[wrong[0]]:+.1f}, it was {found['taught']:+.1f}.")
        return Verdict(
            True, f"{found[self.one]:+.1f} with one site turned, {found[self.all_]:+.1f} with all of it turned."
        )

    def solution(self) -> Values:
        """By asking."""
        found = self.logits()
        return {name: FALLS if found[name] < 0 else STAYS for name in (self.one, self.all_)}

    def mistake(self) -> Values:
        """As a protein on double-stranded DNA would."""
        return {self.one: FALLS, self.all_: STAYS}

    def facts(self) -> dict[str, str]:
        """The logits."""
        found = self.logits()
        return {
            "one": f"{found[self.one]:+.1f}",
            "whole": f"{found[self.all_]:+.1f}",
            "taught": f"{found['taught']:+.1f}",
        }


@cache
def copies_found() -> Copies:
    """One to four ETS sites in random backgrounds."""
    from genoviz.grammar.backgrounds import random_bases
    from genoviz.grammar.placements import copies

    net = model("tfbind.encode10")
    backgrounds = random_bases(net.card.length, gc=0.45, n=BACKGROUNDS)
    return copies(net, Target("binding", ("GABPA",)), Sequence("ACCGGAAGTG", "ETS"), backgrounds, n=COPIES)


class ManyCopies(SetValues):
    """What four sites do."""

    name, near = "Your guess for four sites", 2.0

    def scene(self, answer: Values | None = None) -> Scene:
        """One site, and the guess."""
        guess = float((answer or {}).get(self.name) or 0)
        one = float(copies_found().joint.mean[0])
        return Scene(
            (Bars(("one site", "four sites, your guess"), (one, guess), "Rise of GABPA's logit", "logit"),),
            (Slider(self.name, 0, 30, 0.5, 0, "logit"),),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right within two logits."""
        guess, four = float(answer[self.name] or 0), self.four()
        if abs(guess - four) <= self.near:
            return Verdict(True, f"Four sites raise it by {four:.1f}. The sum of each alone would be {self.sum():.1f}.")
        return Verdict(False, f"Four sites raise it by {'less' if guess > four else 'more'} than {guess:.1f}.")

    def four(self) -> float:
        """What four sites do."""
        return float(copies_found().joint.mean[-1])

    def sum(self) -> float:
        """What each does alone, added up."""
        return float(copies_found().expected.mean[-1])

    def solution(self) -> Values:
        """Rounded to the slider."""
        return {self.name: round(2 * self.four()) / 2}

    def mistake(self) -> Values:
        """The sum."""
        return {self.name: round(2 * self.sum()) / 2}

    def facts(self) -> dict[str, str]:
        """One, four, the sum."""
        one = float(copies_found().joint.mean[0])
        return {"one": f"{one:.1f}", "four": f"{self.four():.1f}", "sum": f"{self.sum():.1f}"}


@cache
def boxes() -> Spacing:
    """The -35 box at every distance before the -10 box, by the promoter model."""
    from genoviz.grammar.backgrounds import random_bases
    from genoviz.grammar.placements import spacing

    net = model("promoter.ecoli")
    backgrounds = random_bases(net.card.length, gc=0.45, n=BACKGROUNDS)
    target = Target.default(net.card)
    return spacing(
        net, target, Sequence(MINUS_10, "-10"), Sequence(MINUS_35, "-35"), backgrounds, position=107, max_gap=25
    )


class Boxes(SetValues):
    """Whether a promoter model knows the distance of the two boxes."""

    name = "Two boxes together do"
    options = ("far more than the sum, and only near 17 bases", "about the sum, at any distance", "nothing")

    def scene(self, answer: Values | None = None) -> Scene:
        """A sketch of what is known; the curve once something is chosen."""
        known = Words(
            f"RNA polymerase of *E. coli* binds {MINUS_35} and {MINUS_10} at once, best with {NATURAL} bases between them."
        )
        parts: tuple[Any, ...] = (known,)
        if answer and answer.get(self.name):
            found = boxes()
            curves = {"both boxes": found.joint.mean[1, 0], "sum of each alone": found.expected.mean[1, 0]}
            parts += (Chart(curves, found.gaps, "bases between the boxes", "rise of the logit"),)
        return Scene(parts, (Choice(self.name, self.options),))

    def beyond(self) -> float:
        """The largest |both - sum| from 10 bases on."""
        return float(np.abs(boxes().cooperation.mean[1, 0, 10:]).max())

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right for the sum."""
        if answer[self.name] == self.solution()[self.name]:
            return Verdict(True, f"From 10 bases on, both together are within {self.beyond():.2f} logit of the sum.")
        return Verdict(False, "Look at the two curves: do they differ, and is there a peak at 17?")

    def solution(self) -> Values:
        """As the curves are."""
        return {self.name: self.options[1]}

    def mistake(self) -> Values:
        """As the cell does."""
        return {self.name: self.options[0]}

    def facts(self) -> dict[str, str]:
        """At 17 and elsewhere."""
        found = boxes()
        joint = found.joint.mean[1, 0]
        return {
            "natural": f"{joint[NATURAL]:.2f}",
            "short": f"{joint[10]:.2f}",
            "long": f"{joint[24]:.2f}",
            "beyond": f"{self.beyond():.2f}",
        }


EXERCISES: dict[str, type[Exercise[Any]]] = {
    "distance": Distance,
    "turn": Turn,
    "copies": ManyCopies,
    "boxes": Boxes,
}
