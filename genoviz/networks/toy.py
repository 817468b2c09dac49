"""Hand-set networks whose right explanation is known: test oracles and material for lessons."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from genoviz.models.base import NetModel
from genoviz.models.card import ModelCard
from genoviz.models.onehot import encode
from genoviz.models.toy_cards import SITE_A, SITE_B

THRESHOLD = 3.0  # matching bases a window needs before it counts


def _scanner(*sites: str) -> nn.Conv1d:
    """Convolution that counts matching bases of each 6-bp window, minus `THRESHOLD`."""
    conv = nn.Conv1d(4, len(sites), len(sites[0]))
    with torch.no_grad():
        conv.weight.copy_(encode(sites))
        conv.bias.fill_(-THRESHOLD)  # type: ignore[union-attr]
    return conv


class SumOfSites(nn.Module):
    """f(x) = sum over windows of max(0, matches to `SITE_A` - 3)."""

    def __init__(self) -> None:
        super().__init__()
        self.scan, self.relu = _scanner(SITE_A), nn.ReLU()

    def forward(self, X: Tensor) -> Tensor:
        total: Tensor = self.relu(self.scan(X)).sum(2)
        return total


class WeakerOfSites(nn.Module):
    """f(x) = min(best match to `SITE_A`, best match to `SITE_B`), matches counted as in `SumOfSites`."""

    def __init__(self) -> None:
        super().__init__()
        self.scan, self.relu, self.best = _scanner(SITE_A, SITE_B), nn.ReLU(), nn.AdaptiveMaxPool1d(1)
        self.excess = nn.ReLU()

    def forward(self, X: Tensor) -> Tensor:
        best = self.best(self.relu(self.scan(X)))
        a, b = best[:, :1, 0], best[:, 1:, 0]
        # min(a, b) = a - max(0, a - b), written with a module so that rules for ReLU apply.
        weaker: Tensor = a - self.excess(a - b)
        return weaker


def build(card: ModelCard) -> NetModel:
    """The network of a toy card."""
    return NetModel(SumOfSites() if card.name == "toy.sum" else WeakerOfSites(), card)
