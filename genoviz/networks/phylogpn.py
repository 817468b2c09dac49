"""PhyloGPN: how evolution changes a base, predicted from the bases around it.

Albors, Li, Benegas, Ye and Song 2025 (RECOMB, arXiv:2503.03773). Trained with alignments of mammalian genomes in the loss
function, it reads a single sequence. Its four numbers at a position are the log rates theta of Felsenstein's model of 1981
(F81): a base turns into base b at a rate in proportion to exp(theta_b), so that softmax(theta) says how often each base
stands there in the long run. Convolutions are not padded, and treat both strands alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from genoviz.errors import BadModel
from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of

INPUTS = (3, 2, 1, 0, 4, 5)  # the complement of each token; the tokens are A C G T, N and padding
N_ID = 4
PREFIX = "_model."
ORIGINAL = ".parametrizations.{}.original"


@dataclass(frozen=True)
class PhyloGPNConfig:
    """Sizes of the network, named as in the published `config.json`."""

    outer_dim: int = 960
    inner_dim: int = 480
    kernel_size: int = 5
    stack_size: int = 2
    num_stacks: int = 20

    @property
    def dilations(self) -> list[int]:
        """One block each."""
        return [self.kernel_size**i for i in range(self.stack_size)] * self.num_stacks

    @property
    def receptive_field(self) -> int:
        """Bases that one prediction sees."""
        return 1 + (self.kernel_size - 1) * sum(self.dilations)


class Block(nn.Module):
    """A narrow dilated convolution between two layers of width 1, added to the part of the input that it covers."""

    def __init__(self, c: PhyloGPNConfig, dilation: int) -> None:
        super().__init__()
        self.layer_norm1 = nn.LayerNorm(c.outer_dim)
        self.gelu1 = nn.GELU()
        self.conv1 = nn.Conv1d(c.outer_dim, c.inner_dim, 1)
        self.layer_norm2 = nn.LayerNorm(c.inner_dim)
        self.gelu2 = nn.GELU()
        self.conv2 = nn.Conv1d(c.inner_dim, c.inner_dim, c.kernel_size, dilation=dilation)
        self.layer_norm3 = nn.LayerNorm(c.inner_dim)
        self.gelu3 = nn.GELU()
        self.conv3 = nn.Conv1d(c.inner_dim, c.outer_dim, 1)
        self.edge = (c.kernel_size - 1) * dilation // 2

    def forward(self, h: Tensor) -> Tensor:  # (batch, channels, length)
        y = self.conv1(self.gelu1(_normed(self.layer_norm1, h)))
        y = self.conv2(self.gelu2(_normed(self.layer_norm2, y)))
        y = self.conv3(self.gelu3(_normed(self.layer_norm3, y)))
        out: Tensor = y + h[:, :, self.edge : h.shape[2] - self.edge]
        return out


def _normed(norm: nn.Module, h: Tensor) -> Tensor:
    """Layer norm over the channels of each position."""
    y: Tensor = norm(h.transpose(1, 2))
    return y.transpose(1, 2)


class PhyloGPN(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> log rates `(batch, 4, length - receptive_field + 1)`."""

    def __init__(self, config: PhyloGPNConfig) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(INPUTS), config.outer_dim)
        self.blocks = nn.Sequential(*(Block(config, d) for d in config.dilations))
        self.output_layer_norm = nn.LayerNorm(config.outer_dim)
        self.output_gelu = nn.GELU()
        self.output_conv = nn.Conv1d(config.outer_dim, 4, 1)

    def forward(self, X: Tensor) -> Tensor:
        return self.rates(self.states(self.embedded(X)))

    def embedded(self, X: Tensor) -> Tensor:
        """One vector per base `(batch, length, channels)`; a column of zeros is read as the token N."""
        table = self.embedding.weight
        return X.transpose(1, 2) @ table[:4] + (1 - X.sum(1)[:, :, None]) * table[N_ID]

    def states(self, h: Tensor) -> Tensor:
        """Hidden states `(batch, channels, positions)` of embedded tokens: what the authors call embeddings."""
        return _normed(self.output_layer_norm, self.blocks(h.transpose(1, 2)))

    def rates(self, states: Tensor) -> Tensor:
        """Log rates `(batch, 4, positions)` from hidden states."""
        y: Tensor = self.output_conv(self.output_gelu(states))
        return y


class PhyloGPNModel(NetModel):
    """The network with its card, as a `Model` with three outputs at each position that it predicts, in this order.

    1. ln of the share that the base that stands there has in the long run, from the log rates of the sequence as it is.
    2. Log-likelihood ratio of each base against the one that stands there: the authors' score of a variant.
    3. The log rates; softmax makes them the shares of the four bases in the long run.

    Over an N the first two are 0.
    """

    net: PhyloGPN

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        """See `Model.logits`."""
        theta = self.net(X)
        edge = (X.shape[2] - theta.shape[2]) // 2
        own = X[:, :, edge : edge + theta.shape[2]]
        share = (own * torch.log_softmax(theta, 1)).sum(1, keepdim=True)
        ratio = (theta - (own * theta).sum(1, keepdim=True)) * own.sum(1, keepdim=True)
        return dict(zip((output.name for output in self.card.outputs), (share, ratio, theta), strict=True))

    def embed(self, X: Tensor) -> Tensor:
        """Mean hidden state `(batch, dimensions)` of the positions that are predicted."""
        return self.net.states(self.net.embedded(X)).mean(2)


def convert(card: ModelCard, states: dict[str, dict[str, Tensor]]) -> dict[str, Tensor]:
    """The published weights made symmetric, as the published network does at each use.

    Channel `i` on one strand is channel `-1 - i` on the other, so both halves are averaged once for all.
    """
    (published,) = states.values()
    state: dict[str, Tensor] = {}
    for key in list(published):
        name, tensor = key.removeprefix(PREFIX), published.pop(key)
        if name == "embedding" + ORIGINAL.format("weight"):
            state["embedding.weight"] = (tensor + tensor[list(INPUTS)].flip(1)) / 2
        elif name.endswith(ORIGINAL.format("weight")):
            state[name.replace(ORIGINAL.format("weight"), ".weight")] = (tensor + tensor.flip(0, 1, 2)) / 2
        elif name.endswith(ORIGINAL.format("bias")):
            state[name.replace(ORIGINAL.format("bias"), ".bias")] = (tensor + tensor.flip(0)) / 2
        else:
            state[name] = tensor
    return state


def build(card: ModelCard) -> PhyloGPNModel:
    """The network of a card, without weights; `BadModel` unless each output has a bin per position that it predicts."""
    config = PhyloGPNConfig(**sizes_of(card))
    positions = card.length - config.receptive_field + 1
    if positions < 1 or any(output.bins != positions for output in card.outputs):
        raise BadModel(
            f"The card of `{card.name}` reads {card.length} bases and has {card.outputs[0].bins} bins.",
            f"One prediction sees {config.receptive_field} bases, so {max(positions, 0)} positions are predicted.",
            f"Set its length to {config.receptive_field} plus the number of bins minus 1.",
        )
    return PhyloGPNModel(PhyloGPN(config), card)
