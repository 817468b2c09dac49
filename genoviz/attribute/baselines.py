"""Baselines: what "nothing there" looks like to a method that compares against a reference input."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from genoviz.errors import BadInput, UnknownName
from genoviz.models.onehot import encode
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle


@dataclass(frozen=True)
class Baseline:
    """A way to make references.

    Attributes
    ----------
    name, title
        Name in commands, name on pages.
    note
        One sentence for the hover text.
    many
        Whether it draws several references (and so takes `n` and `seed`).
    """

    name: str
    title: str
    note: str
    many: bool
    make: Callable[[Sequence, int, int, Sequence | None], Tensor]


def _zeros(sequence: Sequence, n: int, seed: int, other: Sequence | None) -> Tensor:
    return torch.zeros(1, 4, len(sequence))


def _uniform(sequence: Sequence, n: int, seed: int, other: Sequence | None) -> Tensor:
    return torch.full((1, 4, len(sequence)), 0.25)


def _gc_matched(sequence: Sequence, n: int, seed: int, other: Sequence | None) -> Tensor:
    gc = sequence.gc if sequence.gc == sequence.gc else 0.5  # nan where the sequence is all N
    column = torch.tensor([1 - gc, gc, gc, 1 - gc]) / 2
    return column[None, :, None].repeat(1, 1, len(sequence))


def _dinucleotide(sequence: Sequence, n: int, seed: int, other: Sequence | None) -> Tensor:
    """Each stretch of known bases is shuffled by itself, so that ambiguous letters stay where they are."""
    source = _checked_other(sequence, other).bases if other is not None else sequence.bases
    shuffles = [list(source) for _ in range(n)]
    for number, run in enumerate(re.finditer("[ACGT]+", source)):
        for row, text in zip(shuffles, dinucleotide_shuffle(run[0], n, seed=seed + 1000 * number), strict=True):
            row[run.start() : run.end()] = text
    return encode(["".join(row) for row in shuffles])


def _given(sequence: Sequence, n: int, seed: int, other: Sequence | None) -> Tensor:
    return encode(_checked_other(sequence, other))


def _checked_other(sequence: Sequence, other: Sequence | None) -> Sequence:
    if other is None or len(other) != len(sequence):
        has = "no sequence was given" if other is None else f"one of {len(other):,} bases was given"
        raise BadInput(
            f"The baseline is a sequence of yours, but {has}.",
            f"It must have {len(sequence):,} bases, like the sequence it is compared with.",
            "Give such a sequence, or choose another baseline.",
        )
    return other


BASELINES = {
    b.name: b
    for b in (
        Baseline(
            "dinucleotide",
            "Dinucleotide shuffles",
            "Random rearrangements of the sequence with the same neighbours: same composition, no motifs. Averages over all of them.",
            True,
            _dinucleotide,
        ),
        Baseline("zeros", "All zeros", "No base anywhere; not a sequence the model has ever seen.", False, _zeros),
        Baseline("uniform", "Uniform", "A quarter of each base at each position.", False, _uniform),
        Baseline(
            "gc",
            "GC-matched",
            "At each position the base frequencies of the whole sequence, G = C and A = T.",
            False,
            _gc_matched,
        ),
        Baseline(
            "sequence", "A sequence of yours", "For example the other allele, or a neutral region.", False, _given
        ),
    )
}


def make_references(
    name: str, sequence: Sequence, *, n: int = 20, seed: int = 0, other: Sequence | None = None
) -> Tensor:
    """References for one sequence.

    Parameters
    ----------
    name
        Key of `BASELINES`.
    sequence
        The sequence to be explained.
    n, seed
        Number of draws and their seed, for baselines that draw; the same pair gives the same references to every
        method and model.
    other
        For `sequence` the reference itself. For `dinucleotide` what is shuffled, where that is not the explained
        sequence: two alleles can so be compared with the same references.

    Returns
    -------
    Tensor
        `(references, 4, length)`, float32; columns are one-hot or averages. At ambiguous letters they equal the
        sequence's own, so that these never get a score.
    """
    if name not in BASELINES:
        raise UnknownName.among("baseline", name, BASELINES)
    if not 1 <= n <= 1000:
        raise BadInput(f"{n} references were asked for.", "1 to 1,000 are accepted.", "Choose 20, the usual number.")
    references = BASELINES[name].make(sequence, n, seed, other)
    unknown = list(sequence.ambiguous)
    references[:, :, unknown] = encode(sequence)[:, :, unknown]  # nothing is explained where no base is known
    return references


def changed_share(sequence: Sequence, references: Tensor) -> float:
    """Mean share of known bases at which references differ from the sequence; 1 where no base is known.

    Shuffles of a low-complexity sequence can be the sequence itself; below about 0.5 (random DNA: 0.75) they are a
    weak reference.
    """
    unknown = set(sequence.ambiguous)
    known = [i for i in range(len(sequence)) if i not in unknown]
    if not known:
        return 1.0
    return float(((references - encode(sequence)).abs().amax(1)[:, known] > 0.5).float().mean())
