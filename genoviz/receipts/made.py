"""A receipt of each kind of result."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from collections.abc import Sequence as Seq
from typing import TYPE_CHECKING, Any

import numpy as np

from genoviz.errors import BadInput
from genoviz.models.card import ModelCard
from genoviz.models.target import Target
from genoviz.models.words import rounded
from genoviz.receipts.numbers import Numbers
from genoviz.receipts.receipt import Input, ModelUsed, Receipt
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.tracks import Tracks
from genoviz.version import __version__

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.compare.comparison import Comparison
    from genoviz.effects.effect import VariantEffect
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.splicing.effect import SpliceEffect
    from genoviz.splicing.usage import SpliceUsageEffect
    from genoviz.trust.report import TrustReport

_TRACKS_TOLD = 3  # in the sentence of a prediction


def made_with() -> dict[str, str]:
    """Versions of what computes here, threads of torch, and the kind of processor: what last digits depend on."""
    import torch

    return {
        "genoviz": __version__,
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
        "threads": str(torch.get_num_threads()),
        "processor": f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
    }


def prediction_receipt(
    card: ModelCard, sequences: Seq[Sequence], predictions: Seq[Mapping[str, Tracks]], *, scale: str = "value"
) -> Receipt:
    """Of `genoviz.predict.predict`, for one or more sequences.

    Parameters
    ----------
    card, sequences, predictions
        The model, what it read, and what it said.
    scale
        As it was given to `predict`.
    """
    if not predictions:
        raise BadInput("There is no prediction.", "A receipt is about one or more.", "Predict a sequence first.")
    names = list(predictions[0])
    numbers = {
        name: Numbers.of(np.stack([one[name].values for one in predictions]), predictions[0][name].unit)
        for name in names
    }
    return Receipt(
        "prediction",
        _predicted(card, predictions),
        tuple(map(Input.of, sequences)),
        (model_used(card),),
        {"scale": scale, "outputs": names},
        numbers,
        made_with(),
    )


def attribution_receipt(card: ModelCard, result: Attribution) -> Receipt:
    """Of `genoviz.attribute.attribute`."""
    return Receipt(
        "attribution",
        result.sentence,
        (Input.of(result.sequence),),
        (model_used(card, result.target),),
        _explained(result),
        _scores(result),
        made_with(),
    )


def mutagenesis_receipt(card: ModelCard, result: Mutagenesis) -> Receipt:
    """Of `genoviz.mutagenesis.saturate`.

    Raises
    ------
    BadInput
        If the map was stopped before its end.
    """
    check_complete(result.complete)
    size = abs(result.value)  # mutations are differences of numbers of that size
    numbers = {
        "value": Numbers.of(result.value, result.unit),
        "delta": Numbers.of(result.delta, result.unit, size=size),
    }
    if result.deletions is not None and result.insertions is not None:
        numbers["deletions"] = Numbers.of(result.deletions, result.unit, size=size)
        numbers["insertions"] = Numbers.of(result.insertions, result.unit, size=size)
    settings = {
        "window": f"{result.window[0] + 1}-{result.window[1]}",
        "indels": result.deletions is not None,
        "engine": result.engine,
    }
    return Receipt(
        "mutagenesis",
        result.sentence,
        (Input.of(result.sequence),),
        (model_used(card, result.target),),
        settings,
        numbers,
        made_with(),
    )


def variant_receipt(card: ModelCard, effect: VariantEffect, *, genome: str = "") -> Receipt:
    """Of `genoviz.effects.effect.variant_effect`; its inputs are the windows of both alleles.

    Parameters
    ----------
    card, effect
        The model, and what it says of the variant.
    genome
        Name of the genome, as `genoviz genome list` has it.
    """
    windows = effect.windows
    value = max(abs(effect.reference_value), abs(effect.alternate_value))
    numbers = {
        "reference": Numbers.of(effect.reference_value, effect.unit, size=value),
        "alternate": Numbers.of(effect.alternate_value, effect.unit, size=value),
        "effect": Numbers.of(effect.delta, effect.unit, size=value),
    }
    numbers |= {f"score {one.name}": Numbers.of(one.value, one.formula, size=1.0) for one in effect.scores}
    settings = {
        "variant": str(windows.variant),
        "genome": genome,
        "assembly": windows.locus.assembly,
        "window": str(windows.locus),
        "before": windows.before,
        "strands": "one" if effect.strand_deltas is None else "both",
    }
    return Receipt(
        "variant",
        effect.sentence,
        (Input.of(windows.reference), Input.of(windows.alternate)),
        (model_used(card, effect.target),),
        settings,
        numbers,
        made_with(),
    )


def splice_receipt(
    card: ModelCard,
    effect: SpliceEffect | SpliceUsageEffect,
    *,
    distance: int,
    genome: str = "",
    read_outside: bool = False,
) -> Receipt:
    """Of `genoviz.splicing.tables.effect_at`; its inputs are the scanned sequences of both alleles.

    Parameters
    ----------
    card, effect
        The model, and what it says of the variant.
    distance, read_outside
        As they were given.
    genome
        Name of the genome, which is read again for a verification: sites depend on thousands of bases around them.
    """
    windows, transcript = effect.windows, effect.transcript
    numbers = {
        "reference": Numbers.of(effect.reference, "probability", size=1.0),
        "alternate": Numbers.of(effect.alternate, "probability", size=1.0),
        "scores": Numbers.of([score.value for score in effect.raw_scores], "difference of probabilities", size=1.0),
    }
    settings = {
        "variant": str(windows.variant),
        "genome": genome,
        "assembly": windows.locus.assembly,
        "strand": effect.strand,
        "distance": distance,
        "transcript": transcript.identifier if transcript else "",
        "masked": effect.masked,
        "read_outside": read_outside,
    }
    return Receipt(
        "splice",
        effect.sentence,
        (Input.of(windows.reference), Input.of(windows.alternate)),
        (model_used(card),),
        settings,
        numbers,
        made_with(),
    )


def trust_receipt(card: ModelCard, report: TrustReport) -> Receipt:
    """Of `genoviz.trust.report.assess`: the explanation, and the figure of each check.

    Raises
    ------
    BadInput
        If the checks were stopped before their end.
    """
    check_complete(report.complete)
    result = report.explanation
    figures = {
        f"figure of {light.check}": Numbers.of(np.nan if light.figure is None else light.figure, size=1.0)
        for light in report.lights
    }
    return Receipt(
        "trust",
        report.sentence,
        (Input.of(result.sequence),),
        (model_used(card, result.target),),
        _explained(result),
        _scores(result) | figures,
        made_with(),
    )


def comparison_receipt(found: Comparison) -> Receipt:
    """Of `genoviz.compare.comparison.compare`: the scores of each explanation on the shared axis.

    Raises
    ------
    BadInput
        If the comparison was stopped before its end.
    """
    check_complete(found.complete)
    asked = {(row.card.name, row.attribution.target): row.card for row in found.rows}
    settings = {
        "methods": list(dict.fromkeys(row.attribution.method for row in found.rows)),
        "baseline": found.baseline,
        "references": found.references,
        "seed": found.seed,
        "centre": None if found.centre is None else found.centre + 1,
        "strands": any(row.flipped is not None for row in found.rows),
    }
    numbers = {
        f"{number}. {row.label}": Numbers.of(row.values, row.unit, size=row.attribution.value)
        for number, row in enumerate(found.rows, start=1)
    }
    return Receipt(
        "comparison",
        found.sentence,
        (Input.of(found.sequence),),
        tuple(model_used(card, target) for (_, target), card in asked.items()),
        settings,
        numbers,
        made_with(),
    )


def model_used(card: ModelCard, target: Target | None = None) -> ModelUsed:
    """A model as a receipt names it."""
    return ModelUsed(card.name, card.sha256, str(target.resolved(card)) if target else "")


def _explained(result: Attribution) -> dict[str, Any]:
    """Settings of an explanation."""
    return {
        "method": result.method,
        "baseline": result.baseline,
        "references": result.references,
        "seed": result.seed,
        "options": dict(result.options),
        "steps": result.steps,
    }


def _scores(result: Attribution) -> dict[str, Numbers]:
    """Numbers of an explanation."""
    numbers = {
        "value": Numbers.of(result.value, result.unit),
        "scores": Numbers.of(result.scores, result.unit, size=result.value),
    }
    if result.relative_gap is not None:
        numbers["figure of the completeness gap"] = Numbers.of(result.relative_gap, size=1.0)
    return numbers


def _predicted(card: ModelCard, predictions: Seq[Mapping[str, Tracks]]) -> str:
    """`GABPA 0.930 probability, MAX 0.012 probability.`, or how many numbers there are."""
    first = predictions[0]
    rows = [(track, tracks.values[i], tracks.unit) for tracks in first.values() for i, track in enumerate(tracks.names)]
    if len(predictions) > 1:
        return f"{len(predictions):,} sequences, {len(rows):,} tracks of {card.title}."
    if any(len(values) > 1 for _, values, _ in rows):
        return f"{len(rows):,} tracks of {card.title} along the sequence."
    told = [f"{track} {rounded(float(values[0]), unit)} {unit}" for track, values, unit in rows[:_TRACKS_TOLD]]
    more = f" and {len(rows) - _TRACKS_TOLD:,} more" if len(rows) > _TRACKS_TOLD else ""
    return f"{card.title}: {', '.join(told)}{more}."


def check_complete(complete: bool) -> None:
    """Raise `BadInput` for a result that was stopped."""
    if not complete:
        raise BadInput(
            "The result was stopped before its end.",
            "A receipt is about a whole result, which comes out again.",
            "Compute it to the end first.",
        )
