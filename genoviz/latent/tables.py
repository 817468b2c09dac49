"""Walks, dimensions, denoised copies and reconstructions as rows, as JSON, and what their files begin with."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING, Any

from genoviz.files.tsv import Row, matrix
from genoviz.models.card import ModelCard
from genoviz.models.provenance import provenance, table_record

if TYPE_CHECKING:
    from genoviz.grammar.mean_interval import Spread
    from genoviz.latent.denoise import Denoised
    from genoviz.latent.dimensions import Dimensions
    from genoviz.latent.reconstruction import Reconstruction
    from genoviz.latent.walk import Walk


def walk_table(found: Walk) -> list[Row]:
    """One row per step: likeness to both ends, scores of the likeliest, the drawn and the mixed sequences, and the bases."""
    rows: list[Row] = []
    for i, sequence in enumerate(found.sequences):
        row: dict[str, object] = {"step": i + 1, "like_first": float(found.like_first[i])}
        row["like_second"] = float(found.like_second[i])
        if found.scores is not None:
            row["score_likeliest"] = float(found.scores.likeliest[i])
            row |= _cells("score_drawn", found.scores.drawn[i]) | _cells("score_mixed", found.scores.mixed[i])
        rows.append(row | {"bases": sequence.bases})
    return rows


def walk_provenance(found: Walk) -> dict[str, object]:
    """Between what, and scored by whom."""
    scores = found.scores
    return provenance(
        found.card,
        first=found.first.name or "first",
        second=found.second.name or "second",
        steps=len(found.sequences),
        scored_by=scores.scorer if scores else None,
        unit=scores.unit if scores else None,
        score_first=scores.given[0] if scores else None,
        score_second=scores.given[1] if scores else None,
        draws=found.draws if scores else None,
        seed=found.seed if scores else None,
        score_drawn="mean over sequences drawn from the decoder's probabilities, with its 95 % interval"
        if scores
        else None,
        score_mixed="the same for sequences with each base from either end, without the autoencoder"
        if scores
        else None,
    )


def walk_record(found: Walk) -> dict[str, Any]:
    """A walk as in `genoviz walk --json`; `point` has a number per dimension, `probabilities` are 4 x length, rows A C G T."""
    record = table_record(found.card, walk_provenance(found), walk_table(found), sentence=found.sentence)
    for row, point, table in zip(record["rows"], found.points, found.probabilities, strict=True):
        row["point"] = [float(v) for v in point]
        row["probabilities"] = matrix(table)
    return record


def dimension_table(found: Dimensions) -> list[Row]:
    """One row per dimension, the largest effect first."""
    return [
        {
            "dimension": int(i) + 1,
            "centre": float(found.centre[i]),
            "bases_exchanged": int(found.letters[i]),
            "mean_change": float(found.change[i].mean()),
            "most_changed_position": int(found.change[i].argmax()) + 1,
            **(_cells("effect", found.effect[int(i)]) if found.effect is not None else {}),
        }
        for i in found.order
    ]


def dimension_provenance(found: Dimensions) -> dict[str, object]:
    """What was moved how far, and scored by whom."""
    return provenance(
        found.card,
        around=(found.sequence.name or "the given sequence") if found.sequence else "the middle of the latent space",
        reach=found.reach,
        mean_change="share of the probability that moves between the two ends, mean over positions",
        scored_by=found.scorer or None,
        unit=found.unit or None,
        draws=len(found.effect.values) if found.effect is not None else None,
        seed=found.seed if found.effect is not None else None,
        effect="upper end minus lower end, mean over drawn sequences, with its 95 % interval" if found.scorer else None,
    )


def dimension_record(found: Dimensions) -> dict[str, Any]:
    """Dimensions as in `genoviz dimensions --json`; `low` and `high` are base probabilities 4 x length, rows A C G T."""
    record = table_record(found.card, dimension_provenance(found), dimension_table(found), sentence=found.sentence)
    for row in record["rows"]:
        i = row["dimension"] - 1
        row["change"] = [float(v) for v in found.change[i]]
        row["low"], row["high"] = matrix(found.low[i]), matrix(found.high[i])
    return record


def denoised_table(found: Denoised) -> list[Row]:
    """One row per copy: what came back, what stayed, scores, and the bases before and after."""
    rows: list[Row] = []
    for i, (before, after) in enumerate(zip(found.corrupted, found.denoised, strict=True)):
        row: dict[str, object] = {
            "copy": i + 1,
            "corrupted_bases": int(found.hit[i].sum()),
            "restored": float(found.restored.values[i]),
            "right_when_told_nothing": float(found.blind.values[i]),
            "kept": float(found.kept.values[i]),
        }
        if found.scores is not None:
            _, spoiled, mended = found.scores
            row |= {"score_corrupted": float(spoiled.values[i]), "score_denoised": float(mended.values[i])}
        rows.append(row | {"corrupted": before.bases, "denoised": after.bases})
    return rows


def denoised_provenance(found: Denoised) -> dict[str, object]:
    """What was done to which sequence, and the means over the copies."""
    said: dict[str, object] = {}
    for name, spread in (("restored", found.restored), ("told_nothing", found.blind), ("kept", found.kept)):
        said |= _cells(f"mean_{name}", spread)
    return provenance(
        found.card,
        sequence=found.original.name or "the given sequence",
        corrupted=f"{100 * found.share:g} % of the bases, kind {found.kind}",
        seed=found.seed,
        **said,
        scored_by=found.scorer or None,
        unit=found.unit or None,
        score_given=found.scores[0] if found.scores else None,
    )


def denoised_record(found: Denoised) -> dict[str, Any]:
    """Denoised copies as in `genoviz denoise --json`; `probabilities` are the first copy's, 4 x length, rows A C G T."""
    record = table_record(found.card, denoised_provenance(found), denoised_table(found), sentence=found.sentence)
    record["probabilities"] = matrix(found.probabilities)
    return record


def reconstruction_table(found: Seq[Reconstruction]) -> list[Row]:
    """One row per sequence: error, log-likelihood, recovered share, and the place among each background set."""
    return [
        {
            "name": one.sequence.name,
            "error": one.error,
            "log_likelihood": one.log_likelihood,
            "recovered": one.recovered,
            **{f"worse_than_{name}": value for name, value in one.worse_than.items()},
        }
        for one in found
    ]


def reconstruction_provenance(card: ModelCard) -> dict[str, object]:
    """What the columns mean."""
    return provenance(
        card,
        error="minus the log-likelihood by known bases, in nats",
        worse_than="per cent of the sequences of this background set that come back better",
    )


def reconstruction_record(card: ModelCard, found: Seq[Reconstruction]) -> dict[str, Any]:
    """Reconstructions as in `genoviz reconstruct --json`; `point` has a number per dimension, `surprise` one per base."""
    record = table_record(card, reconstruction_provenance(card), reconstruction_table(found))
    for row, one in zip(record["rows"], found, strict=True):
        row["sentence"] = one.sentence
        row["point"] = [float(v) for v in one.point]
        row["surprise"] = matrix(one.surprise[None])[0]
        row["probabilities"] = matrix(one.probabilities)
    return record


def _cells(name: str, spread: Spread) -> dict[str, object]:
    """A mean over draws with its interval, as three cells."""
    low, high = spread.interval
    return {name: float(spread.mean), f"{name}_low": float(low), f"{name}_high": float(high)}
