"""Attributions and the use of sites as JSON, as rows, and what their files begin with."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING, Any

from genoviz.files.tsv import Row, finite, matrix, text_of
from genoviz.models.card import ModelCard
from genoviz.models.provenance import provenance
from genoviz.motifs.tables import hit_table
from genoviz.predict.tables import prediction_record
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Fitted, Sequence
from genoviz.sequences.tracks import Tracks

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.attribute.site_use import SiteUse


def attribution_record(
    card: ModelCard, prediction: Mapping[str, Tracks], result: Attribution, fitted: Fitted | None = None
) -> dict[str, Any]:
    """One explained sequence as in `genoviz attribute --json`; `scores` is 4 x L in base order A C G T."""
    return {
        **prediction_record(card, [result.sequence], [prediction], [fitted] if fitted else None),
        "method": result.method,
        "target": str(result.target.resolved(card)),
        "unit": result.unit,
        "baseline": result.baseline,
        "references": result.references,
        "seed": result.seed,
        "steps": result.steps,
        "options": dict(result.options),
        "value": finite(result.value),
        "completeness_gap": finite(result.gap),
        "completeness_gap_relative": finite(result.relative_gap),
        "scores": matrix(result.scores),
    }


def attribution_table(result: Attribution) -> list[Row]:
    """Attribution as rows: position (from 1), base, score of the base, then the four rows of scores."""
    rows: list[Row] = []
    per_base = result.per_base
    for i, base in enumerate(result.sequence.bases):
        row: dict[str, object] = {"position": i + 1, "base": base, "score": float(per_base[i])}
        row |= {f"score_{b}": float(result.scores[r, i]) for r, b in enumerate(BASES)}
        if result.hypothetical is not None:
            row |= {f"hypothetical_{b}": float(result.hypothetical[r, i]) for r, b in enumerate(BASES)}
        rows.append(row)
    return rows


def attribution_provenance(card: ModelCard, result: Attribution) -> dict[str, object]:
    """Provenance of an attribution."""
    return provenance(
        card,
        sequence=result.sequence.name or None,
        locus=result.sequence.locus,
        target=result.target.resolved(card),
        unit=result.unit,
        method=result.method,
        baseline=result.baseline,
        references=result.references or None,
        seed=result.seed,
        steps=result.steps,
        **result.options,
        value=text_of(result.value),
        completeness_gap=text_of(result.gap) if result.gap is not None else None,
    )


def use_table(uses: Seq[SiteUse], sequence: Sequence) -> list[dict[str, object]]:
    """`genoviz.motifs.tables.hit_table` with the attribution of each hit, its p-value, and the verdict."""
    rows = hit_table([use.hit for use in uses], sequence)
    return [
        row | {"attribution": use.attribution, "attribution p-value": use.p_value, "verdict": use.verdict}
        for row, use in zip(rows, uses, strict=True)
    ]
