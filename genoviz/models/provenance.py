"""What every result says about the model that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from genoviz.files.tsv import Row, plain_record
from genoviz.models.card import ModelCard
from genoviz.models.comparable import score_of
from genoviz.models.questions import question_of
from genoviz.models.reading import how_read
from genoviz.models.weights import is_ready
from genoviz.version import __version__


def model_record(card: ModelCard, files: Mapping[str, Path] | None = None) -> dict[str, Any]:
    """A model in `genoviz models --json`; `files` as in `is_ready`, to ask about many cards."""
    score = score_of(card)
    return {
        "name": card.name,
        "title": card.title,
        "family": card.family,
        "layers": list(card.layers),
        "question": question_of(card).name,
        "task": card.task,
        "year": card.origin.year or None if card.origin else None,
        "authors": card.origin.authors if card.origin else "",
        "origin": asdict(card.origin) if card.origin else None,
        "organism": card.organism,
        "assembly": card.assembly,
        "molecule": card.molecule,
        "input": card.input,
        "length": card.length,
        "bundled": card.bundled,
        "ready": is_ready(card, files),
        "never_run": card.never_run,
        "read_as": how_read(card),
        "bytes": card.bytes,
        "parameters": card.parameters,
        "licence": card.licence,
        "score": score.value if score else None,
        "metric": score.metric if score else "",
        "benchmark": card.benchmark,
        "good_for": dict(card.good_for),
        "not_for": dict(card.not_for),
        "sha256": card.sha256,
        "outputs": [{"output": o.name, "tracks": list(o.tracks), "unit": o.unit} for o in card.outputs],
        "held_out": [dict(row) for row in card.held_out],
    }


def provenance(card: ModelCard, **details: object) -> dict[str, object]:
    """What a file begins with: software, model, weights and the given details (None is left out)."""
    base = {"genoviz": __version__, "model": card.name, "weights_sha256": card.sha256 or "set by hand"}
    return base | {k: v for k, v in details.items() if v is not None}


def identity(card: ModelCard) -> dict[str, Any]:
    """Model, checksum of its weights and version of genoviz: the first fields of every JSON object."""
    return {"model": card.name, "sha256": card.sha256, "version": __version__}


def table_record(
    card: ModelCard, header: Mapping[str, object], rows: Iterable[Row], **details: object
) -> dict[str, Any]:
    """A table with its provenance as JSON: model, what else the header says, details, and the rows."""
    said = {k: v for k, v in header.items() if k not in provenance(card)}
    return {**identity(card), **plain_record(said, rows, **details)}
