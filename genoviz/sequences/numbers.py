"""Whole numbers in text: the digits 0 to 9, and no more of them than any position has.

Python's `int` also reads digits of other scripts and gives up on 5,000 digits, and `str.isdigit` takes `²` for a digit.
Texts of users are therefore read here.
"""

from __future__ import annotations

MOST_DIGITS = 15


def whole_number(text: str) -> int | None:
    """The number that a text is; None where it is not 1 to 15 of the digits 0 to 9."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None
