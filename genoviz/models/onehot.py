"""Text to tensors and back: one-hot coding of DNA.

The layout is `(batch, 4, length)` with rows in the order of `BASES`. N is a column of zeros (the model's "no
information"); any other IUPAC code is the average of the bases it allows, so Y = (C + T) / 2.
"""

from __future__ import annotations

from collections.abc import Sequence as Seq

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.errors import BadSequence
from genoviz.sequences.bases import BASES, IUPAC
from genoviz.sequences.sequence import Sequence

_TABLE = np.zeros((256, 4), dtype=np.float32)
for _letter, _allowed in IUPAC.items():
    if _letter != "N":
        for _base in _allowed:
            _TABLE[ord(_letter), BASES.index(_base)] = 1.0 / len(_allowed)


def encode(sequences: Sequence | str | Seq[Sequence | str]) -> Tensor:
    """One-hot code one or several sequences of equal length.

    Parameters
    ----------
    sequences
        A `Sequence`, upper-case text in IUPAC letters, or several of them.

    Returns
    -------
    Tensor
        float32, shape `(batch, 4, length)`; a single sequence gives a batch of one.

    Raises
    ------
    BadSequence
        If the lengths differ or nothing was given.
    """
    if isinstance(sequences, (Sequence, str)):
        sequences = [sequences]
    texts = [str(s.bases if isinstance(s, Sequence) else s) for s in sequences]
    lengths = {len(t) for t in texts}
    if len(lengths) != 1:
        read = f"{len(texts)} sequences with lengths {sorted(lengths)[:5]} were given."
        raise BadSequence(read, "A batch takes one or more sequences of equal length.", "Fit them to one length first.")
    codes = np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8)
    return encode_codes(codes.reshape(len(texts), lengths.pop()))


def letter_codes(sequences: Seq[str]) -> NDArray[np.uint8]:
    """ASCII codes `(sequences, length)` of texts of equal length: the compact form of large data sets."""
    return np.frombuffer("".join(sequences).encode("ascii"), dtype=np.uint8).reshape(len(sequences), -1)


def encode_codes(codes: NDArray[np.uint8]) -> Tensor:
    """One-hot code upper-case ASCII codes `(batch, length)`; returns float32 `(batch, 4, length)`."""
    return torch.from_numpy(_TABLE[codes]).transpose(1, 2).contiguous()


def decode(X: Tensor) -> list[str]:
    """Read one-hot columns back as letters; `(batch, 4, length)` gives `batch` strings, other columns become N."""
    hard = (X.amax(1) == 1) & (X.sum(1) == 1)
    index = torch.where(hard, X.argmax(1), torch.full_like(X.argmax(1), 4)).numpy()
    letters = np.frombuffer(b"ACGTN", dtype=np.uint8)
    return [letters[row].tobytes().decode("ascii") for row in index]


def reverse_complement(X: Tensor) -> Tensor:
    """Reverse complement of one-hot tensors `(..., 4, length)`: rows A C G T turn into T G C A, positions reverse."""
    return X.flip(-1, -2)
