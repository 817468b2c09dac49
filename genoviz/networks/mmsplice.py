"""MMSplice (Cheng et al. 2019, Genome Biol 20:48): five small networks, one for each part of an exon's surroundings.

The acceptor and the donor network tell real splice sites from false ones; the exon network and the two intron networks
score how far a stretch favours splicing, learned from random sequences in minigenes. `genoviz.splicing.modules` combines
their changes by a variant into a change of logit PSI.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.networks import keras_layers


@dataclass(frozen=True)
class AcceptorConfig:
    """Sizes of the acceptor network."""

    channels: int = 32
    width: int = 15


class Acceptor(nn.Module):
    """`(batch, 4, 53)`, 50 bases of the intron and 3 of the exon -> logit `(batch, 1)`."""

    def __init__(self, config: AcceptorConfig, length: int) -> None:
        super().__init__()
        c = config
        self.blocks = nn.Sequential(
            nn.Conv1d(4, c.channels, c.width, padding=c.width // 2),
            nn.ReLU(),
            nn.BatchNorm1d(c.channels, eps=keras_layers.BATCH_NORM_EPS),
            nn.Conv1d(c.channels, c.channels, 1),
            nn.ReLU(),
            nn.BatchNorm1d(c.channels, eps=keras_layers.BATCH_NORM_EPS),
        )
        self.out = nn.Linear(length * c.channels, 1)

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = self.out(self.blocks(X).flatten(1))
        return y


@dataclass(frozen=True)
class DonorConfig:
    """Sizes of the donor network: units of its two hidden layers."""

    first: int = 128
    second: int = 64


class Donor(nn.Module):
    """`(batch, 4, 18)`, 5 bases of the exon and 13 of the intron -> logit `(batch, 1)`."""

    def __init__(self, config: DonorConfig, length: int) -> None:
        super().__init__()
        c = config
        self.layers = nn.Sequential(
            nn.Linear(4 * length, c.first),
            nn.BatchNorm1d(c.first, eps=keras_layers.BATCH_NORM_EPS),
            nn.ReLU(),
            nn.Linear(c.first, c.second),
            nn.BatchNorm1d(c.second, eps=keras_layers.BATCH_NORM_EPS),
            nn.ReLU(),
        )
        self.out = nn.Linear(c.second, 1)

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = self.out(self.layers(X.flatten(1)))
        return y


@dataclass(frozen=True)
class ScanConfig:
    """Sizes of the exon and the intron networks."""

    channels: int
    width: int


class Exon(nn.Module):
    """`(batch, 4, any length)`, an exon -> score `(batch, 1)`.

    Columns of zeros are absent bases: they take no part in the mean, so that zeros on either side change nothing.
    """

    def __init__(self, config: ScanConfig) -> None:
        super().__init__()
        c = config
        self.conv = nn.Conv1d(4, c.channels, c.width, padding=c.width // 2)
        self.norm = nn.BatchNorm1d(c.channels, eps=keras_layers.BATCH_NORM_EPS)
        self.relu = nn.ReLU()
        self.out = nn.Linear(c.channels, 1)

    def forward(self, X: Tensor) -> Tensor:
        # The authors take the largest entry of a column; for bases it is the same as the sum, which also stays 1 between
        # two bases and so along the paths of attribution methods.
        present = X.sum(1, keepdim=True)
        h = self.relu(self.norm(self.conv(X))) * present
        y: Tensor = self.out(h.sum(2) / present.sum(2).clamp_min(1))
        return y


class Intron(nn.Module):
    """`(batch, 4, any length)`, an intron's end without its splice site -> score `(batch, 1)`.

    As published, every column counts in the mean, those of zeros too.
    """

    def __init__(self, config: ScanConfig) -> None:
        super().__init__()
        c = config
        self.conv = nn.Conv1d(4, c.channels, c.width, padding=c.width // 2)
        self.relu = nn.ReLU()
        self.out = nn.Linear(c.channels, 1)

    def forward(self, X: Tensor) -> Tensor:
        y: Tensor = self.out(self.relu(self.conv(X)).mean(2))
        return y


def build_acceptor(card: ModelCard) -> NetModel:
    """The acceptor network, without weights."""
    return NetModel(Acceptor(AcceptorConfig(**card.config), card.length), card)


def build_donor(card: ModelCard) -> NetModel:
    """The donor network, without weights."""
    return NetModel(Donor(DonorConfig(**card.config), card.length), card)


def build_exon(card: ModelCard) -> NetModel:
    """The exon network, without weights."""
    return NetModel(Exon(ScanConfig(**card.config)), card)


def build_intron(card: ModelCard) -> NetModel:
    """Either intron network, without weights."""
    return NetModel(Intron(ScanConfig(**card.config)), card)


def convert_acceptor(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """State dict of `Acceptor` from the published file."""
    (state,) = states.values()
    keras_layers.drop_optimizer(state)
    return {
        **keras_layers.convolution(state, "convSpliceSite", "blocks.0"),
        **keras_layers.batch_norm(state, "batch_normalization_1", "blocks.2"),
        **keras_layers.convolution(state, "conv1by1", "blocks.3"),
        **keras_layers.batch_norm(state, "batch_normalization_2", "blocks.5"),
        **keras_layers.dense(state, "denseSS", "out", channels=AcceptorConfig(**card.config).channels),
    }


def convert_donor(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """State dict of `Donor` from the published file."""
    (state,) = states.values()
    keras_layers.drop_optimizer(state)
    return {
        **keras_layers.dense(state, "dense1", "layers.0", channels=4),
        **keras_layers.batch_norm(state, "batch_normalization_1", "layers.1"),
        **keras_layers.dense(state, "dense2", "layers.3"),
        **keras_layers.batch_norm(state, "batch_normalization_2", "layers.4"),
        **keras_layers.dense(state, "dense_1", "out"),
    }


def convert_exon(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """State dict of `Exon` from the published file."""
    (state,) = states.values()
    return {
        **keras_layers.convolution(state, "conv", "conv"),
        **keras_layers.batch_norm(state, "batch_normalization_1", "norm"),
        **keras_layers.dense(state, "dense3", "out"),
    }


def convert_intron3(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """State dict of `Intron` from the published file of the acceptor's side."""
    return _convert_intron(states, "dense3")


def convert_intron5(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """State dict of `Intron` from the published file of the donor's side."""
    return _convert_intron(states, "dense5")


def _convert_intron(states: dict[str, dict[str, Tensor]], last: str) -> dict[str, Tensor]:
    (state,) = states.values()
    return {**keras_layers.convolution(state, "conv", "conv"), **keras_layers.dense(state, last, "out")}
