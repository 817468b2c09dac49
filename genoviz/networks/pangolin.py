"""Pangolin: how strongly a base is used as a splice site, in four tissues.

One network per tissue, of the architecture in `genoviz.networks.spliceai` (Zeng and Li 2022, Genome Biol 23:103). Each
published network has twelve output channels; the released tool reads one of them, the probability that a base is a splice
site in the network's own tissue, which is one half of a softmax over two channels. Here only that output is left: the
difference of the two channels is its logit, and a single convolution gives it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from genoviz.models.card import ModelCard
from genoviz.networks.spliceai import SpliceAI, SpliceAIConfig, StretchModel, config_of, tensors_of

_HEADS = 8  # last convolutions of a published network: for each tissue a probability, then a usage


class PerTrack(nn.Module):
    """One network for each track, side by side; `(batch, 4, n)` -> `(batch, tracks, n - config.context)`."""

    def __init__(self, config: SpliceAIConfig, tracks: int) -> None:
        super().__init__()
        self.nets = nn.ModuleList(SpliceAI(config, 1, log_softmax=False) for _ in range(tracks))

    def forward(self, X: Tensor) -> Tensor:
        return torch.cat([net(X) for net in self.nets], 1)


def build(card: ModelCard) -> StretchModel:
    """The networks of a Pangolin card, without weights."""
    return StretchModel(PerTrack(config_of(card), len(card.outputs[0].tracks)), card)


def pangolin_state(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """Published keys, one file per tissue in the order of the tracks -> ours; see `genoviz.models.load`."""
    state = {}
    units = len(card.config["widths"])
    for tissue, file in enumerate(card.files):
        published = states[file.name]
        for ours, theirs in _names(units):
            state[f"nets.{tissue}.{ours}"] = published.pop(theirs)
        for tensor in ("weight", "bias"):
            heads = [published.pop(f"conv_last{head}.{tensor}") for head in range(1, _HEADS + 1)]
            other, site = heads[2 * tissue]
            state[f"nets.{tissue}.out.{tensor}"] = (site - other)[None]
    return state


def _names(units: int) -> list[tuple[str, str]]:
    """Our names of the tensors of a network and the published ones, but for the last layer."""
    modules = [("stem", "conv1"), ("skips.0", "skip")]
    for unit in range(units):
        for ours, theirs in (("norm1", "bn1"), ("conv1", "conv1"), ("norm2", "bn2"), ("conv2", "conv2")):
            modules.append((f"units.{unit}.{ours}", f"resblocks.{unit}.{theirs}"))
    modules += [(f"skips.{skip + 1}", f"convs.{skip}") for skip in range(units // 4)]
    return [(f"{ours}.{tensor}", f"{theirs}.{tensor}") for ours, theirs in modules for tensor in tensors_of(ours)]
