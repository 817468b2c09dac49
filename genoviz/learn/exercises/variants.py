"""Lesson 7: in-silico mutagenesis and variants, their strand and their sign."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from genoviz.errors import BadInput
from genoviz.learn.exercise import EditSequence, Exercise, PickBase, SetValues, Values, Verdict, Watch
from genoviz.learn.exercises.asking import changed, example, mutations, value, with_base
from genoviz.learn.scene import Choice, Layer, Numbers, Picture, Scene
from genoviz.sequences.bases import BASES
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence

BOX, BOX_TRACK = "promoter.human-tata300", "TATA"
BINDING, FACTOR = "tfbind.encode10", "GABPA"
CREATED = 0.9  # share of the largest rise that counts as having found the change
POSITION, REF, ALT = 1_295_135, "G", "A"  # a change that tumours share, on the plus strand of hg38 (Huang et al. 2013)
SAME, OPPOSITE, OTHER = "the same", "the same with the other sign", "another number"
_SWAP, _TURN, _MOVE = "ref and alt swapped", "both on the other strand", "window moved by 10 bases"
_STEP = 10


def _tert() -> str:
    return example("tert").sequence.bases


def _locus() -> Locus:
    locus = example("tert").sequence.locus
    if locus is None:
        raise BadInput("The example `tert` has no locus.", "It is a piece of a genome.", "Correct the example.")
    return locus


class Deepest(PickBase):
    """The mutation that lowers most."""

    def scene(self, answer: int | None = None) -> Scene:
        """The mutation map around the box."""
        letters = example("hbb").sequence.bases
        found = mutations(BOX, BOX_TRACK, letters)
        layers = (Layer.heat(found.delta, "Mutation map", found.unit),)
        return Scene((Picture(Sequence(letters, "Promoter of HBB"), layers, window=(205, 240)),))

    def grade(self, answer: int, watch: Watch | None = None) -> Verdict:
        """Right for the base with the lowest cell."""
        found = mutations(BOX, BOX_TRACK, example("hbb").sequence.bases)
        column = np.nan_to_num(found.delta[:, answer])
        low = int(column.argmin())
        said = f"Base {answer + 1}: its strongest loss is {column[low]:+.2f} logit, as {BASES[low]}."
        return Verdict(
            answer == self.solution(), said + ("" if answer == self.solution() else " Another base loses more.")
        )

    def solution(self) -> int:
        """The column of the lowest cell."""
        delta = np.nan_to_num(mutations(BOX, BOX_TRACK, example("hbb").sequence.bases).delta)
        return int(delta.min(0).argmin())

    def mistake(self) -> int:
        """The column of the highest cell: red taken for a loss."""
        delta = np.nan_to_num(mutations(BOX, BOX_TRACK, example("hbb").sequence.bases).delta)
        return int(delta.max(0).argmax())

    def facts(self) -> dict[str, str]:
        """The strongest cells."""
        delta = np.nan_to_num(mutations(BOX, BOX_TRACK, example("hbb").sequence.bases).delta)
        low, high = self.solution(), self.mistake()
        box = example("hbb").sites[0]
        return {
            "low": f"{low + 1}",
            "loss": f"{delta[:, low].min():+.2f}",
            "low_base": BASES[int(delta[:, low].argmin())],
            "high": f"{high + 1}",
            "gain": f"{delta[:, high].max():+.2f}",
            "high_base": BASES[int(delta[:, high].argmax())],
            "box": f"{box.start + 1} to {box.end}",
        }


def _rise(letters: str) -> float:
    return (value(BINDING, FACTOR, letters) or 0.0) - (value(BINDING, FACTOR, _tert()) or 0.0)


@cache
def _largest_rise() -> float:
    return float(np.nanmax(mutations(BINDING, FACTOR, _tert()).delta))


class Create(EditSequence):
    """One change that makes a site."""

    def scene(self, answer: str | None = None) -> Scene:
        """The sequence and the prediction, without a map."""
        letters = answer or _tert()
        before, now = value(BINDING, FACTOR, _tert()), value(BINDING, FACTOR, letters)
        rows = (("Before", f"{before:.2f}"), ("Now", "-" if now is None else f"{now:.2f}"))
        return Scene((Picture(Sequence(letters, "Promoter of TERT", _locus()), window=(20, 80)), Numbers(rows)))

    def grade(self, answer: str, watch: Watch | None = None) -> Verdict:
        """Right if one change raises the prediction nearly as much as the best one can."""
        places = changed(_tert(), answer)
        if places is None or len(places) != 1:
            count = "Letters were inserted or deleted." if places is None else f"{len(places)} bases are changed."
            return Verdict(False, f"{count} Make one single-base change.")
        rise = _rise(answer)
        said = f"{_tert()[places[0]]}{places[0] + 1}{answer[places[0]]}: {rise:+.2f} logit."
        if rise >= CREATED * _largest_rise():
            around = answer[max(0, places[0] - 5) : places[0] + 6]
            return Verdict(True, f"{said} It now reads {around}.")
        return Verdict(False, f"{said} The best single change does {_largest_rise():+.2f}.")

    def solution(self) -> str:
        """The best of all single changes."""
        delta = np.nan_to_num(mutations(BINDING, FACTOR, _tert()).delta, nan=-np.inf)
        base, place = np.unravel_index(int(delta.argmax()), delta.shape)
        return with_base(_tert(), int(place), BASES[int(base)])

    def mistake(self) -> str:
        """A change in a site that is there already."""
        place = int(np.nan_to_num(mutations(BINDING, FACTOR, _tert()).delta).min(0).argmin())
        return with_base(_tert(), place, next(base for base in BASES if base != _tert()[place]))

    def facts(self) -> dict[str, str]:
        """The change."""
        best = self.solution()
        (place,) = changed(_tert(), best) or (0,)
        return {
            "place": str(place + 1),
            "old": _tert()[place],
            "new": best[place],
            "rise": f"{_rise(best):+.2f}",
            "near": _tert()[place : place + 6],
            "site": best[place : place + 6],
        }


class OnTheMinusStrand(EditSequence):
    """A variant of a table, made in a sequence that is read from the minus strand."""

    def scene(self, answer: str | None = None) -> Scene:
        """The sequence with its place in the genome."""
        letters = answer or _tert()
        before, now = value(BINDING, FACTOR, _tert()), value(BINDING, FACTOR, letters)
        rows = (("GABPA before", f"{before:.2f}"), ("Now", "-" if now is None else f"{now:.2f}"))
        return Scene((Picture(Sequence(letters, "Promoter of TERT", _locus()), window=(5, 50)), Numbers(rows)))

    def grade(self, answer: str, watch: Watch | None = None) -> Verdict:
        """Right if it is the variant's place and the complement of its letter."""
        places, right = changed(_tert(), answer), self.place()
        if places is None or len(places) != 1:
            count = "Letters were inserted or deleted." if places is None else f"{len(places)} bases are changed."
            return Verdict(False, f"{count} Make one single-base change.")
        (place,) = places
        if place != right:
            return Verdict(False, f"Base {place + 1} is {_locus().chrom}:{_locus().end - place:,} of the genome.")
        if answer != self.solution():
            return Verdict(False, f"The place is right. But {ALT} on the plus strand is another letter on this one.")
        return Verdict(
            True, f"{_tert()[place]}{place + 1}{answer[place]}, and the model says {_rise(answer):+.2f} logit."
        )

    def place(self) -> int:
        """Where the variant lies in the sequence, from 0."""
        return _locus().end - POSITION

    def solution(self) -> str:
        """The complement at its place."""
        return with_base(_tert(), self.place(), BASES[3 - BASES.index(ALT)])

    def mistake(self) -> str:
        """The letter of the table at the right place."""
        return with_base(_tert(), self.place(), ALT)

    def facts(self) -> dict[str, str]:
        """Where the sequence lies."""
        locus, place = _locus(), self.place()
        return {
            "variant": f"{locus.chrom}-{POSITION}-{REF}-{ALT}",
            "locus": f"{locus.chrom}:{locus.start + 1:,}-{locus.end:,}",
            "end": f"{locus.end:,}",
            "place": str(place + 1),
            "old": _tert()[place],
            "new": self.solution()[place],
            "ref": REF,
            "alt": ALT,
            "effect": f"{_rise(self.solution()):+.2f}",
        }


@cache
def told_otherwise() -> dict[str, float]:
    """The effect of the site that `Create` makes, and the same told in other ways, in logits. The window is moved by taking
    bases from its right end to its left, as letters beyond it are not in the example."""
    before, after = _tert(), Create().solution()

    def effect(one: str, other: str) -> float:
        return (value(BINDING, FACTOR, other) or 0.0) - (value(BINDING, FACTOR, one) or 0.0)

    turned = [Sequence(text).reverse_complement().bases for text in (before, after)]
    moved = [text[-_STEP:] + text[:-_STEP] for text in (before, after)]
    return {
        "": effect(before, after),
        _SWAP: effect(after, before),
        _TURN: effect(turned[0], turned[1]),
        _MOVE: effect(moved[0], moved[1]),
    }


class Sign(SetValues):
    """What becomes of an effect when it is told otherwise."""

    button = "Ask the model"

    def scene(self, answer: Values | None = None) -> Scene:
        """The effect, and a guess for each other telling."""
        numbers = Numbers((("Effect of the change", f"{told_otherwise()['']:+.2f} logit"),))
        return Scene((numbers,), tuple(Choice(way, (SAME, OPPOSITE, OTHER)) for way in (_SWAP, _TURN, _MOVE)))

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if all guesses are what the model does."""
        right = self.solution()
        wrong = [way for way in right if answer.get(way) != right[way]]
        if not wrong:
            return Verdict(True, "All three.")
        return Verdict(False, f"Not with {wrong[0]}: {told_otherwise()[wrong[0]]:+.2f} logit.")

    def solution(self) -> Values:
        """By the numbers."""
        effect = told_otherwise()[""]

        def compared(other: float) -> str:
            return SAME if abs(other - effect) < 0.005 else OPPOSITE if abs(other + effect) < 0.005 else OTHER

        return {way: compared(number) for way, number in told_otherwise().items() if way}

    def mistake(self) -> Values:
        """The sign is thought to follow the strand."""
        return self.solution() | {_TURN: OPPOSITE}

    def facts(self) -> dict[str, str]:
        """All effects."""
        names = {"effect": "", "swapped": _SWAP, "turned": _TURN, "moved": _MOVE}
        return {name: f"{told_otherwise()[way]:+.2f}" for name, way in names.items()}


EXERCISES: dict[str, type[Exercise[Any]]] = {
    "deepest": Deepest,
    "create": Create,
    "minus": OnTheMinusStrand,
    "sign": Sign,
}
