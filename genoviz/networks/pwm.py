"""A scan with position weight matrices: per factor the best match of its motif on either strand.

The oldest way to look for binding sites (Staden 1984, Nucleic Acids Res 12:505; Stormo 2000, Bioinformatics 16:16), as
a network of one convolution whose kernels are log-odds matrices, so that attributions and mutation maps work as for
any other network.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import sizes_of
from genoviz.motifs.motif import Motif


@dataclass(frozen=True)
class PwmScanConfig:
    """Positions of each motif, in the order of the card's tracks."""

    widths: tuple[int, ...]


class PwmScan(nn.Module):
    """The network; `(batch, 4, length)` one-hot -> `(batch, motifs)`: log-odds in bits of each motif's best match.

    A match lies inside the sequence, on either strand. An N adds nothing to it.
    """

    def __init__(self, config: PwmScanConfig) -> None:
        super().__init__()
        self.widths = config.widths
        # Kernels 2 i and 2 i + 1 are motif i and its reverse complement, both at the left of a kernel as wide as the
        # widest motif.
        self.motifs = nn.Conv1d(4, 2 * len(config.widths), max(config.widths), bias=False)
        self.best = nn.ModuleList(nn.AdaptiveMaxPool1d(1) for _ in config.widths)

    @classmethod
    def of(cls, motifs: Seq[Motif]) -> PwmScan:
        """The scan with these motifs: log-odds against a uniform background, see `Motif.log_odds`."""
        scan = cls(PwmScanConfig(tuple(len(motif) for motif in motifs)))
        weight = torch.zeros_like(scan.motifs.weight)
        for i, motif in enumerate(motifs):
            for strand, read in enumerate((motif, motif.reverse_complement())):
                weight[2 * i + strand, :, : len(motif)] = torch.from_numpy(read.log_odds().T)
        with torch.no_grad():
            scan.motifs.weight.copy_(weight)
        return scan

    def forward(self, X: Tensor) -> Tensor:
        matches = self.motifs(F.pad(X, (0, max(self.widths) - 1)))  # a match may begin at any base
        best = []
        for i, (width, pool) in enumerate(zip(self.widths, self.best, strict=True)):
            inside = matches[:, 2 * i : 2 * i + 2, : X.shape[2] - width + 1]
            best.append(pool(inside.reshape(len(X), 1, -1))[:, :, 0])
        return torch.cat(best, 1)


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return NetModel(PwmScan(PwmScanConfig(**sizes_of(card))), card)
