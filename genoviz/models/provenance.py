"""What every result says about the model that it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genoviz.models.card import ModelCard
from genoviz.models.weights import is_ready
from genoviz.version import __version__

if TYPE_CHECKING:
    pass


def model_record(card: ModelCard) -> dict[str, Any]:
    """A model in `genoviz models --json`."""
    return {
        "name": card.name,
        "title": card.title,
        "family": card.family,
        "task": card.task,
        "length": card.length,
        "bundled": card.bundled,
        "ready": is_ready(card),
        "bytes": card.bytes,
        "parameters": card.parameters,
        "licence": card.licence,
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
