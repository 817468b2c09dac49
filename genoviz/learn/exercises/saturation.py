"""Lesson 6: saturation. A hand-set network that has enough with one site, and a real one that is sure."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from genoviz.attribute.attribution import Attribution, attribute
from genoviz.learn.exercise import EditSequence, Exercise, SetValues, Values, Verdict, Watch
from genoviz.learn.exercises.asking import changed, example, mutations, value, with_base
from genoviz.learn.scene import Chart, Choice, Layer, Numbers, Picture, Scene, Slider
from genoviz.lessons.example import Site, construct
from genoviz.models.base import NetModel
from genoviz.models.onehot import encode
from genoviz.models.target import Target
from genoviz.models.toy_cards import SITE_A, TOY_CARDS
from genoviz.mutagenesis.saturation import Mutagenesis, saturate
from genoviz.networks.toy import THRESHOLD, SumOfSites
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

FULL = len(SITE_A) - THRESHOLD  # what one whole site gives, and all that the network ever says
SITES = Site("first", 14, 14 + len(SITE_A)), Site("second", 40, 40 + len(SITE_A))
TWO = construct(60, *((site.start, SITE_A) for site in SITES), gc=0.9, seed=3)
MOST_EDITS = 8
METHODS = {"Gradient": "saliency", "Single mutations": "", "Integrated gradients": "ig", "DeepLIFT": "deeplift"}
SEES, BLIND = "shows the sites", "shows nothing"
ALPHA_STEP = 0.05
MODEL, TRACK = "tfbind.encode10", "REST"
SURE, REAL_EDITS = 0.9, 4
_ALPHA = "Share of the sequence"


class EnoughWithOne(nn.Module):
    """f(x) = min(3, sum of site matches): one whole site is enough, a second one adds nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.sites, self.missing = SumOfSites(), nn.ReLU()

    def forward(self, X: Tensor) -> Tensor:
        """`(batch, 4, length)` -> `(batch, 1)`."""
        y: Tensor = FULL - self.missing(FULL - self.sites(X))
        return y


@cache
def network() -> NetModel:
    """The hand-set network as a model; its card is not in the catalogue."""
    card = replace(
        next(card for card in TOY_CARDS if card.name == "toy.sum"),
        name="lesson.enough",
        title="Toy: one site is enough",
        summary=f"Matches to {SITE_A} add up, but never to more than one whole site gives.",
        builder="genoviz.learn.exercises.saturation:network",
    )
    return NetModel(EnoughWithOne(), card).eval()


def _says(letters: str) -> float | None:
    if len(letters) != network().card.length:
        return None
    with torch.no_grad():
        return float(network().net(encode(letters))[0, 0])


class BreakBoth(EditSequence):
    """One site must go, then the other."""

    def scene(self, answer: str | None = None) -> Scene:
        """The sequence and what the network says."""
        letters = answer or TWO
        now = _says(letters)
        spans = [{"start": site.start, "end": site.end, "label": SITE_A} for site in SITES]
        layers = (Layer.spans(spans, "Planted sites"),) if len(letters) == len(TWO) else ()
        numbers = Numbers((("Before", f"{FULL:g}"), ("Now", "-" if now is None else f"{now:g}")))
        return Scene((Picture(Sequence(letters, f"Two {SITE_A} sites"), layers), numbers))

    def grade(self, answer: str, watch: Watch | None = None) -> Verdict:
        """Right if the prediction is below a half, by few changes."""
        places, now = changed(TWO, answer), _says(answer)
        if places is None or now is None:
            return Verdict(False, "Letters were inserted or deleted; change letters only.")
        hit = [site.name for site in SITES if any(site.start <= place < site.end for place in places)]
        if now >= FULL / 2:
            where = (
                "Only one site is touched: the other one is enough." if len(hit) == 1 else "It is not low enough yet."
            )
            return Verdict(False, f"{len(places)} changes, and the network says {now:g} of {FULL:g}. {where}")
        if len(places) > MOST_EDITS:
            return Verdict(False, f"It says {now:g}, but {len(places)} bases are changed; at most {MOST_EDITS}.")
        return Verdict(True, f"{len(places)} changes in both sites, and the network says {now:g} of {FULL:g}.")

    def solution(self) -> str:
        """The first bases of both sites replaced."""
        letters = TWO
        for site in SITES:
            for place in range(site.start, site.start + 3):
                letters = with_base(letters, place, "C")
        return letters

    def mistake(self) -> str:
        """One site taken away in full."""
        site = SITES[0]
        return TWO[: site.start] + "C" * len(SITE_A) + TWO[site.end :]

    def facts(self) -> dict[str, str]:
        """Numbers of the network."""
        one = self.mistake()
        both = one[: SITES[1].start] + "C" * len(SITE_A) + one[SITES[1].end :]
        return {
            "full": f"{FULL:g}",
            "half": f"{FULL / 2:g}",
            "most": str(MOST_EDITS),
            "site": SITE_A,
            "without_one": f"{_says(one):g}",
            "without_both": f"{_says(both):g}",
        }


@cache
def explained(method: str) -> Attribution:
    """The toy's explanation, against zeros where the method compares."""
    target = Target.default(network().card)
    baseline = None if method == "saliency" else "zeros"
    return attribute(network(), Sequence(TWO), target, method, baseline=baseline)


@cache
def mutated() -> Mutagenesis:
    """The toy's mutation map."""
    return saturate(network(), Sequence(TWO), Target.default(network().card))


def heights(title: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """What a method of `METHODS` gives each base `(length,)`."""
    if METHODS[title]:
        return explained(METHODS[title]).per_base
    found: np.ndarray[Any, np.dtype[np.float32]] = np.nan_to_num(mutated().importance)
    return found


class WhoSees(SetValues):
    """Which methods see the sites of a saturated network."""

    button = "Compute them"

    def scene(self, answer: Values | None = None) -> Scene:
        """A guess for each method."""
        return Scene((), tuple(Choice(title, (SEES, BLIND)) for title in METHODS))

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if every guess is what is computed."""
        right = self.solution()
        wrong = [title for title in METHODS if answer.get(title) != right[title]]
        if not wrong:
            return Verdict(True, "So it is for all four.")
        return Verdict(
            False, f"Not {wrong[0]}: its largest score at any base is {np.abs(heights(wrong[0])).max():.2g}."
        )

    def solution(self) -> Values:
        """By the numbers."""
        inside = np.zeros(len(TWO), dtype=bool)
        for site in SITES:
            inside[site.start : site.end] = True
        return {title: SEES if np.abs(heights(title)[inside]).max() > 0.1 else BLIND for title in METHODS}

    def mistake(self) -> Values:
        """Mutations cannot miss."""
        return self.solution() | {"Single mutations": SEES}

    def facts(self) -> dict[str, str]:
        """Largest scores, and sums."""
        names = {
            "gradient": "Gradient",
            "mutation": "Single mutations",
            "ig": "Integrated gradients",
            "deeplift": "DeepLIFT",
        }
        facts = {name: f"{np.abs(heights(title)).max():.2g}" for name, title in names.items()}
        sums = {f"{name}_sum": f"{heights(names[name]).sum():.2f}" for name in ("ig", "deeplift")}
        return facts | sums | {"full": f"{FULL:g}"}

    def proof(self) -> Scene:
        """The scores of all four, on one scale."""
        limits = (0.0, max(float(np.abs(heights(title)).max()) for title in METHODS))
        layers = tuple(Layer.logo(heights(title), title, limits=limits, height=70) for title in METHODS)
        return Scene((Picture(Sequence(TWO, "What the four methods say"), layers),))


@cache
def along() -> tuple[tuple[float, float, float], ...]:
    """Of each share of the sequence from 0 to 1: the share, what the network says, and its largest gradient."""
    rows = []
    function = Target.default(network().card).of(network())
    for step in range(round(1 / ALPHA_STEP) + 1):
        share = round(step * ALPHA_STEP, 2)
        X = (share * encode(TWO)).requires_grad_()
        y = function(X)
        (gradient,) = torch.autograd.grad(y.sum(), X)
        rows.append((share, float(y.detach()[0]), float(gradient.abs().max())))
    return tuple(rows)


class Path(SetValues):
    """Where on the way from nothing to the sequence the network is not saturated."""

    def scene(self, answer: Values | None = None) -> Scene:
        """The prediction along the way, and the gradient here."""
        _, says, gradient = self._row(answer)
        rows = along()
        numbers = (("Prediction", f"{says:.2f}"), ("Largest gradient here", f"{gradient:.2g}"))
        chart = Chart({"prediction": [row[1] for row in rows]}, [row[0] for row in rows], _ALPHA, "prediction")
        return Scene((Numbers(numbers), chart), (Slider(_ALPHA, 0.0, 1.0, ALPHA_STEP, 1.0),))

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right for the largest share with a gradient."""
        share, says, gradient = self._row(answer)
        said = f"At {share:g} the prediction is {says:.2f} and the largest gradient {gradient:.2g}."
        if share == self.solution()[_ALPHA]:
            return Verdict(True, said)
        more = "It is flat there." if gradient == 0 else "A larger share has a gradient, too."
        return Verdict(False, f"{said} {more}")

    def solution(self) -> Values:
        """By the gradients."""
        return {_ALPHA: max(share for share, _, gradient in along() if gradient > 0)}

    def mistake(self) -> Values:
        """The sequence itself, where a gradient is usually taken."""
        return {_ALPHA: 1.0}

    def facts(self) -> dict[str, str]:
        """From where to where there is a gradient."""
        shares = [share for share, _, gradient in along() if gradient > 0]
        return {"first": f"{min(shares):g}", "last": f"{max(shares):g}", "full": f"{FULL:g}"}

    def _row(self, answer: Values | None) -> tuple[float, float, float]:
        given = (answer or {}).get(_ALPHA)
        share = 1.0 if given is None else float(given)
        return min(along(), key=lambda row: abs(row[0] - share))


def _real() -> str:
    return example("nrse").sequence.bases


class Unsure(EditSequence):
    """A model that is sure, made unsure."""

    def scene(self, answer: str | None = None) -> Scene:
        """Maps of both scales for the original, and both numbers now."""
        letters = answer or _real()
        layers: tuple[Layer, ...] = ()
        if len(letters) == len(_real()):
            probability, logit = (mutations(MODEL, TRACK, _real(), scale).delta for scale in ("value", "logit"))
            layers = (
                Layer.heat(probability, "Single mutations of the original: probability", limit=1.0),
                Layer.heat(logit, "The same: logit"),
            )
        both = [value(MODEL, TRACK, letters, scale) for scale in ("value", "logit")]
        said = ["-" if one is None else f"{one:.{digits}f}" for one, digits in zip(both, (4, 1), strict=True)]
        numbers = Numbers((("Probability now", said[0]), ("Logit now", said[1])))
        return Scene((Picture(Sequence(letters, "REST element"), layers, window=(35, 68)), numbers))

    def grade(self, answer: str, watch: Watch | None = None) -> Verdict:
        """Right if few changes make it unsure."""
        places, now, logit = changed(_real(), answer), value(MODEL, TRACK, answer, "value"), value(MODEL, TRACK, answer)
        if places is None or now is None:
            return Verdict(False, "Letters were inserted or deleted; change letters only.")
        said = f"{len(places)} {'change' if len(places) == 1 else 'changes'}: probability {now:.4f}, logit {logit:.1f}."
        if now >= SURE:
            return Verdict(False, f"{said} It is still sure. Change another base.")
        if len(places) > REAL_EDITS:
            return Verdict(False, f"{said} But at most {REAL_EDITS} changes are wanted: begin with the deepest blue.")
        return Verdict(True, said)

    def solution(self) -> str:
        """The change that lowers the logit most, again and again."""
        letters = _real()
        while (value(MODEL, TRACK, letters, "value") or 0) >= SURE:
            delta = np.nan_to_num(mutations(MODEL, TRACK, letters).delta)
            base, place = np.unravel_index(int(delta.argmin()), delta.shape)
            letters = with_base(letters, int(place), BASES[int(base)])
        return letters

    def mistake(self) -> str:
        """One change, the strongest."""
        delta = np.nan_to_num(mutations(MODEL, TRACK, _real()).delta)
        base, place = np.unravel_index(int(delta.argmin()), delta.shape)
        return with_base(_real(), int(place), BASES[int(base)])

    def facts(self) -> dict[str, str]:
        """How much single mutations do on both scales."""
        probability, logit = (
            np.nan_to_num(mutations(MODEL, TRACK, _real(), scale).delta) for scale in ("value", "logit")
        )
        needed = changed(_real(), self.solution()) or ()
        return {
            "sure": f"{SURE:g}",
            "edits": str(REAL_EDITS),
            "logit": f"{value(MODEL, TRACK, _real()):.1f}",
            "most_probability": f"{-probability.min():.4f}",
            "most_logit": f"{-logit.min():.1f}",
            "needed": str(len(needed)),
        }


EXERCISES: dict[str, type[Exercise[Any]]] = {
    "break_both": BreakBoth,
    "who_sees": WhoSees,
    "path": Path,
    "unsure": Unsure,
}
