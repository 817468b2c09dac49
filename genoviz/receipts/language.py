"""Receipts of what language models expect, take together and write, and the same results computed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from genoviz.models.card import ModelCard
from genoviz.models.load import load_model
from genoviz.models.target import Target
from genoviz.receipts.made import check_complete, made_with, model_used
from genoviz.receipts.numbers import Numbers
from genoviz.receipts.receipt import Input, Receipt
from genoviz.receipts.settings import missing, text, whole
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

if TYPE_CHECKING:
    from genoviz.dependency.dependency_map import Dependency
    from genoviz.language.filling import Infill
    from genoviz.predict.expectation import Expectation

Progress = Callable[[float], None] | None


def expectation_receipt(card: ModelCard, found: Expectation) -> Receipt:
    """Of `genoviz.predict.expectation.expect`."""
    known = found.surprise[np.isfinite(found.surprise)]
    mean = f": {known.mean():.2f} bits of surprise per base on average" if known.size else ""
    return Receipt(
        "expectation",
        f"What {card.title} expects at {len(found.sequence):,} bases{mean}.",
        (Input.of(found.sequence),),
        (model_used(card),),
        {},
        {"probabilities": Numbers.of(found.probabilities, "probability", size=1.0)},
        made_with(),
    )


def dependency_receipt(card: ModelCard, found: Dependency) -> Receipt:
    """Of `genoviz.dependency.dependency`.

    Raises
    ------
    BadInput
        If the map was stopped before its end.
    """
    check_complete(found.complete)
    numbers = {"change": Numbers.of(found.change, found.unit)}
    if found.probabilities is not None:
        numbers["probabilities"] = Numbers.of(found.probabilities, "probability", size=1.0)
    return Receipt(
        "dependency",
        found.sentence,
        (Input.of(found.sequence),),
        (model_used(card, found.target),),
        {"window": _window(found.window), "reading": found.reading},
        numbers,
        made_with(),
    )


def infill_receipt(card: ModelCard, found: Infill) -> Receipt:
    """Of `genoviz.language.infill`: the bases that were written as numbers (A 0, C 1, G 2, T 3), and likelihoods."""
    start, end = found.window
    written = [[BASES.index(base) for base in one.bases[start:end]] for one in found.sequences]
    return Receipt(
        "infill",
        found.sentence,
        (Input.of(found.given),),
        (model_used(card),),
        {
            "window": _window(found.window),
            "count": len(found.sequences),
            "temperature": found.temperature,
            "seed": found.seed,
            "order": found.order,
            "reading": found.reading,
        },
        {
            "written bases": Numbers.of(written, "A 0, C 1, G 2, T 3"),
            "log-likelihoods": Numbers.of(found.likelihoods, "nats"),
            "log-likelihood as given": Numbers.of(found.likelihood, "nats"),
        },
        made_with(),
    )


def expectation_again(receipt: Receipt, read: list[Sequence], progress: Progress) -> Receipt:
    """The expectation of a receipt, computed again."""
    from genoviz.predict.expectation import expect

    model = load_model(receipt.models[0].name)
    return expectation_receipt(model.card, expect(model, read[0]))


def dependency_again(receipt: Receipt, read: list[Sequence], progress: Progress) -> Receipt:
    """The map of a receipt, computed again."""
    from genoviz.dependency.dependency_map import dependency

    used = receipt.models[0]
    model = load_model(used.name)
    target = Target.parse(used.target, model.card) if used.target else None
    found = dependency(model, read[0], window=_bounds(receipt), target=target, progress=progress)
    return dependency_receipt(model.card, found)


def infill_again(receipt: Receipt, read: list[Sequence], progress: Progress) -> Receipt:
    """The written sequences of a receipt, written again."""
    from genoviz.language.filling import infill

    settings, model = receipt.settings, load_model(receipt.models[0].name)
    temperature = settings.get("temperature")
    if not isinstance(temperature, (int, float)) or isinstance(temperature, bool):
        raise missing("temperature")
    found = infill(
        model,
        read[0],
        _bounds(receipt),
        n=whole(settings, "count"),
        temperature=float(temperature),
        seed=whole(settings, "seed"),
        progress=progress,
    )
    return infill_receipt(model.card, found)


def _window(window: tuple[int, int]) -> str:
    return f"{window[0] + 1}-{window[1]}"


def _bounds(receipt: Receipt) -> tuple[int, int]:
    from genoviz.mutagenesis.saturation import parse_window

    found = parse_window(text(receipt.settings, "window"))
    if found is None:
        raise missing("window")
    return found
