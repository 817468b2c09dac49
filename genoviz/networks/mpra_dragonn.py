"""MPRA-DragoNN (Movva et al. 2019, PLoS ONE 14:e0218073): 145 bp to the twelve readouts of a reporter assay.

The published "ConvModel": three convolutions without padding, each followed by ReLU and batch normalization, then one
dense layer on all positions.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.networks import keras_layers


@dataclass(frozen=True)
class MPRADragoNNConfig:
    """Sizes of the network."""

    channels: int = 120
    width: int = 5
    convolutions: int = 3


class MPRADragoNN(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)`."""

    def __init__(self, config: MPRADragoNNConfig, length: int, outputs: int) -> None:
        super().__init__()
        c = config
        blocks: list[nn.Module] = []
        for i in range(c.convolutions):
            blocks += [
                nn.Conv1d(c.channels if i else 4, c.channels, c.width),
                nn.ReLU(),
                nn.BatchNorm1d(c.channels, eps=keras_layers.BATCH_NORM_EPS),
            ]
        self.blocks = nn.Sequential(*blocks)
        self.out = nn.Linear((length - c.convolutions * (c.width - 1)) * c.channels, outputs)

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = self.out(self.blocks(X).flatten(1))
        return y


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """State dict of `MPRADragoNN` from the published file."""
    (state,) = states.values()
    config = MPRADragoNNConfig(**card.config)
    found: dict[str, Tensor] = {}
    for i in range(config.convolutions):
        found |= keras_layers.convolution(state, f"conv1d_{i + 1}", f"blocks.{3 * i}")
        found |= keras_layers.batch_norm(state, f"batch_normalization_{i + 1}", f"blocks.{3 * i + 2}")
    return found | keras_layers.dense(state, "dense_1", "out", channels=config.channels)


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    outputs = len(card.outputs[0].tracks)
    return NetModel(MPRADragoNN(MPRADragoNNConfig(**card.config), card.length, outputs), card)
