"""Influence maps of profile models: which base of the input drives which bin of the output.

The idea is that of PISA, pairwise influence by sequence attribution, of BPReveal (https://bpreveal.readthedocs.io): one
explanation per output bin, laid out as a matrix. With mutations all bins are had at once, as each mutant gives the whole
profile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from genoviz.attribute.attribution import attribute
from genoviz.attribute.methods import METHODS, REFERENCES, check_method
from genoviz.errors import BadInput, Cancelled, UnknownName
from genoviz.incremental import plan
from genoviz.models.answers import ask, check_finite
from genoviz.models.base import Model, activate, lock_of
from genoviz.models.card import ModelCard, Output
from genoviz.models.onehot import encode
from genoviz.models.size import check_length
from genoviz.models.steady import check_steady
from genoviz.models.target import Target
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence

MOST_CELLS = 20_000_000  # scores of one map: 80 MB
USUAL_BINS = 200  # groups of bins that a page begins with, at most
CHUNK = 256  # positions after which a run can be stopped

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Influence:
    """Scores of every base for every bin of one track.

    Attributes
    ----------
    scores
        `(bins, length)`, float32: score of the observed base for each bin, or group of bins; nan where nothing was computed.
    values
        `(bins,)`: the number that is explained.
    places
        `(bins, 2)`: bases that a bin lies over, from 0, half-open.
    sequence, output, track, scale, unit
        What was explained. A group of bins is the mean of its bins.
    method
        Key of `METHODS`.
    first, step
        The first bin of the output that is in the map (from 0), and how many make a group.
    complete
        False if the run was stopped: bases that were not reached are nan.
    """

    scores: NDArray[np.float32]
    values: NDArray[np.float32]
    places: NDArray[np.int64]
    sequence: Sequence
    output: str
    track: str
    scale: str
    unit: str
    method: str
    first: int
    step: int
    complete: bool

    def of_bin(self, row: int) -> NDArray[np.float32]:
        """`(length,)`: what drives one row of the map, for its logo."""
        if not 0 <= row < len(self.scores):
            raise BadInput(
                f"Row {row + 1} of the influence map was asked for.",
                f"It has rows 1 to {len(self.scores)}.",
                "Choose one.",
            )
        return self.scores[row]

    def bin_name(self, row: int) -> str:
        """`bin 12`, or `bins 12-15`, counted from 1 in the output."""
        low = self.first + row * self.step
        return f"bin {low + 1}" if self.step == 1 else f"bins {low + 1}-{low + self.step}"

    @property
    def strongest(self) -> tuple[int, int]:
        """Row and base (from 0) of the largest |score|."""
        row, base = np.unravel_index(np.abs(np.nan_to_num(self.scores)).argmax(), self.scores.shape)
        return int(row), int(base)

    @property
    def reach(self) -> float:
        """Median distance in bases between a bin and what drives it, weighted by |score|; nan where nothing does."""
        weight = np.abs(np.nan_to_num(self.scores)).astype(np.float64)
        if not weight.any():
            return float("nan")
        base = np.arange(weight.shape[1])
        low, high = self.places[:, :1], self.places[:, 1:] - 1
        distance = np.maximum(np.maximum(low - base, base - high), 0).ravel()
        order = np.argsort(distance, kind="stable")
        total = np.cumsum(weight.ravel()[order])
        return float(distance[order][np.searchsorted(total, total[-1] / 2)])

    @property
    def sentence(self) -> str:
        """The strongest cell, and from how far bins are driven."""
        row, base = self.strongest
        score = float(np.nan_to_num(self.scores)[row, base])
        if score == 0:
            return "No base drives any of these bins."
        low, high = (int(end) for end in self.places[row])
        verb = "raises" if score > 0 else "lowers"
        return (
            f"The strongest influence: base {base + 1} ({self.sequence.bases[base]}) {verb} {self.bin_name(row)} (over bases "
            f"{low + 1}-{high}) by {abs(score):.3g} {self.unit}. Half of all influence comes from at most "
            f"{self.reach:.0f} bases away."
        )


def profiles(card: ModelCard) -> tuple[Output, ...]:
    """Outputs with several bins along the sequence: those that have an influence map."""
    return tuple(output for output in card.outputs if output.bins > 1)


def usual_step(output: Output, bins: tuple[int, int] | None = None) -> int:
    """Bins in a group, so that a map has at most `USUAL_BINS` rows."""
    low, high = bins or (0, output.bins)
    return max(1, -(-(high - low) // USUAL_BINS))


def influence(
    model: Model,
    sequence: Sequence,
    output: str | None = None,
    track: str | None = None,
    *,
    bins: tuple[int, int] | None = None,
    step: int = 1,
    window: tuple[int, int] | None = None,
    scale: str = "logit",
    method: str = "ablation",
    references: int = REFERENCES,
    seed: int = 0,
    progress: Progress | None = None,
) -> Influence:
    """Which input base drives which output bin.

    Parameters
    ----------
    model, sequence
        A model with an output of several bins; the sequence is as long as it reads.
    output, track
        The first with several bins, and its first track, when None.
    bins
        Bins `start, end` (from 0, half-open); all when None.
    step
        Neighbouring bins whose mean makes one row; bins that are left over at the end are not shown.
    window
        Bases to mutate (from 0, half-open), for `ablation`; all when None.
    scale
        `logit` or `value`, as in `Target`.
    method
        Key of `METHODS`. `ablation` computes each mutant once, for all bins; other methods explain one row after another.
    references, seed
        For methods that draw shuffles.
    progress
        Called with the share done. Raising `Cancelled` in it ends the run; what is done is returned with `complete=False`.

    Raises
    ------
    BadInput
        If the model has no output of several bins, or a range does not fit it.
    UnknownName
        If output, track or method does not exist.
    GenovizError
        What `attribute` raises.
    """
    card = model.card
    check_length(sequence, card)
    head, name = _head(card, output, track)
    low, high = bins or (0, head.bins)
    rows = (high - low) // step if step > 0 else 0
    start, end = window or (0, card.length)
    if not (0 <= low < high <= head.bins and rows > 0 and 0 <= start < end <= card.length):
        raise BadInput(
            f"Bins {low + 1} to {high} in groups of {step}, and bases {start + 1} to {end}, were asked for.",
            f"`{head.name}` has bins 1 to {head.bins:,}, and the sequence bases 1 to {card.length:,}.",
            "Choose ranges inside, and groups not larger than the range.",
        )
    if method not in METHODS:
        raise UnknownName.among("method", method, METHODS)
    check_method(card, method)
    if rows * max(card.length, 4 * CHUNK) > MOST_CELLS:
        raise BadInput(
            f"An influence map of {rows:,} rows over {card.length:,} bases was asked for.",
            f"A map has up to {MOST_CELLS:,} cells.",
            "Take larger groups of bins, or fewer bins.",
        )
    targets = [Target(head.name, (name,), (b, b + step), "mean", scale) for b in range(low, low + rows * step, step)]
    targets[0].check(card)
    if method == "ablation":
        scores, values, complete = _by_mutations(
            model, sequence, head, name, low, rows, step, scale, start, end, progress
        )
    else:
        scores, values, complete = _by_method(model, sequence, targets, method, references, seed, progress)
    return Influence(
        scores, values, _places(card, head, low, rows, step), sequence, head.name, name, scale,
        targets[0].unit(card), method, low, step, complete,
    )  # fmt: skip


def _head(card: ModelCard, output: str | None, track: str | None) -> tuple[Output, str]:
    found = profiles(card)
    if not found or (output is not None and card.output(output).bins == 1):
        raise BadInput(
            f"`{card.name}` gives one number per sequence here.",
            "An influence map needs an output with several bins along the sequence.",
            f"Choose the output `{found[0].name}`." if found else "Choose a profile model, such as bpnet.yeast.",
        )
    head = card.output(output) if output is not None else found[0]
    name = track or head.tracks[0]
    head.index(name)
    return head, name


def _places(card: ModelCard, head: Output, low: int, rows: int, step: int) -> NDArray[np.int64]:
    width = max(1, head.resolution)
    first = (card.length - head.bins * width) // 2 + low * width
    starts = first + np.arange(rows) * step * width
    return np.stack([starts, starts + step * width], 1).astype(np.int64)


def _by_mutations(
    model: Model, sequence: Sequence, head: Output, track: str, low: int, rows: int, step: int, scale: str,
    start: int, end: int, progress: Progress | None,
) -> tuple[NDArray[np.float32], NDArray[np.float32], bool]:  # fmt: skip
    """Minus the mean effect of the three substitutions of each base on each row, by the engine."""
    index = head.index(track)

    def function(X: Tensor) -> Tensor:
        y = ask(model, X)[head.name]
        y = (activate(y, head.activation) if scale == "value" else y)[:, index, low : low + rows * step]
        return y if step == 1 else y.reshape(len(y), rows, step).mean(2)

    def locked(X: Tensor) -> Tensor:
        with lock_of(model):
            return function(X)

    with lock_of(model):
        check_steady(model, function)
        reference = plan(locked, model.card.length).reference(encode(sequence))
    check_finite(model.card, reference.value[None], encode(sequence), name=sequence.name)
    scores = np.full((rows, len(sequence)), np.nan, dtype=np.float32)
    complete = True
    try:
        for first in range(start, end, CHUNK):
            last = min(first + CHUNK, end)

            def part(share: float, first: int = first, last: int = last) -> None:
                if progress:
                    progress((first - start + share * (last - first)) / (end - start))

            with lock_of(model):
                found = reference.saturate(first, last, progress=part).numpy()  # (4, positions, rows)
            effect = (found - reference.value.numpy()).sum(0) / 3  # 0 for the observed base
            known = [i for i in range(first, last) if sequence.bases[i] in BASES]
            scores[:, known] = -effect[[i - first for i in known]].T
    except Cancelled:
        complete = False
    return scores, reference.value.numpy().astype(np.float32), complete


def _by_method(
    model: Model, sequence: Sequence, targets: list[Target], method: str, references: int, seed: int,
    progress: Progress | None,
) -> tuple[NDArray[np.float32], NDArray[np.float32], bool]:  # fmt: skip
    """One explanation per row."""
    scores = np.full((len(targets), len(sequence)), np.nan, dtype=np.float32)
    values = np.full(len(targets), np.nan, dtype=np.float32)
    complete = True
    try:
        for row, target in enumerate(targets):
            found = attribute(model, sequence, target, method, references=references, seed=seed)
            scores[row], values[row] = found.per_base, found.value
            if progress:
                progress((row + 1) / len(targets))
    except Cancelled:
        complete = False
    return scores, values, complete


def predictions(card: ModelCard, rows: int, method: str, bases: int) -> int:
    """About how many predictions a map takes."""
    return 3 * bases if method == "ablation" else rows * METHODS[method].predictions(card.length)
