"""Inputs of hundreds of thousands of bases: how many at once, what they cost, and mutants of one of them.

Networks such as Enformer take tens of seconds for a single prediction, so nothing is computed for them that was not asked
for. Predictions go one by one; gradients need no more memory than a few of their layers (`genoviz.networks.long_range`);
methods that compare many references, or hold on to every inner result, are left out. For a mutation map the convolutions,
most of the work, are computed once for the sequence, and for a mutant only around its change.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from genoviz.errors import BadInput
from genoviz.incremental import Edit
from genoviz.incremental.edits import apply_edits
from genoviz.models.base import Model, NetModel, lock_of
from genoviz.models.card import ModelCard
from genoviz.models.target import Target
from genoviz.networks.long_range import Features, LongRangeNet

LONG = 50_000  # bases from which a single prediction is work to be asked for
BASES_AT_ONCE = 262_144  # in a batch
METHODS = ("inputxgradient", "saliency", "ig", "smoothgrad")  # that go one row at a time
GRADIENT = 3  # predictions that one with a gradient costs, or four where inner results are computed anew
SAMPLE = 4096  # bases whose convolutions are timed

Progress = Callable[[float], None]


def is_long(card: ModelCard) -> bool:
    """Whether a single prediction of the model is work to be asked for."""
    return card.length >= LONG


def rows_at_once(length: int) -> int:
    """Sequences of this length per pass: 64 short ones, fewer long ones, at least one."""
    return max(1, min(64, BASES_AT_ONCE // length))


def check_method(card: ModelCard, method: str) -> None:
    """Raise `BadInput` for a method that would need more memory than there is for a long input."""
    if is_long(card) and method not in METHODS:
        raise BadInput(
            f"The method `{method}` was asked for on {card.length:,} bases.",
            f"Inputs this long are explained by {', '.join(METHODS)}: others hold many sequences in memory at once.",
            "Choose inputxgradient, then mutate the stretch that matters.",
        )


def bins_over(card: ModelCard, output: str, start: int, end: int) -> tuple[int, int]:
    """Bins of an output that overlap a stretch of the input, such as the surroundings of a transcription start.

    Parameters
    ----------
    card, output
        The model and the name of its output.
    start, end
        Places in the input (0-based, half-open).

    Returns
    -------
    tuple of int
        `start, end` of the bins (0-based, half-open), for `Target.bins`.

    Raises
    ------
    BadInput
        If the output has one number per sequence, or none of its bins lies there.
    """
    head = card.output(output)
    width = head.resolution
    first = (card.length - head.bins * width) // 2 if width else 0
    low, high = (max(0, (start - first) // width), min(head.bins, -(-(end - first) // width))) if width else (0, 0)
    if start >= end or low >= high:
        span = f"bases {first + 1:,} to {first + head.bins * width:,}" if width else "no places: it is one number"
        raise BadInput(
            f"Bins over the bases {start + 1:,} to {end:,} were asked for.",
            f"`{head.name}` of `{card.name}` has bins over {span}.",
            "Choose a stretch inside, or move the window so that it lies nearer to the middle.",
        )
    return low, high


@dataclass(frozen=True)
class Cost:
    """Seconds on this computer, estimated: of one prediction, of one with its gradient, and of one mutant of a sequence
    that was predicted already.
    """

    prediction: float
    gradient: float
    mutant: float

    def saturation(self, mutants: int) -> float:
        """Seconds of a mutation map: the sequence, then its mutants."""
        return self.prediction + mutants * self.mutant


def cost_of(model: Model) -> Cost:
    """Estimate what a model costs, without a whole prediction where its parts can be timed.

    Of a `LongRangeNet`, the convolutions of a few thousand bases and one layer of attention are timed, after a first run
    each; of any other model, one prediction.
    """
    net = _net(model)
    if net is None:
        X = _example(model.card.length)
        seconds = _timed(model, lambda: model.logits(X))
        return Cost(seconds, GRADIENT * seconds, seconds)
    length = model.card.length
    sample = min(length, max(net.grain, SAMPLE // net.grain * net.grain))
    X = _example(sample)
    stretch = _timed(model, lambda: net.local(X))
    bins = torch.zeros(1, length // net.grain, net.channels)
    rest = _timed(model, lambda: net.layers[0](bins)) * len(net.layers)
    tower = stretch * length / sample
    return Cost(tower + rest, (GRADIENT + 1) * (tower + rest), rest)


class LongReference:
    """One long sequence, computed once; gives a target's number for its mutants, one after the other.

    Offers what `saturate` needs of `genoviz.incremental.Reference`.

    Parameters
    ----------
    model, target
        What to compute.
    x
        `(4, length)` or `(1, 4, length)` one-hot.

    Attributes
    ----------
    value
        The target's number for the sequence itself.
    follows
        Whether a substitution takes less than a whole prediction.
    """

    def __init__(self, model: Model, target: Target, x: Tensor) -> None:
        self._model, self._target, self._net = model, target, _net(model)
        self.follows = self._net is not None
        self._sequence = x.reshape(1, 4, -1)
        self._features: Features = ()
        with lock_of(model), torch.no_grad():
            if self._net is not None:
                self._features = self._net.features(self._sequence)
        self.value = self._number(self._sequence, (0, 0))

    def saturate(self, start: int, end: int, *, progress: Progress | None = None) -> Tensor:
        """The number for each base at each position of a stretch: `(4, end - start, 1)`.

        `value` at the sequence's own base, and in all rows where its base is not known. `progress` is called with the share
        done after each mutant, and may raise to stop.
        """
        result = torch.full((4, end - start, 1), self.value)
        letters = self._sequence[0, :, start:end]
        known = [i for i in range(end - start) if float(letters[:, i].sum()) == 1]
        mutants = [(i, base) for i in known for base in range(4) if letters[base, i] == 0]
        for done, (i, base) in enumerate(mutants):
            edited = self._sequence.clone()
            edited[0, :, start + i] = 0
            edited[0, base, start + i] = 1
            result[base, i, 0] = self._number(edited, (start + i, start + i + 1))
            if progress:
                progress((done + 1) / len(mutants))
        return result

    def edits(self, edit_sets: Sequence[Sequence[Edit]], *, progress: Progress | None = None) -> Tensor:
        """The number for each set of edits, applied together as `genoviz.incremental.Reference.edits` does: `(sets, 1)`."""
        numbers = []
        for edits in edit_sets:
            edited = apply_edits(self._sequence[0], edits)[None]
            places = (edited != self._sequence).any(1)[0].nonzero()
            touched = (int(places[0]), int(places[-1]) + 1) if len(places) else (0, 0)
            numbers.append(self._number(edited, touched))
            if progress:
                progress(len(numbers) / len(edit_sets))
        return torch.tensor(numbers)[:, None]

    def _number(self, X: Tensor, touched: tuple[int, int]) -> float:
        """The target's number for a sequence that differs from the reference in the stretch `touched` alone."""
        model: Model = self._model
        if self._net is not None and touched[1] - touched[0] <= self._net.piece:
            model = _Patched(self._model.card, self._net, self._features, touched)
        with lock_of(self._model), torch.no_grad():
            return float(self._target.of(model)(X)[0])


class _Patched:
    """A model for sequences that differ from a known one in one stretch only."""

    def __init__(self, card: ModelCard, net: LongRangeNet, features: Features, touched: tuple[int, int]) -> None:
        self.card, self._net, self._features, self._touched = card, net, features, touched

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        """See `Model.logits`."""
        start, end = self._touched
        features = self._net.patched(self._features, X, start, end) if end > start else self._features
        return {self.card.outputs[0].name: self._net.whole(features)}


def _net(model: Model) -> LongRangeNet | None:
    """The network of a model whose only output it is."""
    if isinstance(model, NetModel) and type(model).logits is NetModel.logits and isinstance(model.net, LongRangeNet):
        return model.net
    return None


def _example(length: int) -> Tensor:
    """One-hot A C G T A C ..., `(1, 4, length)`."""
    return torch.eye(4)[torch.arange(length) % 4].T[None].contiguous()


def _timed(model: Model, work: Callable[[], object]) -> float:
    """Seconds of the second of two runs."""
    seconds = 0.0
    for _ in range(2):
        with lock_of(model), torch.no_grad():
            began = time.perf_counter()
            work()
            seconds = time.perf_counter() - began
    return seconds
