"""Plain batches: how many sequences a forward pass takes least time for, and mutants as one tensor."""

from __future__ import annotations

import torch
from torch import Tensor

USUAL, MANY = 32, 126  # sequences per plain batch; 126 mutants are those of 42 positions
USUAL_BYTES, MANY_BYTES = 8e6, 32e6  # of the largest activation of a plain batch
ALL = 512  # sequences per batch of a network so small that a whole map takes less than its recording
TRIALS = 2  # batches of each size before one is chosen: the first of a kind is often slower
NOTHING = 4  # "new base" that stands for a column of zeros


class BatchSizes:
    """Two sizes of plain batches, and which is faster, learned from the batches that are computed anyway.

    Convolutional networks are fastest with many sequences at once, recurrent layers and attention often with few.

    Parameters
    ----------
    largest : int or None
        Bytes of the largest activation per sequence; None: not known.
    memory : int
        Bytes that may be used.
    """

    def __init__(self, largest: int | None, memory: int) -> None:
        if largest is None:
            few, many = 16, 16
        else:
            most = max(1, memory // (8 * max(1, largest)))
            few = max(1, min(USUAL, max(4, int(USUAL_BYTES // largest)), most))
            many = max(few, min(MANY, int(MANY_BYTES // largest), most))
        self.sizes = (few, many) if many > few else (few,)
        self._forget()

    def settle(self, size: int) -> None:
        """Take batches of one size from now on."""
        self.sizes = (size,)
        self._forget()

    def _forget(self) -> None:
        self._seconds: dict[int, list[float]] = {size: [] for size in self.sizes}

    @property
    def best(self) -> int:
        """The faster size as far as known."""
        known = [size for size in self.sizes if self._seconds[size]]
        return min(known, key=lambda size: min(self._seconds[size])) if known else self.sizes[0]

    def next(self, left: int) -> int:
        """The size of the next batch, with so many sequences left to compute."""
        tried = [(len(times), size) for size, times in self._seconds.items() if size <= left and len(times) < TRIALS]
        return min(min(tried)[1] if tried else self.best, left)

    def wants(self, size: int) -> bool:
        """Whether the time of a batch of this size is still to be learned."""
        times = self._seconds.get(size)
        return times is not None and len(times) < TRIALS

    def note(self, size: int, seconds: float) -> None:
        """Learn what a batch took."""
        self._seconds[size].append(seconds / size)


def mutants(sequence: Tensor, start: int, new: Tensor, rows: Tensor) -> Tensor:
    """Sequences with one base replaced.

    Parameters
    ----------
    sequence : Tensor
        (4, length).
    start : int
        First position.
    new : Tensor
        (positions, alternatives): new base 0-3, or 4 for none.
    rows : Tensor
        Which of them, counted through `new` row by row.

    Returns
    -------
    Tensor
        (rows, 4, length), a new tensor.
    """
    batch = sequence.expand(len(rows), *sequence.shape).clone()
    place, base, row = start + rows // new.shape[1], new.reshape(-1)[rows], torch.arange(len(rows))
    batch[row, :, place] = 0
    real = base < NOTHING
    batch[row[real], base[real], place[real]] = 1
    return batch
