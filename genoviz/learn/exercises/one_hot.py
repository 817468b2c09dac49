"""Lesson 1: letters as numbers, the window that a model reads, and the two strands."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genoviz.learn.exercise import EditSequence, Exercise, PickBase, SetValues, Values, Verdict, Watch, model
from genoviz.learn.scene import Choice, Layer, Numbers, Picture, Scene, Slider, Table, Words
from genoviz.lessons.example import construct
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

WORD = "GATNACA"
START = "AAAAAAA"
SITE = "TTCAGCACCATGGACAGCGCC"  # the silencer element that REST binds
SITE_AT = 198
LONG = construct(300, (SITE_AT, SITE), gc=0.45, seed=11)
BOUND = 0.9
SHORT = "ATGGCATTCGAC"
PARTNER = 4  # the base (from 0) whose partner is looked for
STRANDS = {"tfbind.encode10": "REST", "promoter.ecoli": "active", "splice.sites": "human donor"}
_SAME, _OTHER = "the same", "another number"


def code(text: str) -> NDArray[np.int64]:
    """One-hot code `(4, letters)`, rows A C G T; N is a column of zeros."""
    return np.array([[int(letter == base) for letter in text] for base in BASES])


class Decode(EditSequence):
    """Write the word whose code is shown."""

    def scene(self, answer: str | None = None) -> Scene:
        """The code that is wanted, and that of the letters as they are."""
        letters = answer or START
        return Scene(
            (
                Words("**The code that you are given**"),
                _table(WORD, letters="?" * len(WORD)),
                Words("**The code of your letters**"),
                _table(letters),
                Picture(Sequence(letters, "Your letters")),
            )
        )

    def grade(self, answer: str, watch: Watch | None = None) -> Verdict:
        """Right if both codes are equal."""
        if len(answer) != len(WORD):
            return Verdict(False, f"Your word has {len(answer)} letters; the code has {len(WORD)} columns.")
        wrong = np.flatnonzero((code(answer) != code(WORD)).any(0))
        if len(wrong):
            column = int(wrong[0]) + 1
            return Verdict(False, f"{len(wrong)} of {len(WORD)} columns differ. Look at column {column}.")
        return Verdict(True, f"{answer}: every column of your code is the column that was given.")

    def solution(self) -> str:
        """The word."""
        return WORD

    def mistake(self) -> str:
        """The column of zeros taken for an A."""
        return WORD.replace("N", "A")


def _table(text: str, letters: str = "") -> Table:
    rows = tuple(
        (base, *("1" if n else "0" for n in row)) for base, row in zip(BASES, code(text).tolist(), strict=True)
    )
    return Table(("", *(f"{i + 1}: {letter}" for i, letter in enumerate(letters or text))), rows)


@cache
def probabilities() -> NDArray[np.float64]:
    """REST's probability for each window of `LONG`, by its first base (from 0)."""
    from genoviz.models.onehot import encode
    from genoviz.models.target import Target
    from genoviz.predict.prediction import evaluate

    net = model("tfbind.encode10")
    width = net.card.length
    windows = [LONG[i : i + width] for i in range(len(LONG) - width + 1)]
    found: NDArray[np.float64] = (
        evaluate(Target("binding", ("REST",), scale="value").of(net), net, encode(windows)).double().numpy()
    )
    return found


class FirstWindow(SetValues):
    """The first window that the model calls bound."""

    name = "First base of the window"

    def scene(self, answer: Values | None = None) -> Scene:
        """The sequence with its window, and what the model says about that."""
        first = _number(answer, self.name, 1) - 1
        width = len(LONG) - len(probabilities()) + 1
        window = {"start": first, "end": first + width, "label": f"read: {first + 1}-{first + width}"}
        return Scene(
            (
                Picture(
                    Sequence(LONG, f"{len(LONG)} bases"),
                    (Layer.spans([window], "What the model reads"),),
                    f"The model reads bases {first + 1} to {first + width} and nothing else.",
                ),
                Numbers((("Probability of REST", f"{probabilities()[first]:.3f}"),)),
            ),
            (Slider(self.name, 1, len(probabilities()), 1, 1),),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if no window before it is above 0.9."""
        first, right = _number(answer, self.name, 1), int(self.solution()[self.name] or 0)
        here = float(probabilities()[first - 1])
        if first == right:
            return Verdict(
                True,
                f"Window {first}: {here:.3f}. One base to the left the model still says {probabilities()[first - 2]:.3f}.",
            )
        if first < right:
            return Verdict(False, f"Window {first}: {here:.3f}, not above {BOUND}. Go further to the right.")
        return Verdict(False, f"Window {first} is above {BOUND} or lies behind one that is. An earlier window is, too.")

    def solution(self) -> Values:
        """Its number."""
        return {self.name: int(np.flatnonzero(probabilities() > BOUND)[0]) + 1}

    def mistake(self) -> Values:
        """The first that holds the whole site."""
        width = len(LONG) - len(probabilities()) + 1
        return {self.name: SITE_AT + len(SITE) - width + 1}

    def facts(self) -> dict[str, str]:
        """The window, and how much of the site it holds."""
        width = len(LONG) - len(probabilities()) + 1
        first = int(self.solution()[self.name] or 0)
        return {
            "length": str(len(LONG)),
            "width": str(width),
            "first": str(first),
            "held": str(first - 1 + width - SITE_AT),
            "site": str(len(SITE)),
            "site_first": str(SITE_AT + 1),
            "site_last": str(SITE_AT + len(SITE)),
        }


class Partner(PickBase):
    """The same base pair on the other strand."""

    def scene(self, answer: int | None = None) -> Scene:
        """The other strand, read in its own direction."""
        return Scene(
            (
                Words(f"Plus strand, 5' to 3': `{SHORT}`"),
                Picture(
                    Sequence(SHORT, "Minus strand, 5' to 3'").reverse_complement(),
                    summary="The minus strand, 5' to 3'.",
                ),
            )
        )

    def grade(self, answer: int, watch: Watch | None = None) -> Verdict:
        """Right at the mirrored place."""
        right = self.solution()
        other = str(Sequence(SHORT).reverse_complement().bases)
        if answer == right:
            return Verdict(
                True,
                f"Base {answer + 1} of the minus strand, {other[answer]}, pairs with base {PARTNER + 1} of the plus strand.",
            )
        if answer == PARTNER:
            return Verdict(False, "That is the same number, but counted from the other end.")
        return Verdict(
            False, f"Base {answer + 1} of the minus strand pairs with base {len(SHORT) - answer} of the plus strand."
        )

    def solution(self) -> int:
        """Counted from the other end."""
        return len(SHORT) - 1 - PARTNER

    def mistake(self) -> int:
        """The same number."""
        return PARTNER

    def facts(self) -> dict[str, str]:
        """The base and its partner."""
        other = Sequence(SHORT).reverse_complement().bases
        right = self.solution()
        return {
            "base": SHORT[PARTNER],
            "number": str(PARTNER + 1),
            "partner": other[right],
            "partner_number": str(right + 1),
            "length": str(len(SHORT)),
        }


@cache
def both_strands() -> dict[str, tuple[float, float]]:
    """Logits of a random sequence and of its reverse complement, by model."""
    from genoviz.models.onehot import encode
    from genoviz.models.target import Target
    from genoviz.predict.prediction import evaluate

    found = {}
    for name, track in STRANDS.items():
        net = model(name)
        one = Sequence(construct(net.card.length, gc=0.5, seed=1))
        pair = evaluate(Target.parse(track, net.card).of(net), net, encode([one, one.reverse_complement()]))
        found[name] = (float(pair[0]), float(pair[1]))
    return found


class BothStrands(SetValues):
    """Which models say the same of both strands."""

    button = "Ask the models"

    def scene(self, answer: Values | None = None) -> Scene:
        """A guess for each model."""
        about = {
            "tfbind.encode10": "a protein sits on double-stranded DNA",
            "promoter.ecoli": "a start of transcription has a direction",
            "splice.sites": "a spliced RNA is one strand",
        }
        lines = "\n".join(f"- `{name}` ({track}): {about[name]}" for name, track in STRANDS.items())
        return Scene((Words(lines),), tuple(Choice(name, (_SAME, _OTHER)) for name in STRANDS))

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if every guess is what the model does."""
        right = self.solution()
        wrong = [name for name in STRANDS if answer.get(name) != right[name]]
        if not wrong:
            return Verdict(True, "All three are as you say.")
        one, other = both_strands()[wrong[0]]
        return Verdict(
            False, f"Not `{wrong[0]}`: it says {one:.2f} for the sequence and {other:.2f} for its reverse complement."
        )

    def solution(self) -> Values:
        """By the numbers."""
        return {name: _SAME if abs(one - other) < 1e-3 else _OTHER for name, (one, other) in both_strands().items()}

    def mistake(self) -> Values:
        """All the same."""
        return dict.fromkeys(STRANDS, _SAME)

    def facts(self) -> dict[str, str]:
        """Both numbers of each model."""
        return {
            f"{key}_{strand}": f"{value:.2f}"
            for key, name in zip(("binding", "promoter", "splicing"), STRANDS, strict=True)
            for strand, value in zip(("plus", "minus"), both_strands()[name], strict=True)
        }


def _number(answer: Values | None, name: str, first: int) -> int:
    value = (answer or {}).get(name)
    return first if value is None else int(value)


EXERCISES: dict[str, type[Exercise[Any]]] = {
    "decode": Decode,
    "window": FirstWindow,
    "partner": Partner,
    "strands": BothStrands,
}
