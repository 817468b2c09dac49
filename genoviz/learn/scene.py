"""What an exercise shows, without knowing how a page draws it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genoviz.sequences.sequence import Sequence


@dataclass(frozen=True, eq=False)
class Layer:
    """A track under the letters of a `Picture`.

    Attributes
    ----------
    kind
        `logo` (letters as high as their scores), `heat` (a mutation map), `line` (a curve) or `spans` (named stretches).
    values
        `(length,)` or `(4, length)` as the kind has it; None for spans.
    title, unit
        For the line above it.
    items
        Of spans: dicts with `start`, `end` (0-based, half-open), and optionally `label` and `strand`.
    options
        More that the kind takes, such as `limits`.
    """

    kind: str
    values: NDArray[np.float32] | None
    title: str
    unit: str = ""
    items: tuple[dict[str, Any], ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def logo(cls, values: ArrayLike, title: str, unit: str = "", **options: Any) -> Layer:
        """Letters as high as their scores `(length,)`, or all four `(4, length)` stacked."""
        return cls("logo", np.asarray(values, dtype=np.float32), title, unit, options=options)

    @classmethod
    def heat(cls, values: ArrayLike, title: str, unit: str = "", **options: Any) -> Layer:
        """A mutation map `(4, length)`, rows A C G T."""
        return cls("heat", np.asarray(values, dtype=np.float32), title, unit, options=options)

    @classmethod
    def line(cls, values: ArrayLike, title: str, unit: str = "", **options: Any) -> Layer:
        """A curve with one value for each base `(length,)`; nan where there is none."""
        return cls("line", np.asarray(values, dtype=np.float32), title, unit, options=options)

    @classmethod
    def spans(cls, items: Iterable[dict[str, Any]], title: str) -> Layer:
        """Named stretches."""
        return cls("spans", None, title, items=tuple(items))


@dataclass(frozen=True, eq=False)
class Picture:
    """A sequence with layers, drawn by the viewer.

    Attributes
    ----------
    sequence
        What is shown now; in an exercise that edits, the edited one.
    layers
        From top to bottom.
    summary
        A sentence that says what is seen.
    window
        Bases shown at first (0-based, half-open).
    minus
        Begin on the other strand.
    """

    sequence: Sequence
    layers: tuple[Layer, ...] = ()
    summary: str = ""
    window: tuple[int, int] | None = None
    minus: bool = False


@dataclass(frozen=True)
class Numbers:
    """A few numbers with their names; a third text is said on hover."""

    rows: tuple[tuple[str, str] | tuple[str, str, str], ...]


@dataclass(frozen=True)
class Words:
    """A line or two of Markdown."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows under their columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Chart:
    """Curves over one axis.

    Attributes
    ----------
    lines
        Heights of each curve by its name, as many as `x`.
    x
        Where they are.
    x_title, y_title, title
        Words on the axes and above.
    points
        Draw dots without lines.
    """

    lines: Mapping[str, ArrayLike]
    x: ArrayLike
    x_title: str
    y_title: str
    title: str = ""
    points: bool = False


@dataclass(frozen=True)
class Bars:
    """Bars with their names; those in `marked` stand out."""

    names: tuple[str, ...]
    values: tuple[float, ...]
    title: str
    unit: str = ""
    marked: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Logos:
    """Small logos with their names: heights `(length, 4)`, columns A C G T; `note` stands below each where given."""

    rows: tuple[tuple[str, NDArray[np.float64]], ...]
    limit: float | None = None
    notes: tuple[str, ...] = ()


Part = Picture | Numbers | Words | Table | Chart | Bars | Logos


@dataclass(frozen=True)
class Slider:
    """A number to choose; it begins at `start`."""

    name: str
    low: float
    high: float
    step: float
    start: float
    unit: str = ""
    help: str = ""


@dataclass(frozen=True)
class Choice:
    """One of several words to choose; it begins at `start`, or at none."""

    name: str
    options: tuple[str, ...]
    start: str | None = None
    help: str = ""


@dataclass(frozen=True)
class Scene:
    """What is drawn, from top to bottom, and what can be chosen."""

    parts: tuple[Part, ...]
    controls: tuple[Slider | Choice, ...] = ()

    @property
    def picture(self) -> Picture | None:
        """The first picture."""
        return next((part for part in self.parts if isinstance(part, Picture)), None)
