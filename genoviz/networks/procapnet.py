"""Reading ProCapNet as ENCODE publishes it: an archive with one torch file for each of seven folds.

The network is that of `genoviz.networks.published_bpnet`.
"""

from __future__ import annotations

import io
import tarfile
import zlib
from pathlib import Path

import torch
from torch import Tensor

from genoviz.models.card import ModelCard

MEMBER = ".procapnet_model.fold0.state_dict.torch"  # how the name of fold 0 ends, whatever the experiment


def read_archive(path: Path) -> dict[str, Tensor]:
    """The tensors of fold 0 in an archive (`.tar.gz`).

    Nothing is unpacked to the disk, and torch reads tensors only.

    Raises
    ------
    ValueError
        If the file is no archive, is damaged, or has no fold 0.
    """
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                stored = archive.extractfile(member) if member.name.endswith(MEMBER) else None
                if stored is not None:
                    state: dict[str, Tensor] = torch.load(
                        io.BytesIO(stored.read()), weights_only=True, map_location="cpu"
                    )
                    return state
    except (tarfile.TarError, zlib.error) as error:
        raise ValueError(f"not an archive, or a damaged one: {error}") from error
    raise ValueError(f"no file in it ends in {MEMBER}")


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """Our names for the published ones."""
    (state,) = states.values()
    names = {"stem": "iconv", "profile": "fconv", "counts": "linear"}
    names |= {f"layers.{i}.conv": f"rconvs.{i}" for i in range(int(card.config["layers"]))}
    return {
        f"{ours}.{part}": state.pop(f"{theirs}.{part}") for ours, theirs in names.items() for part in ("weight", "bias")
    }
