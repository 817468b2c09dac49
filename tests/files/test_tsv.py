"""Cells that a spreadsheet would take for formulas."""

from __future__ import annotations

import pytest

from genoviz.files.tsv import tsv


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-1+cmd|x", "'-1+cmd|x"),
        ('+HYPERLINK("http://x")', '\'+HYPERLINK("http://x")'),
        ("-35 box", "-35 box"),
        ("-100..+50", "-100..+50"),
        ("+", "+"),
        ("=", "="),
        ("\t=1+1", "'=1+1"),
    ],
)
def test_names_are_no_formulas(name: str, right: str) -> None:
    assert tsv([{"name": name, "effect": -1.5}]).splitlines()[1] == f"{right}\t-1.5"
