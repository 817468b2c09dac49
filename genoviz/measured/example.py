"""An invented table of measured effects, to show the format and to try the page without data. Nothing in it was measured."""

from __future__ import annotations

import numpy as np

from genoviz.sequences.bases import BASES

NAME = "synthetic example"
ABOUT = (
    "Invented numbers, measured nowhere: a random sequence of 180 bases with three ETS sites (CCGGAAGT). Changes in the first "
    "two lower the activity, changes in the third do nothing, and each of three replicates has noise of its own."
)
_SITE = "ACCGGAAGTG"
_PLACES = (25, 80, 140)  # the last site is there and does nothing: a model that sees sites alone gets it wrong
_ACTIVE = _PLACES[:2]
_LOSS = (0.2, 0.6, 0.9, 1.4, 1.5, 1.4, 1.2, 0.6, 0.4, 0.2)  # of log2 activity, at each base of the site


def example_table(seed: int = 0) -> bytes:
    """The table as TSV: position, ref, alt, three replicates, their mean, barcodes and p-value."""
    random = np.random.default_rng(seed)
    bases = list("".join(random.choice(list(BASES), 180)))
    for place in _PLACES:
        bases[place : place + len(_SITE)] = _SITE
    lines = ["position\tref\talt\teffect\teffect_rep1\teffect_rep2\teffect_rep3\tbarcodes\tp_value"]
    for i, base in enumerate(bases):
        loss = next((_LOSS[i - place] for place in _ACTIVE if place <= i < place + len(_SITE)), 0.0)
        for new in (*(b for b in BASES if b != base), "-"):
            barcodes = int(random.integers(4, 80))
            rows = -loss * (0.7 + 0.3 * random.random()) + random.normal(0, 0.9 / np.sqrt(barcodes), 3)
            p = float(np.exp(-8 * abs(rows.mean()) * np.sqrt(barcodes) / 4))
            values = "\t".join(f"{value:.4f}" for value in (rows.mean(), *rows))
            lines.append(f"{i + 1}\t{base}\t{new}\t{values}\t{barcodes}\t{p:.3g}")
    return ("\n".join(lines) + "\n").encode()
