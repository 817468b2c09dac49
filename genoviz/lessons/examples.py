"""The examples that pages, lessons and tests share, and the shelves on which they stand.

Real pieces of genomes come first; synthetic ones, in which all that matters was written, teach and test.
"""

from __future__ import annotations

from genoviz.lessons.example import Example, Site, construct
from genoviz.lessons.real_examples import REAL
from genoviz.lessons.synthetic_examples import SYNTHETIC

__all__ = ["EXAMPLES", "SHELVES", "Example", "Site", "construct", "get_example"]

EXAMPLES = (*SYNTHETIC, *REAL)
SHELVES: dict[str, tuple[str, ...]] = {
    "Real places in real genomes": ("tert", "ldlr", "hbb", "brca1", "uatg", "myc", "reb1", "yeast", "serw"),
    "Other models, and what they do not know": ("crx", "scan", "words", "lm", "typical", "sigma70"),
    "Made up, so that the answer is known": ("ets", "nrse", "ebox", "donor", "rap1"),
}


def get_example(key: str) -> Example | None:
    """Example by key, or None."""
    return next((example for example in EXAMPLES if example.key == key), None)
