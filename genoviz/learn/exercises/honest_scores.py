"""Lesson 10: rare positives, relatives in the test set, and figures that may not stand beside each other."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genoviz.learn.exercise import Exercise, SetValues, Values, Verdict, Watch
from genoviz.learn.scene import Bars, Choice, Numbers, Scene, Slider, Table
from genoviz.models.catalogue import get_card

PROMOTERS = "promoter.ecoli"
RECALL, OF, STEP = 0.5, 1_000, 5
FAMILIES, MEMBERS, LENGTH, SPLITS = 60, 8, 60, 40
AT_RANDOM, BY_FAMILY = "sequences at random", "whole families"
RULE, RELATIVES = "a rule that holds for new sequences", "to recognise relatives"
GUE = "tfbind.gue"


@cache
def threshold_rates() -> tuple[float, float]:
    """Shares of active and of inactive test sequences above the threshold at which half of the active ones are found."""
    rows = get_card(PROMOTERS).background["active"]
    active, inactive = np.array(rows["active"]), np.array(rows["inactive"])
    threshold = float(np.quantile(active, 1 - RECALL))
    at = np.interp(threshold, inactive, np.linspace(0, 1, len(inactive)))
    return RECALL, float(1 - at)


def precision(promoters: float) -> float:
    """Share of calls that are right where so many of `OF` sequences are promoters."""
    found, false = threshold_rates()
    right, wrong = found * promoters, false * (OF - promoters)
    return right / (right + wrong)


class Rare(SetValues):
    """How rare positives may be before most calls are wrong."""

    name = f"True promoters among {OF:,} sequences"

    def scene(self, answer: Values | None = None) -> Scene:
        """Calls that are right and wrong."""
        promoters = float((answer or {}).get(self.name) or OF / 2)
        found, false = threshold_rates()
        right, wrong = found * promoters, false * (OF - promoters)
        auroc = get_card(PROMOTERS).held_out[0]["auroc"]
        return Scene(
            (
                Bars(
                    ("right calls", "wrong calls"),
                    (round(right), round(wrong)),
                    f"Calls among {OF:,} sequences",
                    "sequences",
                ),
                Numbers(
                    (
                        ("AUROC", f"{auroc:.3f}", "It does not change with the slider."),
                        ("Recall", f"{100 * found:.0f} %", "Share of promoters that are called."),
                        ("Precision", f"{100 * precision(promoters):.0f} %", "Share of calls that are right."),
                    )
                ),
            ),
            (Slider(self.name, STEP, OF / 2, STEP, OF / 2),),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right at the smallest number with half of the calls right, give or take one step."""
        promoters, best = float(answer[self.name] or 0), self.best()
        here = f"{promoters:.0f} promoters: {100 * precision(promoters):.0f} % of the calls are right."
        if abs(promoters - best) <= STEP:
            return Verdict(True, here + " Below that, most calls are wrong.")
        return Verdict(False, here + (" Go lower." if promoters > best else " Go higher."))

    def best(self) -> float:
        """The smallest number of the slider at which half of the calls are right."""
        return float(next(n for n in range(STEP, OF, STEP) if precision(n) >= 0.5))

    def solution(self) -> Values:
        """That number."""
        return {self.name: self.best()}

    def mistake(self) -> Values:
        """As many promoters as others."""
        return {self.name: OF / 2}

    def facts(self) -> dict[str, str]:
        """Precisions, and the card's scores."""
        row = get_card(PROMOTERS).held_out[0]
        return {
            "best": f"{self.best():.0f}",
            "balanced": f"{100 * precision(OF / 2):.0f}",
            "rare": f"{100 * precision(10):.0f}",
            "auroc": f"{row['auroc']:.3f}",
            "auprc": f"{row['auprc']:.3f}",
            "share": f"{100 * row['positives'] / row['n']:.0f}",
        }


@cache
def relatives() -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Letters `(sequences, length)`, family and label of each: a label is thrown once for a family, by a coin.

    Nothing in the bases tells the label, so that no honest test can find anything.
    """
    rng = np.random.default_rng(5)
    parents = rng.integers(0, 4, (FAMILIES, LENGTH))
    label = rng.permutation(np.arange(FAMILIES) % 2 == 0)
    rows = np.repeat(parents, MEMBERS, axis=0)
    changed = rng.random(rows.shape) < 0.1
    rows = np.where(changed, rng.integers(0, 4, rows.shape), rows)
    family = np.repeat(np.arange(FAMILIES), MEMBERS)
    return rows, family, label[family]


@cache
def nearest_auroc(split: str) -> float:
    """AUROC of "take the label of the most alike training sequence": one half learned, the other tested, mean of `SPLITS`."""
    from genoviz.models.metrics import auroc

    rows, family, label = relatives()
    alike = (rows[:, None, :] == rows[None, :, :]).mean(2)
    rng, found = np.random.default_rng(1), []
    for _ in range(SPLITS):
        learned = rng.random(len(rows)) < 0.5 if split == AT_RANDOM else (rng.random(FAMILIES) < 0.5)[family]
        near = alike[~learned][:, learned]
        gap = np.where(label[learned], near, 0).max(1) - np.where(~label[learned], near, 0).max(1)
        found.append(auroc(gap, label[~learned]))
    return float(np.mean(found))


class Split(SetValues):
    """What a split by family shows."""

    split, learned = "Keep apart for the test", "The model learned"

    def scene(self, answer: Values | None = None) -> Scene:
        """The score with the chosen split."""
        split = str((answer or {}).get(self.split) or AT_RANDOM)
        return Scene(
            (
                Numbers(
                    (
                        ("Families", str(FAMILIES)),
                        ("Sequences in each", str(MEMBERS)),
                        ("AUROC on the test, mean of 40 splits", f"{nearest_auroc(split):.2f}"),
                    )
                ),
            ),
            (Choice(self.split, (AT_RANDOM, BY_FAMILY), AT_RANDOM), Choice(self.learned, (RULE, RELATIVES))),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right for relatives, seen with families kept apart."""
        score = nearest_auroc(str(answer[self.split]))
        if answer[self.learned] == RULE:
            return Verdict(
                False, f"AUROC {score:.2f} with {answer[self.split]} kept apart. Try the other split as well."
            )
        if answer[self.split] == AT_RANDOM:
            return Verdict(
                False, f"With this split the score is {score:.2f}: it does not show what you say. Change it."
            )
        return Verdict(True, f"With whole families kept apart the score is {score:.2f}: guessing.")

    def solution(self) -> Values:
        """The honest split."""
        return {self.split: BY_FAMILY, self.learned: RELATIVES}

    def mistake(self) -> Values:
        """The score taken as it comes."""
        return {self.split: AT_RANDOM, self.learned: RULE}

    def facts(self) -> dict[str, str]:
        """Both scores, and a real card."""
        row = get_card(PROMOTERS).held_out[0]
        return {
            "random": f"{nearest_auroc(AT_RANDOM):.2f}",
            "family": f"{nearest_auroc(BY_FAMILY):.2f}",
            "n": f"{row['n']:,}",
            "families": f"{row['families']:,}",
        }


@cache
def mean_mcc(test: str) -> float:
    """Mean MCC of the five human sets of GUE on `official` or `dev`."""
    rows = [row for row in get_card(GUE).held_out if row["track"].startswith("human")]
    official = {row["test"] for row in rows if row.get("published")}
    chosen = [row["mcc"] for row in rows if (row["test"] in official) == (test == "official")]
    return float(np.mean(chosen))


@cache
def others_mcc() -> float:
    """Mean MCC that DNABERT-2 is published with on the official test of the same sets."""
    found = [
        one["value"]
        for row in get_card(GUE).held_out
        if row["track"].startswith("human")
        for one in row.get("published", ())
        if one["source"].startswith("DNABERT-2")
    ]
    return float(np.mean(found))


class Beside(SetValues):
    """Which figures may stand beside each other."""

    name = "Published model against ours"
    options = ("ours on dev", "ours on the official test", "the mean of our two")

    def scene(self, answer: Values | None = None) -> Scene:
        """The three figures."""
        rows = (
            ("DNABERT-2, as published", "official", f"{others_mcc():.2f}"),
            ("our network", "official", f"{mean_mcc('official'):.2f}"),
            ("our network", "dev", f"{mean_mcc('dev'):.2f}"),
        )
        return Scene(
            (Table(("Model", "Test", "MCC, mean of five sets"), rows),),
            (Choice(self.name, self.options),),
        )

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right for the same test."""
        if answer[self.name] == self.options[1]:
            return Verdict(
                True, f"{others_mcc():.2f} against {mean_mcc('official'):.2f}, on the same sequences: ours is behind."
            )
        return Verdict(False, "These are other sequences, and they need not be equally hard. Look for the same test.")

    def solution(self) -> Values:
        """The same test."""
        return {self.name: self.options[1]}

    def mistake(self) -> Values:
        """More data must be better."""
        return {self.name: self.options[2]}

    def facts(self) -> dict[str, str]:
        """The figures, and what relatives in training do."""
        row = next(r for r in get_card(GUE).held_out if "unlike_training" in r)
        return {
            "official": f"{mean_mcc('official'):.2f}",
            "dev": f"{mean_mcc('dev'):.2f}",
            "others": f"{others_mcc():.2f}",
            "one": f"{row['mcc']:.2f}",
            "unlike": f"{row['unlike_training']['mcc']:.2f}",
            "unlike_n": str(row["unlike_training"]["n"]),
            "all_n": f"{row['n']:,}",
        }


EXERCISES: dict[str, type[Exercise[Any]]] = {"rare": Rare, "split": Split, "beside": Beside}
