"""Shuffles of a sequence that keep its dinucleotide counts.

The null sequence of the field: same composition, same neighbours, no motifs. Each shuffle is a uniformly random
sequence among those with the same dinucleotide counts and the same first and last letter (an Eulerian path through
the letters; Altschul and Erickson 1985, Mol Biol Evol 2:526).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput


def dinucleotide_shuffle(bases: str, n: int, *, seed: int = 0) -> list[str]:
    """Shuffle one sequence `n` times.

    Parameters
    ----------
    bases
        Letters of any alphabet.
    n
        Number of shuffles; they are independent and may repeat where few arrangements exist.
    seed
        Same seed, same shuffles.

    Returns
    -------
    list of str
        `n` texts with the letters, dinucleotide counts and both end letters of `bases`.
    """
    if n < 1:
        raise BadInput(f"{n} shuffles were asked for.", "At least 1 is accepted.", "Raise the number of shuffles.")
    letters = np.frombuffer(bases.encode("ascii"), dtype=np.uint8)
    shuffled = shuffle_rows(np.repeat(letters[None], n, axis=0), np.random.default_rng(seed))
    return [row.tobytes().decode("ascii") for row in shuffled]


def shuffle_rows(rows: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Shuffle each row of `(sequences, length)` letter codes, keeping its dinucleotide counts.

    Every step between neighbours is an edge from one letter to the next. Edges leaving a letter get a random order.
    Walking them in that order uses every edge exactly if the *last* edges of all letters lead to the final letter, so
    rows where they do not are drawn again; the accepted walks are uniform.
    """
    n, length = rows.shape
    if length < 3:
        return rows.copy()
    alphabet, codes = np.unique(rows, return_inverse=True)
    codes = codes.reshape(rows.shape).astype(np.int64)
    k = len(alphabet)
    source, target, final = codes[:, :-1], codes[:, 1:], codes[:, -1]
    out_degree = np.stack([(source == v).sum(1) for v in range(k)], 1)
    first_edge = np.concatenate([np.zeros((n, 1), dtype=np.int64), out_degree.cumsum(1)], 1)

    next_letter = np.empty_like(target)
    pending = np.arange(n)
    while len(pending):
        order = np.argsort(source[pending] + rng.random((len(pending), length - 1)), axis=1)
        drawn = np.take_along_axis(target[pending], order, 1)
        # Letter reached by the last edge of each letter; the final letter and absent letters stay where they are.
        last = np.tile(np.arange(k), (len(pending), 1))
        for v in range(k):
            use = (out_degree[pending, v] > 0) & (final[pending] != v)
            last[use, v] = drawn[use, first_edge[pending][use, v + 1] - 1]
        reach = last
        for _ in range(k):
            reach = np.take_along_axis(last, reach, 1)
        good = ((reach == final[pending, None]) | (out_degree[pending] == 0)).all(1)
        next_letter[pending[good]] = drawn[good]
        pending = pending[~good]

    walk = np.empty_like(codes)
    walk[:, 0] = here = codes[:, 0]
    edge = first_edge[:, :-1].copy()
    all_rows = np.arange(n)
    for step in range(1, length):
        position = edge[all_rows, here]
        edge[all_rows, here] += 1
        walk[:, step] = here = next_letter[all_rows, position]
    return alphabet[walk]
