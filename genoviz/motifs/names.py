"""Names for motifs that were found: the best match of each in a collection."""

from __future__ import annotations

from collections.abc import Sequence as Seq

import numpy as np

from genoviz.errors import BadMotif
from genoviz.motifs.match import Match, compare, q_values
from genoviz.motifs.motif import Motif


def name_motifs(queries: Seq[Motif], motifs: Seq[Motif]) -> tuple[Match | None, ...]:
    """The best match of each query in a collection, by the statistic of Tomtom (`genoviz.motifs.match.compare`).

    Flanks of less than 0.25 bits are not compared, and what has no such position has no match. q-values count all
    queries and motifs; whether one is small enough (0.05 is usual) is left to the reader.

    Returns
    -------
    tuple
        One entry per query. `start` and `end` are columns of the query as given.
    """
    trimmed: list[tuple[int, int, Motif]] = []
    for row, query in enumerate(queries):
        try:
            core = query.trim()
        except BadMotif:
            continue
        trimmed.append((row, int(np.argmax(query.information() >= 0.25)), core))
    names: list[Match | None] = [None] * len(queries)
    if not trimmed:
        return tuple(names)
    found = compare([core.matrix for _, _, core in trimmed], motifs)
    q = q_values(found.p_values)
    for i, (row, first, _) in enumerate(trimmed):
        best = int(np.argmin(found.p_values[i]))
        start, motif = first + int(found.starts[i, best]), motifs[best]
        strand = "-" if found.minus[i, best] else "+"
        p_value, q_value = float(found.p_values[i, best]), float(q[i, best])
        names[row] = Match(motif, strand, start, start + len(motif), start, p_value, q_value)
    return tuple(names)
