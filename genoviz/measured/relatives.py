"""Which sequences of a library are related, so that intervals draw them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence as Seq

import numpy as np
from numpy.typing import NDArray

WORD = 24  # bases in a row that two relatives share
COMMON = 0.02  # share of the library from which a word counts as part of the construct, not of a sequence
CONSTANT = 0.8  # share of the library that has the same letter where the construct begins or ends


def relatives(sequences: Seq[str]) -> NDArray[np.int64]:
    """Number of the family of each sequence `(n,)`: those that share `WORD` bases in a row, directly or through others.

    Ends that nearly all sequences share are those of the construct and don't count, nor do words that more than `COMMON` of
    the library have (but at least 20 sequences).

    Examples
    --------
    >>> relatives(["A" * 12 + "CG" * 12, "T" * 12 + "CG" * 12, "ACGTTGCA" * 4]).tolist()
    [0, 0, 2]
    """
    left = _constant(sequences)
    right = _constant([bases[::-1] for bases in sequences])
    holders: dict[str, list[int]] = {}
    for number, bases in enumerate(sequences):
        for start in range(left, len(bases) - right - WORD + 1):
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


def _constant(sequences: Seq[str]) -> int:
    """How many letters nearly all sequences begin with alike; none where there are fewer than 20."""
    at = 0
    while len(sequences) >= 20:
        letters = Counter(bases[at] for bases in sequences if len(bases) > at)
        if not letters or letters.most_common(1)[0][1] < CONSTANT * len(sequences):
            break
        at += 1
    return at
