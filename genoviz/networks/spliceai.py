"""SpliceAI-type networks: dilated residual convolutions from a transcript's bases to splice sites.

The architecture is that of Jaganathan et al. 2019 (Cell 176:535). The published networks pad every convolution with zeros
and crop the context from the end result, which those zeros never reach; here no convolution pads, so that each layer
computes only what the output sees. The numbers are the same.

OpenSpliceAI (Chao et al. 2025, eLife 14:RP107454) is the mean of five such networks' probabilities. So are SpliceAI itself and
CI-SpliceAI, whose files are read by `genoviz.networks.spliceai_keras`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import Ensemble

UNITS_PER_SKIP = 4


@dataclass(frozen=True)
class SpliceAIConfig:
    """Sizes of a network; one residual unit per entry of `widths` and `dilations`.

    Attributes
    ----------
    widths, dilations
        Of the two convolutions of each unit.
    channels
        Of every layer but the last.
    slope
        Of the leaky ReLU below 0; 0 is an ordinary ReLU.
    norm_eps
        What the batch normalization adds to the variance: another number in torch than in Keras.
    """

    widths: tuple[int, ...]
    dilations: tuple[int, ...]
    channels: int = 32
    slope: float = 0.1
    norm_eps: float = 1e-5

    @property
    def context(self) -> int:
        """Bases of both sides together that the output does not cover."""
        return 2 * sum(d * (w - 1) for w, d in zip(self.widths, self.dilations, strict=True))


def config_of(card: ModelCard) -> SpliceAIConfig:
    """The sizes in a card's `config`."""
    c = card.config
    eps = float(c.get("norm_eps", SpliceAIConfig.norm_eps))
    return SpliceAIConfig(tuple(c["widths"]), tuple(c["dilations"]), int(c["channels"]), float(c["slope"]), eps)


class ResidualUnit(nn.Module):
    """Batch norm, ReLU and dilated convolution, twice, added to the part of the input that is left."""

    def __init__(self, config: SpliceAIConfig, width: int, dilation: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = (nn.BatchNorm1d(config.channels, eps=config.norm_eps) for _ in range(2))
        # One module per non-linearity: methods that attach to modules must not meet one twice.
        self.relu1, self.relu2 = _relu(config.slope), _relu(config.slope)
        self.conv1 = nn.Conv1d(config.channels, config.channels, width, dilation=dilation)
        self.conv2 = nn.Conv1d(config.channels, config.channels, width, dilation=dilation)
        self.edge = dilation * (width - 1)

    def forward(self, h: Tensor) -> Tensor:
        y = self.conv2(self.relu2(self.norm2(self.conv1(self.relu1(self.norm1(h))))))
        return h[:, :, self.edge : h.shape[2] - self.edge] + y


class SpliceAI(nn.Module):
    """The network; `(batch, 4, n)` one-hot on the transcript's strand -> `(batch, outputs, n - config.context)`.

    `n` is any length above the context. With `log_softmax` the outputs are log probabilities, else what the last layer
    gives.
    """

    def __init__(self, config: SpliceAIConfig, outputs: int, *, log_softmax: bool) -> None:
        super().__init__()
        channels = config.channels
        self.stem = nn.Conv1d(4, channels, 1)
        self.units = nn.ModuleList(
            ResidualUnit(config, width, dilation)
            for width, dilation in zip(config.widths, config.dilations, strict=True)
        )
        # From the stem, and from every fourth unit.
        self.skips = nn.ModuleList(
            nn.Conv1d(channels, channels, 1) for _ in range(1 + len(self.units) // UNITS_PER_SKIP)
        )
        self.out = nn.Conv1d(channels, outputs, 1)
        self.scale = nn.LogSoftmax(1) if log_softmax else nn.Identity()

    def forward(self, X: Tensor) -> Tensor:
        h = self.stem(X)
        total = self.skips[0](h)
        for number, unit in enumerate(self.units, start=1):
            h = unit(h)
            if number % UNITS_PER_SKIP == 0:
                edge = (total.shape[2] - h.shape[2]) // 2
                total = total[:, :, edge : total.shape[2] - edge] + self.skips[number // UNITS_PER_SKIP](h)
        y: Tensor = self.scale(self.out(total))
        return y


class ProbabilityMean(Ensemble):
    """Mean of the probabilities of networks of log probabilities; the output is its logarithm."""

    def combine(self, found: list[Tensor]) -> Tensor:
        """See `Ensemble.combine`."""
        # Class by class, and never as probabilities: those lose the digits of a site that an edit destroys.
        classes = [torch.cat([one[:, k : k + 1] for one in found], 1) for k in range(found[0].shape[1])]
        return torch.cat([torch.logsumexp(one, 1, keepdim=True) for one in classes], 1) - math.log(len(found))


class StretchModel(NetModel):
    """A convolutional network that reads any length: `logits` of `n` bases have `n - context` bins.

    The card's `length` is what pages and commands read at a time.
    """

    def __init__(self, net: nn.Module, card: ModelCard) -> None:
        super().__init__(net, card)
        self.context = card.length - card.outputs[0].bins


def build(card: ModelCard) -> StretchModel:
    """The networks of a card, without weights."""
    config, classes = config_of(card), len(card.outputs[0].tracks)
    members = (SpliceAI(config, classes, log_softmax=True) for _ in range(int(card.config["members"])))
    return StretchModel(ProbabilityMean(members), card)


def openspliceai_state(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """Published keys of OpenSpliceAI, one file per seed in the card's order -> ours; see `genoviz.models.load`."""
    state = {}
    for member, file in enumerate(card.files):
        published = states[file.name]
        for ours, theirs in _names(len(card.config["widths"])):
            tensor = published.pop(theirs)
            # Published in the order neither, acceptor, donor; ours begins with what is asked for first.
            state[f"members.{member}.{ours}"] = tensor.roll(-1, 0) if ours.startswith("out.") else tensor
    return state


def _names(units: int) -> list[tuple[str, str]]:
    """Our names of the tensors of a network and those of OpenSpliceAI, in which skips are numbered among the units."""
    modules = [("stem", "initial_conv"), ("skips.0", "initial_skip.conv"), ("out", "final_conv")]
    place = 0
    names = []
    for unit in range(units):
        parts = (("norm1", "batchnorm1"), ("norm2", "batchnorm2"), ("conv1", "conv1"), ("conv2", "conv2"))
        for ours, theirs in parts:
            modules.append((f"units.{unit}.{ours}", f"residual_units.{place}.{theirs}"))
        place += 1
        if (unit + 1) % UNITS_PER_SKIP == 0:
            modules.append((f"skips.{(unit + 1) // UNITS_PER_SKIP}", f"residual_units.{place}.conv"))
            place += 1
    for ours, theirs in modules:
        names += [(f"{ours}.{tensor}", f"{theirs}.{tensor}") for tensor in tensors_of(ours)]
    return names


def tensors_of(module: str) -> tuple[str, ...]:
    """Names of the tensors of a module, by its own name."""
    weights = ("weight", "bias")
    return (*weights, "running_mean", "running_var", "num_batches_tracked") if ".norm" in module else weights


def _relu(slope: float) -> nn.Module:
    return nn.LeakyReLU(slope) if slope else nn.ReLU()
