"""The encoder of the masked language model with a head for aligned sequences: what transfer learning starts from.

A language model learns from genomes without labels which bases go together; its hidden states are then described again
by a small labelled set (Devlin et al. 2019; for DNA: Ji et al. 2021, Bioinformatics 37:2112). The encoder is the tower
of `genoviz.networks.cloze` with the same parameter names, so that its weights can be copied. It reads one strand, from
left to right, so a prediction costs half of what the language model's costs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import build_members, sizes_of
from genoviz.networks.cloze import ClozeConfig, Tower


@dataclass(frozen=True)
class ClozeHeadConfig:
    """Sizes of the network: `encoder` are those of the language model, which must read more than `length` bases."""

    length: int
    outputs: int
    encoder: ClozeConfig = field(default_factory=lambda: ClozeConfig(length=200))
    channels: int = 16
    hidden: int = 64
    dropout: float = 0.3


class ClozeHead(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, outputs)`.

    The head projects the encoder's state of each position to a few channels and keeps positions, for sequences that
    are aligned to a start site.
    """

    def __init__(self, config: ClozeHeadConfig) -> None:
        super().__init__()
        c = config
        self.tower = Tower(c.encoder)
        self.project = nn.Linear(c.encoder.width, c.channels)
        self.project_relu = nn.ReLU()
        self.dropout = nn.Dropout(c.dropout)
        self.hidden = nn.Linear(c.length * c.channels, c.hidden)
        self.hidden_relu = nn.ReLU()
        self.hidden_dropout = nn.Dropout(c.dropout)
        self.out = nn.Linear(c.hidden, c.outputs)

    def forward(self, X: Tensor) -> Tensor:
        # A state knows the bases before its own: one more position knows the last base, the first knows none.
        h = self.tower(F.pad(X, (0, 1)))[:, 1:]
        h = self.dropout(self.project_relu(self.project(h)).flatten(1))
        y: Tensor = self.out(self.hidden_dropout(self.hidden_relu(self.hidden(h))))
        return y


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    sizes = sizes_of(card)
    config = ClozeHeadConfig(**{**sizes, "encoder": ClozeConfig(**sizes["encoder"])})
    return build_members(card, lambda: ClozeHead(config))
