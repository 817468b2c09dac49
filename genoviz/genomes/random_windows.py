"""Random windows of a genome: what models are compared on where nothing is known."""

from __future__ import annotations

import numpy as np

from genoviz.errors import BadInput
from genoviz.genomes.genome import Reference
from genoviz.sequences.bases import BASES
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence

_TRIES = 50  # windows drawn for each one kept; more are N


def random_windows(genome: Reference, length: int, n: int, rng: np.random.Generator) -> tuple[Sequence, ...]:
    """Windows of the plus strand without N, each base that the genome holds equally likely to begin one.

    Parameters
    ----------
    genome
        Whole chromosomes or pieces of them; a remote one is asked once for each window.
    length
        Bases of each window.
    n
        Windows.
    rng
        Where the randomness comes from.

    Raises
    ------
    BadInput
        If too few windows without N are found.
    """
    places = [locus for locus in genome.stored if len(locus) >= length]
    room = np.array([len(locus) - length + 1 for locus in places], dtype=np.float64)
    found: list[Sequence] = []
    for _ in range(_TRIES * n if places else 0):
        locus = places[int(rng.choice(len(places), p=room / room.sum()))]
        start = locus.start + int(rng.integers(len(locus) - length + 1))
        window = genome.fetch(Locus(locus.chrom, start, start + length, "+", genome.assembly))
        if not set(window.bases) - set(BASES):
            found.append(window)
            if len(found) == n:
                return tuple(found)
    raise BadInput(
        f"{genome.title} gave {len(found):,} windows of {length:,} bases without N.",
        f"{n:,} are needed.",
        "Choose another genome, or random or shuffled sequences.",
    )


def named_with_build(genome: Reference) -> str:
    """The genome's title, with its assembly unless the title has it."""
    if not genome.assembly or genome.assembly in genome.title:
        return genome.title
    return f"{genome.title} ({genome.assembly})"
