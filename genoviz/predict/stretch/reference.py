"""What one network computes on a stretch of a strand, kept for the edits on it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.networks.spliceai import UNITS_PER_SKIP
from genoviz.predict.stretch.memory import Memory
from genoviz.predict.stretch.network import Member
from genoviz.sequences.bases import BASES

UNKNOWN = 4  # the code of N
OTHER = 5  # the code of letters that stand for several bases; these are computed plainly
_CODES = np.full(256, OTHER, dtype=np.int64)
_CODES[ord("N")] = UNKNOWN
for _code, _base in enumerate(BASES):
    _CODES[ord(_base)] = _code


def codes(bases: str) -> NDArray[np.int64]:
    """0-3 for A C G T, 4 for N, 5 for all else."""
    found: NDArray[np.int64] = _CODES[np.frombuffer(bases.encode("ascii"), dtype=np.uint8)]
    return found


@dataclass(frozen=True, eq=False)
class Stretch:
    """A part of a strand: `letters` (n,), 0-3 for A C G T and 4 for N, from the place `start` on.

    `strand` says what the letters are taken from: stretches of one strand are parts of one text.
    """

    strand: Hashable
    start: int
    letters: Tensor

    @property
    def end(self) -> int:
        """Where it ends (half-open)."""
        return self.start + len(self.letters)

    @property
    def readable(self) -> bool:
        """Whether all letters are A, C, G, T or N."""
        return not bool((self.letters >= OTHER).any())

    def covers(self, other: Stretch) -> bool:
        """Whether another stretch is a part of this one, letter by letter."""
        first = other.start - self.start
        if self.strand != other.strand or first < 0:
            return False
        return torch.equal(self.letters[first : first + len(other.letters)], other.letters)


class Reference:
    """Activations of one network on a stretch, all of whose rows see only the stretch.

    An array at depth e, the bases that its rows have consumed on either side, begins at the stretch's base e.

    Parameters
    ----------
    member
        The network.
    stretch
        What it reads.
    kept, work
        Memory for the activations, and for all else.

    Attributes
    ----------
    stream
        Rows that enter each unit, and those that leave the last one: `(n - 2 * depth, channels)`.
    inner
        Rows that enter the second convolution of each unit.
    logits
        `(n - 2 * context, classes)`, before the softmax or sigmoid; the first is at the stretch's base `context`.
    """

    def __init__(self, member: Member, stretch: Stretch, kept: Memory, work: Memory) -> None:
        self.stretch, self.memory, letters = stretch, kept, stretch.letters
        self.stream: list[Tensor] = []
        self.inner: list[Tensor] = []
        n, channels, context = len(letters), member.channels, member.context
        h = torch.index_select(member.stem, 0, letters, out=kept.take("stream 0", n, channels))
        logits = member.head_bias + h[context : n - context] @ member.heads[0]
        depth = 0
        for number, unit in enumerate(member.units):
            self.stream.append(h)
            rows, reach = len(h), unit.first.reach
            x = work.take("x", unit.first.rows_in(rows - 2 * reach), 1, channels)
            x[rows:] = 0
            member.activate(h, number, out=x[:rows, 0])
            # The second convolution reads the kept array itself; it has the rows past its end that transforms need.
            a = kept.take(f"inner {number}", unit.second.rows_in(rows - 4 * reach), 1, channels)
            a[rows - 2 * reach :] = 0
            member.relu(unit.first(x, work, "a")[: rows - 2 * reach], out=a[: rows - 2 * reach])
            self.inner.append(a[: rows - 2 * reach, 0])
            y = unit.second(a, work, "a")[: rows - 4 * reach, 0]
            out = kept.take(f"stream {number + 1}", rows - 4 * reach, channels)
            h = torch.add(h[2 * reach : rows - 2 * reach], y, out=out)
            depth += 2 * reach
            if (number + 1) % UNITS_PER_SKIP == 0:
                edge = context - depth
                logits += h[edge : len(h) - edge] @ member.heads[(number + 1) // UNITS_PER_SKIP]
        self.stream.append(h)
        self.logits = logits
