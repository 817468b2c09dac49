"""Sequences that a model wrote, and scores of substitutions, as rows, provenance and JSON."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from typing import Any

from genoviz.files.tsv import Row
from genoviz.language.filling import Infill
from genoviz.language.ratio import LikelihoodRatio
from genoviz.models.card import ModelCard
from genoviz.models.provenance import provenance, table_record
from genoviz.sequences.sequence import Sequence


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


def ratio_table(found: Seq[LikelihoodRatio]) -> list[Row]:
    """A row per substitution: the log-likelihood ratio at the base itself and over the whole sequence, in nats."""
    return [
        {"change": f"{one.reference}{one.place}{one.alternate}", "own": one.own, "whole": one.whole} for one in found
    ]


def ratio_provenance(card: ModelCard, sequence: Sequence, found: Seq[LikelihoodRatio]) -> dict[str, object]:
    """What was changed and how it is counted."""
    return provenance(
        card,
        sequence=sequence.bases,
        locus=sequence.locus,
        reading=found[0].reading if found else None,
        own="ln p(new base) - ln p(old base) at the place, which is hidden; nats",
        whole="log-likelihood of the whole sequence with the change minus without; nats",
    )


def ratio_record(card: ModelCard, sequence: Sequence, found: Seq[LikelihoodRatio], **details: object) -> dict[str, Any]:
    """The table as in `genoviz expect --change ... --json`."""
    return table_record(card, ratio_provenance(card, sequence, found), ratio_table(found), **details)
