"""Malinois (Gosai et al. 2024, Nature 634:1211): reporter activity in K562, HepG2 and SK-N-SH cells from 200 bases.

The network reads 600 bases: the tested 200 between 200 bases of the reporter plasmid on each side, which the model adds.
Its trunk is Basset's with padding; then each cell line has dense layers of its own. As in the authors' tutorial the
prediction is the mean over both strands of the whole construct.

The published file is an archive with the weights and the settings of the training run.
"""

from __future__ import annotations

import io
import tarfile
import zlib
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.networks.construct import Construct, both_strands, strand_mean

CHECKPOINT = "torch_checkpoint.pt"
# Our names of the published modules.
_NAMES = {
    **{f"conv{i + 1}.conv": f"convs.{i}" for i in range(3)},
    **{f"conv{i + 1}.bn_layer": f"conv_norms.{i}" for i in range(3)},
    "linear1.linear": "dense",
    "linear1.bn_layer": "dense_norm",
    **{f"branched.branched_layer_{i + 1}": f"branches.{i}" for i in range(3)},
    "output": "out",
}


@dataclass(frozen=True)
class MalinoisConfig:
    """Sizes of the network, and the bases of the plasmid on both sides of the tested sequence."""

    left: str
    right: str
    length: int = 200
    channels: tuple[int, ...] = (300, 200, 200)
    widths: tuple[int, ...] = (19, 11, 7)
    pools: tuple[int, ...] = (3, 4, 4)
    hidden: int = 1000
    branch: int = 140
    outputs: int = 3


class Malinois(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)`.

    The layers of the branches are convolutions of width 1 in groups: one group of channels per cell line.
    """

    def __init__(self, config: MalinoisConfig) -> None:
        super().__init__()
        c = config
        self.construct = Construct(c.left, c.right, c.length)
        rows = (4, *c.channels)
        self.convs = nn.ModuleList(
            nn.Conv1d(a, b, w, padding=w // 2) for (a, b), w in zip(pairwise(rows), c.widths, strict=True)
        )
        self.conv_norms = nn.ModuleList(nn.BatchNorm1d(n) for n in c.channels)
        self.conv_relus = nn.ModuleList(nn.ReLU() for _ in c.channels)
        # The published network puts a zero at each end before the last pooling. Nothing is below zero there, so torch's
        # own padding, which never wins, gives the same.
        edges = (0, 0, 1)
        self.pools = nn.ModuleList(nn.MaxPool1d(n, padding=e) for n, e in zip(c.pools, edges, strict=True))
        size = len(c.left) + c.length + len(c.right)
        for pool, edge in zip(c.pools, edges, strict=True):
            size = (size + 2 * edge) // pool
        self.dense = nn.Linear(size * c.channels[-1], c.hidden)
        self.dense_norm = nn.BatchNorm1d(c.hidden)
        self.dense_relu = nn.ReLU()
        wide = c.outputs * c.branch
        self.branches = nn.ModuleList(
            [
                nn.Conv1d(c.hidden, wide, 1),  # all cell lines read the same features
                nn.Conv1d(wide, wide, 1, groups=c.outputs),
                nn.Conv1d(wide, wide, 1, groups=c.outputs),
            ]
        )
        self.branch_relus = nn.ModuleList(nn.ReLU() for _ in self.branches[1:])  # none behind the last branch layer
        self.out = nn.Conv1d(wide, c.outputs, 1, groups=c.outputs)

    def forward(self, X: Tensor) -> Tensor:
        return strand_mean(self.strand(both_strands(self.construct(X))))

    def strand(self, X: Tensor) -> Tensor:
        """Activities `(batch, outputs)` of whole constructs `(batch, 4, left + length + right)` read as they are."""
        h = X
        for conv, norm, relu, pool in zip(self.convs, self.conv_norms, self.conv_relus, self.pools, strict=True):
            h = pool(relu(norm(conv(h))))
        h = self.dense_relu(self.dense_norm(self.dense(h.flatten(1))))[:, :, None]
        for branch, relu in zip(self.branches[:-1], self.branch_relus, strict=True):
            h = relu(branch(h))
        y: Tensor = self.out(self.branches[-1](h))
        return y[:, :, 0]


def read(path: Path) -> dict[str, Tensor]:
    """The tensors in the published archive, or in the checkpoint inside it if the user has unpacked it.

    Beside tensors the checkpoint holds `argparse.Namespace` objects with the settings of the run; that harmless class is
    the only one allowed.

    Raises
    ------
    ValueError, KeyError
        If the archive is damaged, or there is no checkpoint with tensors in it; besides what torch raises.
    """
    content = _load(io.BytesIO(_unpacked(path)) if tarfile.is_tarfile(path) else path)
    if not isinstance(content, Mapping) or not isinstance(content.get("model_state_dict"), Mapping):
        raise KeyError("model_state_dict")
    return {str(key): value for key, value in content["model_state_dict"].items()}


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """The network's state dict from the published keys; branches have weights `(cell line, in, out)` there."""
    (published,) = states.values()
    state = {}
    for key in list(published):
        module, _, name = key.rpartition(".")
        if module in _NAMES:
            value = published.pop(key)
            if module.startswith(("branched.", "output")) and value.dim() == 3:
                # weights (group, in, out), biases (group, 1, out)
                value = value.transpose(1, 2).flatten(0, 1)
                value = value[:, :, None] if name == "weight" else value[:, 0]
            state[f"{_NAMES[module]}.{name}"] = value
    return state


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return NetModel(Malinois(MalinoisConfig(**sizes_of(card))), card)


def _unpacked(path: Path) -> bytes:
    """The checkpoint in the archive; nothing is written to the disk."""
    try:
        with tarfile.open(path) as archive:
            name = next((m.name for m in archive if m.isfile() and Path(m.name).name == CHECKPOINT), "")
            member = archive.extractfile(name) if name else None
            if member is None:
                raise KeyError(CHECKPOINT)
            return member.read()
    except (tarfile.TarError, zlib.error) as error:
        raise ValueError(f"the archive is damaged: {error}") from error


def _load(file: Path | io.BytesIO) -> Any:
    with torch.serialization.safe_globals([Namespace]):
        return torch.load(file, weights_only=True, map_location="cpu")
