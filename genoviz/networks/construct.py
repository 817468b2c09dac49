"""What an assay puts around a sequence, and reading it from both strands.

A reporter assay measures a sequence inside a plasmid, and networks trained on it read the plasmid's bases too. They are
part of what the network expects, so the model adds them: users give the tested sequence only.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from genoviz.models.onehot import encode, reverse_complement


class Construct(nn.Module):
    """Places sequences between fixed flanks.

    Parameters
    ----------
    left, right
        Bases before and after the sequence; may be empty.
    length
        Bases of the sequence itself.
    """

    flanks: Tensor

    def __init__(self, left: str, right: str, length: int) -> None:
        super().__init__()
        self.sides = (len(left), len(right))
        self.register_buffer("flanks", encode(left + "N" * length + right), persistent=False)

    def forward(self, X: Tensor) -> Tensor:
        """`(batch, 4, length)` -> `(batch, 4, left + length + right)`."""
        return F.pad(X, self.sides) + self.flanks


def both_strands(X: Tensor) -> Tensor:
    """Each sequence and, behind it, its reverse complement: `(batch, 4, length)` -> `(2 * batch, 4, length)`.

    Side by side, because attribution rules pair the rows of a batch by equal shares.
    """
    return torch.stack([X, reverse_complement(X)], 1).flatten(0, 1)


def strand_mean(y: Tensor) -> Tensor:
    """Mean over the two strands of `both_strands`: `(2 * batch, ...)` -> `(batch, ...)`."""
    return (y[::2] + y[1::2]) / 2
