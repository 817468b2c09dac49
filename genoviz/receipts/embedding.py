"""Receipts of maps of embedded sequences and of linear probes on them, and the same computed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from genoviz.models.load import load_model
from genoviz.receipts.made import check_complete, made_with, model_used
from genoviz.receipts.numbers import Numbers
from genoviz.receipts.receipt import Input, Receipt
from genoviz.receipts.settings import missing, text, texts, whole, wholes
from genoviz.sequences.sequence import Sequence

if TYPE_CHECKING:
    from genoviz.embedding.map import EmbeddingMap
    from genoviz.embedding.probe import Probe
    from genoviz.embedding.records import Labelled

Progress = Callable[[float], None] | None


def map_receipt(found: EmbeddingMap) -> Receipt:
    """Of `genoviz.embedding.map.embedding_map`: the model's numbers, and where each record is drawn."""
    return Receipt(
        "map",
        found.sentence,
        tuple(map(Input.of, found.data.sequences)),
        (model_used(found.card),),
        {"method": found.method, "seed": found.seed} | _records(found.data),
        {"embedding": Numbers.of(found.vectors), "points": Numbers.of(found.points)},
        made_with(),
    )


def probe_receipt(found: Probe, data: Labelled, *, steps: int | None = None) -> Receipt:
    """Of `genoviz.embedding.probe.probe`: the learning curve, and what is said of each held-out record.

    Parameters
    ----------
    found, data
        The probe, and the records that it was trained on.
    steps
        As it was given to `probe`; its usual number if None.

    Raises
    ------
    BadInput
        If the learning curve was stopped before its end.
    """
    from genoviz.embedding.probe import STEPS

    check_complete(found.complete)
    scores = (found.embedding, found.words, found.difference)
    return Receipt(
        "probe",
        found.sentence,
        tuple(map(Input.of, data.sequences)),
        (model_used(found.card),),
        {
            "positive": found.positive,
            "word": found.word,
            "seed": found.seed,
            "steps": STEPS if steps is None else steps,
            "repeats": len(found.curve[0].embedding.values),
        }
        | _records(data),
        {
            "figure of the learning curve": Numbers.of(
                [[one.size, float(one.embedding.mean), float(one.words.mean)] for one in found.curve]
            ),
            "figure of held-out scores": Numbers.of([[one.score, one.low, one.high] for one in scores], size=1.0),
            "figure of held-out records": Numbers.of(found.predicted),
        },
        made_with(),
    )


def map_again(receipt: Receipt, read: list[Sequence], progress: Progress) -> Receipt:
    """The map of a receipt, drawn again."""
    from genoviz.embedding.map import embedding_map
    from genoviz.predict.embed import embed

    settings, model = receipt.settings, load_model(receipt.models[0].name)
    data = _labelled(receipt, read)
    vectors = embed(model, data.sequences, progress=progress)
    return map_receipt(
        embedding_map(model, data, vectors, method=text(settings, "method"), seed=whole(settings, "seed"))
    )


def probe_again(receipt: Receipt, read: list[Sequence], progress: Progress) -> Receipt:
    """The probe of a receipt, trained again."""
    from genoviz.embedding.probe import probe
    from genoviz.predict.embed import embed

    settings, model = receipt.settings, load_model(receipt.models[0].name)
    data, steps = _labelled(receipt, read), whole(settings, "steps")
    found = probe(
        model,
        data,
        embed(model, data.sequences),
        positive=text(settings, "positive"),
        word=whole(settings, "word"),
        steps=steps,
        repeats=whole(settings, "repeats"),
        seed=whole(settings, "seed"),
        progress=progress,
    )
    return probe_receipt(found, data, steps=steps)


def _records(data: Labelled) -> dict[str, Any]:
    """What is known of the records beside their letters."""
    return {"labels": list(data.labels), "families": data.families.tolist()}


def _labelled(receipt: Receipt, read: list[Sequence]) -> Labelled:
    from genoviz.embedding.records import Labelled

    labels, families = texts(receipt.settings, "labels"), wholes(receipt.settings, "families")
    for name, values in (("labels", labels), ("families", families)):
        if len(values) != len(read):
            raise missing(name)
    if not all(0 <= one < len(read) for one in families):
        raise missing("families")
    return Labelled(tuple(read), tuple(labels), np.array(families, dtype=np.int64), "")
