"""Which sequences of a library are related, so that intervals draw them together."""

from __future__ import annotations

from collections.abc import Sequence as Seq

import numpy as np
from numpy.typing import NDArray

WORD = 24  # bases in a row that two relatives share
COMMON = 0.02  # share of the library from which a word counts as part of the construct, not of a sequence


def relatives(sequences: Seq[str]) -> NDArray[np.int64]:
    """Number of the family of each sequence `(n,)`: those that share `WORD` bases in a row, directly or through others.

    Words that more than `COMMON` of the library have (but at least 20 sequences), such as constant ends, don't count.

    >>> relatives(["A" * 12 + "CG" * 12, "T" * 12 + "CG" * 12, "ACGTTGCA" * 4]).tolist()
    [0, 0, 2]
    """
    holders: dict[str, list[int]] = {}
    for number, bases in enumerate(sequences):
        for start in range(len(bases) - WORD + 1):
            found = holders.setdefault(bases[start : start + WORD], [])
            if not found or found[-1] != number:
                found.append(number)
    parent = list(range(len(sequences)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    most = max(20, int(COMMON * len(sequences)))
    for found in holders.values():
        if 1 < len(found) <= most:
            first = root(found[0])
            for other in found[1:]:
                parent[root(other)] = first
    return np.array([root(number) for number in range(len(sequences))], dtype=np.int64)
