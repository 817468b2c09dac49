"""Spread: a number measured on many backgrounds, its mean and the interval of the mean."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000


@dataclass(frozen=True, eq=False)
class Spread:
    """Values of one or many quantities on each background.

    The interval is the 2.5th to 97.5th percentile of the mean over `RESAMPLES` bootstrap samples of the backgrounds
    (drawn with a fixed seed). It says how well the mean is known for backgrounds of this kind, not how far single
    backgrounds differ, and not whether the model is right.

    Attributes
    ----------
    values
        `(backgrounds, ...)`, float64; nan where a quantity was left out on all backgrounds.
    """

    values: NDArray[np.float64]

    @property
    def mean(self) -> NDArray[np.float64]:
        """`(...)`: mean over backgrounds."""
        return np.asarray(self.values.mean(0))

    @cached_property
    def interval(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower and upper end of the 95 % interval of the mean, `(...)` each."""
        n, shape = self.values.shape[0], self.values.shape[1:]
        drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=RESAMPLES) / n
        flat = self.values.reshape(n, -1)
        kept = np.isfinite(flat).all(0)
        ends = np.full((2, flat.shape[1]), np.nan)
        if kept.any():
            ends[:, kept] = np.percentile(drawn @ flat[:, kept], (2.5, 97.5), axis=0)
        return ends[0].reshape(shape), ends[1].reshape(shape)

    def __getitem__(self, index: object) -> Spread:
        """The same backgrounds, some of the quantities."""
        return Spread(self.values[(slice(None), *index)] if isinstance(index, tuple) else self.values[:, index])  # type: ignore[index]

    def words(self, unit: str) -> str:
        """`+0.42 logit (95 % interval +0.2 to +0.6)`, for a single quantity."""
        low, high = (float(end) for end in self.interval)
        return f"{float(self.mean):+.2g} {unit} (95 % interval {low:+.2g} to {high:+.2g})"
