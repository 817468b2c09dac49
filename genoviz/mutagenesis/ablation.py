"""Ablation: what the rest of a sequence predicts when a stretch is scrambled."""

from __future__ import annotations

from genoviz.errors import BadInput
from genoviz.models.base import Model
from genoviz.models.size import check_length
from genoviz.models.target import Target
from genoviz.predict.measure import Measure, numbers_of
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle


def shuffle_stretch(
    model: Model,
    sequence: Sequence,
    target: Target,
    start: int,
    end: int,
    *,
    n: int = 20,
    seed: int = 0,
    of: Measure | None = None,
) -> list[float]:
    """Effect of shuffling bases `start` to `end` (0-based, half-open), keeping the stretch's dinucleotides.

    Returns
    -------
    list of float
        For each of `n` shuffles, the target's number minus that of the sequence as given; what `of` measures where it is
        given, such as the scores of some bases (`genoviz.attribute.explained.Explained`).

    Raises
    ------
    BadInput
        If the stretch lies outside the sequence.
    BadSequence
        If the sequence has another length than the model reads.
    """
    check_length(sequence, model.card)
    if not 0 <= start < end <= len(sequence):
        raise BadInput(
            f"Bases {start + 1} to {end} were asked for.",
            f"The sequence has bases 1 to {len(sequence)}.",
            "Choose a stretch inside it.",
        )
    stretches = dinucleotide_shuffle(sequence.bases[start:end], n, seed=seed)
    variants = [sequence.bases[:start] + s + sequence.bases[end:] for s in stretches]
    values = numbers_of(model, target, [sequence.bases, *variants], of=of)
    return [float(v) for v in values[1:] - values[0]]
