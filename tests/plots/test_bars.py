"""Bars over the tracks of an output."""

from __future__ import annotations

import re

from genoviz.plots.bars import track_bars
from genoviz.plots.palette import colours

LOOK = colours()


def bars(values: list[float], unit: str = "probability") -> tuple[list[str], list[tuple[float, float]], str]:
    """Titles from top to bottom, (start, width) of each bar in per cent, and the whole text."""
    names = tuple("abc"[: len(values)])
    text = track_bars(names, values, [str(v) for v in values], unit=unit, chosen=("b",), look=LOOK, accent="#123456")
    sizes = re.findall(r"margin-left:([\d.]+)%;width:([\d.]+)%", text)
    return re.findall(r'title="(\w)', text), [(float(a), float(b)) for a, b in sizes], text


def test_largest_on_top_and_to_scale() -> None:
    names, sizes, text = bars([0.2, 1.0, 0.5])
    assert names == ["b", "c", "a"]
    assert sizes == [(0, 100), (0, 50), (0, 20)]
    assert text.count("#123456") == 1
    assert text.index("#123456") < text.index('title="c')


def test_other_units_reach_to_the_largest_and_negatives_point_left() -> None:
    names, sizes, _ = bars([-4.0, 2.0], unit="units")
    assert names == ["b", "a"]
    assert sizes == [(50, 25), (0, 50)]
    assert bars([0.0, 0.0], unit="units")[1] == [(0, 0), (0, 0)]


def test_names_are_text() -> None:
    text = track_bars(("<b>",), [1.0], ["<i>"], unit="<u>", chosen=(), look=LOOK, accent="red")
    assert not {"<b>", "<i>", "<u>"} & set(re.findall(r"<\w>", text))
