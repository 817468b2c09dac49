"""Framepool (Karollus, Avsec and Gagneur 2021, PLoS Comput Biol 17:e1008982): ribosome load of a 5'UTR of any length.

Convolutions see what stands around each base. Of what they find, the maximum and the mean are taken in each of the three
reading frames, counted from the start codon that follows the sequence, so that an upstream ATG counts as in frame or
out of frame whatever the length.

Columns of zeros are absent bases. Those on either side of a shorter 5'UTR change nothing: each convolution's result there is
set to 0, as its padding is, means divide by the number of bases that are present, and frames count from the last base that
is present, which is the one before the start codon. (The authors pad on the left only.)
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.networks import keras_layers

# Columns of the indicator that the published network reads beside the sequence, in the order of the card's tracks.
LIBRARIES = {"25-100 nt library": 1, "50 nt library": 0}


@dataclass(frozen=True)
class FramepoolConfig:
    """Sizes of the network; `convolutions` counts the first one too."""

    channels: int = 128
    width: int = 7
    convolutions: int = 3
    hidden: int = 64


class Framepool(nn.Module):
    """The network; `(batch, 4, any length)` one-hot -> mean ribosome load `(batch, 2)`, a column per library.

    Both columns are straight-line functions of one number; which library is asked for changes scale and offset only.
    """

    def __init__(self, config: FramepoolConfig) -> None:
        super().__init__()
        c = config
        inputs = [4] + [c.channels] * (c.convolutions - 1)
        self.convolutions = nn.ModuleList(nn.Conv1d(i, c.channels, c.width, padding=c.width // 2) for i in inputs)
        self.relus = nn.ModuleList(nn.ReLU() for _ in inputs)
        # Pooling of size 1 keeps every third base. A slice with a step would do so as well, but the incremental engine
        # follows pooling.
        self.frames = nn.ModuleList(nn.MaxPool1d(1, 3) for _ in range(3))
        self.hidden = nn.Linear(6 * c.channels, c.hidden)
        self.hidden_relu = nn.ReLU()
        self.unscaled = nn.Linear(c.hidden, 1)
        self.out = nn.Linear(1, len(LIBRARIES))

    def forward(self, X: Tensor) -> Tensor:
        present = X.sum(1, keepdim=True)
        h = self.relus[0](self.convolutions[0](X)) * present
        for convolution, relu in zip(self.convolutions[1:], self.relus[1:], strict=True):
            h = relu(convolution(h)) * present + h
        length = X.shape[2]
        frames = [frame(h[:, :, (length - 1 - i) % 3 :]) for i, frame in enumerate(self.frames)]
        count = present.sum(2).clamp_min(1)
        # Absent bases on the right turn the three frames: frame i of the window's end is another one of the last base.
        last = ((present > 0) * torch.arange(1, length + 1)).amax(2)
        turned = [((length - last) % 3 == i).float() for i in range(3)]
        pooled = []
        for found in ([f.amax(2) for f in frames], [f.sum(2) / count for f in frames]):
            pooled += [sum(turned[k] * found[(i + k) % 3] for k in range(3)) for i in range(3)]
        y: Tensor = self.out(self.unscaled(self.hidden_relu(self.hidden(torch.cat(pooled, 1)))))
        return y


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """State dict of `Framepool` from the published file."""
    (state,) = states.values()
    keras_layers.drop_optimizer(state)
    found: dict[str, Tensor] = {}
    for i in range(FramepoolConfig(**card.config).convolutions):
        found |= keras_layers.convolution(state, f"convolution_{i}", f"convolutions.{i}")
    found |= keras_layers.dense(state, "fully_connected_0", "hidden")
    found |= keras_layers.dense(state, "mrl_output_unscaled", "unscaled")
    # Without bias, on (number x indicator, indicator): slopes of the libraries, then their offsets.
    scaling = keras_layers.take(state, "scaling_regression", "kernel").reshape(2, len(LIBRARIES))
    slopes, offsets = scaling[:, list(LIBRARIES.values())]
    return found | {"out.weight": slopes[:, None], "out.bias": offsets}


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return NetModel(Framepool(FramepoolConfig(**card.config)), card)
