"""Matches that single substitutions make, take away, or change, of every substitution of a sequence at once.

A substitution changes the score of a word by the difference of two numbers of one column. So the sequence is scanned
once, and only words that match, or that one column could bring to match, are looked at letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.motifs.motif import UNIFORM, Motif
from genoviz.motifs.p_value import STEP
from genoviz.motifs.scan import Group, check_threshold, one_hot, prepared
from genoviz.sequences.bases import BASES


@dataclass(frozen=True)
class SubstitutedHit:
    """A match before or after one substitution.

    Attributes
    ----------
    position, base
        What is substituted (0-based), and by what.
    motif, start, strand
        The match, as in `genoviz.motifs.scan.Hit`.
    before, after
        Log-odds in bits.
    p_value
        Of the better one.
    matched, matches
        Whether it passes the threshold before and after.
    """

    position: int
    base: str
    motif: Motif
    start: int
    strand: str
    before: float
    after: float
    p_value: float
    matched: bool
    matches: bool


def substituted_hits(
    bases: str, motifs: Seq[Motif], threshold: float, *, least: float, background: Seq[float] = UNIFORM
) -> Iterator[SubstitutedHit]:
    """Every match that a substitution changes by at least `least` bits, with the threshold reached before or after.

    Parameters
    ----------
    bases
        The sequence; letters other than A, C, G, T are not substituted.
    motifs
        What to look for, on both strands.
    threshold
        Largest p-value of a match, as for `genoviz.motifs.scan.scan`.
    least
        Bits.
    background
        Frequencies of A, C, G, T without a motif.

    Raises
    ------
    BadInput, BadMotif
        As `scan`.
    """
    check_threshold(threshold)
    motifs = tuple(motifs)
    onehot = one_hot(bases)
    codes = onehot.argmax(1)
    for group in prepared(motifs, tuple(float(p) for p in background)):
        if len(bases) >= group.width:
            yield from _of_group(group, motifs, onehot, codes, threshold, least)


def _of_group(
    group: Group,
    motifs: tuple[Motif, ...],
    onehot: NDArray[np.float32],
    codes: NDArray[np.int64],
    threshold: float,
    least: float,
) -> Iterator[SubstitutedHit]:
    """Changed matches of motifs of one width."""
    width, cuts = group.width, group.cuts(threshold)
    words = np.lib.stride_tricks.sliding_window_view(onehot.reshape(-1), 5 * width)[::5]
    scores = words @ group.weights
    table = group.weights.T.reshape(len(cuts), width, 5)
    reach = (table[:, :, :4].max(2) - table.min(2)).max(1)  # the most that one letter can add
    rows, columns = np.nonzero(scores >= cuts - reach)
    letters = codes[rows[:, None] + np.arange(width)]
    tables = table[columns]
    gains = tables[:, :, :4] - np.take_along_axis(tables, letters[:, :, None], 2)
    before = scores[rows, columns][:, None, None]
    after, cut = before + gains, cuts[columns][:, None, None]
    known = (letters < len(BASES))[:, :, None]
    changed = known & (np.abs(gains) * STEP >= least) & ((before >= cut) | (after >= cut))
    for word, place, base in np.argwhere(changed).tolist():
        column = int(columns[word])
        old, new = int(before[word, 0, 0]), int(after[word, place, base])
        tail, floor = group.tails[column], int(group.floors[column])
        yield SubstitutedHit(
            int(rows[word]) + place,
            BASES[base],
            motifs[group.places[column // 2]],
            int(rows[word]),
            "+-"[column % 2],
            old * STEP,
            new * STEP,
            float(tail[max(old, new) - floor]),
            old >= cuts[column],
            new >= cuts[column],
        )
