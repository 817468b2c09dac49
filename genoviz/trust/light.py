"""One check of an explanation: its figure, the threshold it is held against, the light, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GREEN, AMBER, RED = "green", "amber", "red"
NEVER_RED = -1.0  # the lowest likeness there is


@dataclass(frozen=True)
class Threshold:
    """Where a figure turns from green to amber, and from amber to red.

    Attributes
    ----------
    green, amber
        A figure as good as `green` is green, one as good as `amber` is amber, any other is red.
    small_is_good
        True where a figure is good below the threshold, otherwise at or above it.
    """

    green: float
    amber: float
    small_is_good: bool = False

    def colour(self, figure: float) -> str:
        """`green`, `amber` or `red`."""
        if self.small_is_good:
            return GREEN if figure < self.green else AMBER if figure < self.amber else RED
        return GREEN if figure >= self.green else AMBER if figure >= self.amber else RED

    @property
    def words(self) -> str:
        """`green from 0.9, amber from 0.7, red below`."""
        if self.small_is_good:
            return f"green below {self.green:g}, amber below {self.amber:g}, else red"
        if self.amber <= NEVER_RED:
            return f"green from {self.green:g}, else amber"
        return f"green from {self.green:g}, amber from {self.amber:g}, red below"


@dataclass(frozen=True)
class Light:
    """The result of one check of one explanation.

    Attributes
    ----------
    check, title
        Name in commands and files, name on pages.
    figure
        What was measured; None where the check says nothing about this explanation.
    threshold
        What the figure is held against.
    sentence
        What was found, in words.
    advice
        What to do about it; empty where nothing is to be done.
    rows
        What the figure was made from, a row each.
    """

    check: str
    title: str
    figure: float | None
    threshold: Threshold
    sentence: str
    advice: str = ""
    rows: tuple[Mapping[str, object], ...] = ()

    @property
    def colour(self) -> str | None:
        """`green`, `amber` or `red`; None where there is no figure."""
        return None if self.figure is None else self.threshold.colour(self.figure)
