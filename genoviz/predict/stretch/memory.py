"""Memory that is handed out again and again: pages that are new to the process cost more than the work on them."""

from __future__ import annotations

import math

import torch
from torch import Tensor


class Memory:
    """Arrays by name; one that is taken again is overwritten."""

    def __init__(self) -> None:
        self._kept: dict[str, Tensor] = {}

    def take(self, name: str, *shape: int) -> Tensor:
        """An array of this shape, with whatever it last held."""
        size = math.prod(shape)
        kept = self._kept.get(name)
        if kept is None or len(kept) < size:
            kept = self._kept[name] = torch.empty(size)
        return kept[:size].view(shape)
