"""What a model reads of an edited sequence.

A model reads a fixed number of bases. After deletions the window is refilled at its right end, from the flank where one
is known and with N where not; after insertions bases drop out at the right end. Numbers per base are brought back to
the edited sequence, with nan where the model did not look.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genoviz.sequences.edits import EditHistory
from genoviz.sequences.sequence import Sequence


def read_window(sequence: Sequence, length: int, flank: str = "") -> Sequence:
    """The `length` bases a model reads of `sequence`, refilled on the right from `flank` and then with N."""
    if len(sequence) == length:
        return sequence
    bases = (sequence.bases + flank + "N" * length)[:length]
    return Sequence(bases, sequence.name)


def to_sequence(values: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """Values `(..., window)` of the read window as values `(..., length)` of the edited sequence, nan past its end."""
    window = values.shape[-1]
    if length <= window:
        return values[..., :length]
    gap = np.full((*values.shape[:-1], length - window), np.nan, dtype=np.float32)
    return np.concatenate([values, gap], axis=-1)


def along(values: NDArray[np.float32], history: EditHistory) -> NDArray[np.float32]:
    """Values `(..., original)` of the original over the bases of the edited sequence that they belong to.

    Returns
    -------
    ndarray
        `(..., current)`, nan at inserted bases.
    """
    before = to_sequence(values, len(history.original))
    after = np.full((*values.shape[:-1], len(history.current)), np.nan, dtype=np.float32)
    for here, there, length in history.blocks:
        after[..., here : here + length] = before[..., there : there + length]
    return after
