"""Mutation maps and double mutants as JSON, as rows, and what their files begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from genoviz.consequences.judged import DELETED, Consequences, of_map
from genoviz.consequences.splicing_signals import predicted_sites
from genoviz.consequences.tables import finding_records
from genoviz.files.tsv import Row, finite, matrix, text_of
from genoviz.models.card import ModelCard
from genoviz.models.provenance import provenance, table_record
from genoviz.predict.tables import prediction_record
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Fitted
from genoviz.sequences.tracks import Tracks

if TYPE_CHECKING:
    from genoviz.mutagenesis.epistasis import Epistasis
    from genoviz.mutagenesis.saturation import Mutagenesis


def consequences_of(
    card: ModelCard, result: Mutagenesis, prediction: Mapping[str, Tracks] | None = None, *, every_motif: bool = False
) -> Consequences:
    """What the mutations of a map do, in words: `genoviz.consequences.of_map` for what was mutated and explained.

    `prediction` is what the model says of the sequence; models of splice sites along it say with it where these are.
    """
    return of_map(
        card,
        result.sequence,
        sites=predicted_sites(card, prediction) if prediction else None,
        track=result.target.tracks[0] if len(result.target.tracks) == 1 else "",
        window=result.window,
        indels=result.deletions is not None,
        every_motif=every_motif,
    )


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
        "without_number": result.without_number,
        "delta": matrix(result.delta),
    }
    if result.deletions is not None and result.insertions is not None:
        record["deletions"] = [finite(v) for v in result.deletions.tolist()]
        record["insertions"] = matrix(result.insertions)
    record["consequences"] = finding_records(consequences_of(card, result, prediction))
    return record


def mutagenesis_table(result: Mutagenesis, found: Consequences | None = None) -> list[Row]:
    """Mutation map as rows: position (from 1), reference base, importance, alternate minus reference per base.

    With `found`, a last column says what the mutations of a position do: `A: makes a CpG | del: ...`.
    """
    rows: list[Row] = []
    importance = result.importance
    for i, base in enumerate(result.sequence.bases):
        row: dict[str, object] = {"position": i + 1, "reference": base, "importance": float(importance[i])}
        row |= {f"delta_{b}": float(result.delta[r, i]) for r, b in enumerate(BASES)}
        if result.deletions is not None and result.insertions is not None:
            row["delta_deletion"] = float(result.deletions[i])
            row |= {f"delta_insert_{b}": float(result.insertions[r, i]) for r, b in enumerate(BASES)}
        if found is not None:
            changes = (*BASES, DELETED, *(f"+{b}" for b in BASES))
            said = [(change, [finding.words for finding in found.at(i, change)]) for change in changes]
            row["consequences"] = " | ".join(f"{change}: {'; '.join(words)}" for change, words in said if words)
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
        notice=" ".join(result.notices) or None,
        delta="alternate minus reference; nan where not computed",
        importance="minus the mean over the three alternatives",
    )


def epistasis_table(result: Epistasis) -> list[Row]:
    """One row per double mutant, first the one further left; nothing for those that were not computed."""
    rows: list[Row] = []
    start, bases, extra = result.window[0], result.sequence.bases, result.interaction
    for i in range(extra.shape[1]):
        for j in range(i + 1, extra.shape[1]):
            for a, first in enumerate(BASES):
                for b, second in enumerate(BASES):
                    changed = first != bases[start + i] and second != bases[start + j]
                    if changed and np.isfinite(extra[a, i, b, j]):
                        rows.append(
                            {
                                "first": f"{bases[start + i]}{start + i + 1}{first}",
                                "second": f"{bases[start + j]}{start + j + 1}{second}",
                                "first_alone": float(result.single[a, i]),
                                "second_alone": float(result.single[b, j]),
                                "both": float(result.double[a, i, b, j]),
                                "interaction": float(extra[a, i, b, j]),
                            }
                        )
    return rows


def epistasis_provenance(card: ModelCard, result: Epistasis) -> dict[str, object]:
    """Provenance of double mutants, with the convention."""
    return provenance(
        card,
        sequence=result.sequence.bases,
        value=result.value,
        target=result.target,
        unit=result.unit,
        of=result.of,
        complete=result.complete,
        interaction="both - first - second, each minus the sequence as given",
    )


def epistasis_record(card: ModelCard, result: Epistasis, **details: object) -> dict[str, Any]:
    """Double mutants as in `genoviz epistasis --json`."""
    window = [result.window[0] + 1, result.window[1]]
    rows = epistasis_table(result)
    return table_record(
        card, epistasis_provenance(card, result), rows, window=window, sentence=result.sentence, **details
    )
