"""Lesson 5: what the heights of letters mean: information, contributions, hypothetical scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from genoviz.learn.exercise import EditSequence, Exercise, PickBase, PickStretch, SetValues, Values, Verdict, Watch
from genoviz.learn.exercises.asking import changed, contributions, example, mutations, value, with_base
from genoviz.learn.scene import Layer, Logos, Numbers, Picture, Scene, Slider, Words
from genoviz.motifs.motif import Motif
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

SITES = 20
MODEL, TRACK = "tfbind.encode10", "REST"
SHARE, LONGEST = 0.8, 30
RISE = 1.0


def _letters() -> str:
    return example("nrse").sequence.bases


def _named(letters: str) -> Sequence:
    return Sequence(letters, "REST element in random bases")


class OneBit(SetValues):
    """A column of one bit."""

    def scene(self, answer: Values | None = None) -> Scene:
        """The column as a logo."""
        counts = self._counts(answer)
        controls = tuple(Slider(f"Sites with {base}", 0, SITES, 1, 5) for base in BASES)
        if not counts.sum():
            return Scene((Words("No sites, no logo."),), controls)
        motif = Motif.from_counts("column", counts[None], pseudocount=0)
        bits = float(motif.information()[0])
        heights = np.repeat(motif.heights(), 3, axis=0) * np.array([[0.0], [1.0], [0.0]])  # with room on both sides
        return Scene(
            (Logos((("Your column", heights),), limit=2.0), Numbers((("Information", f"{bits:.2f} bits"),))), controls
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right within 0.02 bits."""
        counts = self._counts(answer)
        if not counts.sum():
            return Verdict(False, "There are no sites yet.")
        bits = float(Motif.from_counts("column", counts[None], pseudocount=0).information()[0])
        if abs(bits - 1) < 0.02:
            return Verdict(True, f"{bits:.2f} bits: as much as the answer to one question with yes or no.")
        return Verdict(False, f"{bits:.2f} bits. " + ("Make it less certain." if bits > 1 else "Make it more certain."))

    def solution(self) -> Values:
        """Two letters alike, no others."""
        return {f"Sites with {base}": SITES // 2 if base in "AG" else 0 for base in BASES}

    def mistake(self) -> Values:
        """Always the same letter."""
        return {f"Sites with {base}": SITES if base == "A" else 0 for base in BASES}

    def _counts(self, answer: Values | None) -> np.ndarray[Any, np.dtype[np.float64]]:
        given = answer or {}
        return np.array([float(given.get(f"Sites with {base}", 5) or 0) for base in BASES])


class Against(PickBase):
    """The base that speaks most against."""

    def scene(self, answer: int | None = None) -> Scene:
        """Contributions."""
        found = contributions(MODEL, TRACK, _letters())
        return Scene(
            (Picture(_named(_letters()), (Layer.logo(found.per_base, "Contributions", found.unit),), window=(35, 75)),)
        )

    def grade(self, answer: int, watch: Watch | None = None) -> Verdict:
        """Right for the lowest contribution."""
        scores = contributions(MODEL, TRACK, _letters()).per_base
        said = f"Base {answer + 1}, {_letters()[answer]}, contributes {scores[answer]:+.2f}."
        if answer == self.solution():
            return Verdict(True, f"{said} No other base lowers the prediction as much.")
        return Verdict(
            False, said + (" That raises the prediction." if scores[answer] > 0 else " Another one lowers it more.")
        )

    def solution(self) -> int:
        """The lowest."""
        return int(contributions(MODEL, TRACK, _letters()).per_base.argmin())

    def mistake(self) -> int:
        """The tallest letter of all."""
        return int(contributions(MODEL, TRACK, _letters()).per_base.argmax())

    def facts(self) -> dict[str, str]:
        """The base, and the tallest one."""
        scores = contributions(MODEL, TRACK, _letters()).per_base
        low, top = self.solution(), self.mistake()
        return {
            "place": str(low + 1),
            "base": _letters()[low],
            "score": f"{scores[low]:.2f}",
            "top": f"{_letters()[top]} at base {top + 1}",
            "top_score": f"{scores[top]:+.2f}",
        }


class AddUp(PickStretch):
    """Contributions add up."""

    def scene(self, answer: tuple[int, int] | None = None) -> Scene:
        """Contributions, and the sum of the stretch."""
        found = contributions(MODEL, TRACK, _letters())
        start, end = answer or (0, 0)
        part, total = float(found.per_base[start:end].sum()), float(found.per_base.sum())
        return Scene(
            (
                Picture(_named(_letters()), (Layer.logo(found.per_base, "Contributions", found.unit),)),
                Numbers(
                    (
                        ("Sum over your stretch", f"{part:.1f}"),
                        ("Sum over all bases", f"{total:.1f}"),
                        ("Prediction minus shuffled sequences", f"{found.value - found.reference_value:.1f}"),
                    )
                ),
            )
        )

    def grade(self, answer: tuple[int, int], watch: Watch | None = None) -> Verdict:
        """Right if a short stretch holds most of the sum."""
        scores = contributions(MODEL, TRACK, _letters()).per_base
        start, end = answer
        share = float(scores[start:end].sum() / scores.sum())
        said = f"{end - start} bases with {100 * share:.0f} % of the sum."
        if end - start > LONGEST:
            return Verdict(False, f"{said} That is longer than {LONGEST} bases.")
        return Verdict(share >= SHARE, said)

    def solution(self) -> tuple[int, int]:
        """The best stretch of that length."""
        scores = contributions(MODEL, TRACK, _letters()).per_base
        sums = np.convolve(scores, np.ones(LONGEST), "valid")
        start = int(sums.argmax())
        return start, start + LONGEST

    def mistake(self) -> tuple[int, int]:
        """The second half of the site."""
        site = example("nrse").sites[0]
        return (site.start + site.end) // 2, site.end

    def facts(self) -> dict[str, str]:
        """All numbers of the sum."""
        found = contributions(MODEL, TRACK, _letters())
        site = example("nrse").sites[0]
        share = found.per_base[site.start : site.end].sum() / found.per_base.sum()
        return {
            "longest": str(LONGEST),
            "percent": f"{100 * SHARE:.0f}",
            "value": f"{found.value:.1f}",
            "reference": f"{found.reference_value:.1f}",
            "total": f"{found.per_base.sum():.1f}",
            "site": f"{site.start + 1} to {site.end}",
            "site_percent": f"{100 * share:.0f}",
        }


class Better(EditSequence):
    """A base that would be better, read off the hypothetical scores."""

    def scene(self, answer: str | None = None) -> Scene:
        """Hypothetical scores of the original, and the prediction now."""
        letters = answer or _letters()
        found = contributions(MODEL, TRACK, _letters())
        layers: tuple[Layer, ...] = ()
        if found.hypothetical is not None and len(letters) == len(_letters()):
            layers = (
                Layer.logo(found.hypothetical, "Hypothetical scores of the original", found.unit, strongest=True),
            )
        now = value(MODEL, TRACK, letters)
        rows = (("Before", f"{found.value:.2f}"), ("Now", "-" if now is None else f"{now:.2f}"))
        return Scene((Picture(_named(letters), layers, window=(50, 75)), Numbers(rows)))

    def grade(self, answer: str, watch: Watch | None = None) -> Verdict:
        """Right if one change raises the prediction enough."""
        places, before, now = changed(_letters(), answer), value(MODEL, TRACK, _letters()), value(MODEL, TRACK, answer)
        if places is None or now is None or before is None:
            return Verdict(False, "Letters were inserted or deleted. Change one base only.")
        if len(places) != 1:
            return Verdict(False, f"{len(places)} bases are changed. Change one base only.")
        rise = now - before
        return Verdict(rise >= RISE, f"Base {places[0] + 1} as {answer[places[0]]}: {rise:+.2f} logit.")

    def solution(self) -> str:
        """The best of all single changes."""
        delta = np.nan_to_num(mutations(MODEL, TRACK, _letters()).delta, nan=-np.inf)
        base, place = np.unravel_index(int(delta.argmax()), delta.shape)
        return with_base(_letters(), int(place), BASES[int(base)])

    def mistake(self) -> str:
        """Another letter for the tallest one."""
        place = Against().mistake()
        return with_base(_letters(), place, "T" if _letters()[place] != "T" else "A")

    def facts(self) -> dict[str, str]:
        """What the hypothetical scores promise, and what the change does."""
        found, delta = contributions(MODEL, TRACK, _letters()), mutations(MODEL, TRACK, _letters()).delta
        best = self.solution()
        (place,) = changed(_letters(), best) or (0,)
        new, old = BASES.index(best[place]), BASES.index(_letters()[place])
        promise = (
            0.0
            if found.hypothetical is None
            else float(found.hypothetical[new, place] - found.hypothetical[old, place])
        )
        return {
            "rise": f"{RISE:g}",
            "place": str(place + 1),
            "old": _letters()[place],
            "new": best[place],
            "promised": f"{promise:+.2f}",
            "done": f"{delta[new, place]:+.2f}",
        }


EXERCISES: dict[str, type[Exercise[Any]]] = {
    "one_bit": OneBit,
    "against": Against,
    "add_up": AddUp,
    "better": Better,
}
