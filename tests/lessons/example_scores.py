"""The scores behind the small logos of the examples: `python -m tests.lessons.example_scores` computes them anew."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from genoviz.attribute.attribution import attribute
from genoviz.lessons import example_scores
from genoviz.lessons.example import Example
from genoviz.lessons.examples import EXAMPLES
from genoviz.models.load import load_model
from genoviz.models.target import Target

FILE = Path(example_scores.__file__).with_suffix(".json")
BASES = 40  # as many letters as can be told apart on a card


def scores_of(example: Example) -> tuple[int, list[float]]:
    """The stretch of `BASES` bases with the highest score in sum: its first base (0-based) and scores of three digits."""
    model = load_model(example.model)
    output = next(o for o in model.card.outputs if example.track in o.tracks)
    scores = attribute(model, example.sequence, Target(output.name, (example.track,))).per_base
    width = min(BASES, len(scores))
    block = np.convolve(scores, np.ones(8), "valid")  # the strongest block stands in the middle
    start = int(np.clip(int(block.argmax()) + 4 - width // 2, 0, len(scores) - width))
    return start, [float(f"{score:.3g}") for score in scores[start : start + width]]


def text() -> str:
    """The file: a row per example."""
    rows = {example.key: scores_of(example) for example in EXAMPLES}
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(row)}" for key, row in rows.items()) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
