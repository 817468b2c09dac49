"""Named sets of sequences to look at a model with: drawn from a genome, from its card, or given."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass
from itertools import product

import numpy as np

from genoviz.discover.options import SEQUENCES
from genoviz.errors import BadInput
from genoviz.genomes.genome import Reference
from genoviz.genomes.random_windows import named_with_build, random_windows
from genoviz.models.card import ModelCard
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Record, Sequence, shared_notices
from genoviz.sequences.shuffle import dinucleotide_shuffle

_KMER = 3  # of the composition that cards carry, see `genoviz.trust.out_of_distribution`


@dataclass(frozen=True)
class Background:
    """Sequences of one length, and the words that say where they come from."""

    name: str
    sequences: tuple[Sequence, ...]


def given_background(sequences: Seq[Sequence], name: str = "") -> Background:
    """Sequences of one's own."""
    return Background(name or f"{len(sequences):,} given sequences", tuple(sequences))


def shuffled_background(sequences: Seq[Sequence], *, seed: int = 0) -> Background:
    """One shuffle of each sequence that keeps its dinucleotide counts."""
    shuffled = tuple(
        Sequence(dinucleotide_shuffle(sequence.bases, 1, seed=seed + i)[0], f"{sequence.name} shuffled".strip())
        for i, sequence in enumerate(sequences)
    )
    return Background(f"{len(shuffled):,} sequences with shuffled dinucleotides, seed {seed}", shuffled)


def random_background(card: ModelCard, *, n: int = SEQUENCES, seed: int = 0) -> Background:
    """Random sequences with the mean 3-mer composition of a model's training sequences.

    Each base is drawn given the two before it (a Markov chain of order 2) from the card's `inputs`; where the card has
    none all bases are equally likely.
    """
    _check_count(n)
    rng = np.random.default_rng(seed)
    counts = np.asarray(card.inputs["mean"], dtype=np.float64) if card.inputs else np.ones(len(BASES) ** _KMER)
    table = counts.reshape(-1, len(BASES)) + 1e-9  # rows: the bases before, in alphabetical order; columns: the next
    starts = rng.choice(len(table), size=n, p=table.sum(axis=1) / table.sum())
    steps = np.cumsum(table / table.sum(axis=1, keepdims=True), axis=1)
    words = list(product(range(len(BASES)), repeat=_KMER - 1))
    codes = np.empty((n, max(card.length, _KMER - 1)), dtype=np.int64)
    codes[:, : _KMER - 1] = np.array(words)[starts]
    draws = rng.random(codes.shape)
    for i in range(_KMER - 1, codes.shape[1]):
        before = codes[:, i - 2] * len(BASES) + codes[:, i - 1]
        codes[:, i] = np.minimum((draws[:, i, None] >= steps[before]).sum(axis=1), len(BASES) - 1)
    letters = np.frombuffer(BASES.encode("ascii"), dtype=np.uint8)[codes[:, : card.length]]
    drawn = tuple(Sequence(row.tobytes().decode("ascii"), f"random {i}") for i, row in enumerate(letters, start=1))
    like = "with the 3-mers of the training sequences" if card.inputs else "of equally likely bases"
    return Background(f"{n:,} random sequences {like}, seed {seed}", drawn)


def genome_background(reference: Reference, length: int, *, n: int = SEQUENCES, seed: int = 0) -> Background:
    """Windows at random places of a genome's plus strand, without ambiguous letters; see `random_windows`."""
    _check_count(n)
    drawn = random_windows(reference, length, n, np.random.default_rng(seed))
    return Background(f"{n:,} windows of {named_with_build(reference)}, seed {seed}", drawn)


def fitted_records(records: Seq[Record], length: int) -> tuple[list[Sequence], str]:
    """Readable sequences of a file, cropped to the middle or padded with N to one length, and sentences about them."""
    good = [record.sequence for record in records if record.sequence is not None]
    fitted = [s.fit(length, how="pad" if len(s) < length else "centre").sequence for s in good]
    changed, bad = sum(len(s) != length for s in good), len(records) - len(good)
    said = f"{len(good):,} sequences" + (f", {bad:,} more are unreadable" if bad else "")
    if changed:
        said += f"; {changed:,} cropped to the middle or padded with N to {length:,} bases"
    return fitted, " ".join([said + ".", *shared_notices(records)])


def _check_count(n: int) -> None:
    if not 1 <= n <= 100_000:
        raise BadInput(f"{n} sequences were asked for.", "1 to 100,000 are accepted.", f"{SEQUENCES} are usual.")
