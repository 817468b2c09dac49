"""How surprising a motif match is: p-values from the exact distribution of scores over random words.

Log-odds are rounded to `STEP` bits, in the scan as in the distribution. The chance of each sum then follows position by
position (Staden 1989, Comput Appl Biosci 5:89): nothing is sampled and nothing is approximated.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from genoviz.motifs.motif import UNIFORM, Motif
from genoviz.sequences.bases import BASES

STEP = 1 / 64  # bits
KEPT = 512  # distributions kept, about 0.1 MB each


@dataclass(frozen=True, eq=False)
class MotifScan:
    """A motif on one strand, ready to scan; see `motif_scan`.

    Attributes
    ----------
    steps
        Log-odds `(length, 4)` in steps of `STEP` bits.
    tail
        `tail[i]` is the probability that a random word scores at least `i` steps more than the worst word.
    """

    steps: NDArray[np.int64]
    tail: NDArray[np.float64]

    def scores(self, bases: str) -> NDArray[np.int64]:
        """Score in steps of the motif starting at each base `(bases - length + 1,)`; empty if it does not fit.

        A letter other than A, C, G, T scores the mean over these, rounded down.
        """
        table = np.hstack([self.steps, np.floor(self.steps.mean(1, keepdims=True)).astype(np.int64)])
        codes = np.full(256, len(BASES))
        codes[[ord(base) for base in BASES]] = range(len(BASES))
        letters = codes[np.frombuffer(bases.encode("ascii"), dtype=np.uint8)]
        width = len(self.steps)
        n = max(0, len(bases) - width + 1)
        return np.asarray(sum(table[j, letters[j : j + n]] for j in range(width)), dtype=np.int64)

    def p_value(self, score: int) -> float:
        """Probability that a word of random bases scores at least `score` steps."""
        place = score - int(self.steps.min(1).sum())
        return 0.0 if place >= len(self.tail) else float(self.tail[max(0, place)])


def motif_scan(motif: Motif, background: Seq[float] = UNIFORM) -> MotifScan:
    """A motif's rounded log-odds, and how they are distributed over words drawn from `background` (A, C, G, T).

    Raises
    ------
    BadMotif
        If the background is not four positive numbers that sum to 1.
    """
    return _motif_scan(motif, tuple(float(p) for p in background))


@lru_cache(maxsize=KEPT)
def _motif_scan(motif: Motif, background: tuple[float, ...]) -> MotifScan:
    steps = np.rint(motif.log_odds(background) / STEP).astype(np.int64)
    chance = np.ones(1)
    for row in steps - steps.min(1, keepdims=True):
        longer = np.zeros(len(chance) + int(row.max()))
        for p, gain in zip(background, row.tolist(), strict=True):
            longer[gain : gain + len(chance)] += p / sum(background) * chance
        chance = longer
    return MotifScan(steps, np.minimum(1.0, chance[::-1].cumsum()[::-1]))
