"""Sequences that a model wrote, as rows, provenance and JSON."""

from __future__ import annotations

from typing import Any

from genoviz.files.tsv import Row
from genoviz.language.filling import Infill
from genoviz.models.card import ModelCard
from genoviz.models.provenance import provenance, table_record


def infill_table(found: Infill) -> list[Row]:
    """A row per sequence, the one given first: its stretch, log-likelihood in nats, and the share of bases as they were."""
    start, end = found.window
    rows: list[Row] = [
        {
            "name": "as given",
            "stretch": found.given.bases[start:end],
            "log_likelihood": found.likelihood,
            "minus_given": 0.0,
            "same": 1.0,
        }
    ]
    for sequence, number, same in zip(found.sequences, found.likelihoods.tolist(), found.same.tolist(), strict=True):
        rows.append(
            {
                "name": sequence.name,
                "stretch": sequence.bases[start:end],
                "log_likelihood": number,
                "minus_given": number - found.likelihood,
                "same": same,
            }
        )
    return rows


def infill_provenance(card: ModelCard, found: Infill) -> dict[str, object]:
    """What was hidden and how it was written."""
    return provenance(
        card,
        sequence=found.given.bases,
        locus=found.given.locus,
        window=f"{found.window[0] + 1}-{found.window[1]}",
        temperature=found.temperature,
        seed=found.seed,
        order=found.order,
        reading=found.reading,
        log_likelihood="of the whole sequence, in nats",
    )


def infill_record(card: ModelCard, found: Infill, **details: object) -> dict[str, Any]:
    """The table as in `genoviz infill --json`."""
    return table_record(card, infill_provenance(card, found), infill_table(found), sentence=found.sentence, **details)
