"""Lesson 4: word counts, a multilayer perceptron, convolutions and recurrent layers on the same data, with their scores."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genoviz.learn.exercise import Exercise, SetValues, Values, Verdict, Watch, model
from genoviz.learn.exercises.asking import example, target
from genoviz.learn.scene import Bars, Choice, Layer, Numbers, Picture, Scene, Slider, Table
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.sequences.sequence import Sequence

COLI = {
    "kmer.ecoli": "word counts",
    "mlp.ecoli": "perceptron on word counts",
    "promoter.ecoli": "convolutional network",
}
COUNTED, NETWORK, RECURRENT = "kmer.encode10", "tfbind.encode10", "tfbind.gue"
NEARLY = 0.05
_SHIFT, _BEST, _BEYOND, _FACTOR = "Turn by", "Best score", "Is it above the interval of the word counts?", "Gains most"
_WINS, _LOSES = "CNN + LSTM is clearly better on", "Plain CNN is clearly better on"


@cache
def turned() -> dict[str, NDArray[np.float64]]:
    """Probabilities of each model for the promoter turned by 0, 1, 2 ... bases, as if it were a ring."""
    from genoviz.models.onehot import encode
    from genoviz.predict.prediction import evaluate

    letters = example("serw").sequence.bases
    X = encode([letters[k:] + letters[:k] for k in range(len(letters))])
    return {
        name: evaluate(target(name, "active", "value").of(model(name)), model(name), X).double().numpy()
        for name in COLI
    }


class Turn(SetValues):
    """What a model that counts words does not see."""

    def scene(self, answer: Values | None = None) -> Scene:
        """The turned promoter, and three predictions."""
        by = self._by(answer)
        open_ = example("serw")
        letters = open_.sequence.bases
        shown = letters[by:] + letters[:by]
        inside = []
        for site in open_.sites:
            start = (site.start - by) % len(letters)
            end = start + site.end - site.start
            if end <= len(letters):  # others are cut in two
                inside.append({"start": start, "end": end, "label": site.name})
        rows = tuple((words, f"{turned()[name][by]:.2f}") for name, words in COLI.items())
        return Scene(
            (
                Picture(Sequence(shown, f"serW promoter, turned by {by}"), (Layer.spans(inside, "Boxes"),)),
                Numbers(rows),
            ),
            (Slider(_SHIFT, 0, len(letters) - 1, 1, 0, "bases"),),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if the network changes its mind and the word counts hardly move."""
        by = self._by(answer)
        net, words = turned()["promoter.ecoli"], turned()["kmer.ecoli"]
        moved = abs(words[by] - words[0])
        said = f"Turned by {by}: the network says {net[by]:.2f}, word counts {words[by]:.2f}"
        if net[by] >= 0.5:
            return Verdict(False, f"{said}. The network still says yes.")
        if moved >= NEARLY:
            return Verdict(False, f"{said}, which moved by {moved:.2f}: the cut made or broke some words.")
        return Verdict(True, f"{said}, which moved by {moved:.2f}.")

    def solution(self) -> Values:
        """Where the network says least, of those that leave the word counts."""
        net, words = turned()["promoter.ecoli"], turned()["kmer.ecoli"]
        return {_SHIFT: int(np.where(np.abs(words - words[0]) < NEARLY, net, np.inf).argmin())}

    def mistake(self) -> Values:
        """Not at all."""
        return {_SHIFT: 0}

    def facts(self) -> dict[str, str]:
        """First values, and how far each moves over all turns."""
        return {
            f"{key}_{what}": f"{number:.2f}"
            for key, name in zip(("words", "mlp", "net"), COLI, strict=True)
            for what, number in (
                ("start", turned()[name][0]),
                ("low", turned()[name].min()),
                ("high", turned()[name].max()),
            )
        } | {"length": str(len(example("serw").sequence))}

    def _by(self, answer: Values | None) -> int:
        return int((answer or {}).get(_SHIFT) or 0)


def _row(card: ModelCard, track: str) -> Mapping[str, Any]:
    return next(row for row in card.held_out if row["track"] == track)


@cache
def gains() -> dict[str, float]:
    """How much more AUROC the network has than the word counts, by factor."""
    rows = {track: _row(get_card(COUNTED), track)["auroc"] for track in get_card(COUNTED).outputs[0].tracks}
    return {track: _row(get_card(NETWORK), track)["auroc"] - auroc for track, auroc in rows.items()}


class GainsMost(SetValues):
    """For which factor words of six bases are too short."""

    def scene(self, answer: Values | None = None) -> Scene:
        """Scores of the word counts."""
        card = get_card(COUNTED)
        tracks = card.outputs[0].tracks
        scores = tuple(float(_row(card, track)["auroc"]) for track in tracks)
        return Scene((Bars(tracks, scores, "Word counts: held-out AUROC", "AUROC"),), (Choice(_FACTOR, tracks),))

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right for the largest gain."""
        chosen, best = str(answer[_FACTOR]), str(self.solution()[_FACTOR])
        gain = f"{chosen}: the network has {gains()[chosen]:+.3f}"
        return Verdict(
            chosen == best, f"{gain}, the most of all ten." if chosen == best else f"{gain}. Another one gains more."
        )

    def solution(self) -> Values:
        """By the cards."""
        return {_FACTOR: max(gains(), key=lambda track: gains()[track])}

    def mistake(self) -> Values:
        """A long site, but one that is found by its pieces, too."""
        return {_FACTOR: "REST"}

    def facts(self) -> dict[str, str]:
        """The best and the worst gain."""
        best, worst = (function(gains(), key=lambda track: gains()[track]) for function in (max, min))
        words, net = (_row(get_card(name), worst) for name in (COUNTED, NETWORK))
        return {
            "best": best,
            "gain": f"{gains()[best]:+.3f}",
            "rest": f"{gains()['REST']:+.3f}",
            "rest_words": f"{_row(get_card(COUNTED), 'REST')['auroc']:.3f}",
            "worst": worst,
            "worst_words": f"{words['auroc']:.3f} ({words['auroc_95'][0]:.3f} to {words['auroc_95'][1]:.3f})",
            "worst_net": f"{net['auroc']:.3f} ({net['auroc_95'][0]:.3f} to {net['auroc_95'][1]:.3f})",
        }

    def proof(self) -> Scene:
        """The gain for each factor."""
        marked = (str(self.solution()[_FACTOR]),)
        return Scene((Bars(tuple(gains()), tuple(gains().values()), "Network minus word counts", "AUROC", marked),))


class Honest(SetValues):
    """A lead, and the interval around it."""

    def scene(self, answer: Values | None = None) -> Scene:
        """Scores with intervals."""
        rows = tuple(
            (words, f"{_auroc(name)[0]:.3f}", "{:.3f} to {:.3f}".format(*_auroc(name)[1]))
            for name, words in COLI.items()
        )
        controls = Choice(_BEST, tuple(COLI.values())), Choice(_BEYOND, ("yes", "no"))
        return Scene((Table(("model", "AUROC", "95 % interval"), rows),), controls)

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if both are."""
        right = self.solution()
        if answer[_BEST] != right[_BEST]:
            return Verdict(False, f"Not {answer[_BEST]}. The larger AUROC is the better one.")
        best = max(COLI, key=lambda name: _auroc(name)[0])
        low, high = _auroc("kmer.ecoli")[1]
        said = f"{_auroc(best)[0]:.3f}, and the interval of the word counts goes from {low:.3f} to {high:.3f}."
        return Verdict(answer[_BEYOND] == right[_BEYOND], said)

    def solution(self) -> Values:
        """By the cards."""
        best = max(COLI, key=lambda name: _auroc(name)[0])
        return {_BEST: COLI[best], _BEYOND: "yes" if _auroc(best)[0] > _auroc("kmer.ecoli")[1][1] else "no"}

    def mistake(self) -> Values:
        """More is more."""
        right = self.solution()
        return {_BEST: right[_BEST], _BEYOND: "yes" if right[_BEYOND] == "no" else "no"}

    def facts(self) -> dict[str, str]:
        """Sizes and the published score."""
        published = next(
            one for one in _row(get_card("promoter.ecoli"), "active")["published"] if "SVM" in one["source"]
        )
        return {
            "n": f"{_row(get_card('kmer.ecoli'), 'active')['n']:,}",
            "words_weights": f"{get_card('kmer.ecoli').parameters:,}",
            "net_weights": f"{get_card('promoter.ecoli').parameters:,}",
            "svm": f"{published['value']:.3f}",
        }


def _auroc(name: str) -> tuple[float, tuple[float, float]]:
    row = _row(get_card(name), "active")
    return float(row["auroc"]), (float(row["auroc_95"][0]), float(row["auroc_95"][1]))


@cache
def recurrent() -> tuple[tuple[str, float, tuple[float, float], float], ...]:
    """Of each set where both were measured on one test: its name, the MCC of the recurrent network, its interval, and the
    MCC of an untuned convolutional network."""
    found = []
    for row in get_card(RECURRENT).held_out:
        plain = next(
            (one["value"] for one in row.get("published", ()) if one["source"].startswith("untuned CNN")), None
        )
        if plain is not None:
            found.append(
                (row["track"], float(row["mcc"]), (float(row["mcc_95"][0]), float(row["mcc_95"][1])), float(plain))
            )
    return tuple(found)


class Recurrent(SetValues):
    """Whether a recurrent layer helped."""

    def scene(self, answer: Values | None = None) -> Scene:
        """Scores of both on the same tests."""
        rows = tuple(
            (name, f"{mcc:.2f}", f"{low:.2f} to {high:.2f}", f"{plain:.2f}")
            for name, mcc, (low, high), plain in recurrent()
        )
        sets = len(rows)
        return Scene(
            (Table(("set", "CNN + LSTM + words: MCC", "95 % interval", "plain CNN: MCC"), rows),),
            (Slider(_WINS, 0, sets, 1, sets, "sets"), Slider(_LOSES, 0, sets, 1, sets, "sets")),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if both are counted with the interval in mind."""
        right = self.solution()
        if answer == right:
            return Verdict(True, "Counted with the interval: where the other score lies inside, nobody has won.")
        what = _WINS if answer[_WINS] != right[_WINS] else _LOSES
        return Verdict(
            False,
            f"Look again at: {what.lower()} how many sets? Count a set only if the plain CNN's score is outside of the interval.",
        )

    def solution(self) -> Values:
        """Scores outside of the interval."""
        return {
            _WINS: sum(plain < low for _, _, (low, _), plain in recurrent()),
            _LOSES: sum(plain > high for _, _, (_, high), plain in recurrent()),
        }

    def mistake(self) -> Values:
        """Whichever number is larger."""
        return {
            _WINS: sum(mcc > plain for _, mcc, _, plain in recurrent()),
            _LOSES: sum(mcc < plain for _, mcc, _, plain in recurrent()),
        }

    def facts(self) -> dict[str, str]:
        """How many sets."""
        right = self.solution()
        return {"sets": str(len(recurrent())), "wins": str(right[_WINS]), "loses": str(right[_LOSES])}


EXERCISES: dict[str, type[Exercise[Any]]] = {
    "turn": Turn,
    "gains": GainsMost,
    "honest": Honest,
    "recurrent": Recurrent,
}
