"""Lesson 11: what an autoencoder of promoters keeps, repairs and spoils, and what is near in its space."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genoviz.learn.exercise import EditSequence, Exercise, SetValues, Values, Verdict, Watch, model
from genoviz.learn.scene import Chart, Layer, Numbers, Picture, Scene, Slider
from genoviz.lessons.example import construct
from genoviz.lessons.examples import get_example
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

MODEL = "vae.ecoli-promoters"
SHIFT, DRAWS, MOST = 3, 20, 100
NEAR = 5.0  # per cent
BROKEN = 107  # a base of the -10 box, from 0


def promoter() -> Sequence:
    """The promoter of serW."""
    example = get_example("serw")
    return Sequence("A") if example is None else example.sequence


@cache
def rewritten(bases: str) -> NDArray[np.float64]:
    """Base probabilities `(4, length)` after the way through the latent space."""
    from genoviz.models.onehot import encode
    from genoviz.networks.vae import Autoencoder

    net = model(MODEL)
    if not isinstance(net, Autoencoder):
        raise TypeError(f"{MODEL} is no autoencoder")
    return np.asarray(net.denoise(encode(bases))[0].detach().numpy(), dtype=np.float64)


def likeliest(bases: str) -> str:
    """The letters that come back."""
    return "".join(BASES[row] for row in rewritten(bases).argmax(0))


def heights(bases: str) -> NDArray[np.float64]:
    """Letter heights `(4, length)` of what comes back, in bits."""
    p = rewritten(bases)
    return np.asarray(p * (2 + (p * np.log2(np.clip(p, 1e-12, None))).sum(0)))


def came_back(bases: str) -> float:
    """Share of bases that come back, in per cent."""
    return 100 * float(np.mean([a == b for a, b in zip(bases, likeliest(bases), strict=True)]))


class Kept(SetValues):
    """How much of a promoter comes back."""

    name = "Bases that come back as they were"

    def scene(self, answer: Values | None = None) -> Scene:
        """What comes back, as letters with their certainty."""
        one = promoter()
        return Scene(
            (
                Picture(
                    one,
                    (
                        Layer.spans(_sites(), "Known sites"),
                        Layer.logo(heights(one.bases), "What comes back", "bits", limits=(0.0, 2.0)),
                    ),
                    "Above the promoter as it is; below what the autoencoder writes from 32 numbers.",
                ),
            ),
            (Slider(self.name, 0, 100, 1, 0, "%"),),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right within five per cent."""
        guess, share = float(answer[self.name] or 0), came_back(promoter().bases)
        if abs(guess - share) <= NEAR:
            return Verdict(True, f"{share:.0f} % of the 150 bases come back.")
        return Verdict(False, f"{'Fewer' if guess > share else 'More'} than {guess:.0f} % come back.")

    def solution(self) -> Values:
        """Rounded."""
        return {self.name: round(came_back(promoter().bases))}

    def mistake(self) -> Values:
        """Nearly all."""
        return {self.name: 95}

    def facts(self) -> dict[str, str]:
        """For this promoter, and on the card."""
        from genoviz.models.catalogue import get_card

        row = get_card(MODEL).held_out[0]
        guess = {one["source"]: one["value"] for one in row["published"] if one["metric"] == "recovered"}
        tallest = int(heights(promoter().bases).sum(0).argmax())
        return {
            "share": f"{came_back(promoter().bases):.0f}",
            "card": f"{100 * row['recovered']:.0f}",
            "guess": f"{100 * guess['likeliest base']:.0f}",
            "tallest": str(tallest + 1),
            "around": promoter().bases[tallest - 4 : tallest + 4],
            "tallest_bits": f"{heights(promoter().bases).sum(0).max():.1f}",
        }


def _sites() -> tuple[dict[str, Any], ...]:
    example = get_example("serw")
    return () if example is None else tuple({"start": s.start, "end": s.end, "label": s.name} for s in example.sites)


@cache
def repaired() -> tuple[int, ...]:
    """Places and letters (place * 4 + row) of all single errors that the autoencoder takes back."""
    from genoviz.models.onehot import encode
    from genoviz.networks.vae import Autoencoder

    net, bases = model(MODEL), promoter().bases
    if not isinstance(net, Autoencoder):
        raise TypeError(f"{MODEL} is no autoencoder")
    errors = [(i, row) for i in range(len(bases)) for row in range(4) if BASES[row] != bases[i]]
    X = encode([bases[:i] + BASES[row] + bases[i + 1 :] for i, row in errors])
    back = net.denoise(X).detach().numpy().argmax(1)
    return tuple(4 * i + row for (i, row), found in zip(errors, back, strict=True) if BASES[found[i]] == bases[i])


class Repair(EditSequence):
    """An error that the autoencoder takes back."""

    def scene(self, answer: str | None = None) -> Scene:
        """The edited promoter and what comes back."""
        bases = answer or promoter().bases
        layers: tuple[Layer, ...] = (Layer.spans(_sites(), "Known sites"),)
        if len(bases) == len(promoter()):
            layers += (Layer.logo(heights(bases), "What comes back", "bits", limits=(0.0, 2.0)),)
        return Scene((Picture(Sequence(bases, "promoter of serW"), layers),))

    def grade(self, answer: str, watch: Watch | None = None) -> Verdict:
        """Right if one base was changed and comes back as it was."""
        bases = promoter().bases
        changed = [i for i, (a, b) in enumerate(zip(bases, answer, strict=False)) if a != b]
        if len(answer) != len(bases) or len(changed) != 1:
            return Verdict(False, "Change exactly one base.")
        at = changed[0]
        back = likeliest(answer)[at]
        if back == bases[at]:
            return Verdict(
                True, f"You wrote {answer[at]} for {bases[at]} at base {at + 1}, and {back} comes back: repaired."
            )
        return Verdict(False, f"At base {at + 1} comes back {back}, and {bases[at]} was there: not repaired.")

    def solution(self) -> str:
        """The first that there is."""
        at, row = divmod(repaired()[0], 4)
        bases = promoter().bases
        return bases[:at] + BASES[row] + bases[at + 1 :]

    def mistake(self) -> str:
        """A108C, which breaks the -10 box."""
        bases = promoter().bases
        return bases[:BROKEN] + "C" + bases[BROKEN + 1 :]

    def facts(self) -> dict[str, str]:
        """How many errors come back, and what is spoiled."""
        length = len(promoter())
        return {
            "repaired": str(len(repaired())),
            "errors": str(3 * length),
            "share": f"{100 * len(repaired()) / (3 * length):.0f}",
            "spoiled": f"{100 - came_back(promoter().bases):.0f}",
            "back": likeliest(self.mistake())[BROKEN],
        }


@cache
def distances() -> tuple[float, NDArray[np.float64]]:
    """How far the promoter moves when it is shifted, and (mean) when 0 to `MOST` random bases are changed."""
    from genoviz.models.onehot import encode
    from genoviz.networks.vae import Autoencoder

    net, bases = model(MODEL), promoter().bases
    if not isinstance(net, Autoencoder):
        raise TypeError(f"{MODEL} is no autoencoder")
    shifted = (construct(SHIFT, gc=0.5, seed=3) + bases)[: len(bases)]
    rng = np.random.default_rng(0)
    texts = [bases, shifted]
    for _ in range(DRAWS):
        order, letters = rng.permutation(len(bases)), list(bases)
        texts.append(bases)
        for at in order[:MOST]:
            letters[at] = str(rng.choice([b for b in BASES if b != letters[at]]))
            texts.append("".join(letters))
    z = net.embed(encode(texts)).detach().numpy().astype(np.float64)
    away = np.linalg.norm(z - z[0], axis=1)
    return float(away[1]), away[2:].reshape(DRAWS, MOST + 1).mean(0)


class Near(SetValues):
    """How many mutations are as far as a small shift."""

    name = "Mutations"

    def scene(self, answer: Values | None = None) -> Scene:
        """The distance of so many mutations."""
        number = int((answer or {}).get(self.name) or 0)
        _, curve = distances()
        lines = {
            "mutated promoters": curve,
            "your number": np.where(np.arange(MOST + 1) <= number, curve[number], np.nan),
        }
        return Scene(
            (
                Chart(lines, np.arange(MOST + 1), "random mutations", "distance in the 32 numbers"),
                Numbers((("Distance of your mutations", f"{curve[number]:.1f}"),)),
            ),
            (Slider(self.name, 0, MOST, 1, 0),),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right within a tenth of the shift's distance."""
        number = int(answer[self.name] or 0)
        away, curve = distances()
        if abs(curve[number] - away) <= 0.1 * away:
            return Verdict(True, f"{number} mutations: {curve[number]:.1f}. The shift by {SHIFT} bases: {away:.1f}.")
        return Verdict(
            False,
            f"{number} mutations move it by {curve[number]:.1f}. The shift moves it {'more' if curve[number] < away else 'less'}.",
        )

    def solution(self) -> Values:
        """The nearest."""
        away, curve = distances()
        return {self.name: int(np.abs(curve - away).argmin())}

    def mistake(self) -> Values:
        """As many as the bases of the shift."""
        return {self.name: SHIFT}

    def facts(self) -> dict[str, str]:
        """Both distances."""
        away, curve = distances()
        return {
            "shift": str(SHIFT),
            "away": f"{away:.1f}",
            "number": str(self.solution()[self.name]),
            "three": f"{curve[SHIFT]:.1f}",
        }


EXERCISES: dict[str, type[Exercise[Any]]] = {"kept": Kept, "repair": Repair, "near": Near}
