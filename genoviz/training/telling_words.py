"""Words that tell a base better than a language model expects: counted around every base of the training promoters.

A binding site of seven bases that occurs five hundred times is lost in the loss of a network that reads millions of bases, but it
stands out where words are counted: how often does each base stand in the middle of a word, and how often did the network expect
it there? The words with the largest gain are taken and the expectation is changed where they stand, round after round, as in
boosting. Words of both strands count together. `genoviz.networks.dilated_lm` makes a filter of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from genoviz.models.onehot import encode_codes
from genoviz.training.genomes import UPSTREAM, Stretches

REACH = 12  # bases on either side of the middle that a word may ask for
PRIOR = 6.0  # occurrences as expected that are added to each count
OVERLAP = 0.2  # of a word's places may have been changed in the same round
MARGIN = 100  # bases around a promoter that the network reads as well
HIDDEN = "_"  # the middle, which is to be told
FREE = "."


@dataclass(frozen=True)
class Word:
    """A word around a hidden base, such as `TTA_CCG` or `TCA_.....ACG`, and what it says about that base.

    Attributes
    ----------
    pattern
        `_` is the hidden base, `.` any base.
    shift
        Change of ln odds of A, C, G and T.
    """

    pattern: str
    shift: tuple[float, float, float, float]


@dataclass
class Places:
    """Known bases of promoters, both strands of each.

    Attributes
    ----------
    around
        Codes 0 to 3 of the `REACH` bases before each, of itself and of the `REACH` after it: `(bases, 2 REACH + 1)`.
    expected
        Probabilities of the four bases `(bases, 4)`.
    """

    around: NDArray[np.int8]
    expected: NDArray[np.float64]

    @property
    def bits(self) -> float:
        """What the real bases cost, bits per base."""
        return float(-np.log2(self.expected[np.arange(len(self.around)), self.around[:, REACH]]).mean())

    def matches(self, pattern: str) -> NDArray[np.intp]:
        """Numbers of the bases around which a word stands."""
        left = REACH - pattern.index(HIDDEN)
        found = np.arange(len(self.around))
        for i, letter in enumerate(pattern):
            if letter not in (HIDDEN, FREE):
                found = found[self.around[found, left + i] == "ACGT".index(letter)]
        return found

    def learn(self, word: Word) -> NDArray[np.intp]:
        """Change the expectation where a word stands on either strand; gives these places."""
        touched = []
        for pattern, shift in ((word.pattern, word.shift), (_other_strand(word.pattern), word.shift[::-1])):
            rows = self.matches(pattern)
            changed = self.expected[rows] * np.exp(shift)
            self.expected[rows] = changed / changed.sum(1, keepdims=True)
            touched.append(rows)
        return np.concatenate(touched)


def places(side: Stretches, expects: Callable[[Tensor], Tensor]) -> Places:
    """Bases of all promoters of one side of the split and what a network expects of them.

    Parameters
    ----------
    side
        Pieces of genome with their genes.
    expects
        One-hot `(batch, 4, length)` of any length -> ln probabilities of the same shape.
    """
    around, logs = [], []
    for block in _blocks(side):
        length = max(len(bases) for bases in block)
        X = torch.zeros(len(block), 4, length)
        for row, bases in zip(X, block, strict=True):
            row[:, : len(bases)] = encode_codes(bases[None])[0]
        with torch.no_grad():
            found = expects(X).float().numpy()
        for row, bases in zip(found, block, strict=True):
            inside = slice(MARGIN, len(bases) - MARGIN)
            windows = np.lib.stride_tricks.sliding_window_view(_CODES[bases], 2 * REACH + 1)
            around.append(windows[MARGIN - REACH : len(bases) - MARGIN - REACH])
            logs.append(row[:, inside].T)
    codes, log = np.concatenate(around), np.concatenate(logs).astype(np.float64)
    known = (codes < len("ACGT")).all(1)
    codes, expected = codes[known], np.exp(log[known])
    return Places(np.concatenate([codes, 3 - codes[:, ::-1]]), np.concatenate([expected, expected[:, ::-1]]))


def telling_words(known: Places, number: int, *, rounds: int = 8) -> list[Word]:
    """The words that tell the hidden base best, the best first; `known.expected` is changed to what they say.

    Parameters
    ----------
    known
        From `places`.
    number
        How many words; a word and its other strand are one.
    rounds
        In each, an equal share of the words is taken.
    """
    # Both strands of every place are counted, so a shape and its mirror image find the same words.
    shapes = [shape for shape in _shapes() if shape <= tuple(-at for at in reversed(shape))]
    found: dict[str, Word] = {}
    for turn in range(rounds):
        wanted = number * (turn + 1) // rounds
        touched = np.zeros(len(known.around), dtype=bool)
        for _, pattern, shift in sorted(_candidates(known, shapes, wanted), reverse=True):
            if len(found) == wanted:
                break
            pattern, shift = min((pattern, shift), (_other_strand(pattern), shift[::-1]))
            if pattern in found or touched[known.matches(pattern)].mean() > OVERLAP:
                continue
            found[pattern] = Word(pattern, shift)
            touched[known.learn(found[pattern])] = True
    return list(found.values())


def _candidates(
    known: Places, shapes: list[tuple[int, ...]], each: int
) -> Iterator[tuple[float, str, tuple[float, float, float, float]]]:
    """For the best words of each shape: gain in nats over all places, pattern, shift."""
    columns = np.ascontiguousarray(known.around.T)
    middle = columns[REACH]
    for shape in shapes:
        words = np.zeros(len(known.around), dtype=np.int32)
        for at in shape:
            words = words * 4 + columns[REACH + at]
        size = 4 ** len(shape)
        seen = np.bincount(words * 4 + middle, minlength=4 * size).reshape(size, 4)
        meant = np.stack([np.bincount(words, weights=known.expected[:, b], minlength=size) for b in range(4)], axis=1)
        shift = np.log((seen + PRIOR) / (meant + PRIOR))
        total = np.maximum(meant.sum(1), 1e-9)
        gain = (seen * shift).sum(1) - seen.sum(1) * np.log((meant * np.exp(shift)).sum(1) / total + 1e-12)
        for word in np.argsort(-gain)[:each]:
            a, c, g, t = (float(x) for x in shift[word])
            yield float(gain[word]), _pattern(shape, int(word)), (a, c, g, t)


def _shapes() -> Iterator[tuple[int, ...]]:
    """Places that are read, counted from the middle: six or seven beside it, or two or three and three further away."""
    for length in (6, 7):
        for left in range(length + 1):
            yield _beside(left, length - left)
    for near in (2, 3):
        for left in range(near + 1):
            beside = _beside(left, near - left)
            for gap in range(1, REACH - near - 3 + 1):
                yield (*range(-left - gap - 3, -left - gap), *beside)
                yield (*beside, *range(near - left + gap + 1, near - left + gap + 4))


def _beside(left: int, right: int) -> tuple[int, ...]:
    return (*range(-left, 0), *range(1, right + 1))


def _pattern(shape: tuple[int, ...], word: int) -> str:
    first, last = min(shape[0], 0), max(shape[-1], 0)
    letters = [FREE] * (last - first + 1)
    letters[-first] = HIDDEN
    for at in reversed(shape):
        word, base = divmod(word, 4)
        letters[at - first] = "ACGT"[base]
    return "".join(letters)


def _other_strand(pattern: str) -> str:
    return pattern[::-1].translate(_COMPLEMENT)


def _blocks(side: Stretches) -> Iterator[list[NDArray[np.uint8]]]:
    """Promoters with `MARGIN` bases on either side, in groups of nearly one length."""
    found = []
    for bases, starts in zip(side.bases, side.starts, strict=True):
        marks = np.zeros(len(bases) + 1, dtype=np.int64)
        for at, strand in starts:
            first, last = (at - UPSTREAM, at) if strand > 0 else (at + 1, at + 1 + UPSTREAM)
            marks[max(first, 0)] += 1
            marks[min(last, len(bases))] -= 1
        inside = np.diff(np.concatenate([[0], (np.cumsum(marks[:-1]) > 0).astype(np.int8), [0]]))
        for first, last in zip(np.flatnonzero(inside > 0), np.flatnonzero(inside < 0), strict=True):
            if first >= MARGIN and last + MARGIN <= len(bases):
                found.append(bases[first - MARGIN : last + MARGIN])
    found.sort(key=len)
    for i in range(0, len(found), 32):
        yield found[i : i + 32]


_CODES = np.full(256, 4, dtype=np.int8)
_CODES[np.frombuffer(b"ACGT", dtype=np.uint8)] = range(4)
_COMPLEMENT = str.maketrans("ACGT", "TGCA")
