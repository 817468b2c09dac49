"""A language model that can be worked out by hand: what it expects at a base hangs on one other base."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card

PAIRED, OTHER = 0.7, 0.1


class HairpinModel:
    """Expects the complement of base `length - 1 - j` at j with `PAIRED`, every other base with `OTHER`; N there: a quarter each."""

    def __init__(self, length: int) -> None:
        self.card: ModelCard = replace(get_card("toy.sum"), length=length)

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        return {self.card.outputs[0].name: self.log_likelihood(X)[:, None, None]}

    def base_probabilities(self, X: Tensor) -> Tensor:
        partner = X.flip(1, 2)  # the complement, read from the other end
        return torch.where(partner.sum(1, keepdim=True) == 0, torch.tensor(0.25), OTHER + (PAIRED - OTHER) * partner)

    def log_likelihood(self, X: Tensor) -> Tensor:
        return (X * self.base_probabilities(X).log()).sum((1, 2))

    def embed(self, X: Tensor) -> Tensor:
        return X.mean(2)
