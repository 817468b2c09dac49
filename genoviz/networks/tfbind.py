"""DeepBind-style network: motif scanners on both strands, one output per transcription factor.

As in Alipanahi et al. 2015 (Nat Biotechnol 33:831), convolution kernels act as motif scanners on both strands and
the best match along the sequence decides. Unlike the original there is one network for all factors and a second
convolution that sees combinations of neighbouring motifs.

Reading a sequence or its reverse complement gives the same output by construction: channel `c` of each layer and
channel `C - 1 - c` are reverse complements of each other, and the two are added before the dense layers. In training
only one half of the weights exists (`SymmetricConv1d`); the shipped network is made of ordinary `Conv1d` layers with
both halves written out.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import build_members


@dataclass(frozen=True)
class TFBindConfig:
    """Sizes of the network; `motifs` and `pairs` count strand pairs, so layers have twice as many channels."""

    outputs: int
    motifs: int = 96
    motif_width: int = 20
    pairs: int = 64
    pair_width: int = 9
    hidden: int = 64
    dropout: float = 0.3


class SymmetricConv1d(nn.Module):
    """Convolution whose second half of output channels is the reverse complement of the first half.

    Input `(batch, inputs, length)` in which channel `i` and `inputs - 1 - i` are reverse complements (true for one-hot
    A C G T); output `(batch, 2 * pairs, length')` with the same property.
    """

    def __init__(self, inputs: int, pairs: int, width: int, padding: int) -> None:
        super().__init__()
        bound = (inputs * width) ** -0.5
        self.weight = nn.Parameter(torch.empty(pairs, inputs, width).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(pairs))
        self.padding = padding

    def both(self) -> tuple[Tensor, Tensor]:
        """Weights `(2 * pairs, inputs, width)` and biases `(2 * pairs,)` of both strands."""
        return torch.cat([self.weight, self.weight.flip(0, 1, 2)]), torch.cat([self.bias, self.bias.flip(0)])

    def forward(self, X: Tensor) -> Tensor:
        weight, bias = self.both()
        return F.conv1d(X, weight, bias, padding=self.padding)


class TFBind(nn.Module):
    """The network; `(batch, 4, 101)` one-hot -> `(batch, outputs)` logits.

    With `tied=True` (training) the convolutions are `SymmetricConv1d`; `untied_state` turns their weights into those
    of the ordinary network.
    """

    def __init__(self, config: TFBindConfig, tied: bool = False) -> None:
        super().__init__()
        c = config
        pad = (c.motif_width - 2) // 2  # 101 bases and an even kernel give 100 positions, which pooling divides evenly
        if tied:
            self.motifs: nn.Module = SymmetricConv1d(4, c.motifs, c.motif_width, pad)
            self.combine: nn.Module = SymmetricConv1d(2 * c.motifs, c.pairs, c.pair_width, c.pair_width // 2)
        else:
            self.motifs = nn.Conv1d(4, 2 * c.motifs, c.motif_width, padding=pad)
            self.combine = nn.Conv1d(2 * c.motifs, 2 * c.pairs, c.pair_width, padding=c.pair_width // 2)
        # One module per non-linearity: methods that attach to modules must not meet one twice.
        self.motif_relu = nn.ReLU()
        self.pool = nn.MaxPool1d(4)
        self.motif_dropout = nn.Dropout(c.dropout / 2)
        self.combine_relu = nn.ReLU()
        self.strongest = nn.AdaptiveMaxPool1d(1)
        self.dropout = nn.Dropout(c.dropout)
        self.hidden = nn.Linear(2 * c.pairs, c.hidden)
        self.hidden_relu = nn.ReLU()
        self.out = nn.Linear(c.hidden, c.outputs)

    def forward(self, X: Tensor) -> Tensor:
        h = self.motif_dropout(self.pool(self.motif_relu(self.motifs(X))))
        h = self.combine_relu(self.combine(h))
        both = torch.cat([self.strongest(h), h.mean(2, keepdim=True)], 1).squeeze(2)
        # Strand pairs: within each half of `both`, channel c and its mirror hold the two strands.
        strongest, mean = both.chunk(2, 1)
        forward_max, reverse_max = strongest.chunk(2, 1)
        forward_mean, reverse_mean = mean.chunk(2, 1)
        paired = torch.cat([forward_max + reverse_max.flip(1), forward_mean + reverse_mean.flip(1)], 1)
        return self.out(self.hidden_relu(self.hidden(self.dropout(paired))))


def untied_state(model: TFBind) -> dict[str, Tensor]:
    """State of a tied network rewritten for `TFBind(config, tied=False)`."""
    state = {}
    for name, module in model.named_children():
        if isinstance(module, SymmetricConv1d):
            weight, bias = module.both()
            state[f"{name}.weight"], state[f"{name}.bias"] = weight.detach().clone(), bias.detach().clone()
        else:
            state.update({f"{name}.{k}": v.detach().clone() for k, v in module.state_dict().items()})
    return state


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return build_members(card, lambda: TFBind(TFBindConfig(**card.config)))
