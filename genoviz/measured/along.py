"""A measured track held against what a model says along the same place: its profile, or the importance of each base."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.genomes.signal import Signal
from genoviz.measured.agreement import Agreement, agreement
from genoviz.models.base import Model
from genoviz.models.card import ModelCard
from genoviz.models.size import is_long
from genoviz.models.target import Target
from genoviz.mutagenesis.saturation import saturate
from genoviz.predict.prediction import predict
from genoviz.sequences.sequence import Sequence

NEAR = 50  # bases that are drawn together: coverage and conservation of neighbours are alike


@dataclass(frozen=True, eq=False)
class Along:
    """A measured and a predicted track.

    Attributes
    ----------
    card, target
        What predicted.
    signal
        What was measured.
    what
        `profile`: the model's prediction along the sequence; `importance`: the size of the mean effect of changing each base.
    start, step
        First base of the first bin (from 0) and bases in a bin.
    predicted, measured
        `(bins,)`; what was measured is the mean over the bases of a bin.
    unit
        Of what is predicted.
    overall
        How far the two agree.
    complete
        False if the run was stopped.
    """

    card: ModelCard
    target: Target
    signal: Signal
    what: str
    start: int
    step: int
    predicted: NDArray[np.float64]
    measured: NDArray[np.float64]
    unit: str
    overall: Agreement
    complete: bool = True

    @property
    def sentence(self) -> str:
        """The agreement in words."""
        tracks = ", ".join(self.target.tracks) or self.target.output
        what = "predicted profile" if self.what == "profile" else "importance of each base"
        said = self.overall.sentence.replace("changes", "bins" if self.step > 1 else "bases", 1)
        return f"{self.signal.name} against {self.card.name} {tracks}, {what}: {said}"


def has_profile(card: ModelCard, target: Target) -> bool:
    """Whether the target's output runs along the sequence."""
    return card.output(target.output).bins > 1


def along_against(
    model: Model,
    sequence: Sequence,
    target: Target,
    signal: Signal,
    *,
    progress: Callable[[float], None] | None = None,
) -> Along:
    """Hold a measured track against a model.

    Parameters
    ----------
    model, sequence, target
        What is asked about what; the sequence is exactly as long as the model reads. Models with one number for a sequence
        give the importance of each base instead of a profile.
    signal
        From `genoviz.genomes.signal.read_signal` with the place of the sequence.
    progress
        Called with the share done; may raise `Cancelled` to stop.

    Raises
    ------
    BadInput
        If track and sequence are of different lengths, or the model has no profile and reads too much for mutations.
    GenovizError
        What the model's predictions raise.
    """
    if len(signal.values) != len(sequence):
        raise BadInput(
            f"The track has values for {len(signal.values):,} bases, the sequence has {len(sequence):,}.",
            "Both are of one place.",
            "Read the track again for this sequence.",
        )
    card, start, step, complete = model.card, 0, 1, True
    if has_profile(card, target):
        tracks = predict(model, sequence, outputs=[target.output])[0][target.output]
        rows = [tracks.names.index(name) for name in target.tracks] or list(range(len(tracks.names)))
        predicted = np.asarray(tracks.values[rows].mean(0), dtype=np.float64)
        start, step, unit, what = tracks.start, tracks.resolution, tracks.unit, "profile"
    else:
        if is_long(card):
            raise BadInput(
                f"`{card.name}` reads {card.length:,} bases and has one number for them.",
                "Changing each base would take hours.",
                "Choose a model with a profile, or one that reads less.",
            )
        found = saturate(model, sequence, target, progress=progress)
        predicted, complete = np.abs(found.importance.astype(np.float64)), found.complete
        unit, what = found.unit, "importance"
    measured = binned(signal.values, start, step, len(predicted))
    places = start + np.arange(len(predicted)) * step
    overall = agreement(predicted, measured, places, block=max(NEAR, step))
    return Along(card, target, signal, what, start, step, predicted, measured, unit, overall, complete)


def binned(values: NDArray[np.float64], start: int, step: int, bins: int) -> NDArray[np.float64]:
    """Mean over the known bases of each bin `(bins,)`; nan where none is known.

    Examples
    --------
    >>> binned(np.array([0, 1, 3, np.nan, 5, np.nan, np.nan]), 1, 2, 3).tolist()
    [2.0, 5.0, nan]
    """
    inside = values[start : start + bins * step].reshape(bins, step)
    known = np.isfinite(inside)
    return np.where(known.any(1), np.where(known, inside, 0).sum(1) / np.maximum(known.sum(1), 1), np.nan)
