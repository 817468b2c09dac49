"""Rows as tab-separated text; numbers as text and as JSON.

Pages round, files do not: numbers carry enough digits to restore the float32 exactly."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, object]


def tsv(rows: Iterable[Row], header: Mapping[str, object] | None = None) -> str:
    """Tab-separated text with `# key: value` lines first; tabs and line ends in names become spaces."""
    table = list(rows)
    columns = list(dict.fromkeys(key for row in table for key in row))
    lines = ["\t".join(columns)]
    for row in table:
        line = "\t".join(text_of(row.get(c, "")) for c in columns)
        lines.append(f" {line}" if line.startswith("#") else line)  # a name, not a comment
    return header_lines(header or {}) + "\n".join(lines) + "\n"


def header_lines(header: Mapping[str, object]) -> str:
    """`# key: value` lines, which tables and BED files begin with."""
    return "".join(f"# {k}: {text_of(v)}\n" for k, v in header.items())


def plain_record(header: Mapping[str, object], rows: Iterable[Row], **details: object) -> dict[str, Any]:
    """The same table as JSON: the header's entries, details, and the rows as `rows`.

    Names become words with underscores (`p-value`: `p_value`); what is not finite or empty becomes null.
    """
    said = {_json_name(k): json_value(v) for k, v in (dict(header) | details).items()}
    return said | {"rows": [{_json_name(k): json_value(v) for k, v in row.items()} for row in rows]}


def json_value(value: object) -> Any:
    """A cell as JSON: numbers, texts, lists and objects as they are, null for nan, anything else as its text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return finite(value)
    if isinstance(value, Mapping):
        return {str(k): json_value(v) for k, v in value.items()}
    return [json_value(v) for v in value] if isinstance(value, (list, tuple)) else str(value)


def _json_name(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_")


def matrix(values: Any) -> list[list[float | None]]:
    """Rows of an array for JSON, nan as None."""
    return [[finite(v) for v in row] for row in values.tolist()]


def finite(value: float | None) -> float | None:
    """JSON has no nan."""
    return value if value is not None and math.isfinite(value) else None


def text_of(value: object) -> str:
    """A cell of a table: numbers with the nine digits that restore a float32, other values on one line."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.9g}"
    return harmless(" ".join(str(value).split()))


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before one that could call something.

    Numbers, strands and ranges such as `-100..+50` stay as they are: a formula that begins with a sign needs brackets, a bar or
    an exclamation mark to reach beyond the cell.
    """
    if len(text) > 1 and (text[0] in "=@" or (text[0] in "+-" and any(sign in text for sign in "(|!"))):
        return f"'{text}"
    return text
