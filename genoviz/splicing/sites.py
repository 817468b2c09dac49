"""Probabilities of splice sites, in columns `SITES`, whatever a model reads."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq

import numpy as np
import torch
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.models.answers import ask, check_finite
from genoviz.models.base import Model, activate, lock_of
from genoviz.models.card import ModelCard, Output
from genoviz.models.onehot import encode
from genoviz.models.steady import steadily
from genoviz.predict.values_along import values_along
from genoviz.sequences.sequence import Sequence

SITES = ("acceptor", "donor")  # columns of all site probabilities
_INTRON = {"acceptor": "AG", "donor": "GT"}  # bases of the intron at its ends
_BATCH = 64


def site_outputs(card: ModelCard, organism: str = "human") -> tuple[Output, dict[str, int]] | None:
    """The output of a model that holds both kinds of `SITES`, and the track of each; None where there is none.

    Tracks are known by the end of their names. Where there are several of a kind, that of `organism` is taken, else
    the first.
    """
    for output in card.outputs:
        found = {}
        for site in SITES:
            tracks = [track for track in output.tracks if track.lower().endswith(site)]
            tracks.sort(key=lambda track: not track.lower().startswith(organism.lower()))
            if tracks:
                found[site] = output.index(tracks[0])
        if len(found) == len(SITES):
            return output, found
    return None


def needed_outputs(card: ModelCard, organism: str = "human") -> tuple[Output, dict[str, int]]:
    """`site_outputs`, or `BadInput` where there are none."""
    found = site_outputs(card, organism)
    if found is None:
        raise BadInput(
            f"`{card.name}` predicts no splice sites.",
            "A splice model has tracks whose names end in acceptor and donor.",
            "Choose a splice model, such as `splice.sites`.",
        )
    return found


def site_probabilities(
    model: Model,
    sequence: Sequence,
    positions: Seq[int],
    *,
    organism: str = "human",
    progress: Callable[[float], None] | None = None,
) -> NDArray[np.float64]:
    """Probability that a base is the exon's end at a splice site.

    A model with one number per sequence has the first two bases of the intron (donor) or its last two (acceptor) in
    the middle of what it reads; it was shown only GT and AG there, so that any other two bases have 0. A model with
    values along the sequence has one at each base.

    Parameters
    ----------
    model
        See `site_outputs`.
    sequence
        Of any length, 5' to 3' on the transcript's strand. What the model reads beyond its ends is N.
    positions
        Bases of the sequence (0-based).
    progress
        Called with the share done.

    Returns
    -------
    ndarray
        `(positions, 2)`, columns `SITES`.

    Raises
    ------
    BadInput
        If the model predicts no splice sites.
    """
    output, tracks = needed_outputs(model.card, organism)
    columns = [tracks[site] for site in SITES]
    if output.bins == 1:
        return _site_by_site(model, output, columns, sequence, positions, progress)
    return values_along(model, output, columns, sequence, positions, progress=progress)


def _site_by_site(
    model: Model,
    output: Output,
    columns: list[int],
    sequence: Sequence,
    positions: Seq[int],
    progress: Callable[[float], None] | None,
) -> NDArray[np.float64]:
    """Windows with the intron's two bases in the middle, only where these are GT or AG."""
    length = model.card.length
    padded = "N" * length + sequence.bases + "N" * length
    middle = (length - 2) // 2
    values = np.zeros((len(positions), len(SITES)))
    texts, cells = [], []
    for row, position in enumerate(positions):
        for column, site in enumerate(SITES):
            intron = length + position + (-2 if site == "acceptor" else 1)
            if padded[intron : intron + 2] == _INTRON[site]:
                texts.append(padded[intron - middle : intron - middle + length])
                cells.append((row, column))
    for first in range(0, len(texts), _BATCH):
        X = encode(texts[first : first + _BATCH])
        with lock_of(model), torch.no_grad():
            logits = steadily(model, lambda part: ask(model, part)[output.name], X)
            probabilities = activate(logits, output.activation)[:, columns, 0].detach()
        check_finite(model.card, probabilities, X)
        found = probabilities.numpy()
        for (row, column), pair in zip(cells[first : first + _BATCH], found, strict=True):
            values[row, column] = pair[column]
        if progress:
            progress(min(1.0, (first + _BATCH) / len(texts)))
    return values
