"""What the viewer draws: tracks made from arrays and dicts, ready to be sent to the browser."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from genoviz.errors import BadInput

HEAT_ROWS = ("A", "C", "G", "T")
SPAN_STYLES = ("box", "exon", "utr", "intron", "tss")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_MAX_LANES = 6


@dataclass(frozen=True)
class Track:
    """One track of the viewer; made by `logo`, `heat`, `line` or `spans`.

    Parameters
    ----------
    kind
        `"logo"`, `"heat"`, `"line"` or `"spans"`.
    length
        Bases it covers, or None when it fits any sequence.
    payload
        What goes to the browser.
    """

    kind: str
    length: int | None
    payload: dict[str, Any] = field(repr=False)


def logo(
    values: npt.ArrayLike,
    title: str = "Attribution",
    unit: str = "",
    *,
    height: int = 130,
    limits: tuple[float, float] | None = None,
    strongest: bool = False,
    band: float | None = None,
    agreed: npt.ArrayLike | None = None,
    ghost: npt.ArrayLike | None = None,
) -> Track:
    """Letters as high as their scores, negative ones below the axis.

    Parameters
    ----------
    values
        `(length,)`: one score for each base of the sequence (actual). `(4, length)` in the order A, C, G, T: the
        scores that each base would have (hypothetical), stacked. nan is drawn hatched: not computed.
    title, unit
        For the line above the track; the unit also goes into the tooltip.
    height
        Pixels.
    limits
        Fixed lowest and highest score drawn; otherwise the height follows the window or the whole track.
    strongest
        For `(4, length)`: the number of a column, and its bar where letters are too small, are those of the base that
        scores most, and not of the base that is there.
    band
        Smaller scores are faded: those of shuffled sequences reach as much.
    agreed
        `(length,)`: share of the networks of an ensemble that agree on the sign of each score. Below 1 it is faded.
    ghost
        Scores of the original, of the shape of `values`, each over the base that it belongs to (nan for inserted ones).
        They set the scale, and a person can have them drawn as an outline, or taken off.
    """
    array = _floats(values, title)
    if array.ndim not in (1, 2) or (array.ndim == 2 and array.shape[0] != 4):
        raise _bad_shape(title, array, "(length,) or (4, length)")
    before = None if ghost is None else _floats(ghost, title)
    if before is not None and before.shape != array.shape:
        raise _bad_shape(f"{title}, original", before, f"{array.shape}, as now")
    return _track(
        "logo",
        array,
        title,
        unit,
        height,
        limits=_pair(limits),
        strongest=strongest or None,
        band=_band(band, title),
        agreed=None if agreed is None else encode(_floats(agreed, title)),
        ghost=None if before is None else encode(before),
    )


def heat(
    values: npt.ArrayLike,
    title: str = "Mutation map",
    unit: str = "",
    *,
    rows: tuple[str, ...] = HEAT_ROWS,
    limit: float | None = None,
    height: int | None = None,
    band: tuple[float, float] | None = None,
    reach: float | None = None,
    notes: Mapping[tuple[int, int], str] | None = None,
    marked: Collection[tuple[int, int]] | None = None,
    quiet: Collection[tuple[int, int]] = (),
) -> Track:
    """A mutation map: what changing each base does, blue for lower and red for higher, white for no change.

    Parameters
    ----------
    values
        `(len(rows), length)`; nan is drawn hatched: not computed. The reference base's cell is grey whatever its value.
    rows
        `A`, `C`, `G`, `T`, and after them `del` (1-base deletion) and `ins` (1-base insertion) where computed.
    limit
        Value of the full colours, the same on both sides of zero; the largest change when None.
    height
        Pixels; 18 for each row when None.
    notes
        What there is to say of cells, by row and column: for the tooltip, and a corner in the cell.
    marked
        Cells with a note that are looked for: they are framed and all others faded. None where none are looked for.
    quiet
        Cells whose note stands in the tooltip alone.
    band
        Smaller changes are faded, those that lower by the first number, those that raise by the second: shuffled
        sequences reach as much.
    reach
        Largest change of the original: the value of the full colours until a person fits them to this map.
    """
    array = _floats(values, title)
    if tuple(rows[:4]) != HEAT_ROWS or not set(rows[4:]) <= {"del", "ins"} or len(set(rows)) != len(rows):
        raise BadInput(
            f"The rows of `{title}` are {', '.join(rows)}.", "Rows are A, C, G, T, then del and ins where computed."
        )
    if array.ndim != 2 or array.shape[0] != len(rows):
        raise _bad_shape(title, array, f"({len(rows)}, length)")
    if limit is not None and not (np.isfinite(limit) and limit > 0):
        raise BadInput(
            f"The limit of `{title}` is {limit}.",
            "A limit is a number above 0.",
            "Leave it out to use the largest change.",
        )
    said = _notes(notes or {}, marked, quiet, array.shape, title)
    return _track(
        "heat",
        array,
        title,
        unit,
        height or 18 * len(rows),
        names=list(rows),
        limit=limit,
        band=None if band is None else [_band(side, title) for side in band],
        reach=reach if reach is not None and np.isfinite(reach) and reach > 0 else None,
        **said,
    )


def _notes(
    notes: Mapping[tuple[int, int], str],
    marked: Collection[tuple[int, int]] | None,
    quiet: Collection[tuple[int, int]],
    shape: tuple[int, ...],
    title: str,
) -> dict[str, Any]:
    """Notes as they are sent: each text once, those of marked cells first and of quiet ones last, and row, column and
    text of each cell."""
    if any(not (0 <= row < shape[0] and 0 <= column < shape[1]) for row, column in notes):
        raise BadInput(
            f"`{title}` has a note outside of its cells.", f"The map has {shape[0]} rows, {shape[1]} columns."
        )
    sought, hushed = frozenset(marked or ()), frozenset(quiet)
    ranks = {at: 0 if at in sought else 2 if at in hushed else 1 for at in notes}
    listed = sorted(notes.items(), key=lambda cell: (ranks[cell[0]], cell[0][1], cell[0][0]))
    numbers: dict[tuple[int, str], int] = {}
    cells = [n for at, text in listed for n in (*at, numbers.setdefault((ranks[at], text), len(numbers)))]
    if not cells:
        return {} if marked is None else {"marked": 0}
    said = {"notes": cells, "texts": [text for _, text in numbers], "loud": sum(rank < 2 for rank, _ in numbers)}
    return said if marked is None else said | {"marked": sum(rank == 0 for rank, _ in numbers)}


def line(
    values: npt.ArrayLike,
    title: str = "Prediction",
    unit: str = "",
    *,
    start: int = 0,
    step: int = 1,
    measured: npt.ArrayLike | None = None,
    legend: tuple[str, str] = ("predicted", "measured"),
    color: str | None = None,
    height: int = 60,
    limits: tuple[float, float] | None = None,
) -> Track:
    """A profile as a filled curve, with measured data (or another profile, see `legend`) as an outline over it.

    Parameters
    ----------
    values
        `(bins,)`; nan is drawn hatched.
    start, step
        First base of the first bin (0-based) and bases in a bin; by default one value for each base.
    measured
        As many values as `values`, in the same unit.
    legend
        Names of the curve and of the outline over it, where there is one.
    color
        `#rrggbb`; the theme's own when None.
    limits
        Fixed lowest and highest value drawn.
    """
    array = _floats(values, title)
    if array.ndim != 1:
        raise _bad_shape(title, array, "(bins,)")
    if step < 1:
        raise BadInput(f"The bins of `{title}` hold {step} bases.", "A bin has at least one base.")
    seen = None if measured is None else _floats(measured, title)
    if seen is not None and seen.shape != array.shape:
        raise _bad_shape(f"{title}, measured", seen, f"{array.shape}, as predicted")
    binned = start != 0 or step != 1
    track = _track(
        "line",
        array,
        title,
        unit,
        height,
        color=_color(color),
        limits=_pair(limits),
        measured=None if seen is None else encode(seen),
        legend=None if seen is None else list(legend),
    )
    if not binned:
        return track
    return Track("line", None, {**track.payload, "start": start, "step": step})


def spans(items: Iterable[dict[str, Any]], title: str = "", *, lane_height: int = 20) -> Track:
    """Named stretches: motif hits, exons, other features.

    Parameters
    ----------
    items
        Dicts with `start` and `end` (0-based, half-open), and optionally `label`, `strand` (`+` or `-`), `color`
        (`#rrggbb`), `faint` (True: what could be chance), `note` (for the tooltip) and `style`: `box`, `exon`, `utr`, `intron` or `tss`. Overlapping ones
        are drawn below each other, in at most six lanes.
    """
    read = sorted((_span(item) for item in items), key=lambda item: (item["start"], -item["end"]))
    ends: list[int] = []
    for item in read:
        free = [k for k, end in enumerate(ends) if end <= item["start"]]
        if free:
            lane = free[0]
        elif len(ends) < _MAX_LANES:
            lane = len(ends)
            ends.append(0)
        else:
            lane = min(range(len(ends)), key=ends.__getitem__)
        ends[lane] = max(ends[lane], item["end"])
        item["lane"] = lane
    lanes = max(len(ends), 1)
    return Track(
        "spans",
        None,
        {"kind": "spans", "title": title, "unit": "", "items": read, "lanes": lanes, "height": lanes * lane_height},
    )


def stale(track: Track) -> Track:
    """The track as one of an earlier state, whose newer values are on their way: faded, and its title says so."""
    return Track(track.kind, track.length, {**track.payload, "stale": True})


def encode(values: npt.NDArray[np.float32]) -> str:
    """Values as base64 of little-endian float32, row after row."""
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode("ascii")


def _floats(values: npt.ArrayLike, title: str) -> npt.NDArray[np.float32]:
    array = np.asarray(values, dtype=np.float32)
    if np.isinf(array).any():
        raise BadInput(f"The track `{title}` holds infinite values.", "Values are numbers, or nan where not computed.")
    return array


def _track(kind: str, array: npt.NDArray[np.float32], title: str, unit: str, height: int, **options: Any) -> Track:
    payload = {"kind": kind, "title": title, "unit": unit, "height": int(height), "values": encode(array)}
    return Track(kind, array.shape[-1], payload | {name: value for name, value in options.items() if value is not None})


def _bad_shape(title: str, array: npt.NDArray[Any], accepted: str) -> BadInput:
    return BadInput(f"The values of `{title}` have the shape {array.shape}.", f"The shape is {accepted}.")


def _pair(limits: tuple[float, float] | None) -> list[float] | None:
    if limits is None:
        return None
    low, high = float(limits[0]), float(limits[1])
    if not low < high:
        raise BadInput(f"The limits are {low} and {high}.", "The lower one comes first.")
    return [min(low, 0.0), max(high, 0.0)]


def _band(band: float | None, title: str) -> float | None:
    if band is not None and not (np.isfinite(band) and band >= 0):
        raise BadInput(f"The null band of `{title}` is {band}.", "It is a number from 0 on.", "Leave it out.")
    return band


def _color(color: Any) -> str | None:
    if color is None:
        return None
    if not isinstance(color, str) or not _COLOR.fullmatch(color):
        raise BadInput(f"The colour is `{color}`.", "A colour is `#rrggbb`.")
    return color


def _span(item: dict[str, Any]) -> dict[str, Any]:
    start, end = int(item["start"]), int(item["end"])
    style, strand = str(item.get("style", "box")), str(item.get("strand", ""))
    if end < start or style not in SPAN_STYLES or strand not in ("", "+", "-", "."):
        raise BadInput(
            f"The span `{item.get('label', '')}` goes from {start} to {end}, style `{style}`, strand `{strand}`.",
            f"A span ends after it starts; styles are {', '.join(SPAN_STYLES)}; strands are + and -.",
        )
    read = {
        "start": start,
        "end": end,
        "label": str(item.get("label", "")),
        "strand": strand,
        "style": style,
        "note": str(item.get("note", "")),
    }
    color = _color(item.get("color"))
    return read | ({"color": color} if color else {}) | ({"faint": True} if item.get("faint") else {})
