"""Read the tables that recipes train on, and keep the sides of a split apart."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.models.onehot import letter_codes
from genoviz.training.families import connected


@dataclass(frozen=True, eq=False)
class Examples:
    """Sequences of one length with what was measured.

    Attributes
    ----------
    bases
        ASCII codes `(n, length)`.
    values
        float32 `(n, tracks)`: labels 0 and 1, or measured values in their unit; NaN where a track was not measured.
    loci
        Name `(n,)` of the place in the genome, equal for relatives; None where places are not known.
    """

    bases: NDArray[np.uint8]
    values: NDArray[np.float32]
    loci: NDArray[np.str_] | None = None

    def __len__(self) -> int:
        return len(self.bases)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Examples:
        """The chosen rows."""
        return Examples(self.bases[rows], self.values[rows], None if self.loci is None else self.loci[rows])

    def track(self, number: int) -> Examples:
        """The rows on which one track was measured, with its values alone."""
        there = np.isfinite(self.values[:, number])
        return Examples(
            self.bases[there], self.values[there][:, [number]], None if self.loci is None else self.loci[there]
        )

    def texts(self) -> list[str]:
        """The sequences as text."""
        return [row.tobytes().decode("ascii") for row in self.bases]


@dataclass(frozen=True, eq=False)
class Splits:
    """Training, validation (for early stopping) and test examples; no sequence is in two of them."""

    train: Examples
    validation: Examples
    test: Examples


def find_folder(data: Path, folder: str) -> Path:
    """The folder of a data set: `data` itself or the folder of this name inside it."""
    inside = data / folder
    found = inside if inside.is_dir() else data
    if not found.is_dir():
        raise BadInput(f"There is no folder `{data}`.", f"The folder that holds `{folder}` is needed.", "Check --data.")
    return found


def read_table(path: Path, *, columns: Iterable[str], sequence: str = "", length: int = 0) -> list[dict[str, str]]:
    """Read a gzip-compressed table with a header; separated by commas (`.csv.gz`) or tabs (anything else).

    Parameters
    ----------
    path
        File.
    columns
        Columns that must be there.
    sequence, length
        Column that must hold `length` bases in every line (0: any number); it is turned into upper case.

    Raises
    ------
    BadInput
        If the file can't be read, lacks a column, is empty, or a sequence has another length.
    """
    try:
        with gzip.open(path, "rt", newline="") as handle:
            reader = csv.DictReader(handle, delimiter="," if path.name.endswith(".csv.gz") else "\t")
            rows = list(reader)
            header = reader.fieldnames or []
    except OSError as error:
        raise BadInput(
            f"`{path}` can't be read ({error}).", "A gzip-compressed table is needed.", "Check --data."
        ) from error
    needed = [*columns, *([sequence] if sequence else [])]
    missing = [name for name in needed if name not in header]
    if missing or not rows:
        raise BadInput(
            f"`{path.name}` has the columns {', '.join(header) or 'none'} and {len(rows):,} lines.",
            f"It needs the columns {', '.join(needed)} and at least one line.",
            "Check the file.",
        )
    for number, row in enumerate(rows, start=2):
        if sequence:
            row[sequence] = (row[sequence] or "").upper()
            if length and len(row[sequence]) != length:
                raise BadInput(
                    f"`{path.name}` has {len(row[sequence])} bases in line {number}.",
                    f"Each line needs {length} bases in the column `{sequence}`.",
                    "Check the file.",
                )
    return rows


def examples(rows: list[dict[str, str]], sequence: str, values: NDArray[np.float32]) -> Examples:
    """Rows of a table with their values `(n, tracks)`."""
    return Examples(letter_codes([row[sequence] for row in rows]), values)


def join(parts: Iterable[Examples]) -> Examples:
    """Several sets of the same length and tracks as one."""
    listed = list(parts)
    loci = [p.loci for p in listed if p.loci is not None]
    return Examples(
        np.concatenate([p.bases for p in listed]),
        np.concatenate([p.values for p in listed]),
        np.concatenate(loci) if len(loci) == len(listed) else None,
    )


def same_sequence(rows: Examples, others: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether each row's sequence `(n,)`, on either strand, is among `others` (ASCII codes)."""
    complement = bytes.maketrans(b"ACGT", b"TGCA")
    known = {row.tobytes() for row in others}
    known |= {bases.translate(complement)[::-1] for bases in known}
    return np.array([bases.tobytes() in known for bases in rows.bases], dtype=bool)


def without(rows: Examples, held_out: Examples) -> Examples:
    """`rows` whose sequence, on either strand, is not among `held_out`, each sequence and label once."""
    seen: set[tuple[bytes, bytes]] = set()
    keep = ~same_sequence(rows, held_out.bases)
    for i, (bases, values) in enumerate(zip(rows.bases, rows.values, strict=True)):
        key = (bases.tobytes(), np.isnan(values).tobytes() + values.tobytes())
        keep[i] &= key not in seen
        seen.add(key)
    return rows.take(keep)


def carve(rows: Examples, share: float, seed: int = 0) -> tuple[Examples, Examples]:
    """Set a random `share` aside: (the rest, the share); rows with the same sequence stay on one side."""
    rng = np.random.default_rng(seed)
    _, group = np.unique(rows.bases, axis=0, return_inverse=True)
    chosen = rng.permutation(group.max() + 1) < share * (group.max() + 1)
    aside = chosen[group.ravel()]
    return rows.take(~aside), rows.take(aside)


def carve_families(rows: Examples, keys: Seq[Iterable[str]], share: float, seed: int = 0) -> tuple[Examples, Examples]:
    """Like `carve`, but rows that have a key in common, directly or through others, stay on one side.

    Parameters
    ----------
    rows
        Examples.
    keys
        For each row, texts that make it a relative of every row with the same text.
    share
        Share of the families to set aside.
    """
    group = connected(keys)
    aside = (np.random.default_rng(seed).permutation(group.max() + 1) < share * (group.max() + 1))[group]
    return rows.take(~aside), rows.take(aside)
