"""Which rows are relatives: mutants of one parent, overlapping windows, copies of one repeat.

Relatives tell the same story several times, so a score's interval draws whole families (`metrics.bootstrap_interval`), and
a split keeps a family on one side (`tables.carve_families`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from collections.abc import Sequence as Seq

import numpy as np
from numpy.typing import NDArray

SHARED = (
    32  # bases in a row; unrelated windows do not share so many by chance, and overlapping ones of 100 bases mostly do
)
_ROWS = 10_000  # sequences whose words are in memory at once
_NUMBER = np.full(256, 4, dtype=np.uint8)
_NUMBER[np.frombuffer(b"ACGT", dtype=np.uint8)] = range(4)


def connected(keys: Seq[Iterable[Hashable]]) -> NDArray[np.int64]:
    """Family `(n,)` of each row, numbered from 0: rows with a key in common, directly or through others.

    Examples
    --------
    >>> connected([{"a"}, {"b"}, {"c"}, {"a", "c"}]).tolist()
    [0, 1, 0, 0]
    """
    first: dict[Hashable, int] = {}
    return _joined(len(keys), ((i, first.setdefault(key, i)) for i, listed in enumerate(keys) for key in listed))


def related(bases: NDArray[np.uint8], shared: int = SHARED, keys: Seq[Hashable] | None = None) -> NDArray[np.int64]:
    """Family `(n,)` of each sequence: those that share `shared` bases in a row on either strand, directly or through others.

    Parameters
    ----------
    bases
        ASCII codes `(n, length)`.
    shared
        At most 32; a stretch with another letter than A C G T is shared with nothing.
    keys
        One for each sequence; those with equal keys are relatives, too.
    """
    values, known = _words(bases, shared)
    row, word = np.nonzero(known)[0], values[known]
    order = np.lexsort((row, word))
    row, word = row[order], word[order]
    same = (word[1:] == word[:-1]) & (row[1:] != row[:-1])
    pairs = {(int(a), int(b)) for a, b in np.unique(np.stack([row[:-1][same], row[1:][same]], axis=1), axis=0)}
    first: dict[Hashable, int] = {}
    pairs |= {(i, first.setdefault(key, i)) for i, key in enumerate(keys or ())}
    return _joined(len(bases), sorted(pairs))


def neighbours(places: Seq[tuple[str, int, int]], within: int) -> NDArray[np.int64]:
    """Locus `(n,)` of each place: those less than `within` bases apart, directly or through others, are at one.

    Parameters
    ----------
    places
        Chromosome (with its strand, where the strands are to be kept apart), start and end.
    within
        Bases between the end of one and the start of the next.
    """
    locus = np.zeros(len(places), dtype=np.int64)
    number, chromosome, reached = -1, "", 0
    for i in sorted(range(len(places)), key=lambda i: places[i]):
        name, start, end = places[i]
        if number < 0 or name != chromosome or start - reached >= within:
            number, chromosome, reached = number + 1, name, end
        locus[i], reached = number, max(reached, end)
    return locus


def relatives(bases: NDArray[np.uint8], others: NDArray[np.uint8], shared: int = SHARED) -> NDArray[np.bool_]:
    """Whether each sequence `(n,)` shares `shared` bases in a row, on either strand, with any of `others`."""
    values, known = _words(bases, shared)
    ours = np.unique(values[known])
    if not len(ours):
        return np.zeros(len(bases), dtype=bool)
    common = np.zeros(len(ours), dtype=bool)
    # `bases` are a test, and fewer than the training's: each word of the others is looked up among theirs.
    for first in range(0, len(others), _ROWS):
        theirs, there = _words(others[first : first + _ROWS], shared)
        words = theirs[there]
        at = np.minimum(np.searchsorted(ours, words), len(ours) - 1)
        common[at[ours[at] == words]] = True
    return np.asarray((np.isin(values, ours[common]) & known).any(axis=1))


def _words(bases: NDArray[np.uint8], width: int) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """All words of `width` bases as numbers `(n, places)`, the smaller of both strands, and which hold A C G T only."""
    numbers = _NUMBER[bases]
    places = max(bases.shape[1] - width + 1, 0)
    forward = np.zeros((len(bases), places), dtype=np.uint64)
    backward, known = forward.copy(), np.ones(forward.shape, dtype=bool)
    for i in range(width):
        there = numbers[:, i : i + places]
        known &= there < 4
        forward = (forward << np.uint64(2)) | (there & 3)
        backward |= (3 - (there & 3)).astype(np.uint64) << np.uint64(2 * i)
    return np.minimum(forward, backward), known


def _joined(n: int, pairs: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    family = np.arange(n)

    def root(i: int) -> int:
        while family[i] != i:
            family[i] = family[family[i]]
            i = int(family[i])
        return i

    for a, b in pairs:
        one, other = root(a), root(b)
        # The first row stands for its family: sets have another order in every process, the families may not.
        family[max(one, other)] = min(one, other)
    return np.unique([root(i) for i in range(n)], return_inverse=True)[1].astype(np.int64)
