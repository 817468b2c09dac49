"""The control: a network of the same shape that learned nothing."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from genoviz.models.base import Model
from genoviz.trust.randomisation import randomised

_BATCH = 64


def random_network(network: Model, X: Tensor, *, seed: int = 0) -> Model:
    """A copy of a network, the numbers of each weight tensor in a random order.

    So the sizes of its weights are those of the trained one. Batch normalisation is fitted to the records `(n, 4, length)`:
    with the means that belong to other weights most units would be off for good, and any control easy to beat.

    Raises
    ------
    BadModel
        If the network has no weights to mix, or can't be copied.
    """
    mixed: Model = randomised(network, 1.0, seed=seed)  # type: ignore[arg-type]
    norms = [m for m in mixed.modules() if isinstance(m, _BatchNorm)] if isinstance(mixed, nn.Module) else []
    if not norms:
        return mixed
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain mean over all batches
        norm.train()
    with torch.no_grad():
        for part in X.split(_BATCH):
            mixed.logits(part)
    for norm in norms:
        norm.eval()
    return mixed
