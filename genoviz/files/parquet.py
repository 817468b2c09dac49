"""Tables as Parquet: columns with their types, read by pandas, DuckDB, Polars and R without parsing text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from genoviz.errors import BadInput

_ROWS = 65_536  # of a row group: little memory, whatever the size of the table
ABOUT = b"genoviz"  # key of the provenance in the file's metadata


def check_parquet() -> None:
    """Raise `BadInput` where Parquet can't be written on this computer."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise BadInput(
            "A Parquet file was asked for, but the package `pyarrow` is not installed.",
            "TSV and VCF are written without it.",
            "Run `pip install pyarrow`, or choose another ending.",
        ) from error


def parquet_of(table: Path, out: Path, kinds: Mapping[str, str]) -> None:
    """Write a TSV with `# key: value` lines as Parquet; the lines become the metadata `genoviz`, a JSON object.

    Parameters
    ----------
    table
        TSV in UTF-8; read once, a part at a time.
    out
        The file to write.
    kinds
        Type of each column that holds no text: `float64` or `int64`. Cells that are empty or no such number are null.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with table.open(encoding="utf-8", newline="\n") as lines:
        about: dict[str, str] = {}
        names: list[str] = []
        for line in lines:
            if not line.startswith("# "):
                names = line.rstrip("\n").split("\t")
                break
            key, _, value = line[2:].rstrip("\n").partition(": ")
            about[key] = value
        types = {name: kinds.get(name, "string") for name in names}
        schema = pa.schema(
            [(name, pa.type_for_alias(kind)) for name, kind in types.items()],
            metadata={ABOUT: json.dumps(about, ensure_ascii=False).encode()},
        )
        with pq.ParquetWriter(str(out), schema) as writer:
            for rows in _batches(lines):
                columns = zip(*rows, strict=True)
                arrays = [
                    pa.array([_value(cell, kind) for cell in column], pa.type_for_alias(kind))
                    for column, kind in zip(columns, types.values(), strict=True)
                ]
                writer.write_batch(pa.record_batch(arrays, schema=schema))


def _batches(lines: Iterator[str]) -> Iterator[list[list[str]]]:
    while rows := [line.rstrip("\n").split("\t") for line in islice(lines, _ROWS)]:
        yield rows


def _value(cell: str, kind: str) -> Any:
    if kind == "string":
        return cell or None
    try:
        if kind == "float64":
            return float(cell)
        return whole if abs(whole := int(cell)) < 2**63 else None
    except ValueError:
        return None
