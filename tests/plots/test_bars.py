"""Bars over the tracks of an output."""

from __future__ import annotations

from genoviz.plots.bars import track_bars


def bars(values: list[float], unit: str = "probability") -> list[tuple[str, float, float]]:
    """Name, start and width of each bar in per cent, from top to bottom."""
    names = tuple("abc"[: len(values)])
    made = track_bars(names, values, [str(v) for v in values], unit=unit)
    assert [bar.label for bar in made] == [str(bar.value) for bar in made]
    return [(bar.name, bar.start, bar.width) for bar in made]


def test_largest_on_top_and_to_scale() -> None:
    assert bars([0.2, 1.0, 0.5]) == [("b", 0, 100), ("c", 0, 50), ("a", 0, 20)]


def test_other_units_reach_to_the_largest_and_negatives_point_left() -> None:
    assert bars([-4.0, 2.0], unit="units") == [("b", 50, 25), ("a", 0, 50)]
    assert [bar[1:] for bar in bars([0.0, 0.0], unit="units")] == [(0, 0), (0, 0)]
