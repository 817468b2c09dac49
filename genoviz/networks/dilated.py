"""SpliceAI-style network: convolutions with growing gaps between their taps, so that a site sees far around itself.

After Jaganathan et al. 2019 (Cell 176:535), whose residual blocks widen their view by dilation while every position
keeps its place. Smaller than the published network and for one site in the middle: the map is pooled once, and the
dense layers read its middle together with the strongest response on either side.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, cat, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import build_members, sizes_of


@dataclass(frozen=True)
class DilatedConfig:
    """Sizes of the network; one residual block per entry of `dilations`, `middle` pooled positions are read one by one."""

    length: int
    outputs: int
    stem: int = 32
    stem_width: int = 11
    channels: int = 48
    second_width: int = 5
    pool: int = 3
    width: int = 5
    dilations: tuple[int, ...] = (1, 3, 9)
    middle: int = 10
    hidden: int = 64
    dropout: float = 0.2


class ResidualBlock(nn.Module):
    """Two dilated convolutions, each behind a normalisation and a ReLU, added to the input; the length stays."""

    def __init__(self, channels: int, width: int, dilation: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(2):
            layers += [
                nn.BatchNorm1d(channels),
                nn.ReLU(),
                nn.Conv1d(channels, channels, width, padding=dilation * (width // 2), dilation=dilation),
            ]
        self.layers = nn.Sequential(*layers)

    def forward(self, h: Tensor) -> Tensor:
        y: Tensor = h + self.layers(h)
        return y


class DilatedNet(nn.Module):
    """The network; `(batch, 4, length)` one-hot with the site in the middle -> `(batch, outputs)`."""

    def __init__(self, config: DilatedConfig) -> None:
        super().__init__()
        c = config
        self.stem = nn.Sequential(
            nn.Conv1d(4, c.stem, c.stem_width, padding=c.stem_width // 2),
            nn.BatchNorm1d(c.stem),
            nn.ReLU(),
            nn.Conv1d(c.stem, c.channels, c.second_width, padding=c.second_width // 2),
            nn.MaxPool1d(c.pool),
        )
        self.blocks = nn.Sequential(*(ResidualBlock(c.channels, c.width, d) for d in c.dilations))
        self.norm = nn.BatchNorm1d(c.channels)
        self.relu = nn.ReLU()
        positions = c.length // c.pool
        self.start = (positions - c.middle) // 2
        self.end = self.start + c.middle
        self.before = nn.AdaptiveMaxPool1d(1)
        self.behind = nn.AdaptiveMaxPool1d(1)
        self.dropout = nn.Dropout(c.dropout)
        self.hidden = nn.Linear(c.channels * (c.middle + 2), c.hidden)
        self.hidden_relu = nn.ReLU()
        self.hidden_dropout = nn.Dropout(c.dropout)
        self.out = nn.Linear(c.hidden, c.outputs)

    def forward(self, X: Tensor) -> Tensor:
        h = self.relu(self.norm(self.blocks(self.stem(X))))
        parts = [
            h[:, :, self.start : self.end].flatten(1),
            self.before(h[:, :, : self.start]).flatten(1),
            self.behind(h[:, :, self.end :]).flatten(1),
        ]
        y: Tensor = self.out(self.hidden_dropout(self.hidden_relu(self.hidden(self.dropout(cat(parts, 1))))))
        return y


def build(card: ModelCard) -> NetModel:
    """The network of a card, without weights."""
    return build_members(card, lambda: DilatedNet(DilatedConfig(**sizes_of(card))))
