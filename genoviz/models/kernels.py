"""What the first layer of a network looks for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import nn

from genoviz.models.base import Model
from genoviz.models.ensemble import members_of
from genoviz.models.kmer import KmerCounts


def first_kernels(model: Model) -> NDArray[np.float32] | None:
    """Kernels `(filters, 4, width)` of the first convolution over bases, of an ensemble's first member.

    None for models that have no such layer, or whose kernels were not learned.
    """
    first = members_of(model)[0]
    if not isinstance(first, nn.Module):
        return None
    modules = list(first.modules())
    if any(isinstance(module, KmerCounts) for module in modules) or not first.card.file:
        return None
    for module in modules:
        if isinstance(module, nn.Conv1d) and module.in_channels == 4 and module.groups == 1:
            kernels: NDArray[np.float32] = module.weight.detach().numpy()
            return kernels
    return None
