"""Lesson 3: depth, pooling and the receptive field, with networks that are trained while one waits."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any, ClassVar

import numpy as np

from genoviz.learn.exercise import Exercise, SetValues, Train, Values, Verdict, Watch
from genoviz.learn.scene import Chart, Choice, Logos, Numbers, Part, Scene, Slider, Words
from genoviz.learn.tiny import (
    GAP,
    OTHER,
    OTHER_GAPS,
    STEPS,
    WORD,
    TinyConfig,
    Trained,
    already,
    receptive_field,
    train,
    weights_of,
)

LAYERS, WIDTHS, POOLS, FILTERS = (1, 2, 3), tuple(range(3, 10)), (1, 2, 3), 16
NEEDED = len(WORD) + GAP + len(OTHER)
MOST_WEIGHTS = 2000
GOOD, BY_HEART, FAILS = 0.95, 0.99, 0.8
COUNT = 1000
COUNTS = (25, 50, 100, 200, 400, 700, 1000)
_LAYERS, _WIDTH, _POOL, _COUNT = "Layers", "Filter width", "Pooling", "Sequences to learn from"


@cache
def _field(config: TinyConfig) -> int:
    return receptive_field(config)


def _sizes(answer: Values | None) -> TinyConfig:
    given = answer or {}
    layers, width, pool = (int(given.get(name) or first) for name, first in ((_LAYERS, 1), (_WIDTH, 3), (_POOL, 1)))
    return TinyConfig(layers, width, FILTERS, pool)


def _sliders() -> tuple[Slider, ...]:
    return (
        Slider(_LAYERS, LAYERS[0], LAYERS[-1], 1, 1),
        Slider(_WIDTH, WIDTHS[0], WIDTHS[-1], 1, 3, "bases, or places of the layer below"),
        Slider(_POOL, POOLS[0], POOLS[-1], 1, 1, "places that become one, between two layers"),
    )


class Reach(SetValues):
    """Sizes with which one unit sees both words, for few weights."""

    def scene(self, answer: Values | None = None) -> Scene:
        """The receptive field and the price."""
        config = _sizes(answer)
        rows = (("Receptive field", f"{_field(config)} bases"), ("Weights", f"{weights_of(config):,}"))
        return Scene((Numbers(rows),), _sliders())

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if the field is wide enough and the weights are few enough."""
        config = _sizes(answer)
        field, weights = _field(config), weights_of(config)
        if field < NEEDED:
            return Verdict(False, f"One unit sees {field} bases; both words with what is between them are {NEEDED}.")
        if weights > MOST_WEIGHTS:
            return Verdict(False, f"It sees {field} bases, but has {weights:,} weights.")
        return Verdict(True, f"One unit sees {field} bases with {weights:,} weights.")

    def solution(self) -> Values:
        """The fewest weights of all sizes that reach as far."""
        fits = [
            c
            for c in (TinyConfig(n, w, FILTERS, p) for n, w, p in product(LAYERS, WIDTHS, POOLS))
            if _field(c) >= NEEDED
        ]
        best = min(fits, key=lambda c: (weights_of(c), c.layers, c.width))
        return {_LAYERS: best.layers, _WIDTH: best.width, _POOL: best.pool}

    def mistake(self) -> Values:
        """One wide layer."""
        return {_LAYERS: 1, _WIDTH: WIDTHS[-1], _POOL: 1}

    def facts(self) -> dict[str, str]:
        """The goal, and the best that can be had."""
        best, plain = _sizes(self.solution()), TinyConfig(3, 9, FILTERS, 1)
        return {
            "needed": str(NEEDED),
            "most": f"{MOST_WEIGHTS:,}",
            "word": WORD,
            "other": OTHER,
            "gap": str(GAP),
            "best": f"{best.layers} layers of width {best.width} with pooling {best.pool}",
            "best_weights": f"{weights_of(best):,}",
            "plain": str(_field(plain)),
            "plain_weights": f"{weights_of(plain):,}",
        }


def _curves(done: Trained) -> tuple[Part, ...]:
    scores = {"sequences it learns from": done.training, "new sequences": done.validation}
    return (
        Chart(scores, done.steps, f"steps of {STEPS}", "AUROC", "How well it tells the two kinds apart"),
        Chart({"loss": done.loss}, done.steps, "steps", "loss", "What the training makes smaller"),
    )


class OneLayer(Train):
    """A filter that is wide enough for the word."""

    def scene(self, answer: Values | None = None) -> Scene:
        """Curves once it was trained, and its most useful filters."""
        done = already("one", self._config(answer), COUNT)
        parts: tuple[Part, ...] = ()
        if done:
            parts = (*_curves(done), Words("Its four strongest filters, as weights:"), _filters(done))
        return Scene(parts, (Slider(_WIDTH, WIDTHS[0], WIDTHS[-1], 1, 3, "bases"),))

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if new sequences are told apart."""
        config = self._config(answer)
        reached = train("one", config, COUNT, watch).validation[-1]
        if reached >= GOOD:
            return Verdict(True, f"Filters of {config.width} bases: AUROC {reached:.3f} on new sequences.")
        return Verdict(
            False, f"Filters of {config.width} bases: AUROC {reached:.3f} on new sequences. 0.5 is guessing."
        )

    def solution(self) -> Values:
        """As wide as the word."""
        return {_WIDTH: len(WORD)}

    def mistake(self) -> Values:
        """Half as wide."""
        return {_WIDTH: len(WORD) // 2}

    def facts(self) -> dict[str, str]:
        """The word and the goal."""
        return {"word": WORD, "good": f"{GOOD:g}", "count": f"{COUNT:,}"}

    def _config(self, answer: Values | None) -> TinyConfig:
        return TinyConfig(1, int((answer or {}).get(_WIDTH) or 3), 8, 1)


def _filters(done: Trained) -> Logos:
    """The filters that the last unit weighs most, each centred at every place."""
    weight = next(done.net.blocks.parameters()).detach().double().numpy()
    use = done.net.out.weight.detach().double().numpy()[0]
    rows = []
    for number in np.argsort(-np.abs(use))[:4].tolist():
        columns = (weight[number] - weight[number].mean(0)).T
        rows.append((f"Filter {number + 1}, counts {use[number]:+.1f}", columns))
    return Logos(tuple(rows))


class TwoWords(Train):
    """A network that measures a distance."""

    def scene(self, answer: Values | None = None) -> Scene:
        """Receptive field, and curves once it was trained."""
        config = _sizes(answer)
        done = already("two", config, COUNT)
        numbers = Numbers((("Receptive field", f"{_field(config)} bases"), ("Weights", f"{weights_of(config):,}")))
        return Scene((numbers, *(_curves(done) if done else ())), _sliders())

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if new sequences are told apart."""
        config = _sizes(answer)
        reached = train("two", config, COUNT, watch).validation[-1]
        words = f"A receptive field of {_field(config)} bases: AUROC {reached:.3f} on new sequences."
        return Verdict(reached >= GOOD, words)

    def solution(self) -> Values:
        """Two layers that reach over both words."""
        return {_LAYERS: 2, _WIDTH: 6, _POOL: 3}

    def mistake(self) -> Values:
        """One layer, as wide as it goes."""
        return {_LAYERS: 1, _WIDTH: WIDTHS[-1], _POOL: 1}

    def facts(self) -> dict[str, str]:
        """Words and distances."""
        return {
            "word": WORD,
            "other": OTHER,
            "gap": str(GAP),
            "gaps": ", ".join(map(str, OTHER_GAPS[:-1])) + f" or {OTHER_GAPS[-1]}",
            "needed": str(NEEDED),
            "good": f"{GOOD:g}",
        }


class ByHeart(Train):
    """Too few sequences."""

    config: ClassVar[TinyConfig] = TinyConfig(2, 6, FILTERS, 3)

    def scene(self, answer: Values | None = None) -> Scene:
        """Curves once it was trained."""
        done = already("two", self.config, self._count(answer))
        choice = Choice(_COUNT, tuple(f"{n:,}" for n in COUNTS), f"{COUNTS[-1]:,}")
        return Scene(_curves(done) if done else (), (choice,))

    def grade(self, answer: Values, watch: Watch | None = None) -> Verdict:
        """Right if it knows its own sequences and fails on new ones."""
        done = train("two", self.config, self._count(answer), watch)
        known, new = done.training[-1], done.validation[-1]
        words = f"AUROC {known:.3f} on the sequences it learned from, {new:.3f} on new ones."
        return Verdict(known > BY_HEART and new < FAILS, words)

    def solution(self) -> Values:
        """Few."""
        return {_COUNT: f"{COUNTS[0]:,}"}

    def mistake(self) -> Values:
        """Enough."""
        return {_COUNT: f"{COUNTS[-1]:,}"}

    def facts(self) -> dict[str, str]:
        """The goal."""
        return {"by_heart": f"{BY_HEART:g}", "fails": f"{FAILS:g}", "weights": f"{weights_of(self.config):,}"}

    def _count(self, answer: Values | None) -> int:
        return int(str((answer or {}).get(_COUNT) or COUNTS[-1]).replace(",", ""))


EXERCISES: dict[str, type[Exercise[Any]]] = {
    "reach": Reach,
    "one_layer": OneLayer,
    "two_words": TwoWords,
    "by_heart": ByHeart,
}
