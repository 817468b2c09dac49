"""Inputs of hundreds of thousands of bases: how many at once, what they cost, and mutants of one of them.

Networks such as Enformer take tens of seconds for a single prediction, so nothing is computed for them that was not asked
for. Predictions go one by one; gradients need no more memory than a few of their layers (`genoviz.networks.long_range`);
methods that compare many references, or hold on to every inner result, are left out. For a mutation map the convolutions,
most of the work, are computed once for the sequence, and for a mutant only around its change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from genoviz.incremental import Edit
from genoviz.incremental.edits import apply_edits
from genoviz.models.base import Model, lock_of
from genoviz.models.card import ModelCard
from genoviz.models.steady import steadily
from genoviz.models.target import Target
from genoviz.networks.long_range import Features, LongRangeNet, long_range_net

Progress = Callable[[float], None]


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
        self._model, self._target, self._net = model, target, long_range_net(model)
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
            return float(steadily(self._model, self._target.of(model), X)[0])


class _Patched:
    """A model for sequences that differ from a known one in one stretch only."""

    def __init__(self, card: ModelCard, net: LongRangeNet, features: Features, touched: tuple[int, int]) -> None:
        self.card, self._net, self._features, self._touched = card, net, features, touched

    def logits(self, X: Tensor) -> dict[str, Tensor]:
        """See `Model.logits`."""
        start, end = self._touched
        features = self._net.patched(self._features, X, start, end) if end > start else self._features
        return {self.card.outputs[0].name: self._net.whole(features)}
