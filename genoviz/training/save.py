"""Write a trained network as safetensors with its card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Sequence as Seq
from importlib import resources
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import nn

from genoviz.export import tsv
from genoviz.models.card import ModelCard, Output
from genoviz.models.checksum import sha256_of


def save_checkpoint(
    out: Path,
    name: str,
    net: nn.Module,
    *,
    config: Mapping[str, Any],
    scores: Mapping[str, Any],
    training: Mapping[str, Any],
    epochs: Seq[Mapping[str, float]],
) -> Path:
    """Write `<out>/<name>.safetensors`, its card `<name>.json` and its training log.

    Parameters
    ----------
    out
        Folder, made if missing.
    name
        Name of the model; `genoviz/training/cards/<name>.json` holds the part of its card that people wrote.
    net
        Trained network.
    config
        Sizes the builder needs.
    scores
        `held_out` rows and `background` quantiles.
    training
        What is recorded of the run: seed, counts, epochs.
    epochs
        One row per epoch, written as the table `<out>/<name>.log.tsv`.
    """
    out.mkdir(parents=True, exist_ok=True)
    weights = out / f"{name}.safetensors"
    save_file({k: v.contiguous() for k, v in net.state_dict().items()}, weights)
    written = json.loads(resources.files("genoviz.training").joinpath(f"cards/{name}.json").read_text(encoding="utf-8"))
    outputs = tuple(Output(**{**o, "tracks": tuple(o["tracks"])}) for o in written.pop("outputs"))
    card = ModelCard(
        **written,
        name=name,
        outputs=outputs,
        config=dict(config),
        parameters=sum(p.numel() for p in net.parameters()),
        file=weights.name,
        sha256=sha256_of(weights),
        held_out=tuple(scores["held_out"]),
        background=scores["background"],
        training=dict(training),
    )
    weights.chmod(0o644)  # safetensors makes files that only their owner can read
    (out / f"{name}.json").write_text(card.to_json(), encoding="utf-8")
    (out / f"{name}.log.tsv").write_text(tsv(epochs), encoding="utf-8")
    return weights
