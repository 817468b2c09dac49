"""Numbers of a result as a receipt holds them: a checksum of all, and the numbers themselves or every so many of them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from genoviz.errors import BadReceipt
from genoviz.files.tsv import finite

MOST = 5000  # numbers kept of one array; of a larger one every so many
_BLOCK = 1 << 20  # numbers looked at together: predictions can have a hundred million
LEAST = 2.0**-52  # the smallest difference that is told


@dataclass(frozen=True)
class Numbers:
    """An array of a result.

    Attributes
    ----------
    shape, unit
        Of the whole array.
    sha256
        Checksum of all its numbers, as little-endian float64.
    step
        Every how many numbers, row after row, one is kept.
    values
        Those that are kept; None where there is no finite number.
    size
        What a difference is held against: the largest of |all numbers|, or what the result named.
    """

    shape: tuple[int, ...]
    unit: str
    sha256: str
    step: int
    values: tuple[float | None, ...]
    size: float

    @classmethod
    def of(cls, values: npt.ArrayLike, unit: str = "", *, size: float = 0.0) -> Numbers:
        """The record of an array of any shape; `size` is the least that differences are held against."""
        array = np.asarray(values)
        flat = array.ravel()
        step = max(1, math.ceil(flat.size / MOST))
        digest, largest = hashlib.sha256(), abs(size)
        for start in range(0, flat.size, _BLOCK):
            part = _plain(flat[start : start + _BLOCK])
            digest.update(np.ascontiguousarray(part, dtype="<f8").tobytes())
            largest = max(largest, float(np.abs(part[np.isfinite(part)]).max(initial=0.0)))
        kept = tuple(finite(v) for v in _plain(flat[::step]).tolist())
        return cls(tuple(array.shape), unit, digest.hexdigest(), step, kept, largest)

    @property
    def count(self) -> int:
        """How many numbers the whole array has."""
        return math.prod(self.shape)

    @property
    def record(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "shape": list(self.shape),
            "unit": self.unit,
            "sha256": self.sha256,
            "step": self.step,
            "values": list(self.values),
            "size": self.size,
        }

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Numbers:
        """From `record`; BadReceipt where it is none."""
        shape, values, step = record["shape"], record["values"], record["step"]
        whole = [*shape, step]
        if not all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 2**40 for n in whole) or step < 1:
            raise _no_numbers()
        if not all(v is None or (isinstance(v, (int, float)) and math.isfinite(v)) for v in [*values, record["size"]]):
            raise _no_numbers()
        if not str(record["unit"]).isprintable():
            raise _no_numbers()
        if len(values) != math.ceil(math.prod(shape) / step):
            raise _no_numbers()
        kept = tuple(None if v is None else float(v) for v in values)
        return cls(tuple(shape), str(record["unit"]), str(record["sha256"]), step, kept, float(record["size"] or 0.0))

    def gap(self, other: Numbers) -> float:
        """Largest difference of the numbers that both keep, as a share of the larger `size`.

        0 where all numbers are equal, infinite where the shapes differ or one has a number and the other has none. Where
        those that are kept are equal and others are not, it is `LEAST`: they differ, and nobody knows by how much.
        """
        if self.sha256 == other.sha256 and self.shape == other.shape:
            return 0.0
        if self.shape != other.shape or self.step != other.step:
            return math.inf
        gaps = []
        for one, two in zip(self.values, other.values, strict=True):
            if (one is None) != (two is None):
                return math.inf
            if one is not None and two is not None:
                gaps.append(abs(one - two))
        size = max(self.size, other.size)
        return max(max(gaps, default=0.0) / size if size else 0.0, LEAST)


def _plain(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """As float64 with one kind of nan for all that is not finite, and no -0."""
    array = values.astype(np.float64)
    return np.where(np.isfinite(array), array, np.nan) + 0.0


def _no_numbers() -> BadReceipt:
    return BadReceipt(
        "The numbers in the receipt don't fit together.",
        "A receipt holds arrays with their shape.",
        "Use the file as genoviz wrote it.",
    )
