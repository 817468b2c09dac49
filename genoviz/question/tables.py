"""Readings as rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from genoviz.question.reading import Reading


def reading_rows(readings: Iterable[Reading]) -> list[dict[str, Any]]:
    """One row for each reading: what it is, the page that goes on, and what that page reads."""
    return [
        {
            "kind": one.kind,
            "sentence": one.sentence,
            "page": one.page,
            "genome": one.genome,
            "text": one.text if len(one.text) <= 200 else f"{one.text[:200]}...",
        }
        for one in readings
    ]
