"""Mutants of a sequence through SpliceAI-type networks: only what an edit changes and the target's bins see.

With five networks that read 10,000 bases the engine would have to keep more inner results than it may. Here they are computed
one network after the other, and for the bins of the target only (`genoviz.predict.stretch`).
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq

import torch
from torch import Tensor

from genoviz.incremental import Edit, Reference
from genoviz.incremental.edits import LETTERS, apply_edits, letters_of
from genoviz.models.base import Model
from genoviz.models.target import Target
from genoviz.mutagenesis.long import LongReference
from genoviz.predict.stretch.batch import Cut
from genoviz.predict.stretch.guard import guard_of
from genoviz.predict.stretch.memory import Memory
from genoviz.predict.stretch.network import Network, network_of
from genoviz.predict.stretch.reference import UNKNOWN, Stretch
from genoviz.predict.stretch.run import member_outputs

Progress = Callable[[float], None]
OUTPUT_BYTES = 50_000_000  # of the outputs of the mutants that are computed together
SPARE = 64  # bases more on either side, so that neighbours at the ends share a batch
ROWS = 32  # mutants whose outputs become the target's number together


class StretchReference:
    """One sequence; gives a target's number for its mutants. Offers what `saturate` needs of `genoviz.incremental.Reference`.

    Parameters
    ----------
    model, target, network
        What to compute, see `stretch_network`.
    x
        `(1, 4, length)` one-hot, columns of zeros for N.
    value
        The target's number for the sequence itself.
    plainly
        Makes the reference that is asked instead, should a check fail.
    """

    def __init__(
        self,
        model: Model,
        target: Target,
        network: Network,
        x: Tensor,
        value: float,
        plainly: Callable[[], Reference | LongReference],
    ) -> None:
        self._model, self._target, self._network, self._x, self.value = model, target, network, x[0], value
        self._plainly, self._memory = plainly, Memory()
        first, last = target.bins or (0, model.card.output(target.output).bins)
        # Outputs are counted by the base in their middle.
        self._wanted = first + network.context, last + network.context
        # One output more on either side, for edits that move them.
        start, end = first - 1 - SPARE, last + 2 * network.context + 1 + SPARE
        known = letters_of(self._x)[max(0, start) : end]
        left = torch.full((max(0, -start),), UNKNOWN)
        right = torch.full((end - start - len(left) - len(known),), UNKNOWN)
        self._stretch = Stretch(("mutants", model.card.name), start, torch.cat([left, known, right]))

    @property
    def follows(self) -> bool:
        """Whether mutants are computed from what they change."""
        return not guard_of(self._network).failed

    def saturate(self, start: int, end: int, *, progress: Progress | None = None) -> Tensor:
        """The number for each base at each position of a stretch, `value` at the sequence's own: `(4, end - start, 1)`."""
        own = letters_of(self._x[:, start:end]).tolist()
        cells = [(base, i) for i in range(end - start) for base in range(4) if base != own[i]]
        sets = [(Edit(start + i, start + i + 1, LETTERS[base]),) for base, i in cells]
        numbers = self.edits(sets, progress=progress)
        result = torch.full((4, end - start, 1), self.value)
        for (base, i), number in zip(cells, numbers, strict=True):
            result[base, i] = number
        return result

    def edits(self, edit_sets: Seq[Seq[Edit]], *, progress: Progress | None = None) -> Tensor:
        """The number after each edit as `genoviz.incremental.Reference.edits` gives it, one edit in each set: `(sets, 1)`."""
        edits, found = [edit for (edit,) in edit_sets], torch.empty(0)
        first, last = self._wanted
        members = self._network.members
        size = 4 * len(members) * members[0].classes * min(last - first, 2 * self._network.context + 1)
        together = max(1, OUTPUT_BYTES // size)
        for begin in range(0, len(edits), together):
            part = edits[begin : begin + together]

            def advance(share: float, begin: int = begin, count: int = len(part)) -> None:
                if progress:
                    progress((begin + share * count) / len(edits))

            numbers = self._numbers(part, advance) if self.follows else None
            if numbers is None:
                return self._plainly().edits(edit_sets, progress=progress)
            found = torch.cat([found, numbers])
        return found[:, None]

    def _numbers(self, edits: Seq[Edit], progress: Progress) -> Tensor | None:
        """The number after each edit; None if a check failed."""
        network, guard, (first, last) = self._network, guard_of(self._network), self._wanted
        cuts = [self._cut(edit) for edit in edits]
        reached = [i for i, cut in enumerate(cuts) if cut.high > cut.low and cut.unchanged(network.context) is None]
        checked = guard.due(network, len(reached))
        whole = Cut(first - 1, 0, (), 0, last - first + 2)
        references: list[Tensor] = []
        outputs: list[dict[int, Tensor]] = []
        asked = [whole, *(cuts[i] for i in reached)]
        for number, member in enumerate(network.members):

            def advance(share: float, number: int = number) -> None:
                progress((number + share) / len(network.members))

            reference, *found = member_outputs(network, member, self._stretch, asked, self._memory, progress=advance)
            if member is checked and not guard.check(
                self._model, member, self._read(edits[reached[0]], cuts[reached[0]]), found[0]
            ):
                return None
            references.append(reference)
            outputs.append(dict(zip(reached, found, strict=True)))
        numbers = []
        for begin in range(0, len(edits), ROWS):
            some = range(begin, min(len(edits), begin + ROWS))
            parts = [
                torch.stack([self._outputs(cuts[i], reference, own.get(i)) for i in some])
                for reference, own in zip(references, outputs, strict=True)
            ]
            numbers.append(self._number(network.logits(parts)))
        progress(1.0)
        return torch.cat(numbers)

    def _cut(self, edit: Edit) -> Cut:
        """The edit, with those of the wanted outputs that it reaches."""
        (first, last), context, letters = self._wanted, self._network.context, edit.bases
        low, high = max(first - edit.start, -context), min(last - edit.start, len(letters) + context)
        return Cut(edit.start, edit.end - edit.start, tuple(map(LETTERS.index, letters)), low, max(low, high))

    def _read(self, edit: Edit, cut: Cut) -> Tensor:
        """What a network reads for the outputs of an edit."""
        begin = cut.start + cut.low - self._network.context
        changed = apply_edits(self._x, [edit])
        return changed[:, begin : begin + cut.high - cut.low + 2 * self._network.context][None]

    def _outputs(self, cut: Cut, reference: Tensor, own: Tensor | None) -> Tensor:
        """All wanted outputs `(outputs, classes)` after an edit: those that it reaches, between those of the reference.

        `reference` has one more on either side.
        """
        first, last = self._wanted
        low = min(max(cut.start - self._network.context, first), last)
        high = max(low, min(cut.start + cut.high, last)) if own is not None else low
        middle = own if own is not None else reference[:0]
        behind = reference[high - cut.shift - first + 1 : last - cut.shift - first + 1]
        return torch.cat([reference[1 : low - first + 1], middle, behind])

    def _number(self, logits: Tensor) -> Tensor:
        """The target's number of what the model gives for the wanted bins."""
        card = self._model.card
        output = card.output(self._target.output)
        whole = logits
        if self._target.bins:
            whole = logits.new_zeros(*logits.shape[:2], output.bins)
            whole[:, :, self._target.bins[0] : self._target.bins[1]] = logits
        return self._target.from_logits(card, {output.name: whole})


def stretch_network(model: Model, target: Target, x: Tensor) -> Network | None:
    """The networks of a model, if mutants of the sequence `x` `(1, 4, length)` can be computed this way."""
    network = network_of(model, model.card.output(target.output))
    if network is None or guard_of(network).failed:
        return None
    clear = bool(((letters_of(x[0]) < UNKNOWN) | (x[0].sum(0) == 0)).all())
    return network if clear else None
