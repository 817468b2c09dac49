"""Lesson 12: where a language model is sure, what a binding site is to it, and what likely means."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from genoviz.learn.exercise import EditSequence, Exercise, PickBase, SetValues, Values, Verdict, Watch, model
from genoviz.learn.scene import Choice, Layer, Numbers, Picture, Scene
from genoviz.lessons.example import Example
from genoviz.lessons.examples import get_example
from genoviz.models.target import Target
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

if TYPE_CHECKING:
    from genoviz.predict.expectation import Expectation

MODEL, BINDING = "maskedlm.yeast-ecoli", "bpnet.yeast"
SURE = 0.1  # the share of places that counts as surest
ALIKE = 0.05  # bits: a difference below it is none here
SURER, SAME, LESS = "surer than elsewhere", "about as elsewhere", "less sure than elsewhere"


def example() -> Example:
    """200 bases of a yeast promoter with a Reb1 site and a tract of T."""
    found = get_example("lm")
    if found is None:
        raise LookupError("lm")
    return found


def site() -> tuple[int, int]:
    """Where the Reb1 site is (0-based, half-open)."""
    return example().sites[0].start, example().sites[0].end


@cache
def expected() -> Expectation:
    """What the model expects at each base."""
    from genoviz.predict.expectation import expect

    return expect(model(MODEL), example().sequence)


class Surest(PickBase):
    """A place where the model is nearly sure."""

    def scene(self, answer: int | None = None) -> Scene:
        """The letters alone; with an answer also what the model expects there."""
        layers: tuple[Layer, ...] = ()
        if answer is not None:
            shown = np.full(len(example().sequence), np.nan, dtype=np.float32)
            shown[answer] = 2 - expected().entropy[answer]
            layers = (Layer.line(shown, "How sure it is at your base", "bits", limits=(0.0, 2.0)),)
        return Scene((Picture(example().sequence, layers, "A yeast promoter."),))

    def rank(self, at: int) -> int:
        """Place of a base among all, the surest first, from 1."""
        return int((expected().entropy < expected().entropy[at]).sum()) + 1

    def grade(self, answer: int, watch: Watch | None = None) -> Verdict:
        """Right among the tenth at which it is surest."""
        sure, rank = 2 - expected().entropy[answer], self.rank(answer)
        text = f"Base {answer + 1}: {sure:.2f} of 2 bits, number {rank} of {len(example().sequence)}."
        if rank <= SURE * len(example().sequence):
            return Verdict(True, text)
        return Verdict(False, text + " There are places at which the bases around tell more.")

    def solution(self) -> int:
        """The surest."""
        return int(expected().entropy.argmin())

    def mistake(self) -> int:
        """In the middle of the binding site."""
        return site()[0] + 3

    def facts(self) -> dict[str, str]:
        """The surest place, and how sure it is on average."""
        best = self.solution()
        around = example().sequence.bases[best - 5 : best + 6]
        return {
            "best": str(best + 1),
            "best_bits": f"{2 - expected().entropy[best]:.2f}",
            "mean_bits": f"{2 - expected().entropy.mean():.2f}",
            "around": around,
        }


class AtTheSite(SetValues):
    """How sure the model is at a binding site."""

    button = "Ask the model"
    name = "At the Reb1 site the model is"

    def scene(self, answer: Values | None = None) -> Scene:
        """The promoter with its site; once something is chosen, the certainty along it."""
        one = example()
        known = [{"start": s.start, "end": s.end, "label": s.name} for s in one.sites]
        layers: tuple[Layer, ...] = (Layer.spans(known, "Known sites"),)
        if answer and answer.get(self.name):
            layers += (Layer.logo(expected().heights, "What the model expects", "bits"),)
        return Scene((Picture(one.sequence, layers),), (Choice(self.name, (SURER, SAME, LESS)),))

    def bits(self) -> tuple[float, float]:
        """Mean entropy at the site and elsewhere."""
        inside = np.zeros(len(example().sequence), dtype=bool)
        inside[slice(*site())] = True
        return float(expected().entropy[inside].mean()), float(expected().entropy[~inside].mean())

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right by the two means."""
        at, other = self.bits()
        said = f"Its mean entropy is {at:.2f} bits at the site and {other:.2f} elsewhere."
        return Verdict(answer[self.name] == self.solution()[self.name], said)

    def solution(self) -> Values:
        """By asking."""
        at, other = self.bits()
        return {self.name: SAME if abs(at - other) < ALIKE else SURER if at < other else LESS}

    def mistake(self) -> Values:
        """As one would wish."""
        return {self.name: SURER}

    def facts(self) -> dict[str, str]:
        """Entropy and surprise at the site and elsewhere."""
        at, other = self.bits()
        first, last = site()
        surprise = expected().surprise
        return {
            "at": f"{at:.2f}",
            "other": f"{other:.2f}",
            "surprise": f"{np.nanmean(surprise[first:last]):.2f}",
            "surprise_other": f"{np.nanmean(np.delete(surprise, range(first, last))):.2f}",
        }


@cache
def likelihood(bases: str) -> float:
    """The model's log-likelihood."""
    from genoviz.predict.prediction import target_value

    net = model(MODEL)
    return target_value(net, Sequence(bases), Target.default(net.card))


@cache
def reb1(bases: str) -> float:
    """What a model of Reb1's binding says of the 200 bases in the whole promoter (ln summits)."""
    from genoviz.predict.prediction import target_value

    net, whole = model(BINDING), get_example("reb1")
    promoter = bases if whole is None else whole.sequence.bases.replace(example().sequence.bases, bases)
    return target_value(net, Sequence(promoter), Target.parse("Reb1", net.card))


@cache
def mutants() -> dict[str, tuple[float, float]]:
    """Change of the log-likelihood and of Reb1's prediction for each change of one base of the site."""
    bases = example().sequence.bases
    found = {}
    for at in range(*site()):
        for letter in BASES.replace(bases[at], ""):
            text = bases[:at] + letter + bases[at + 1 :]
            found[text] = (likelihood(text) - likelihood(bases), reb1(text) - reb1(bases))
    return found


class Likelier(EditSequence):
    """A change of the binding site that the language model likes better than the site."""

    def scene(self, answer: str | None = None) -> Scene:
        """The promoter, and what two models say of it."""
        one = example()
        bases = answer or one.sequence.bases
        first, last = site()
        layers = (Layer.spans([{"start": first, "end": last, "label": "Reb1"}], "Known sites"),)
        numbers: tuple[tuple[str, str], ...] = ()
        if len(bases) == len(one.sequence):
            numbers = (("Log-likelihood, language model", f"{likelihood(bases):.2f} nats"),)
        return Scene((Picture(Sequence(bases, one.sequence.name), layers, window=(80, 130)), Numbers(numbers)))

    def grade(self, answer: str, watch: Watch | None = None) -> Verdict:
        """Right if one base of the site was changed and the likelihood rose."""
        bases = example().sequence.bases
        changed = [i for i, (a, b) in enumerate(zip(bases, answer, strict=False)) if a != b]
        if len(answer) != len(bases) or len(changed) != 1 or not site()[0] <= changed[0] < site()[1]:
            return Verdict(False, f"Change exactly one base between {site()[0] + 1} and {site()[1]}.")
        more = likelihood(answer) - likelihood(bases)
        if more <= 0:
            return Verdict(False, f"The log-likelihood changes by {more:+.2f}: the model prefers what was there.")
        return Verdict(
            True, f"{more:+.2f} nats for the language model, {reb1(answer) - reb1(bases):+.2f} for the model of Reb1."
        )

    def solution(self) -> str:
        """The one that it likes best."""
        return max(mutants(), key=lambda text: mutants()[text][0])

    def mistake(self) -> str:
        """The one that it likes least."""
        return min(mutants(), key=lambda text: mutants()[text][0])

    def facts(self) -> dict[str, str]:
        """The best, and how many there are."""
        best, bases = self.solution(), example().sequence.bases
        at = next(i for i, (a, b) in enumerate(zip(bases, best, strict=True)) if a != b)
        more, less = mutants()[best]
        lowered = sum(change[1] < 0 for change in mutants().values())
        return {
            "first": str(site()[0] + 1),
            "last": str(site()[1]),
            "edit": f"{bases[at]}{at + 1}{best[at]}",
            "more": f"{more:+.2f}",
            "less": f"{less:.2f}",
            "fold": f"{np.exp(-less):.0f}",
            "likelier": str(sum(change[0] > 0 for change in mutants().values())),
            "all": str(len(mutants())),
            "lowered": str(lowered),
        }


EXERCISES: dict[str, type[Exercise[Any]]] = {"surest": Surest, "site": AtTheSite, "likelier": Likelier}
