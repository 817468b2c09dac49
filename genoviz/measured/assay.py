"""Sequences that were measured whole: libraries with a value each, and pairs of a wild type and a mutant.

A library is a table of sequences and values. Pairs come in two ways: both sequences and the measured difference in one row
(splice assays), or one sequence a row and a column that says which is the wild type (reporters with a motif destroyed).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput, BadSequence, UnknownName
from genoviz.measured.columns import ROLES, usual_columns
from genoviz.measured.table import MeasuredTable, number_of, read_table
from genoviz.sequences.sequence import Sequence

NAMES: Mapping[str, tuple[str, ...]] = {
    "sequence": ("seq", "sequence", "x", "bases", "dna", "dnasequence", "insert", "promoter"),
    "before": ("refseq", "wtseq", "wildtypeseq", "referencesequence", "refsequence", "wtsequence", "wildtype"),
    "after": ("altseq", "mutseq", "mutantseq", "altsequence", "mutsequence", "mutantsequence", "mutant"),
    "value": ("expressionlog2", "log2vivoratio", *ROLES["effect"].usual),
    "version": ("variant", "version", "allele", "construct"),
    "group": ("source", "groupname", "group", "library", "set", "split"),
    "name": ("name", "label", "id", "mutid"),
}
WORDS = {
    "sequence": "sequence", "before": "sequence before", "after": "sequence after", "value": "measured value",
    "version": "wild type or mutant", "group": "group", "name": "name",
}  # fmt: skip
WILD = ("wt", "wildtype", "wild type", "ref", "reference", "native", "unmutated")
_KEYS = ("chrom", "chromosome", "chr", "start", "end")
MOST = 200_000


@dataclass(frozen=True, eq=False)
class Assay:
    """What was measured of sequences, or of pairs of them.

    Attributes
    ----------
    names
        One for each row.
    sequences
        What was measured; of pairs the mutants.
    before
        Wild types, as many as there are mutants; None for a library.
    values
        `(rows,)`: what was measured, of pairs mutant minus wild type.
    groups
        Group of each row, where the table has a column of them; else empty texts.
    families
        `(rows,)`: number of the element that a row is a version of; rows of one are related.
    unit
        Name of the column of values.
    notices
        What was taken for what, and what was left out.
    """

    names: tuple[str, ...]
    sequences: tuple[Sequence, ...]
    before: tuple[Sequence, ...] | None
    values: NDArray[np.float64]
    groups: tuple[str, ...]
    families: NDArray[np.int64]
    unit: str
    notices: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.sequences)

    @property
    def kind(self) -> str:
        """`pairs` or `library`."""
        return "library" if self.before is None else "pairs"

    def picked(self, rows: Seq[int]) -> Assay:
        """Some of the rows."""
        return Assay(
            tuple(self.names[i] for i in rows),
            tuple(self.sequences[i] for i in rows),
            None if self.before is None else tuple(self.before[i] for i in rows),
            self.values[list(rows)],
            tuple(self.groups[i] for i in rows),
            self.families[list(rows)],
            self.unit,
            self.notices,
        )

    def sample(self, most: int, *, seed: int = 0) -> Assay:
        """At most so many rows, drawn by chance and kept in their order."""
        if len(self) <= most:
            return self
        drawn = np.sort(np.random.default_rng(seed).choice(len(self), most, replace=False))
        return self.picked(drawn.tolist())

    @property
    def sentence(self) -> str:
        """What there is, in words."""
        what = "pairs of wild type and mutant" if self.before is not None else "sequences with a value"
        lengths = [len(one) for one in self.sequences]
        span = f"{min(lengths):,}" if min(lengths) == max(lengths) else f"{min(lengths):,} to {max(lengths):,}"
        return f"{len(self):,} {what}, of {span} bases; measured: {self.unit}."


def roles_of(header: Seq[str], chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """Column by role (`NAMES`), by usual names or as chosen.

    Raises
    ------
    UnknownName
        If a role or column of `chosen` does not exist.
    """
    of: dict[str, str] = {}
    for role, name in (chosen or {}).items():
        if role not in NAMES:
            raise UnknownName.among("kind of column", role, NAMES)
        if name not in header:
            raise UnknownName.among("column", name, header)
        of[role] = name
    for role, usual in NAMES.items():
        free = [name for name in header if name not in of.values()]
        found = usual_columns(free, usual)
        if role not in of and found:
            of[role] = found[0]
    return of


def read_assay(content: bytes, chosen: Mapping[str, str] | None = None, *, pairs: bool | None = None) -> Assay:
    """Read a library or pairs from a table.

    Parameters
    ----------
    content
        TSV or CSV with a header, also compressed with gzip.
    chosen
        Column by role, see `NAMES`, where it is known better.
    pairs
        Put rows of mutants beside their wild types; None does so only where both sequences stand in one row.

    Raises
    ------
    BadInput
        If a column that is needed is missing, or no row can be read.
    UnknownName
        If a role or column of `chosen` does not exist.
    """
    table = read_table(content)
    of = roles_of(table.header, chosen)
    if "value" not in (chosen or {}):
        of |= _numeric(table, of)
    both = "before" in of and "after" in of
    if pairs is False and both:
        of["sequence"] = of.get("sequence", of["after"])
        both = False
    if not both and "sequence" not in of:
        raise _missing("sequence", table.header)
    if "value" not in of:
        raise _missing("value", table.header)
    if len(table.rows) > MOST:
        raise BadInput(
            f"The table has {len(table.rows):,} rows.", f"Up to {MOST:,} are read here.", "Give a part of it."
        )
    found = _rows(table, of, both)
    return _paired(found, table, of) if pairs and not both else found


def _numeric(table: MeasuredTable, of: Mapping[str, str]) -> dict[str, str]:
    """The surest column of values that holds numbers: `activity` may hold words."""
    taken = {name for role, name in of.items() if role != "value"}
    for name in usual_columns([name for name in table.header if name not in taken], NAMES["value"]):
        if any(math.isfinite(number) for number in table.numbers(name, range(min(100, len(table.rows))))):
            return {"value": name}
    return {}


def versions(table: MeasuredTable, of: Mapping[str, str]) -> bool:
    """Whether a column says which rows are wild types, so that pairs can be made."""
    return "version" in of and any(cell.strip().lower() in WILD for cell in table.column(of["version"]))


def _rows(table: MeasuredTable, of: Mapping[str, str], both: bool) -> Assay:
    """Each row whose sequences and value can be read."""
    values = [number_of(cell, comma=table.divider != ",") for cell in table.column(of["value"])]
    names = table.column(of["name"]) if "name" in of else [f"row {i + 1}" for i in range(len(table.rows))]
    keys = _keys(table, of)
    left_out: Counter[str] = Counter()
    kept: list[int] = []
    after: list[Sequence] = []
    before: list[Sequence] = []
    columns = ("after", "before") if both else ("sequence",)
    cells = [table.column(of[role]) for role in columns]
    for i, value in enumerate(values):
        if not math.isfinite(value):
            left_out["no number"] += 1
            continue
        try:
            read = [Sequence(column[i].replace("U", "T").replace("u", "t"), names[i]) for column in cells]
        except BadSequence:
            left_out["letters that are no bases"] += 1
            continue
        kept.append(i)
        after.append(read[0])
        before += read[1:]
    if not kept:
        raise BadInput(
            "No row has a sequence of bases and a number.",
            f"Read were `{'` and `'.join(of[c] for c in columns)}` as sequence, `{of['value']}` as value.",
            "Choose the columns.",
        )
    said = [f"Rows left out: {'; '.join(f'{n:,} with {why}' for why, n in left_out.items())}."] if left_out else []
    groups = table.column(of["group"]) if "group" in of else [""] * len(values)
    numbers = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    return Assay(
        tuple(names[i] for i in kept),
        tuple(after),
        tuple(before) if both else None,
        np.array([values[i] for i in kept]),
        tuple(groups[i] for i in kept),
        np.array([numbers[keys[i]] for i in kept]),
        of["value"],
        tuple(said),
    )


def _keys(table: MeasuredTable, of: Mapping[str, str]) -> list[str]:
    """What element each row is of: its place, else its name without the version; else the row alone."""
    placed = [name for name in table.header if name.lower() in _KEYS]
    if len(placed) > 1:
        return [":".join(row) for row in zip(*(table.column(name) for name in placed), strict=True)]
    if "name" in of and "version" in of:
        pairs = zip(table.column(of["name"]), table.column(of["version"]), strict=True)
        return [name.replace(version, "").strip("_- ") if version else name for name, version in pairs]
    return [str(i) for i in range(len(table.rows))]


def _paired(found: Assay, table: MeasuredTable, of: Mapping[str, str]) -> Assay:
    """Each mutant beside the wild type of its element."""
    if not versions(table, of):
        raise BadInput(
            "No column says which rows are wild types.",
            f"One such as {', '.join(NAMES['version'])} has cells like `WT`.",
            "Choose the column, or read the table as a library.",
        )
    kinds = dict(zip(_names_of(table, of), table.column(of["version"]), strict=True))
    is_wild = [kinds[name].strip().lower() in WILD for name in found.names]
    wild = {int(found.families[i]): i for i, yes in enumerate(is_wild) if yes}
    rows = [i for i, yes in enumerate(is_wild) if not yes and int(found.families[i]) in wild]
    if not rows:
        raise BadInput(
            "No mutant has a wild type beside it.",
            "Rows of one element have the same place, or the same name but for the version.",
            "Check the columns.",
        )
    made = found.picked(rows)
    mates = [wild[int(found.families[i])] for i in rows]
    alone = sum(not yes for yes in is_wild) - len(rows)
    said = (f"{alone:,} mutants without a wild type are left out.",) if alone else ()
    return Assay(
        made.names,
        made.sequences,
        tuple(found.sequences[i] for i in mates),
        made.values - found.values[mates],
        tuple(kinds[name] for name in made.names),
        made.families,
        f"{found.unit}, mutant minus wild type",
        (*found.notices, *said),
    )


def _names_of(table: MeasuredTable, of: Mapping[str, str]) -> list[str]:
    return table.column(of["name"]) if "name" in of else [f"row {i + 1}" for i in range(len(table.rows))]


def _missing(role: str, header: Seq[str]) -> BadInput:
    return BadInput(
        f"No column holds the {WORDS[role]}. The table has {', '.join(f'`{name[:30]}`' for name in header[:14])}.",
        f"Usual names are {', '.join(NAMES[role][:5])}.",
        f"Rename it, or name it: on the page under Columns, or `--column {role}=NAME`.",
    )
