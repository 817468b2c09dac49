"""Networks of ENCODE's atlases, which are published as five folds each: BPNet for transcription factors, ChromBPNet for open
chromatin.

Each fold was trained without some chromosomes; where folds disagree about an effect, the data do not settle it. The model is
the mean of their logits, and every difference can say how many agree.

- ChromBPNet: see `genoviz.networks.published_bpnet`.
- BPNet, as the package bpnet 2.0.0 writes it: as `genoviz.networks.bpnet` it adds the convolution of a ReLU to what came in,
  and as Avsec et al. 2021 it has a head for the profile and one for the total. Behind both it mixes in a control experiment.
  Without one, that is a linear map of the heads, which is folded into them here.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from genoviz.models.card import ModelCard
from genoviz.models.ensemble import Ensemble, sizes_of
from genoviz.networks.bpnet import ResidualLayer
from genoviz.networks.keras_layers import State, convolution, dense, drop_optimizer
from genoviz.networks.profile_counts import ProfileCountsModel
from genoviz.networks.published_bpnet import PublishedBPNet, PublishedBPNetConfig, from_chrombpnet

PREFIX = "main"  # of the layers' names


class FoldMean(Ensemble):
    """Mean of networks that return profile logits and ln totals: of each by itself."""

    def combine(self, found: list[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        """See `Ensemble.combine`."""
        profiles, totals = zip(*found, strict=True)
        return super().combine(list(profiles)), super().combine(list(totals))


class AtlasBPNet(nn.Module):
    """One fold; `(batch, 4, length)` one-hot -> logits `(batch, tracks, bases)` and ln totals `(batch, totals)`."""

    def __init__(self, config: PublishedBPNetConfig) -> None:
        super().__init__()
        c = config
        self.stem = nn.Conv1d(4, c.channels, c.stem_width)
        self.layers = nn.Sequential(*(ResidualLayer(c.channels, 3, 2**i) for i in range(1, c.layers + 1)))
        self.relu = nn.ReLU()
        self.profile = nn.Conv1d(c.channels, c.tracks, c.profile_width)
        self.counts = nn.Linear(c.channels, c.totals)

    def forward(self, X: Tensor) -> tuple[Tensor, Tensor]:
        h = self.relu(self.layers(self.stem(X)))
        return self.profile(h), self.counts(h.mean(2))


def build_bpnet(card: ModelCard) -> ProfileCountsModel:
    """The folds of a BPNet card, without weights."""
    config = PublishedBPNetConfig(**sizes_of(card))
    return ProfileCountsModel(FoldMean(AtlasBPNet(config) for _ in card.files), card)


def build_chrombpnet(card: ModelCard) -> ProfileCountsModel:
    """The folds of a ChromBPNet card, without weights."""
    config = PublishedBPNetConfig(**sizes_of(card))
    return ProfileCountsModel(FoldMean(PublishedBPNet(config) for _ in card.files), card)


def convert_chrombpnet(card: ModelCard, states: dict[str, State]) -> State:
    """State dict of the folds from the Keras files of ChromBPNet without bias, one per fold in the card's order."""
    return _members(card, {name: from_chrombpnet(card, {name: state}) for name, state in states.items()})


def convert_bpnet(card: ModelCard, states: dict[str, State]) -> State:
    """State dict of the folds from the Keras files of the package bpnet, one per fold in the card's order."""
    return _members(card, {name: _bpnet(card, state) for name, state in states.items()})


def _members(card: ModelCard, folds: dict[str, State]) -> State:
    return {
        f"members.{member}.{key}": tensor
        for member, file in enumerate(card.files)
        for key, tensor in folds[file.name].items()
    }


def _bpnet(card: ModelCard, state: State) -> State:
    ours = convolution(state, f"{PREFIX}_conv_0", "stem")
    for i in range(int(card.config["layers"])):
        ours |= convolution(state, f"{PREFIX}_dil_conv_{i + 1}", f"layers.{i}.conv")
    last = convolution(state, "profile_predictions", "profile") | dense(state, "logcounts_predictions", "counts")
    if any(f"/{PREFIX}_profile_head/" in f"/{key}" for key in state):  # it was trained beside a control experiment
        heads = convolution(state, f"{PREFIX}_profile_head", "profile") | dense(
            state, f"{PREFIX}_counts_head", "counts"
        )
        last = _without_control(heads, last)
    drop_optimizer(state)
    return ours | last


def _without_control(heads: State, last: State) -> State:
    """The heads and the layers behind them as one, where the control has no reads.

    No reads are a profile of zeros. In the total the control's two strands are added up as logarithms, and two of ln 1 make
    ln 2: a constant, which no difference shows.
    """
    tracks, totals = heads["profile.weight"].shape[0], heads["counts.weight"].shape[0]
    mix, weigh = last["profile.weight"][:, :tracks, 0], last["counts.weight"]
    control = weigh[:, totals:].sum(1) * math.log(2)
    return {
        "profile.weight": torch.einsum("ot,tcw->ocw", mix, heads["profile.weight"]),
        "profile.bias": mix @ heads["profile.bias"] + last["profile.bias"],
        "counts.weight": weigh[:, :totals] @ heads["counts.weight"],
        "counts.bias": weigh[:, :totals] @ heads["counts.bias"] + last["counts.bias"] + control,
    }
