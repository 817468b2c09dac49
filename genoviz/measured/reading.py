"""Measured effects of single changes from a table: columns, changes, elements."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput, UnknownName
from genoviz.measured.columns import Columns, need, recognise
from genoviz.measured.experiment import Change, Experiment
from genoviz.measured.reference import MOST_BASES, Placed, placed
from genoviz.measured.table import MeasuredTable, read_table
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence

if TYPE_CHECKING:
    from genoviz.genomes.genome import Reference

_NOTHING = ("-", ".", "*", "", "del", "DEL")  # how tables write that a base goes
_WORD = re.compile(r"(?:[a-z]\.)?([ACGT]?)([0-9]{1,15})(?:([ACGT]?)>)?([ACGT]|del|-)", re.IGNORECASE)
_PLACED = re.compile(r"([\w.]+)[:_-]([0-9]{1,15})[:_-]([ACGTN]+)[:_>/-]([ACGTN]*|-)", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """What a table holds.

    Attributes
    ----------
    table, columns
        Its cells, and which column holds what.
    elements
        Rows by element: the name of each experiment, with the build where the table has several, and its rows.
    """

    table: MeasuredTable
    columns: Columns
    elements: Mapping[str, tuple[int, ...]]


def look_into(content: bytes, chosen: Mapping[str, str] | None = None) -> Found:
    """Read a table and find its elements.

    Parameters
    ----------
    content
        The file: TSV or CSV with a header, also compressed with gzip.
    chosen
        Columns by role, see `genoviz.measured.columns.ROLES`, where they are known better than by their names.

    Raises
    ------
    BadInput
        If it is no such table, or a column that is needed is missing.
    UnknownName
        If a role or column of `chosen` does not exist.
    """
    table = read_table(content)
    columns = _settled(table, recognise(table.header, chosen), frozenset(chosen or ()))
    if not columns.replicates:
        need(columns, table.header, "effect")
    if "variant" not in columns.of or "position" in columns.of:
        need(columns, table.header, "position", "ref", "alt")
    parts = [table.column(columns.of[role]) for role in ("element", "assembly") if role in columns.of]
    rows: dict[str, list[int]] = {}
    if len(parts) == 2 and len(set(parts[1])) == 1:
        parts.pop()  # one build: it need not stand in each name
    names = [", ".join(filter(None, cells)) for cells in zip(*parts, strict=True)] if parts else []
    for number in range(len(table.rows)):
        rows.setdefault(names[number] if names else "element", []).append(number)
    return Found(table, columns, {name: tuple(found) for name, found in rows.items()})


def experiment_of(
    found: Found, name: str | None = None, *, references: Seq[Sequence] = (), reference_named: str = "the FASTA file"
) -> Experiment:
    """The measured effects of one element of a table.

    Parameters
    ----------
    found
        From `look_into`.
    name
        One of its elements; the only one when None.
    references
        Sequences that the element may be; none rebuilds the reference from the column of reference bases.
    reference_named
        What they are, for messages.

    Raises
    ------
    UnknownName
        If there is no such element, or there are several and none is named.
    BadInput, RefMismatch
        If no row can be read, or reference bases contradict each other or the sequence.
    """
    name = _named(found, name)
    rows, columns, table = found.elements[name], found.columns, found.table
    changes, left_out = _changes(found, rows)
    effects, replicates = _effects(table, columns, rows)
    good = [i for i, change in enumerate(changes) if change is not None and math.isfinite(effects[i])]
    missing = sum(change is not None for change in changes) - len(good)
    if missing:
        left_out["no number as effect"] += missing
    if not good:
        raise BadInput(
            f"No row of {name} can be read ({_listed(left_out)}).",
            "A row has a position, a reference base, a new base and a number.",
            "Check which columns were taken for what.",
        )
    read = [change for i in good if (change := changes[i]) is not None]
    chromosome, assembly = (_only(found, role, [rows[i] for i in good]) for role in ("chrom", "assembly"))
    place = placed(read, chromosome, assembly, name, references, reference_named)
    kept = [k for k, change in enumerate(place.changes) if change is not None]
    if len(kept) < len(good):
        left_out["another reference base than the sequence"] += len(good) - len(kept)
    index = np.array([good[k] for k in kept], dtype=np.int64)
    optional = {
        role: np.array(table.numbers(columns.of[role], [rows[i] for i in index]))
        for role in ("barcodes", "p_value")
        if role in columns.of
    }
    made = Experiment(
        name,
        place.sequence,
        tuple(change for change in place.changes if change is not None),
        effects[index],
        columns.of.get("effect", "mean of the replicates"),
        replicates[:, index] if len(replicates) else replicates,
        optional.get("barcodes"),
        optional.get("p_value"),
        _notices(found, place, left_out),
    )
    return _merged(made)


def from_genome(found: Found, name: str | None, genome: Reference) -> Experiment:
    """The measured effects of one element whose positions are places of a genome; see `experiment_of`.

    Whether the table counts from 1 or 0 is told by the genome's bases.

    Raises
    ------
    BadInput
        If the table names no chromosome.
    GenovizError
        What the genome raises for a place that it lacks, and what `experiment_of` raises.
    """
    need(found.columns, found.table.header, "position", "chrom")
    name = _named(found, name)
    rows = found.elements[name]
    changes = [change for change in _changes(found, rows)[0] if change is not None]
    if not changes:
        raise BadInput(f"No row of {name} has a position and bases.", "They are needed.", "Check the columns.")
    first = min(change.start for change in changes)
    last = max(change.start + len(change.ref) for change in changes)
    if last - first > MOST_BASES:
        raise BadInput(
            f"The changes of {name} lie {last - first:,} bases apart.",
            f"Elements of up to {MOST_BASES:,} bases are read.",
            "Name the column that tells elements apart: under Columns, or `--column element=NAME`.",
        )
    chromosome = genome.resolve(_only(found, "chrom", rows))
    letters = genome.fetch(Locus(chromosome, max(0, first - 1), last, assembly=genome.assembly), pad=True)
    read = experiment_of(found, name, references=[letters], reference_named=genome.assembly or "the genome")
    start, end = int(read.starts.min()), max(c.start + max(len(c.ref), 1) for c in read.changes)
    moved = tuple(Change(c.start - start, c.ref, c.alt) for c in read.changes)
    return replace(read, name=name, sequence=read.sequence.crop(start, end), changes=moved)


def _named(found: Found, name: str | None) -> str:
    """The element that is meant: the only one when None."""
    if name is None and len(found.elements) == 1:
        return next(iter(found.elements))
    if name is None or name not in found.elements:
        raise UnknownName.among("element", name or "", found.elements)
    return name


def _settled(table: MeasuredTable, columns: Columns, chosen: frozenset[str]) -> Columns:
    """Columns after a look at the cells: `reference` and `variant` with bases are ref and alt; a column of one word a row
    is no element."""
    of = dict(columns.of)
    if (
        "alt" not in of
        and "variant" in of
        and all(len(c) < 9 and set(c.upper()) <= set("ACGTN-") for c in table.column(of["variant"])[:50])
    ):
        of["alt"] = of.pop("variant")
    if (
        "element" in of
        and "element" not in chosen
        and len(set(table.column(of["element"]))) > max(1, len(table.rows) / 4)
    ):
        of.pop("element")
    return Columns(of, columns.candidates, columns.replicates)


def _changes(found: Found, rows: Seq[int]) -> tuple[list[Change | None], Counter[str]]:
    """The changes of rows, placed as the table counts; None with a reason for what can't be read."""
    table, of = found.table, found.columns.of
    left_out: Counter[str] = Counter()
    changes: list[Change | None] = []
    if "position" not in of:
        for word in table.column(of["variant"], rows):
            changes.append(_of_word(word))
            left_out["a change that can't be read"] += changes[-1] is None
        return changes, +left_out
    cells = (table.column(of[role], rows) for role in ("position", "ref", "alt"))
    for position, ref, alt in zip(*cells, strict=True):
        change = _change(position, ref, alt)
        changes.append(change)
        left_out["no position, or letters that are no bases"] += change is None
    return changes, +left_out


def _change(position: str, ref: str, alt: str) -> Change | None:
    """A row as a change; of bases that both alleles share only the others are kept."""
    text = position.replace(",", "").removesuffix(".0")
    before, after = (("" if cell in _NOTHING else cell.upper().replace("U", "T")) for cell in (ref, alt))
    if not (text.isascii() and text.isdecimal() and len(text) <= 15) or not (set(before) | set(after)) <= set("ACGT"):
        return None
    start = int(text)
    while before and after and before[-1] == after[-1] and len(before) + len(after) > 2:
        before, after = before[:-1], after[:-1]
    while before and after and before[0] == after[0] and len(before) + len(after) > 2:
        before, after, start = before[1:], after[1:], start + 1
    return Change(start, before, after) if before != after else None


def _of_word(text: str) -> Change | None:
    """`A57G`, `c.57A>G`, `57del`, `chr1-57-A-G` as a change; None for anything else."""
    if match := _PLACED.fullmatch(text.strip()):
        return _change(match[2], match[3], match[4])
    if match := _WORD.fullmatch(text.strip()):
        return _change(match[2], match[1] or match[3] or "", match[4]) if match[1] or match[3] else None
    return None


def _effects(table: MeasuredTable, columns: Columns, rows: Seq[int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Effects `(rows,)`, and those of the replicates `(replicates, rows)`."""
    replicates = np.array([table.numbers(name, rows) for name in columns.replicates])
    if not len(replicates):
        replicates = np.empty((0, 0))
    if "effect" in columns.of:
        return np.array(table.numbers(columns.of["effect"], rows)), replicates
    count = np.isfinite(replicates).sum(0)
    return np.where(count > 0, np.nansum(replicates, 0) / np.maximum(count, 1), np.nan), replicates


def _only(found: Found, role: str, rows: Seq[int]) -> str:
    """The chromosome (or build) that all rows name; empty where there is no column."""
    if role not in found.columns.of:
        return ""
    names = set(found.table.column(found.columns.of[role], rows))
    if len(names) > 1:
        raise BadInput(
            f"The rows of one element have {len(names)} names in `{found.columns.of[role]}`: {', '.join(sorted(names)[:4])}.",
            "An element is one stretch of one chromosome.",
            "Name the column that tells elements apart: under Columns, or `--column element=NAME`.",
        )
    return names.pop()


def _merged(experiment: Experiment) -> Experiment:
    """Changes that occur several times become one with their mean."""
    places: dict[Change, list[int]] = {}
    for i, change in enumerate(experiment.changes):
        places.setdefault(change, []).append(i)
    if len(places) == len(experiment):
        return experiment
    groups = list(places.values())
    effects = np.array([experiment.effects[g].mean() for g in groups])
    first = np.array([g[0] for g in groups])
    again = len(experiment) - len(places)
    return Experiment(
        experiment.name,
        experiment.sequence,
        tuple(places),
        effects,
        experiment.unit,
        experiment.replicates[:, first] if len(experiment.replicates) else experiment.replicates,
        None if experiment.barcodes is None else np.array([experiment.barcodes[g].sum() for g in groups]),
        None if experiment.p_values is None else np.array([experiment.p_values[g].max() for g in groups]),
        (
            *experiment.notices,
            f"{again:,} rows repeat a change: the mean of its effects is taken, the sum of its barcodes and its largest "
            "p-value.",
        ),
    )


def _notices(found: Found, place: Placed, left_out: Counter[str]) -> tuple[str, ...]:
    said = [*found.columns.notices, place.sentence]
    if "effect" not in found.columns.of:
        said.append(f"No column holds the effect: the mean of {len(found.columns.replicates)} replicates is taken.")
    if found.table.left_out:
        said.append(f"{found.table.left_out:,} lines have another number of cells than the header and are left out.")
    if left_out:
        said.append(f"Rows left out: {_listed(left_out)}.")
    return tuple(filter(None, said))


def _listed(left_out: Counter[str]) -> str:
    return "; ".join(f"{n:,} with {reason}" for reason, n in left_out.items()) or "no rows"
