"""Backgrounds: many sequences without a design, into which sites are written to see what they do by themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from genoviz.attribute.baselines import make_references
from genoviz.errors import BadInput
from genoviz.genomes.genome import Reference
from genoviz.genomes.random_windows import named_with_build, random_windows
from genoviz.grammar.options import BACKGROUNDS, GC
from genoviz.models.onehot import decode
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

MOST = 1000


@dataclass(frozen=True)
class Backgrounds:
    """Sequences of equal length.

    Attributes
    ----------
    sequences
        Their bases; A, C, G, T, and N where a shuffled sequence has an ambiguous letter.
    name
        What they are, how many and from which seed, for captions and files.
    seed
        The same seed gives the same backgrounds.

    Raises
    ------
    BadInput
        If there are fewer than two (an interval needs two), more than `MOST`, or their lengths differ.
    """

    sequences: tuple[str, ...]
    name: str
    seed: int

    def __post_init__(self) -> None:
        _check_count(len(self.sequences))
        if len({len(bases) for bases in self.sequences}) != 1:
            raise BadInput(
                "The backgrounds have different lengths.", "They are equally long.", "Fit them to one length first."
            )

    def __len__(self) -> int:
        return len(self.sequences)

    @property
    def length(self) -> int:
        """Bases of each."""
        return len(self.sequences[0])


def shuffled(sequence: Sequence, *, n: int = BACKGROUNDS, seed: int = 0) -> Backgrounds:
    """Dinucleotide shuffles of a sequence: its composition and neighbours, without its sites. N stays where it is."""
    _check_count(n)
    texts = decode(make_references("dinucleotide", sequence, n=n, seed=seed))
    name = f"{n:,} dinucleotide shuffles of {sequence.name or 'the sequence'} (seed {seed})"
    return Backgrounds(tuple(texts), name, seed)


def random_bases(length: int, *, gc: float = GC, n: int = BACKGROUNDS, seed: int = 0) -> Backgrounds:
    """Independent random bases with an expected share `gc` of G and C."""
    _check_count(n)
    if not 0 <= gc <= 1:
        raise BadInput(f"A share of G and C of {gc:g}.", "0 to 1 is accepted.", "Take 0.41 for human DNA.")
    if length < 1:
        raise BadInput(f"Backgrounds of {length} bases.", "At least 1 is accepted.", "Take the model's length.")
    drawn = np.random.default_rng(seed).choice(list(BASES), (n, length), p=[(1 - gc) / 2, gc / 2, gc / 2, (1 - gc) / 2])
    name = f"{n:,} random sequences with {100 * gc:.0f} % G and C (seed {seed})"
    return Backgrounds(tuple("".join(row) for row in drawn), name, seed)


def genome_windows(genome: Reference, length: int, *, n: int = BACKGROUNDS, seed: int = 0) -> Backgrounds:
    """Random windows of a genome's plus strand without N, each base of it equally likely to begin one.

    Raises
    ------
    BadInput
        If too few windows without N are found.
    """
    _check_count(n)
    rng = np.random.default_rng(seed)
    found = tuple(window.bases for window in random_windows(genome, length, n, rng))
    return Backgrounds(found, f"{n:,} random windows of {named_with_build(genome)} (seed {seed})", seed)


def _check_count(n: int) -> None:
    if not 2 <= n <= MOST:
        raise BadInput(
            f"{n:,} backgrounds were asked for.", f"2 to {MOST:,} are accepted.", f"Choose {BACKGROUNDS} or more."
        )
