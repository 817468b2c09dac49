"""What a model says about a batch of sequences, read once.

Each network is asked once about a batch; all that is told of a prediction (values, logits, a target's number, whether the
networks of an ensemble agree) is arithmetic on what it answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Seq
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.models.answers import check_finite
from genoviz.models.base import Model, activate, lock_of
from genoviz.models.card import ModelCard
from genoviz.models.ensemble import logits_by_member
from genoviz.models.onehot import encode
from genoviz.models.size import check_length
from genoviz.models.steady import steadily
from genoviz.models.target import Target
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.sequences.tracks import Tracks


@dataclass(frozen=True, eq=False)
class Readout:
    """The logits of a batch.

    Attributes
    ----------
    card
        Of the model that was asked.
    logits
        `{output: (batch, track, bin)}`, before the output's activation.
    members
        The same for each network of an ensemble; of any other model `logits` alone.
    sequences
        What it was asked about.
    """

    card: ModelCard
    logits: Mapping[str, Tensor]
    members: tuple[Mapping[str, Tensor], ...]
    sequences: tuple[Sequence, ...]

    def numbers(self, target: Target) -> NDArray[np.float64]:
        """A target's number for each sequence `(batch,)`; `NotFinite` where one is nan or infinite."""
        return self._finite(target.from_logits(self.card, self.logits))

    def member_numbers(self, target: Target) -> NDArray[np.float64]:
        """The same for each network of an ensemble `(members, batch)`."""
        return np.stack([self._finite(target.from_logits(self.card, logits)) for logits in self.members])

    def _finite(self, numbers: Tensor) -> NDArray[np.float64]:
        if not bool(torch.isfinite(numbers).all()):
            check_finite(self.card, numbers, encode(self.sequences))
        return numbers.double().numpy()

    def tracks(
        self, row: int, *, scale: str = "value", locus: Locus | None = None, outputs: Seq[str] | None = None
    ) -> dict[str, Tracks]:
        """All outputs for one sequence.

        Parameters
        ----------
        row
            Number of the sequence in the batch, from 0.
        scale
            `value` (after the output's activation) or `logit`.
        locus
            Where the sequence lies.
        outputs
            Only these; all when None.

        Returns
        -------
        dict
            `{output: Tracks}` with values `(tracks, bins)`.

        Raises
        ------
        NotFinite
            If a number is nan or infinite.
        """
        found = {}
        for output in self.card.outputs:
            if outputs is not None and output.name not in outputs:
                continue
            y = self.logits[output.name][row : row + 1]
            if scale == "value":
                y = activate(y, output.activation)
            if not bool(torch.isfinite(y).all()):
                check_finite(self.card, y, encode(self.sequences[row]), name=self.sequences[row].name)
            unit = output.unit if scale == "value" else output.logit_unit or output.unit
            resolution = output.resolution or self.card.length // output.bins
            covered = output.bins * resolution
            start = (self.card.length - covered) // 2  # networks crop their edges evenly
            found[output.name] = Tracks(
                y[0].numpy(),
                output.tracks,
                unit,
                resolution=resolution,
                locus=_inside(locus, start, covered),
                start=start,
            )
        return found


def read(model: Model, sequences: Sequence | Seq[Sequence]) -> Readout:
    """Ask a model about a batch of sequences: one pass through each of its networks.

    Parameters
    ----------
    model
        See `genoviz.models.base.Model`.
    sequences
        One or more, each exactly as long as the model reads. All go through the model together; see
        `genoviz.models.size.rows_at_once` for how many that should be.

    Raises
    ------
    BadSequence
        If a sequence has another length than the model reads.
    BadModel
        If the model raises, its outputs don't fit its card, or two runs differ.
    """
    batch = [sequences] if isinstance(sequences, Sequence) else list(sequences)
    for sequence in batch:
        check_length(sequence, model.card)
    X = encode(batch)
    with lock_of(model), torch.no_grad():
        logits, members = steadily(model, lambda part: logits_by_member(model, part), X)
    return Readout(model.card, _detached(logits), tuple(map(_detached, members)), tuple(batch))


def _detached(logits: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Without the gradients that an adapter may turn on by itself."""
    return {name: y.detach() for name, y in logits.items()}


def _inside(locus: Locus | None, start: int, length: int) -> Locus | None:
    """The part of a locus that begins `start` bases from its 5' end."""
    if locus is None:
        return None
    low = locus.start + start if locus.strand == "+" else locus.end - start - length
    return replace(locus, start=low, end=low + length)
