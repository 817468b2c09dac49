"""Lesson 8: what shuffles say about tall letters, what random weights say about a method, and which bases count."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genoviz.learn.exercise import Exercise, SetValues, Values, Verdict, Watch, model
from genoviz.learn.scene import Chart, Choice, Layer, Numbers, Picture, Scene, Slider
from genoviz.lessons.examples import get_example
from genoviz.models.target import Target
from genoviz.sequences.sequence import Sequence

MODEL, TARGET = "tfbind.encode10", Target("binding", ("REST",))
METHOD = "inputxgradient"
SHUFFLES, SHARE = 40, 0.95
STEP, ROOM = 0.05, 0.15
MOVED = 37  # bases by which the false explanation is moved
BLANKED = 30
TRAINED = "trained"
WEIGHTS = (TRAINED, "random, 1", "random, 2")


def site_sequence() -> Sequence:
    """The construct with REST's site."""
    example = get_example("nrse")
    return Sequence("A") if example is None else example.sequence


@cache
def scores(method: str, weights: str = TRAINED) -> NDArray[np.float32]:
    """Scores `(length,)` of the construct by a method, with the trained weights or with mixed-up ones."""
    from genoviz.attribute.attribution import attribute
    from genoviz.trust.randomisation import randomised

    net = model(MODEL)
    asked = net if weights == TRAINED else randomised(net, 1.0, seed=int(weights[-1]))  # type: ignore[arg-type]
    return attribute(asked, site_sequence(), TARGET, method).per_base


@cache
def tallest() -> NDArray[np.float64]:
    """The tallest letter of each of `SHUFFLES` shuffled sequences, sorted."""
    from genoviz.attribute.attribution import attribute
    from genoviz.trust.null_band import null_sequences

    net = model(MODEL)
    found = [attribute(net, one, TARGET, METHOD).per_base for one in null_sequences(net.card, SHUFFLES, seed=0)]
    return np.sort([float(np.abs(row).max()) for row in found])


class Band(SetValues):
    """How tall a letter must be before it says anything."""

    name = "Height of your line"

    def scene(self, answer: Values | None = None) -> Scene:
        """Tallest letters of the shuffles with the line, and the construct, faded below it."""
        line = float((answer or {}).get(self.name) or 0.0)
        number = np.arange(1, SHUFFLES + 1)
        return Scene(
            (
                Chart(
                    {"tallest letter of a shuffle": tallest(), "your line": np.full(SHUFFLES, line)},
                    number,
                    "shuffled sequence, sorted",
                    "logit",
                    points=True,
                ),
                Numbers((("Shuffles below your line", f"{round(100 * self.share(line))} %"),)),
                Picture(
                    site_sequence(),
                    (Layer.logo(scores(METHOD), "Input x Gradient, faded below your line", "logit", band=line),),
                    "Letters that shuffled sequences also reach are faded.",
                ),
            ),
            (Slider(self.name, 0, 3, STEP, 0, "logit"),),
        )

    def share(self, line: float) -> float:
        """Of the shuffles, those whose tallest letter is below the line."""
        return float((tallest() < line).mean())

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if 95 % of the shuffles are below it, and hardly any lower line would do."""
        line, best = float(answer[self.name] or 0), self.best()
        if self.share(line) < SHARE:
            return Verdict(
                False, f"{round(100 * (1 - self.share(line)))} % of the shuffles reach {line:.2f}. Go higher."
            )
        if line > best + ROOM:
            return Verdict(False, f"{line:.2f} is safe, but a lower line is, too, and shows more of the site.")
        kept = int((np.abs(scores(METHOD)) > line).sum())
        return Verdict(True, f"At {line:.2f} one shuffle in twenty is left, and {kept} letters of the real sequence.")

    def best(self) -> float:
        """The lowest line that will do."""
        return float(np.ceil(np.quantile(tallest(), SHARE, method="higher") / STEP + 1e-9) * STEP)

    def solution(self) -> Values:
        """That line."""
        return {self.name: round(self.best(), 2)}

    def mistake(self) -> Values:
        """The middle of the shuffles."""
        return {self.name: round(float(np.round(np.median(tallest()) / STEP) * STEP), 2)}

    def facts(self) -> dict[str, str]:
        """What shuffles and the site reach."""
        kept = np.flatnonzero(np.abs(scores(METHOD)) > self.best())
        example = get_example("nrse")
        site = (0, 0) if example is None else (example.sites[0].start, example.sites[0].end)
        return {
            "shuffles": str(SHUFFLES),
            "highest": f"{tallest().max():.2f}",
            "median": f"{np.median(tallest()):.2f}",
            "site": f"{np.abs(scores(METHOD)).max():.2f}",
            "kept": str(len(kept)),
            "kept_inside": str(int(((kept >= site[0]) & (kept < site[1])).sum())),
        }


def impostor() -> NDArray[np.float32]:
    """Share of G and C around each base, minus the mean: a picture that no model has a part in."""
    strong = np.array([base in "GC" for base in site_sequence().bases], dtype=np.float32)
    smooth = np.convolve(strong, np.ones(9) / 9, "same")
    return np.asarray(smooth - smooth.mean(), dtype=np.float32)


class RandomWeights(SetValues):
    """Which of three pictures does not care about the weights."""

    weights, guess = "Weights of the network", "Not about the network"

    def pictures(self, weights: str) -> dict[str, NDArray[np.float32]]:
        """The three of them with these weights."""
        return {"A": scores(METHOD, weights), "B": impostor(), "C": scores("ablation", weights)}

    def likeness(self, name: str, weights: str) -> float:
        """Correlation of a picture's heights with those that the trained network gives."""
        one, other = self.pictures(weights)[name], self.pictures(TRAINED)[name]
        return float(np.corrcoef(np.abs(one), np.abs(other))[0, 1])

    def scene(self, answer: Values | None = None) -> Scene:
        """The pictures with the chosen weights, each on its own scale."""
        weights = str((answer or {}).get(self.weights) or TRAINED)
        layers = tuple(Layer.logo(row, f"Picture {name}") for name, row in self.pictures(weights).items())
        return Scene(
            (
                Picture(site_sequence(), layers, f"Three pictures with {weights} weights, each on its own scale."),
                Numbers(
                    tuple(
                        (f"{name}, likeness to the trained one", f"{self.likeness(name, weights):.2f}")
                        for name in "ABC"
                    )
                ),
            ),
            (Choice(self.weights, WEIGHTS, TRAINED), Choice(self.guess, ("A", "B", "C"))),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right for the picture that stays."""
        name = str(answer[self.guess])
        like = max(self.likeness(name, weights) for weights in WEIGHTS[1:])
        if like > 0.9:
            return Verdict(True, f"Picture {name} is the same whatever the weights are. It can't be about the network.")
        return Verdict(
            False,
            f"With random weights picture {name} is another one (likeness {like:.2f} at most). Look for one that stays.",
        )

    def solution(self) -> Values:
        """The one that stays."""
        return {self.weights: WEIGHTS[1], self.guess: "B"}

    def mistake(self) -> Values:
        """One that changes."""
        return {self.weights: TRAINED, self.guess: "A"}

    def facts(self) -> dict[str, str]:
        """How alike the honest pictures are."""
        both = [abs(self.likeness(name, weights)) for name in "AC" for weights in WEIGHTS[1:]]
        return {"most": f"{max(both):.2f}"}


@cache
def blanked(name: str, number: int) -> float:
    """The network's logit with the `number` bases blanked that an explanation marks most."""
    from genoviz.models.onehot import encode
    from genoviz.predict.prediction import evaluate

    net, X = model(MODEL), encode(site_sequence())
    X[:, :, np.argsort(-Blank.explanations()[name], kind="stable")[:number].copy()] = 0.25
    return float(evaluate(TARGET.of(net), net, X)[0])


class Blank(SetValues):
    """Which of two explanations marks what the network uses."""

    number, guess = "Bases blanked out", "I believe"

    @staticmethod
    def explanations() -> dict[str, NDArray[np.float32]]:
        """A: the scores moved to other bases. B: the scores."""
        return {"A": np.roll(scores("deepliftshap"), MOVED), "B": scores("deepliftshap")}

    def scene(self, answer: Values | None = None) -> Scene:
        """Both explanations and what blanking does."""
        number = int((answer or {}).get(self.number) or 0)
        layers = tuple(Layer.logo(row, f"Explanation {name}", "logit") for name, row in self.explanations().items())
        return Scene(
            (
                Picture(site_sequence(), layers, "Two explanations of one prediction."),
                Numbers(
                    tuple(
                        (f"Logit, {number} tallest of {name} blanked", f"{blanked(name, number):.1f}") for name in "AB"
                    )
                ),
            ),
            (Slider(self.number, 0, BLANKED, 1, 0), Choice(self.guess, ("A", "B"))),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right for the one whose bases switch the prediction off, with a number that shows it."""
        number, name = int(answer[self.number] or 0), str(answer[self.guess])
        one, other = blanked(name, number), blanked("A" if name == "B" else "B", number)
        if number == 0:
            return Verdict(False, "Nothing is blanked out yet: both are equally tall. Move the slider.")
        if name == "A":
            return Verdict(False, f"Without its {number} tallest bases the network still says {one:.1f}.")
        if one > 0:
            return Verdict(False, f"With {number} the network still says {one:.1f}. Blank out a few more to be sure.")
        return Verdict(True, f"{number} bases of B take it to {one:.1f}; as many of A leave {other:.1f}.")

    def solution(self) -> Values:
        """The least number that shows it."""
        return {self.number: next(n for n in range(1, BLANKED + 1) if blanked("B", n) <= 0), self.guess: "B"}

    def mistake(self) -> Values:
        """The other one."""
        return {self.number: 5, self.guess: "A"}

    def facts(self) -> dict[str, str]:
        """The logits."""
        number = int(self.solution()[self.number] or 0)
        return {
            "least": str(number),
            "whole": f"{blanked('B', 0):.1f}",
            "right": f"{blanked('B', number):.1f}",
            "wrong": f"{blanked('A', number):.1f}",
            "wrong_twenty": f"{blanked('A', 20):.1f}",
        }


EXERCISES: dict[str, type[Exercise[Any]]] = {"band": Band, "weights": RandomWeights, "blank": Blank}
