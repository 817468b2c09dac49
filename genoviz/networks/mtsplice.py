"""MTSplice (Cheng et al. 2021, Genome Biol 22:94): from both ends of an exon to its splicing in 56 tissues.

Two towers read 400 bases each, 300 of intron and 100 of exon: one around the acceptor, one around the donor. In each, a
convolution finds words, and dilated convolutions with doubling gaps add what stands around them. What is found at a place is
weighed by a smooth curve over the places, one per channel: B-splines, whose weights are trained. The mean over all places of
both towers goes through two dense layers. A prediction is by how much the inclusion of the exon (logit PSI) in a tissue
differs from its mean over the tissues.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import Ensemble
from genoviz.networks import keras_layers
from genoviz.networks.keras_layers import BATCH_NORM_EPS, State

DEGREE = 3  # of the splines
_BEYOND = 0.001  # by which share of their length the curves go on at either end


@dataclass(frozen=True)
class MTSpliceConfig:
    """Sizes of a network: `side` bases per tower, `layers` dilated convolutions with gaps 2, 4, 8, ..., and how many
    networks are averaged.
    """

    side: int = 400
    channels: int = 64
    width: int = 11
    layers: int = 8
    bases: int = 10
    hidden: int = 32
    members: int = 4


def two_ends(before: str, exon: str, behind: str, config: MTSpliceConfig | None = None) -> str:
    """What a network reads of an exon and the introns around it, 5' to 3' on the transcript's strand.

    Short introns are filled up with N. An exon shorter than an end's share of it is read on into the other intron, as the
    authors' package does.
    """
    side = (config or MTSpliceConfig()).side
    intron = side * 3 // 4
    whole = before[-intron:].rjust(intron, "N") + exon + behind[:intron].ljust(intron, "N")
    return whole[:side] + whole[-side:]


def splines(places: int, bases: int) -> NDArray[np.float32]:
    """B-splines of degree 3 at 0, 1, ... `places` - 1, as the authors place their knots; `(places, bases)`."""
    last = places - 1
    start, end = -last * _BEYOND, last * (1 + _BEYOND)
    gap = (end - start) / (bases - DEGREE)
    knots = np.linspace(start - DEGREE * gap, end + DEGREE * gap, bases + DEGREE + 1).astype(np.float32).astype(float)
    x = np.arange(places, dtype=float)[:, None]
    found = ((knots[:-1] <= x) & (x < knots[1:])).astype(float)
    for degree in range(1, DEGREE + 1):  # Cox and de Boor: each degree from the one below
        width = knots[degree:-1] - knots[: -degree - 1]
        left = (x - knots[: -degree - 1]) / width * found[:, :-1]
        found = left + (knots[degree + 1 :] - x) / (knots[degree + 1 :] - knots[1:-degree]) * found[:, 1:]
    return found.astype(np.float32)


class Tower(nn.Module):
    """`(batch, 4, side)` of one end of an exon -> what was found at each place, weighed, `(batch, channels, side)`."""

    curves: Tensor

    def __init__(self, config: MTSpliceConfig) -> None:
        super().__init__()
        c = config
        self.stem = nn.Conv1d(4, c.channels, c.width, padding=c.width // 2)
        self.relu = nn.ReLU()
        self.norms = nn.ModuleList(nn.BatchNorm1d(c.channels, eps=BATCH_NORM_EPS) for _ in range(c.layers))
        self.convs = nn.ModuleList(
            nn.Conv1d(c.channels, c.channels, 3, padding=2**i, dilation=2**i) for i in range(1, c.layers + 1)
        )
        self.relus = nn.ModuleList(nn.ReLU() for _ in range(c.layers))
        self.weights = nn.Parameter(torch.zeros(c.bases, c.channels))
        self.register_buffer("curves", torch.from_numpy(splines(c.side, c.bases)), persistent=False)

    def forward(self, X: Tensor) -> Tensor:
        h = self.relu(self.stem(X))
        for norm, conv, relu in zip(self.norms, self.convs, self.relus, strict=True):
            h = h + relu(conv(norm(h)))
        y: Tensor = h * (1 + self.curves @ self.weights).T
        return y


class MTSplice(nn.Module):
    """The network; `(batch, 4, 2 * side)`, acceptor's end then donor's end, -> `(batch, tissues)`."""

    def __init__(self, config: MTSpliceConfig, tissues: int) -> None:
        super().__init__()
        c = config
        self.side = c.side
        self.acceptor, self.donor = Tower(c), Tower(c)
        self.norm = nn.BatchNorm1d(c.channels, eps=BATCH_NORM_EPS)
        self.dense, self.relu = nn.Linear(c.channels, c.hidden), nn.ReLU()
        self.dense_norm = nn.BatchNorm1d(c.hidden, eps=BATCH_NORM_EPS)
        self.out = nn.Linear(c.hidden, tissues)

    def forward(self, X: Tensor) -> Tensor:
        h = torch.cat([self.acceptor(X[:, :, : self.side]), self.donor(X[:, :, self.side :])], 2).mean(2)
        y: Tensor = self.out(self.dense_norm(self.relu(self.dense(self.norm(h)))))
        return y


def build(card: ModelCard) -> NetModel:
    """The networks of a card, without weights."""
    config, tissues = MTSpliceConfig(**card.config), len(card.outputs[0].tracks)
    return NetModel(Ensemble(MTSplice(config, tissues) for _ in range(config.members)), card)


def convert(card: ModelCard, states: dict[str, State]) -> State:
    """State dict of the ensemble from the published files, one per network in the card's order."""
    layers = MTSpliceConfig(**card.config).layers
    ours: State = {}
    for member, file in enumerate(card.files):
        state, prefix = states[file.name], f"members.{member}"
        for tower, first, spline in (("acceptor", 0, "splinel"), ("donor", 1, "spliner")):
            conv, norm = first * (layers + 1) + 1, first * layers + 1  # Keras numbers the acceptor's layers first
            ours |= keras_layers.convolution(state, f"conv1d_{conv}", f"{prefix}.{tower}.stem")
            for i in range(layers):
                ours |= keras_layers.convolution(state, f"conv1d_{conv + i + 1}", f"{prefix}.{tower}.convs.{i}")
                ours |= keras_layers.batch_norm(state, f"batch_normalization_{norm + i}", f"{prefix}.{tower}.norms.{i}")
            ours[f"{prefix}.{tower}.weights"] = keras_layers.take(state, spline, "kernel")
        ours |= keras_layers.batch_norm(state, "bn5", f"{prefix}.norm")
        ours |= keras_layers.dense(state, "dense", f"{prefix}.dense")
        ours |= keras_layers.batch_norm(state, "bn6", f"{prefix}.dense_norm")
        ours |= keras_layers.dense(state, "dense2", f"{prefix}.out")
        keras_layers.drop_optimizer(state)
    return ours
