"""Write a trained network as safetensors with its card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Sequence as Seq
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import nn

from genoviz.files.checksum import sha256_of
from genoviz.files.tsv import tsv
from genoviz.models.card import ModelCard, Origin, Output


def written_card(name: str, net: nn.Module, *, config: Mapping[str, Any], training: Mapping[str, Any]) -> ModelCard:
    """The card of a network before it is scored: what people wrote in `cards/<name>.json`, its sizes and its training."""
    written = json.loads(resources.files("genoviz.training").joinpath(f"cards/{name}.json").read_text(encoding="utf-8"))
    outputs = tuple(Output(**{**o, "tracks": tuple(o["tracks"])}) for o in written.pop("outputs"))
    studies, layers = tuple(written.pop("studies", ())), tuple(written.pop("layers", ()))
    origin = Origin(**written.pop("origin")) if "origin" in written else None
    return ModelCard(
        **written,
        studies=studies,
        layers=layers,
        origin=origin,
        name=name,
        outputs=outputs,
        config=dict(config),
        parameters=sum(p.numel() for p in net.parameters()),
        training=dict(training),
    )


def save_checkpoint(
    out: Path,
    card: ModelCard,
    net: nn.Module,
    *,
    held_out: Seq[Mapping[str, Any]],
    background: Mapping[str, Mapping[str, Any]],
    epochs: Seq[Mapping[str, float]],
    scatter: Mapping[str, Any] | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> Path:
    """Write `<out>/<name>.safetensors`, its card `<name>.json` and its training log.

    Parameters
    ----------
    out
        Folder, made if missing.
    card
        See `written_card`.
    net
        Trained network.
    held_out, background, scatter, inputs
        As in `ModelCard`.
    epochs
        One row per epoch, written as the table `<out>/<name>.log.tsv`.
    """
    out.mkdir(parents=True, exist_ok=True)
    weights = out / f"{card.name}.safetensors"
    save_file({k: v.contiguous() for k, v in net.state_dict().items()}, weights)
    weights.chmod(0o644)  # safetensors makes files that only their owner can read
    card = replace(
        card,
        file=weights.name,
        sha256=sha256_of(weights),
        held_out=tuple(held_out),
        background=background,
        scatter=scatter or {},
        inputs=inputs or {},
    )
    (out / f"{card.name}.json").write_text(card.to_json(), encoding="utf-8")
    (out / f"{card.name}.log.tsv").write_text(tsv(epochs), encoding="utf-8")
    return weights
