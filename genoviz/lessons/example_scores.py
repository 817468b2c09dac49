"""The scores of each example's most telling stretch, for the small logo on its card.

They were computed from the bundled models (DeepLIFT / SHAP) and are kept beside this file, because a card has to be there at once.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genoviz.lessons.example import Example
from genoviz.sequences.bases import BASES


@cache
def _all() -> dict[str, tuple[int, list[float]]]:
    found: dict[str, tuple[int, list[float]]] = json.loads(
        Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    )
    return found


def letter_heights(example: Example) -> NDArray[np.float64]:
    """Heights `(bases, 4)` of the letters of the stretch, columns A C G T: the score at the base that is there."""
    start, scores = _all()[example.key]
    heights = np.zeros((len(scores), len(BASES)))
    for i, score in enumerate(scores):
        heights[i, BASES.index(example.sequence.bases[start + i])] = score
    return heights
