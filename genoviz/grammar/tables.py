"""Results of the grammar bench as rows and provenance for `genoviz.files.tsv.tsv`."""

from __future__ import annotations

from typing import Any

import numpy as np

from genoviz.files.tsv import Row
from genoviz.grammar.dependence import Dependence
from genoviz.grammar.mean_interval import RESAMPLES, Spread
from genoviz.grammar.results import ORDERS, STRANDS, Copies, Marginal, Slide, Spacing
from genoviz.models.card import ModelCard
from genoviz.models.provenance import provenance, table_record
from genoviz.mutagenesis.epistasis import Epistasis
from genoviz.mutagenesis.tables import epistasis_provenance, epistasis_record, epistasis_table

Grammar = Marginal | Slide | Spacing | Copies | Dependence | Epistasis

_EFFECT = "with the site minus the background as it is, mean over backgrounds"
_INTERVAL = f"95 %, percentiles of the mean over {RESAMPLES} bootstrap samples of the backgrounds"


def grammar_table(result: Grammar) -> list[Row]:
    """One row per placement, pair of blocks, or double mutant; positions count from 1."""
    if isinstance(result, Marginal):
        row = {"first_base": result.position + 1, "strand": result.strand}
        return [row | _columns("effect", result.effect) | _columns("background", result.background)]
    if isinstance(result, Slide):
        return [
            {"first_base": int(p) + 1, "strand": strand, **_columns("effect", result.effect[s, i])}
            for s, strand in enumerate(STRANDS)
            for i, p in enumerate(result.positions)
        ]
    if isinstance(result, Spacing):
        return [
            {"order": ORDERS[o], "strand_b": STRANDS[s], "gap": int(result.gaps[g])}
            | _columns("joint", result.joint[o, s, g])
            | {"sum": float(result.expected.mean[o, s, g]), "b_alone": float(result.single_b.mean[o, s, g])}
            | _columns("cooperation", result.cooperation[o, s, g])
            for o, s, g in np.argwhere(np.isfinite(result.joint.mean)).tolist()
        ]
    if isinstance(result, Copies):
        return [
            {"copies": k + 1, "added_at_base": int(result.positions[k]) + 1}
            | _columns("joint", result.joint[k])
            | {"sum": float(result.expected.mean[k])}
            | _columns("cooperation", result.cooperation[k])
            for k in range(len(result.positions))
        ]
    if isinstance(result, Dependence):
        return [
            {"block": str(result.blocks[i]), "other": str(result.blocks[j])}
            | _columns("without_both", result.joint[i, j])
            | {"without_block": float(result.single.mean[i]), "without_other": float(result.single.mean[j])}
            | _columns("interaction", result.interaction[i, j])
            for i, j in result.pairs
        ]
    return epistasis_table(result)


def grammar_provenance(card: ModelCard, result: Grammar) -> dict[str, object]:
    """What was measured and how; conventions are said."""
    if isinstance(result, Epistasis):
        return epistasis_provenance(card, result)
    shared: dict[str, object] = {"target": result.target, "unit": result.unit, "of": result.of}
    if isinstance(result, Marginal):
        return provenance(
            card, site=result.site.bases, **shared, backgrounds=result.backgrounds.name, interval=_INTERVAL,
            effect=_EFFECT,
        )  # fmt: skip
    shared["complete"] = result.complete
    if isinstance(result, Dependence):
        return provenance(
            card, sequence=result.sequence.bases, value=result.value, **shared, replaced_by=result.shuffles.name,
            interaction="without both - without the one - without the other, each minus the sequence as given",
            interval=_INTERVAL,
        )  # fmt: skip
    shared |= {"backgrounds": result.backgrounds.name, "engine": result.engine, "interval": _INTERVAL}
    shared["effect"] = _EFFECT
    if isinstance(result, Spacing):
        return provenance(
            card, site_a=result.site_a.bases, strand_a=result.strand_a, first_base_a=result.position_a + 1,
            site_b=result.site_b.bases, a_alone=result.single_a.words(result.unit),
            cooperation="joint - A alone - B alone", **shared,
        )  # fmt: skip
    if isinstance(result, Copies):
        return provenance(card, site=result.site.bases, strand=result.strand, gap=result.gap, **shared)
    return provenance(card, site=result.site.bases, **shared)


def grammar_record(card: ModelCard, result: Grammar, **details: object) -> dict[str, Any]:
    """The table with its provenance and its sentence, as in `genoviz grammar ... --json`."""
    if isinstance(result, Epistasis):
        return epistasis_record(card, result, **details)
    header = grammar_provenance(card, result)
    if isinstance(result, Spacing):
        header |= _columns("a_alone", result.single_a)
    return table_record(card, header, grammar_table(result), sentence=result.sentence, **details)


def _columns(name: str, value: Spread) -> dict[str, object]:
    low, high = value.interval
    return {name: float(value.mean), f"{name}_low": float(low), f"{name}_high": float(high)}
