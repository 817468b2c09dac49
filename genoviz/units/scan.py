"""The drives of all units along many records, in short: their mean and spread, and the best place of each record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.models.answers import check_finite
from genoviz.units.layers import UnitModel

_BATCH = 32


@dataclass(frozen=True, eq=False)
class Scan:
    """Drives in short.

    Attributes
    ----------
    mean, spread
        `(units,)`: over all places of all records; the spread is a standard deviation.
    best, place
        `(records, units)`: the largest drive in a record, and its place (of `strands * places`).
    on
        `(units,)`: share of the places where the drive is above 0, so that a ReLU lets it through.
    """

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    best: NDArray[np.float32]
    place: NDArray[np.int64]
    on: NDArray[np.float64]

    def selectivity(self, top: int) -> NDArray[np.float64]:
        """`(units,)`: by how many spreads the `top` best records lie above the mean, on average; 0 for a constant unit."""
        highest = np.sort(self.best, axis=0)[::-1][:top].mean(0, dtype=np.float64)
        return np.divide(highest - self.mean, self.spread, out=np.zeros_like(self.mean), where=self.spread > 0)


def scan(
    model: UnitModel, X: Tensor, places: NDArray[np.bool_], progress: Callable[[float], None] | None = None
) -> Scan:
    """Run records `(n, 4, length)` through a layer, and look at some of its places `(strands * places,)`.

    Raises
    ------
    NotFinite
        If a drive is nan or infinite.
    """
    nothing = np.zeros(model.layer.units)
    first, second, on = nothing, nothing, nothing
    best: list[NDArray[np.float32]] = []
    place: list[NDArray[np.int64]] = []
    among = np.flatnonzero(places)
    for i, part in enumerate(X.split(_BATCH)):
        drives = model.drives(part)[:, :, among]
        check_finite(model.card, torch.from_numpy(drives), part)
        first = first + drives.sum((0, 2), dtype=np.float64)
        second = second + np.square(drives, dtype=np.float64).sum((0, 2))
        on = on + (drives > 0).sum((0, 2))
        best.append(drives.max(2))
        place.append(among[drives.argmax(2)])
        if progress:
            progress(min(1.0, (i + 1) * _BATCH / len(X)))
    count = len(X) * len(among)
    mean = first / count
    spread = np.sqrt(np.clip(second / count - mean**2, 0, None))
    spread[spread < 1e-6 * np.abs(mean)] = 0  # rounding
    return Scan(mean, spread, np.concatenate(best), np.concatenate(place), on / count)
