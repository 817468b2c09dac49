"""Mutation maps as JSON, as rows, and what their files begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from genoviz.files.tsv import Row, finite, matrix, text_of
from genoviz.models.card import ModelCard
from genoviz.models.provenance import provenance
from genoviz.predict.tables import prediction_record
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Fitted
from genoviz.sequences.tracks import Tracks

if TYPE_CHECKING:
    from genoviz.mutagenesis.saturation import Mutagenesis


def mutagenesis_record(
    card: ModelCard, prediction: Mapping[str, Tracks], result: Mutagenesis, fitted: Fitted | None = None
) -> dict[str, Any]:
    """One mutation map as in `genoviz mutate --json`: alternate minus reference, null where not computed."""
    record = {
        **prediction_record(card, [result.sequence], [prediction], [fitted] if fitted else None),
        "target": str(result.target.resolved(card)),
        "unit": result.unit,
        "value": finite(result.value),
        "window": [result.window[0] + 1, result.window[1]],
        "complete": result.complete,
        "delta": matrix(result.delta),
    }
    if result.deletions is not None and result.insertions is not None:
        record["deletions"] = [finite(v) for v in result.deletions.tolist()]
        record["insertions"] = matrix(result.insertions)
    return record


def mutagenesis_table(result: Mutagenesis) -> list[Row]:
    """Mutation map as rows: position (from 1), reference base, importance, alternate minus reference per base."""
    rows: list[Row] = []
    importance = result.importance
    for i, base in enumerate(result.sequence.bases):
        row: dict[str, object] = {"position": i + 1, "reference": base, "importance": float(importance[i])}
        row |= {f"delta_{b}": float(result.delta[r, i]) for r, b in enumerate(BASES)}
        if result.deletions is not None and result.insertions is not None:
            row["delta_deletion"] = float(result.deletions[i])
            row |= {f"delta_insert_{b}": float(result.insertions[r, i]) for r, b in enumerate(BASES)}
        rows.append(row)
    return rows


def mutagenesis_provenance(card: ModelCard, result: Mutagenesis) -> dict[str, object]:
    """Provenance of a mutation map, with its convention."""
    return provenance(
        card,
        sequence=result.sequence.name or None,
        locus=result.sequence.locus,
        target=result.target.resolved(card),
        unit=result.unit,
        value=text_of(result.value),
        window=f"{result.window[0] + 1}-{result.window[1]}",
        complete=result.complete,
        engine=result.engine,
        delta="alternate minus reference; nan where not computed",
        importance="minus the mean over the three alternatives",
    )
