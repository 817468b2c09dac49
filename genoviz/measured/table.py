"""A table of other people's measurements: its lines, cut into cells, whatever divides them."""

from __future__ import annotations

import csv
import io
import math
import re
import zlib
from collections.abc import Sequence as Seq
from dataclasses import dataclass

from genoviz.errors import BadInput
from genoviz.files.text import bounded_lines, decoded, unpacked

MOST_ROWS = 1_000_000
MOST_BYTES = 400_000_000  # unpacked: a small compressed file can hold gigabytes
_DIVIDERS = ("\t", ",", ";", "|")
_MISSING = {"", "na", "nan", "n/a", "null", "none", ".", "-nan", "#n/a"}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


@dataclass(frozen=True)
class MeasuredTable:
    """Cells of a table.

    Attributes
    ----------
    header
        Names of the columns, as they are written; each once.
    rows
        Cells of each line, as many as there are columns.
    divider
        What stands between two cells.
    left_out
        Lines with another number of cells.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    divider: str
    left_out: int = 0

    def column(self, name: str, rows: Seq[int] | None = None) -> list[str]:
        """Cells of a column, of these rows (all when None)."""
        at = self.header.index(name)
        return [row[at] for row in self.rows] if rows is None else [self.rows[number][at] for number in rows]

    def numbers(self, name: str, rows: Seq[int] | None = None) -> list[float]:
        """The same as numbers; nan where there is none."""
        return [number_of(cell, comma=self.divider != ",") for cell in self.column(name, rows)]


def number_of(cell: str, *, comma: bool = False) -> float:
    """The number in a cell; nan for an empty one, for `NA`, for words and for what is infinite.

    `comma` reads `0,25` as a quarter, as spreadsheets of half of Europe write it; never where commas divide cells.
    """
    text = cell.strip().replace("\u2212", "-")
    if text.lower() in _MISSING:
        return math.nan
    if comma and text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    return value if math.isfinite(value) else math.nan


def read_table(content: bytes) -> MeasuredTable:
    """Read a table with a header: TSV or CSV (also with semicolons), plain or compressed with gzip.

    Comments (`#`) before the header are left out; a header may begin with `#` itself.

    Raises
    ------
    BadInput
        If it is empty, damaged, too large, or has no header of two names or more.
    """
    lines = _lines(content)
    divider = _divider(lines)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=divider)
    header: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    left_out = 0
    try:
        for cells in reader:
            read = tuple(cell.strip() for cell in cells)
            if not header:
                header = _header(read)
            elif len(read) == len(header):
                rows.append(read)
            elif any(read):
                left_out += 1
            if len(rows) > MOST_ROWS:
                raise BadInput(
                    f"The table has more than {MOST_ROWS:,} rows.",
                    "Measured effects of one or some dozens of elements are read here.",
                    "Keep the rows that you want to look at.",
                )
    except csv.Error as error:
        raise BadInput(
            f"The table can't be cut into cells ({error}).",
            "TSV and CSV with a header are read.",
            "Save it as TSV.",
        ) from error
    if not rows:
        raise BadInput(
            "The table has a header, but no rows of as many cells.",
            "Each row has a cell for each name of the header.",
            "Check that one sign divides all cells.",
        )
    return MeasuredTable(header, tuple(rows), divider, left_out)


def _lines(content: bytes) -> list[str]:
    """Lines with text; comments before the header are dropped, and the `#` of a header is."""
    try:
        stream = unpacked(io.BytesIO(content))
        plain = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(
            "The compressed table is damaged or cut off.",
            "A whole gzip file is read.",
            "Download it again.",
        ) from error
    if len(plain) > MOST_BYTES:
        raise BadInput(
            f"The table has more than {MOST_BYTES / 1e6:,.0f} MB.",
            "Tables up to that size are read.",
            "Keep the rows that you want to look at.",
        )
    text = decoded(plain)
    if "\x00" in text[:4096]:
        raise BadInput(
            "This is no text file.",
            "TSV and CSV with a header are read, also compressed with gzip.",
            "Export the sheet as TSV or CSV.",
        )
    lines = [line.rstrip("\r\n") for line in bounded_lines(io.StringIO(text, newline=None), "#") if line.strip()]
    comments = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if comments and comments < len(lines):
        last = lines[comments - 1].lstrip("# ")
        if any(last.count(d) == lines[comments].count(d) > 0 for d in _DIVIDERS):  # a header that begins with #
            return [last, *lines[comments:]]
    if comments == len(lines):
        raise BadInput(
            "The table is empty.", "A header and at least one row are needed.", "Choose the file that holds them."
        )
    return lines[comments:]


def _divider(lines: list[str]) -> str:
    """What divides cells: the sign that the header has most of, tabs before all others."""
    counts = {d: lines[0].count(d) for d in _DIVIDERS}
    if counts["\t"]:
        return "\t"
    best = max(counts, key=counts.__getitem__)
    if not counts[best]:
        raise BadInput(
            f"The first line is `{lines[0][:60]}`: nothing in it divides names of columns.",
            "TSV and CSV with a header are read, such as `position<tab>ref<tab>alt<tab>effect`.",
            "Save the table as TSV, with a header.",
        )
    return best


def _header(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the columns; an empty one gets its number, one that occurs again as well."""
    if sum(not math.isnan(number_of(cell)) for cell in cells) > len(cells) / 2:
        raise BadInput(
            f"The first line holds numbers: `{' '.join(cells)[:60]}`.",
            "The first line names the columns, such as `position`, `ref`, `alt`, `effect`.",
            "Add a header.",
        )
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = " ".join(cell.split()) or f"column {number}"
        names.append(name if name not in names else f"{name} ({number})")
    return tuple(names)
