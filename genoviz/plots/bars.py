"""Bars over the tracks of an output, as numbers: who draws them writes text and colours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes
    ----------
    name, value, label
        Track, its value, and the value as it is written.
    start, width
        In per cent of the room: from zero, negative values to the left.
    """

    name: str
    value: float
    label: str
    start: float
    width: float


def track_bars(names: tuple[str, ...], values: list[float], labels: list[str], *, unit: str) -> list[Bar]:
    """Horizontal bars, largest on top.

    They begin at zero and end at 1 for probabilities, else at the largest absolute value; negative values point left, and
    zero is then in the middle.
    """
    reach = 1.0 if unit == "probability" else max(map(abs, values), default=0.0) or 1.0
    signed = min(values, default=0.0) < 0
    bars = []
    for i in sorted(range(len(names)), key=lambda i: -values[i]):
        width = 100 * min(1.0, abs(values[i]) / reach) / (2 if signed else 1)
        start = 0.0 if not signed else 50 - width if values[i] < 0 else 50.0
        bars.append(Bar(names[i], values[i], labels[i], start, width))
    return bars
