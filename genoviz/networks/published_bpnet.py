"""BPNet as published, and the published networks of its design: ChromBPNet and ProCapNet.

A convolution finds motifs, dilated convolutions with doubling gaps add what stands around them, and two heads read the
result: a wide convolution gives the profile's logits, the mean over the window the ln total. Each dilated layer adds the
ReLU of its convolution to its own input.

- BPNet (Avsec et al. 2021, Nat Genet 53:354): every layer pads its input with zeros, so the profile is as long as the
  sequence; each strand of each factor has a total of its own.
- ChromBPNet (Pampari et al. 2024, bioRxiv 2024.12.25.630221): no padding, the profile is what sees real sequence on both
  sides.
- ProCapNet (Cochran et al. 2024, bioRxiv 2024.05.28.596138): pads and then cuts off all that the padding reached, so it
  equals a network without padding; both strands share one total.

Our own BPNet-style network, which differs in its heads and in where its ReLUs stand, is `genoviz.networks.bpnet`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.networks.keras_layers import State, convolution, dense, drop_optimizer, take
from genoviz.networks.profile_counts import ProfileCountsModel

# Layers of BPNet's file that read a control experiment: without one, as in Kipoi, they add nothing.
_CONTROL = re.compile(r"model_weights/(conv1d_1[1-9]|separable_conv1d_\d+|dense_[2468])/")


@dataclass(frozen=True)
class PublishedBPNetConfig:
    """Sizes of the network; `tracks` profiles share `totals` totals, `layers` dilated layers have gaps 2, 4, 8, ..."""

    tracks: int
    totals: int
    channels: int = 512
    layers: int = 8
    stem_width: int = 21
    profile_width: int = 75
    padded: bool = False


class DilatedLayer(nn.Module):
    """The ReLU of a dilated convolution, added to the part of the input that it covers."""

    def __init__(self, channels: int, dilation: int, padded: bool) -> None:
        super().__init__()
        self.conv = nn.Conv1d(channels, channels, 3, dilation=dilation, padding=dilation if padded else 0)
        self.relu = nn.ReLU()
        self.edge = 0 if padded else dilation

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = h[:, :, self.edge : h.shape[2] - self.edge] + self.relu(self.conv(h))
        return y


class PublishedBPNet(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> logits `(batch, tracks, bases)` and ln totals `(batch, totals)`.

    Without padding the profile is shorter than the sequence by the widths of all convolutions.
    """

    def __init__(self, config: PublishedBPNetConfig) -> None:
        super().__init__()
        c = config

        def around(width: int) -> int:
            return width // 2 if c.padded else 0

        self.stem = nn.Conv1d(4, c.channels, c.stem_width, padding=around(c.stem_width))
        self.relu = nn.ReLU()
        self.layers = nn.Sequential(*(DilatedLayer(c.channels, 2**i, c.padded) for i in range(1, c.layers + 1)))
        self.profile = nn.Conv1d(c.channels, c.tracks, c.profile_width, padding=around(c.profile_width))
        self.counts = nn.Linear(c.channels, c.totals)

    def forward(self, X: Tensor) -> tuple[Tensor, Tensor]:
        h = self.layers(self.relu(self.stem(X)))
        return self.profile(h), self.counts(h.mean(2))


def build(card: ModelCard) -> ProfileCountsModel:
    """The network of a card, without weights."""
    return ProfileCountsModel(PublishedBPNet(PublishedBPNetConfig(**sizes_of(card))), card)


def from_bpnet(card: ModelCard, states: dict[str, State]) -> State:
    """Weights from BPNet's Keras file: layers numbered by Keras, one profile and one counts layer per factor."""
    (state,) = states.values()
    ours = convolution(state, "conv1d_1", "stem")
    for i in range(int(card.config["layers"])):
        ours |= convolution(state, f"conv1d_{i + 2}", f"layers.{i}.conv")
    factors = range(int(card.config["tracks"]) // 2)
    kernels = [take(state, f"conv2d_transpose_{i + 1}", "kernel") for i in factors]
    # Without stride a transposed convolution is a convolution with the kernel read backwards: (width, 1, out, in).
    ours["profile.weight"] = torch.cat([kernel[:, 0].flip(0).permute(1, 2, 0) for kernel in kernels])
    ours["profile.bias"] = torch.cat([take(state, f"conv2d_transpose_{i + 1}", "bias") for i in factors])
    heads = [dense(state, f"dense_{2 * i + 1}", "counts") for i in factors]
    ours |= {key: torch.cat([head[key] for head in heads]) for key in ("counts.weight", "counts.bias")}
    drop_optimizer(state)
    for key in [key for key in state if _CONTROL.match(key)]:
        del state[key]
    return ours


def from_chrombpnet(card: ModelCard, states: dict[str, State]) -> State:
    """Weights from the Keras file of ChromBPNet's network without bias (`chrombpnet_nobias`)."""
    (state,) = states.values()
    ours = convolution(state, "wo_bias_bpnet_1st_conv", "stem")
    for i in range(int(card.config["layers"])):
        ours |= convolution(state, f"wo_bias_bpnet_{i + 1}conv", f"layers.{i}.conv")
    ours |= convolution(state, "wo_bias_bpnet_prof_out_precrop", "profile")
    ours |= dense(state, "wo_bias_bpnet_logcount_predictions", "counts")
    drop_optimizer(state)
    return ours
