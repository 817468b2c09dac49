"""Names for motifs that were found: the match of each in a collection, family first."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence as Seq
from dataclasses import replace

import numpy as np

from genoviz.errors import BadMotif
from genoviz.motifs.match import Match, best_name, compare, matches_of
from genoviz.motifs.motif import Motif


def name_motifs(
    queries: Seq[Motif], motifs: Seq[Motif], *, about: Collection[str] = (), nameable: Seq[Motif] | None = None
) -> tuple[Match | None, ...]:
    """The match of each query in a collection that names it, by the statistic of Tomtom (`genoviz.motifs.match.compare`).

    Flanks of less than 0.25 bits are not compared, and what has no such position has no match. q-values count the motifs;
    whether one is small enough (`genoviz.motifs.match.SIGNIFICANT`) is left to the reader. `about` are factors that the
    queries are about, see `genoviz.motifs.families.named`. Where only some of the motifs may name a query, they are `nameable`;
    the others say how surprising a likeness is.

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
    for i, (row, first, _) in enumerate(trimmed):
        matches = matches_of(found, i, motifs, first, 1 if nameable is None else len(motifs))
        if nameable is not None:
            matches = [match for match in matches if any(match.motif is one for one in nameable)]
        if matches:
            match = best_name(matches, about)
            names[row] = replace(match, offset=match.start)
    return tuple(names)
