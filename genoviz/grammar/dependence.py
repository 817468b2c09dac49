"""Dependence: which blocks of a sequence need each other.

A block is taken away by writing the bases of a dinucleotide shuffle of the whole sequence over it. (Shuffling only its
own few bases would often give the block back.) Every block and every pair is taken away with the same shuffles, so
single and joint effects can be compared shuffle by shuffle.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Seq
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from genoviz.errors import BadInput
from genoviz.grammar.backgrounds import Backgrounds, shuffled
from genoviz.grammar.bench import over_backgrounds
from genoviz.grammar.mean_interval import Spread
from genoviz.grammar.options import AROUND, SHUFFLES, WIDE
from genoviz.models.base import Model
from genoviz.models.size import check_length
from genoviz.models.target import Target
from genoviz.predict.measure import Measure, numbers_of
from genoviz.sequences.locus import clip
from genoviz.sequences.numbers import whole_number
from genoviz.sequences.sequence import Sequence

Progress = Callable[[float], None]
MAX_BLOCKS = 12


@dataclass(frozen=True)
class SequenceBlock:
    """A stretch of a sequence, 0-based and half-open, with a name for pictures and sentences."""

    start: int
    end: int
    name: str = ""

    def __str__(self) -> str:
        place = f"{self.start + 1}-{self.end}"
        return f"{self.name} ({place})" if self.name else place


@dataclass(frozen=True, eq=False)
class Dependence:
    """What blocks are worth alone and together.

    Attributes
    ----------
    single
        `(shuffles, blocks)`: the target's number without the block minus that of the sequence as given.
    joint
        `(shuffles, blocks, blocks)`: the same without both blocks; on the diagonal without the one.
    interaction
        `(shuffles, blocks, blocks)`: joint - single - single, nan on the diagonal. Above 0: each block is worth more
        where the other one is (they depend on each other). Below 0: each makes up for the loss of the other. The sign is
        that of `cooperation` in `genoviz.grammar`: with - minus without, twice.
    value
        The number for the sequence as given.
    blocks, sequence, target, unit, shuffles, complete, of
        What was measured; `complete` is False if the run was cancelled, `of` None where it is the prediction.
    """

    single: Spread
    joint: Spread
    interaction: Spread
    value: float
    blocks: tuple[SequenceBlock, ...]
    sequence: Sequence
    target: Target
    unit: str
    shuffles: Backgrounds
    complete: bool
    of: Measure | None = None

    @property
    def worth(self) -> Spread:
        """`(shuffles, blocks, blocks)`: what block i adds while block j is taken away; on the diagonal, with all there."""
        without = -(self.joint.values - self.single.values[:, None, :])
        k = np.arange(len(self.blocks))
        without[:, k, k] = -self.single.values
        return Spread(without)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """All pairs of blocks, the strongest mean interaction first."""
        size = np.abs(self.interaction.mean)
        return sorted(combinations(range(len(self.blocks)), 2), key=lambda pair: -size[pair])

    @property
    def sentence(self) -> str:
        """The pair that depends on each other most."""
        i, j = self.pairs[0]
        extra = self.interaction[i, j]
        low, high = (float(end) for end in extra.interval)
        a, b = str(self.blocks[i]), str(self.blocks[j])
        if low <= 0 <= high:
            return f"No pair of blocks clearly interacts; the strongest, {a} and {b}: {extra.words(self.unit)}."
        alone, beside = float(self.worth.mean[i, j]), float(self.worth.mean[i, i])
        kind = "depend on each other" if low > 0 else "make up for each other"
        return (
            f"{a} and {b} {kind} most: {a} adds {beside:+.2g} {self.unit} with the other block and {alone:+.2g} without it; "
            f"interaction {extra.words(self.unit)}."
        )


def ablate_blocks(
    model: Model,
    target: Target,
    sequence: Sequence,
    blocks: Seq[SequenceBlock],
    *,
    n: int = SHUFFLES,
    seed: int = 0,
    of: Measure | None = None,
    progress: Progress | None = None,
) -> Dependence:
    """Take away every block and every pair of blocks.

    Parameters
    ----------
    model, target, sequence
        The sequence is exactly as long as the model reads.
    blocks
        2 to `MAX_BLOCKS` stretches that do not overlap.
    n, seed
        Shuffles of the sequence whose bases replace a block.
    of
        Measure this instead of the prediction, such as the scores of some bases (`genoviz.attribute.explained.Explained`).
    progress
        Called with the share done. Raising `Cancelled` in it ends the run; the shuffles done are returned with
        `complete=False`, if there are two.

    Raises
    ------
    BadSequence, BadInput
        If the sequence has another length than the model reads, or blocks overlap, lie outside, or are too few or many.
    """
    check_length(sequence, model.card)
    ordered = _checked(blocks, len(sequence))
    shuffles, bases, k = shuffled(sequence, n=n, seed=seed), sequence.bases, len(ordered)
    sets: list[tuple[int, ...]] = [(i,) for i in range(k)]
    sets += combinations(range(k), 2)
    value = float(numbers_of(model, target, [bases], of=of)[0])

    def one(shuffle: str, report: Progress | None) -> NDArray[np.float64]:
        texts = []
        for chosen in sets:
            text = bases
            for b in (ordered[i] for i in chosen):
                text = text[: b.start] + shuffle[b.start : b.end] + text[b.end :]
            texts.append(text)
        return numbers_of(model, target, texts, of=of, progress=report) - value

    rows, complete = over_backgrounds(shuffles, one, progress)
    single = rows[:, :k]
    joint = np.empty((len(rows), k, k))
    joint[:, range(k), range(k)] = single
    for column, (i, j) in enumerate(combinations(range(k), 2), start=k):
        joint[:, i, j] = joint[:, j, i] = rows[:, column]
    interaction = joint - single[:, :, None] - single[:, None, :]
    interaction[:, range(k), range(k)] = np.nan
    return Dependence(
        Spread(single), Spread(joint), Spread(interaction), value, ordered, sequence, target,
        target.unit(model.card), shuffles, complete, of,
    )  # fmt: skip


def strongest_blocks(scores: NDArray[np.floating], *, n: int = 4, width: int = 10) -> tuple[SequenceBlock, ...]:
    """The `n` windows of `width` bases with the largest |sum of scores|, greedily and without overlap, from left to right.

    Parameters
    ----------
    scores
        `(length,)`, such as the importance of each base; nan counts as 0.
    """
    if not (1 <= width <= len(scores) and n >= 1):
        raise BadInput(
            f"{n} blocks of {width} bases were asked for.", f"1 to {len(scores)} bases.", "Choose narrower blocks."
        )
    total = np.convolve(np.nan_to_num(scores), np.ones(width), "valid")
    size = np.abs(total)
    found: list[SequenceBlock] = []
    while len(found) < n and (size > 0).any():
        start = int(size.argmax())
        found.append(SequenceBlock(start, start + width))
        size[max(0, start - width + 1) : start + width] = 0
    return tuple(sorted(found, key=lambda block: block.start))


def usual_blocks(importance: NDArray[np.floating]) -> tuple[SequenceBlock, ...]:
    """The four stretches of `WIDE` bases that matter most in a mutation map's `importance` `(length,)`."""
    return strongest_blocks(importance, width=min(WIDE, len(importance) // 4))


def usual_window(importance: NDArray[np.floating]) -> tuple[int, int]:
    """A window of `AROUND` bases around the stretch that matters most, 0-based and half-open."""
    length = len(importance)
    width = min(AROUND, length)
    blocks = strongest_blocks(importance, n=1, width=min(WIDE, length))
    middle = (blocks[0].start + blocks[0].end) // 2 if blocks else length // 2
    start = min(max(0, middle - width // 2), length - width)
    return start, start + width


def parse_blocks(text: str) -> tuple[SequenceBlock, ...]:
    """Read `31-40, 63-72`, also as `ETS 31-40, GC box 63-72`: 1-based, both ends included.

    Raises
    ------
    BadInput
        If a part can't be read.
    """
    blocks = []
    for part in filter(None, (piece.strip() for piece in text.replace("\n", ",").replace(";", ",").split(","))):
        name, _, place = part.rpartition(" ")
        start, end = (whole_number(word) for word in place.replace("\u2013", "-").partition("-")[::2])
        if start is None or end is None or not 1 <= start <= end:
            raise BadInput(
                f"The block {clip(part, 40)} can't be read.", "The form is START-END from 1.", "Such as `31-40, 63-72`."
            )
        blocks.append(SequenceBlock(start - 1, end, name.strip()))
    return tuple(blocks)


def _checked(blocks: Seq[SequenceBlock], length: int) -> tuple[SequenceBlock, ...]:
    ordered = tuple(sorted(blocks, key=lambda block: block.start))
    if not 2 <= len(ordered) <= MAX_BLOCKS:
        raise BadInput(
            f"{len(ordered)} blocks were given.", f"2 to {MAX_BLOCKS} are accepted.", "Add or remove blocks."
        )
    for block in ordered:
        if not 0 <= block.start < block.end <= length:
            raise BadInput(f"The block {block}.", f"The sequence has bases 1 to {length:,}.", "Choose one inside it.")
    for left, right in pairwise(ordered):
        if right.start < left.end:
            raise BadInput(f"The blocks {left} and {right} overlap.", "Blocks lie apart.", "Shorten or join them.")
    return ordered
