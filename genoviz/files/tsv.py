"""Rows as tab-separated text; numbers as text and as JSON.

Pages round, files do not: numbers carry enough digits to restore the float32 exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass

Row = Mapping[str, object]


def tsv(rows: Iterable[Row], header: Mapping[str, object] | None = None) -> str:
    """Tab-separated text with `# key: value` lines first; tabs and line ends in names become spaces."""
    table = list(rows)
    columns = list(dict.fromkeys(key for row in table for key in row))
    lines = [f"# {k}: {text_of(v)}" for k, v in (header or {}).items()]
    lines.append("\t".join(columns))
    for row in table:
        line = "\t".join(text_of(row.get(c, "")) for c in columns)
        lines.append(f" {line}" if line.startswith("#") else line)  # a name, not a comment
    return "\n".join(lines) + "\n"


def matrix(values: Any) -> list[list[float | None]]:
    """Rows of an array for JSON, nan as None."""
    return [[finite(v) for v in row] for row in values.tolist()]


def finite(value: float | None) -> float | None:
    """JSON has no nan."""
    return value if value is not None and math.isfinite(value) else None


def text_of(value: object) -> str:
    """A cell of a table: numbers with the nine digits that restore a float32, other values on one line."""
    if isinstance(value, float):
        return f"{value:.9g}"
    return " ".join(str(value).split())
