"""Lesson 2: a convolution is a motif scan; its threshold, its strand, and filters of a trained network."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genoviz.learn.exercise import BuildFilter, Columns, Exercise, PickStretch, SetValues, Values, Verdict, Watch, model
from genoviz.learn.exercises.one_hot import code
from genoviz.learn.scene import Choice, Layer, Logos, Numbers, Picture, Scene, Slider
from genoviz.lessons.example import construct
from genoviz.lessons.examples import get_example
from genoviz.motifs.collection import KnownMotif, find
from genoviz.motifs.motif import Motif
from genoviz.sequences.sequence import Sequence

WORD, WORD_AT, MARGIN = "TATAAT", 34, 2.0
DNA = construct(60, (8, "TTTTTT"), (WORD_AT, WORD), (48, "AAAAAA"), gc=0.5, seed=5)
FACTORS = ("CTCF", "REST", "FOXA1", "USF1")  # whose filters are looked for among those of the trained network


def scan(weights: ArrayLike, letters: str) -> NDArray[np.float64]:
    """What a filter `(width, 4)` says of each window `(windows,)`: the sum of the weights of the bases that stand there."""
    table = np.asarray(weights, dtype=np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(code(letters), len(table), axis=1)  # (4, windows, width)
    found: NDArray[np.float64] = np.einsum("bwk,kb->w", windows, table)
    return found


def _line(scores: NDArray[np.float64], letters: str) -> NDArray[np.float64]:
    """A score at the first base of each window; none at the last bases, where no window begins."""
    return np.append(scores, np.full(len(letters) - len(scores), np.nan))


class Build(BuildFilter):
    """A filter that finds a word."""

    width: ClassVar[int] = len(WORD)

    def scene(self, answer: Columns | None = None) -> Scene:
        """The sequence, and what the filter says of each window."""
        weights = np.array(answer or ((0.0,) * 4,) * self.width)
        scores = scan(weights, DNA)
        best = int(scores.argmax())
        other = float(np.delete(scores, WORD_AT).max())
        layers = (
            Layer.spans([{"start": WORD_AT, "end": WORD_AT + self.width, "label": WORD}], "The site"),
            Layer.line(_line(scores, DNA), "Filter", "score of the window that begins here"),
        )
        return Scene(
            (
                Picture(Sequence(DNA, "60 bases"), layers, f"Highest score: {scores[best]:+.1f}, at base {best + 1}."),
                Numbers((("At the site", f"{scores[WORD_AT]:+.1f}"), ("Best elsewhere", f"{other:+.1f}"))),
            )
        )

    def grade(self, answer: Columns, watch: Watch | None = None) -> Verdict:
        """Right if the site stands out by the margin."""
        scores = scan(answer, DNA)
        here, other = float(scores[WORD_AT]), np.delete(scores, WORD_AT)
        if here >= other.max() + MARGIN:
            return Verdict(True, f"The site scores {here:+.1f}, the best other window {other.max():+.1f}.")
        top = int(scores.argmax())
        window = DNA[top : top + self.width]
        if top != WORD_AT:
            return Verdict(
                False,
                f"The highest score, {scores[top]:+.1f}, is at base {top + 1}: {window}. The site has {here:+.1f}.",
            )
        return Verdict(
            False, f"The site leads, but only by {here - other.max():.1f}. Let other letters cost something."
        )

    def solution(self) -> Columns:
        """+1 for the word's letters, -1 for all others."""
        a, c, g, t = 2.0 * code(WORD) - 1
        return tuple((float(a[i]), float(c[i]), float(g[i]), float(t[i])) for i in range(self.width))

    def mistake(self) -> Columns:
        """Reward for A and T wherever they stand."""
        return ((1.0, 0.0, 0.0, 1.0),) * self.width


@cache
def ets() -> Motif:
    """The motif of GABPA."""
    return find("GABPA").trim()


@cache
def ets_scores(turned: bool) -> NDArray[np.float64]:
    """Its log-odds (bits) for each window of the example with two sites; `turned` as its reverse complement."""
    motif = ets().reverse_complement() if turned else ets()
    return scan(motif.log_odds(), _ets_letters())


def _ets_letters() -> str:
    example = get_example("ets")
    return example.sequence.bases if example else ""


class Threshold(SetValues):
    """How high the bar must be."""

    name = "Threshold"

    def scene(self, answer: Values | None = None) -> Scene:
        """The scan, and what is left behind the threshold and the ReLU."""
        bar = self._bar(answer)
        scores = ets_scores(False)
        left = np.clip(scores - bar, 0, None)
        layers = (
            Layer.line(_line(scores, _ets_letters()), "Convolution", "bits"),
            Layer.line(_line(left, _ets_letters()), "After threshold and ReLU", "bits above the threshold"),
        )
        passed = int((left > 0).sum())
        return Scene(
            (
                Logos((("The filter: GABPA's motif", ets().heights()),), limit=2.0),
                Picture(Sequence(_ets_letters(), "Two ETS sites"), layers, f"{passed} of {len(scores)} windows pass."),
                Numbers((("Windows that pass", str(passed)),)),
            ),
            (Slider(self.name, -10, 15, 0.5, -10, "bits"),),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if just one window passes."""
        passed = np.flatnonzero(ets_scores(False) > self._bar(answer))
        if len(passed) == 1:
            return Verdict(
                True,
                f"Only the window at base {passed[0] + 1} passes: {_ets_letters()[passed[0] : passed[0] + len(ets())]}.",
            )
        if len(passed) > 1:
            return Verdict(False, f"{len(passed)} windows pass. Raise the threshold.")
        return Verdict(False, "Nothing passes any more: the network is blind here. Lower the threshold.")

    def solution(self) -> Values:
        """In the middle between the best window and the next."""
        second, best = np.sort(ets_scores(False))[-2:]
        return {self.name: float(np.round(second + best) / 2)}

    def mistake(self) -> Values:
        """Zero, the usual first thought."""
        return {self.name: 0.0}

    def facts(self) -> dict[str, str]:
        """How many windows there are, and the two best."""
        scores = np.sort(ets_scores(False))
        return {
            "windows": str(len(scores)),
            "best": f"{scores[-1]:.1f}",
            "second": f"{scores[-2]:.1f}",
            "above_zero": str(int((scores > 0).sum())),
        }

    def _bar(self, answer: Values | None) -> float:
        value = (answer or {}).get(self.name)
        return -10.0 if value is None else float(value)


class OtherStrand(PickStretch):
    """The site that the filter does not see."""

    def scene(self, answer: tuple[int, int] | None = None) -> Scene:
        """The scan of the strand that is written."""
        layers = (Layer.line(_line(ets_scores(False), _ets_letters()), "Convolution", "bits"),)
        return Scene((Picture(Sequence(_ets_letters(), "Two ETS sites"), layers),))

    def grade(self, answer: tuple[int, int], watch: Watch | None = None) -> Verdict:
        """Right if the best site of the other strand lies in a stretch that is not much longer."""
        start, end = answer
        width = len(ets())
        turned = ets_scores(True)
        best = int(turned.argmax())
        core = best + 2, best + width - 2
        if start <= core[0] and end >= core[1] and end - start <= width + 6:
            return Verdict(
                True,
                f"There: {_ets_letters()[best : best + width]}, {turned[best]:.1f} bits when it is read on the other strand.",
            )
        if end - start > width + 6:
            return Verdict(False, f"You selected {end - start} bases; a site has about {width}.")
        first = int(ets_scores(False).argmax())
        if start < first + width and end > first:
            return Verdict(False, "That is the site that the filter does see. The other one looks different to it.")
        inside = turned[max(0, start - 2) : end]
        reach = f"{inside.max():.1f}" if len(inside) else "nothing"
        return Verdict(
            False,
            f"Read on the other strand, windows there reach {reach} bits; the best one reaches {turned[best]:.1f}.",
        )

    def solution(self) -> tuple[int, int]:
        """Where the turned filter scores highest."""
        best = int(ets_scores(True).argmax())
        return best, best + len(ets())

    def mistake(self) -> tuple[int, int]:
        """The site on the strand that is written."""
        best = int(ets_scores(False).argmax())
        return best, best + len(ets())

    def facts(self) -> dict[str, str]:
        """Scores of the second site."""
        best, first = int(ets_scores(True).argmax()), int(ets_scores(False).argmax())
        seen = _ets_letters()[first : first + len(ets())]
        return {
            "seen": seen,
            "seen_core": seen[1:-1],
            "turned": f"{ets_scores(True)[best]:.1f}",
            "as_written": f"{ets_scores(False)[best]:.1f}",
            "letters": _ets_letters()[best : best + len(ets())],
        }


@cache
def trained() -> tuple[tuple[str, str, NDArray[np.float64]], ...]:
    """For each of `FACTORS` the filter of the trained network that is closest to a motif of it: the factor, the filter's
    name, and its letter heights. In the order of the filters' numbers."""
    from genoviz.discover.comparison import random_background
    from genoviz.discover.filters import filter_bank
    from genoviz.models.factors import closest_motifs, nameable
    from genoviz.motifs.names import name_motifs

    net = model("tfbind.encode10")
    filters = [f for f in filter_bank(net, random_background(net.card), on=0).filters if f.motif]
    names = name_motifs([f.motif for f in filters if f.motif], closest_motifs(net.card), nameable=nameable(net.card))
    found = []
    for factor in FACTORS:
        fits = [
            (match.q_value, f.channels, f)
            for f, match in zip(filters, names, strict=True)
            if match and _is_like(match.motif, factor)
        ]
        _, channels, best = min(fits, key=lambda fit: fit[:2])
        found.append((channels, factor, best))
    found.sort(key=lambda one: one[0])
    return tuple((factor, f.name, f.motif.trim().heights()) for _, factor, f in found if f.motif)


def _is_like(motif: Motif, factor: str) -> bool:
    """Whether a motif is of the factor, or of one with the same kind of domain; zinc fingers share no words."""
    if motif.name == factor:
        return True
    known = find(factor)
    shares = isinstance(motif, KnownMotif) and motif.tf_family == known.tf_family
    return shares and "zinc finger" not in known.tf_class.lower()


class Recognise(SetValues):
    """Whose motifs filters of a trained network have learned."""

    def scene(self, answer: Values | None = None) -> Scene:
        """Known motifs, and filters without a name."""
        known = tuple((factor, find(factor).trim().heights()) for factor in FACTORS)
        filters = tuple(
            (f"Filter {letter}", heights) for letter, (_, _, heights) in zip("ABCD", trained(), strict=True)
        )
        return Scene(
            (Logos(known, limit=2.0), Logos(filters, limit=2.0)),
            tuple(Choice(name, FACTORS) for name, _ in filters),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if all are named as by the comparison with known motifs."""
        right = self.solution()
        wrong = [name for name in right if answer.get(name) != right[name]]
        if not wrong:
            return Verdict(
                True, "All four: the network was given letters and yes or no, and found these words by itself."
            )
        return Verdict(
            False, f"{len(right) - len(wrong)} of {len(right)} fit. Look at {wrong[0]} again, also upside down."
        )

    def solution(self) -> Values:
        """The closest known motif."""
        return {f"Filter {letter}": factor for letter, (factor, _, _) in zip("ABCD", trained(), strict=True)}

    def mistake(self) -> Values:
        """In the order in which they are shown, turned by one."""
        right = self.solution()
        return dict(zip(right, [*list(right.values())[1:], next(iter(right.values()))], strict=True))


EXERCISES: dict[str, type[Exercise[Any]]] = {
    "build": Build,
    "threshold": Threshold,
    "strand": OtherStrand,
    "trained": Recognise,
}
