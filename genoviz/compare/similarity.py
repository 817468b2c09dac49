"""How alike two rows of scores are, and which bases several rows hold to be the strongest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DECILE = 10  # one base in so many is among the strongest

Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Similarity:
    """Three numbers on two rows of scores, over the bases that both score.

    Attributes
    ----------
    pearson
        Correlation of the scores; nan where a row is the same everywhere.
    sign
        Share of the bases in either top decile at which both scores have the same sign; a score of 0 has none. nan where
        there is no such base.
    overlap
        Share of the top decile of one row that is in that of the other: about 0.1 for unrelated rows, 1 for equal ones. nan
        where a row has no score but 0.
    bases
        Bases that both score.
    """

    pearson: float
    sign: float
    overlap: float
    bases: int

    @property
    def sentence(self) -> str:
        """The three numbers in words."""
        if not self.bases:
            return "There is no base that both score."
        return (
            f"Correlation {_words(self.pearson, '.2f')}; the strongest tenth of the bases is the same for "
            f"{_words(100 * self.overlap, '.0f')} % and has the same sign for {_words(100 * self.sign, '.0f')} %."
        )


def similarity(a: Scores, b: Scores) -> Similarity:
    """Compare two rows of scores `(length,)`; nan marks bases without a score.

    Examples
    --------
    >>> row = np.array([3, -1, 0, 0, 0, 0, 0, 0, 0, 0], dtype=np.float32)
    >>> similarity(row, -2 * row)
    Similarity(pearson=-1.0, sign=0.0, overlap=1.0, bases=10)
    """
    both = np.isfinite(a) & np.isfinite(b)
    x, y = a[both].astype(np.float64), b[both].astype(np.float64)
    one, other = top_decile(a[both]), top_decile(b[both])
    either = one | other
    most = max(one.sum(), other.sum())
    empty = not one.any() or not other.any()
    return Similarity(
        pearson(x, y),
        float((np.sign(x) * np.sign(y) > 0)[either].mean()) if either.any() else float("nan"),
        float("nan") if empty else float((one & other).sum() / most),
        int(both.sum()),
    )


def pearson(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Pearson's correlation; nan for rows that do not vary."""
    if len(x) < 2:
        return float("nan")
    x, y = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return float(np.clip(x @ y / scale, -1, 1)) if scale > 0 else float("nan")


def top_decile(row: Scores) -> Mask:
    """`(length,)`: the tenth of the scored bases with the largest |score|, at least one; never one whose score is 0.

    Of equal scores the first along the sequence are taken.
    """
    size = np.abs(np.nan_to_num(row))
    wanted = max(1, round(int(np.isfinite(row).sum()) / DECILE))
    mask = np.zeros(len(row), dtype=bool)
    mask[np.argsort(-size, kind="stable")[:wanted]] = True
    return np.asarray(mask & (size > 0))


def votes(rows: NDArray[np.float32]) -> NDArray[np.int64]:
    """`(length,)`: in how many of `rows` `(n, length)` a base is in the top decile."""
    return np.asarray(np.stack([top_decile(row) for row in rows]).sum(0), dtype=np.int64)


def scaled(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows `(..., length)` divided by their largest |score|, so that rows of several units can share an axis."""
    largest = np.abs(np.nan_to_num(rows)).max(-1, keepdims=True)
    return np.asarray(rows / np.where(largest > 0, largest, 1), dtype=np.float32)


def _words(value: float, form: str) -> str:
    return "unknown" if value != value else format(value, form)
