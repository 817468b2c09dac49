"""Dependency maps and attention as rows, provenance and JSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from genoviz.dependency.attention import NOTICE, AttentionMap
from genoviz.dependency.dependency_map import Dependency
from genoviz.files.tsv import Row, matrix
from genoviz.models.card import ModelCard
from genoviz.models.provenance import provenance, table_record
from genoviz.sequences.bases import BASES


def dependency_table(found: Dependency) -> list[Row]:
    """A row for each base that is changed and each that is read (from 1): the dependency, and the bases that show it."""
    start, bases, level = found.window[0], found.sequence.bases, found.map
    rows: list[Row] = []
    for i, j in np.argwhere(np.isfinite(level)).tolist():
        table = found.change[:, i, :, j]
        a, b = np.unravel_index(np.nanargmax(np.abs(table)), table.shape)
        rows.append(
            {
                "changed": start + i + 1,
                "base": bases[start + i],
                "to": BASES[int(a)],
                "read": start + j + 1,
                "base_read": bases[start + j],
                "most_changed": BASES[int(b)],
                "change": float(table[a, b]),
                "dependency": float(level[i, j]),
            }
        )
    return rows


def dependency_provenance(card: ModelCard, found: Dependency) -> dict[str, object]:
    """What was changed and how it is counted."""
    what = (
        "largest |change| of the log2 odds of a base at `read` when the base at `changed` becomes another one"
        if found.target is None
        else "largest |both - first - second| of a change at `changed` and one at `read`"
    )
    return provenance(
        card,
        sequence=found.sequence.bases,
        locus=found.sequence.locus,
        window=f"{found.window[0] + 1}-{found.window[1]}",
        target=found.target,
        unit=found.unit,
        reading=found.reading,
        complete=found.complete,
        dependency=what,
    )


def dependency_record(card: ModelCard, found: Dependency, **details: object) -> dict[str, Any]:
    """A map as in `genoviz dependency --json`: `map` has a row per changed base, null on the diagonal."""
    header = dependency_provenance(card, found)
    record = table_record(card, header, [], sentence=found.sentence, **details)
    record.pop("rows")
    return record | {"map": matrix(found.map)}


def cell_table(found: Dependency, changed: int, read: int) -> list[Row]:
    """The four by four table behind a cell (places 0-based in the sequence): a row for each base at `changed`.

    For a language model the probability of each base at `read`, and the change of its log2 odds; else the interaction.
    """
    i, j = changed - found.window[0], read - found.window[0]
    table, rows = found.table(changed, read), list[Row]()
    second = "change of" if found.probabilities is not None else f"with {read + 1}"
    for a, base in enumerate(BASES):
        own = " (as it is)" if base == found.sequence.bases[changed] else ""
        row: dict[str, object] = {f"base {changed + 1}": base + own}
        if found.probabilities is not None:
            row |= {f"p({b}) at {read + 1}": float(found.probabilities[a, i, n, j]) for n, b in enumerate(BASES)}
        rows.append(row | {f"{second} {b}": float(table[a, n]) for n, b in enumerate(BASES)})
    return rows


def attention_table(found: AttentionMap) -> list[Row]:
    """A row per base (from 1): the attention that it receives, and the mean |effect| of its substitutions."""
    numbers = zip(found.sequence.bases, found.received.tolist(), found.effect.tolist(), strict=True)
    return [
        {"position": i, "base": base, "received": received, "effect": effect}
        for i, (base, received, effect) in enumerate(numbers, start=1)
    ]


def attention_provenance(card: ModelCard, found: AttentionMap) -> dict[str, object]:
    """What was read, the agreement with the mutation map, and the notice."""
    return provenance(
        card,
        sequence=found.sequence.bases,
        locus=found.sequence.locus,
        target=found.target,
        agreement=found.agreement,
        agreement_95=list(found.interval),
        notice=NOTICE,
    )


def attention_record(card: ModelCard, found: AttentionMap, **details: object) -> dict[str, Any]:
    """Attention as in `genoviz attention --json`: the rows, and `rollout` with a matrix per tower."""
    record = table_record(
        card, attention_provenance(card, found), attention_table(found), sentence=found.sentence, **details
    )
    return record | {"rollout": [matrix(tower) for tower in found.rollout]}
