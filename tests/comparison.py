"""Numbers of float32 networks are equal within a share of the largest: another processor adds up in another order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class close:
    """What is found must have this shape and these numbers: `assert found == close(expected)`.

    Parameters
    ----------
    expected
        A number, or numbers in any nesting; tensors too. NaN is equal to NaN alone.
    rel
        Share of the largest magnitude that every single number may be off. A hundred roundings of float32 by default.
    beside
        Other numbers that the expected ones were computed from. A small difference of two large predictions is as exact as
        those, not as itself: `close(after - before, beside=before)`.
    """

    __array_ufunc__ = None  # numpy leaves `==` to this class
    __hash__ = None

    def __init__(self, expected: Any, rel: float = 1e-5, *, beside: Any = ()) -> None:
        self.expected = _numbers(expected)
        known = np.abs(np.concatenate([self.expected.ravel(), _numbers(beside).ravel()]))
        self.within = rel * float(np.max(known, initial=0, where=np.isfinite(known)))
        self.found: NDArray[np.float64] | None = None

    def __eq__(self, found: object) -> bool:
        self.found = _numbers(found)
        if self.found.shape != self.expected.shape:
            return False
        return np.allclose(self.found, self.expected, rtol=0, atol=self.within, equal_nan=True)

    def __repr__(self) -> str:
        said = f"{self.expected} within {self.within:.3g}"
        if self.found is None or self.found.shape == self.expected.shape == ():
            return said
        if self.found.shape != self.expected.shape:
            return f"{said}; the shapes are {self.found.shape} and {self.expected.shape}"
        off = np.where(np.isnan(self.found) & np.isnan(self.expected), 0, np.abs(self.found - self.expected))
        at = np.unravel_index(int(np.argmax(off)), off.shape)  # the first NaN, if there is one
        return f"{said}; off by {off[at]:.3g} at {tuple(map(int, at))}"


def _numbers(values: Any) -> NDArray[np.float64]:
    if hasattr(values, "detach"):
        values = values.detach().numpy()
    return np.asarray(values, dtype=np.float64)
