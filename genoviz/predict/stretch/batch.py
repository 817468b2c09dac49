"""Outputs of one network for several edits of a stretch, from its reference and the rows that the edits change."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Seq
from dataclasses import dataclass

import torch
from torch import Tensor

from genoviz.networks.spliceai import UNITS_PER_SKIP
from genoviz.predict.stretch.convolution import Convolution
from genoviz.predict.stretch.memory import Memory
from genoviz.predict.stretch.network import Member
from genoviz.predict.stretch.reference import UNKNOWN, Reference


@dataclass(frozen=True)
class Cut:
    """An edit: `removed` bases of a strand from `start` on become `letters` (0-3 for A C G T, 4 for N).

    Wanted are the outputs `start + low` to `start + high` (half-open) of the edited sequence.
    """

    start: int
    removed: int
    letters: tuple[int, ...]
    low: int
    high: int

    @property
    def shift(self) -> int:
        """Bases that all to the right of the edit moves to the right."""
        return len(self.letters) - self.removed

    def unchanged(self, context: int) -> int | None:
        """How far outputs that none of the edit reaches lie to the right of the reference's; None where it reaches some."""
        if self.high <= -context or not (self.removed or self.letters):
            return 0
        return self.shift if self.low >= len(self.letters) + context else None

    def seen(self, low: int, high: int, context: int) -> tuple[int, int]:
        """The bases of the reference (half-open) that either allele's outputs `start + low` to `start + high` depend on."""
        first, last = min(low, low - self.shift), max(high, high - self.shift)
        return self.start + first - context, self.start + last + context


def widest(cuts: Iterable[Cut]) -> tuple[int, int]:
    """Outputs that a batch of edits computes: all that are wanted of one."""
    bounds = [(cut.low, cut.high) for cut in cuts]
    return min(low for low, _ in bounds), max(high for _, high in bounds)


@dataclass(frozen=True)
class Cone:
    """Rows that edits of up to `size` letters change and that the outputs `low` to `high` see, relative to the edits."""

    size: int
    low: int
    high: int
    context: int

    def at(self, depth: int) -> tuple[int, int]:
        """Rows (half-open) of an array whose rows have consumed `depth` bases on either side."""
        left = self.context - depth
        first, last = max(-depth, self.low - left), min(self.size + depth, self.high + left)
        return first, max(first, last)


class Batch:
    """Some edits at once, each of which reaches some of its outputs: arrays are `[row, edit, channel]`, row 0 of each edit lies where it starts.

    Where an edit has fewer letters than the longest of the batch, its spare rows are those of the bases behind it.

    Attributes
    ----------
    low, high
        Outputs that are computed, the widest of the batch.
    """

    def __init__(self, member: Member, reference: Reference, cuts: Seq[Cut], memory: Memory) -> None:
        self.member, self.reference, self.count, self.memory = member, reference, len(cuts), memory
        size = max(len(cut.letters) for cut in cuts)
        self.low, self.high = widest(cuts)
        self.cone = Cone(size, self.low, self.high, member.context)
        # Rows of the reference's bases that relative row 0 stands for, left and right of the edits.
        self.left = torch.tensor([cut.start - reference.stretch.start for cut in cuts])
        self.right = torch.tensor([cut.start - reference.stretch.start - cut.shift for cut in cuts])
        self.letters = torch.full((size, len(cuts)), UNKNOWN)
        for column, cut in enumerate(cuts):
            own, behind = len(cut.letters), cut.start - reference.stretch.start - cut.shift
            self.letters[:own, column] = torch.tensor(cut.letters, dtype=torch.long)
            following = reference.stretch.letters[behind + own : behind + size]
            self.letters[own : own + len(following), column] = following

    def run(self) -> Tensor:
        """`(high - low, edits, classes)`, before the softmax or sigmoid."""
        member, cone = self.member, self.cone
        span, depth = cone.at(0), 0
        h = member.stem[self.letters][span[0] : span[1]]
        logits = member.head_bias + self._head(0, h, span, depth)
        for number, unit in enumerate(member.units):
            reach = unit.first.reach
            middle, final = cone.at(depth + reach), cone.at(depth + 2 * reach)
            # The first convolution reads the stream, activated.
            x, low, high = self._input(unit.first, middle)
            self._compose(self.reference.stream[number], depth, h, span, low, high, x)
            a = unit.first(member.activate(x, number, out=x), self.memory, "a")
            # The second reads the activation of what the first gave, between the reference's.
            x, low, high = self._input(unit.second, final)
            inner, own = self.reference.inner[number], x[middle[0] - low : middle[1] - low]
            self._copy(inner, depth + reach, low, middle[0], self.left, x[: middle[0] - low])
            member.relu(a[: middle[1] - middle[0]], out=own)
            self._copy(inner, depth + reach, middle[1], high, self.right, x[middle[1] - low : high - low])
            y = unit.second(x, self.memory, f"stream {number % 2}")[: final[1] - final[0]]
            self._add_stream(number, depth, h, span, final, y)
            h, span, depth = y, final, depth + 2 * reach
            if (number + 1) % UNITS_PER_SKIP == 0:
                logits += self._head(number + 1, h, span, depth)
        return logits

    def _input(self, convolution: Convolution, span: tuple[int, int]) -> tuple[Tensor, int, int]:
        """Memory for the rows that a layer reads to compute `span`, and which rows they are."""
        width, reach = span[1] - span[0], convolution.reach
        x = self.memory.take("x", convolution.rows_in(width), self.count, self.member.channels)
        x[width + 2 * reach :] = 0
        return x, span[0] - reach, span[1] + reach

    def _head(self, unit: int, h: Tensor, span: tuple[int, int], depth: int) -> Tensor:
        """What a skip adds to the outputs."""
        rows = torch.empty(self.high - self.low, self.count, self.member.channels)
        self._compose(self.reference.stream[unit], depth, h, span, self.low, self.high, rows)
        return rows @ self.member.heads[unit // UNITS_PER_SKIP]

    def _compose(
        self, array: Tensor, depth: int, value: Tensor, span: tuple[int, int], low: int, high: int, out: Tensor
    ) -> None:
        """Rows `low` to `high`: `value` on `span`, the reference's elsewhere."""
        first, last = _within(span, low, high)
        self._copy(array, depth, low, first, self.left, out[: first - low])
        self._copy(array, depth, last, high, self.right, out[last - low : high - low])
        out[first - low : last - low] = value[first - span[0] : last - span[0]]

    def _add_stream(
        self, unit: int, depth: int, h: Tensor, span: tuple[int, int], final: tuple[int, int], y: Tensor
    ) -> None:
        """Add the stream that entered the unit to what its convolutions gave."""
        stream, (low, high) = self.reference.stream[unit], final
        first, last = _within(span, low, high)
        y[first - low : last - low] += h[first - span[0] : last - span[0]]
        for begin, end, places in ((low, first, self.left), (last, high, self.right)):
            if end > begin:
                rows = stream.index_select(0, _places(depth, begin, end, places))
                y[begin - low : end - low].view(-1, rows.shape[1]).add_(rows)

    def _copy(self, array: Tensor, depth: int, low: int, high: int, places: Tensor, out: Tensor) -> None:
        """Rows of the reference for the relative rows `low` to `high`."""
        if high > low:
            torch.index_select(array, 0, _places(depth, low, high, places), out=out.view(-1, array.shape[1]))


def _places(depth: int, low: int, high: int, places: Tensor) -> Tensor:
    """Rows of an array at this depth for the relative rows `low` to `high` of all edits."""
    return (torch.arange(low - depth, high - depth)[:, None] + places).view(-1)


def _within(span: tuple[int, int], low: int, high: int) -> tuple[int, int]:
    """The part of a span between `low` and `high`; where there is none, an empty one at the nearer end."""
    first = min(max(span[0], low), high)
    return first, max(first, min(span[1], high))
