"""Edits of a sequence, and what they make of a window of fixed length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from genoviz.errors import BadInput

LETTERS = "ACGTN"
_COLUMNS = torch.cat([torch.eye(4), torch.zeros(1, 4)])


@dataclass(frozen=True)
class Edit:
    """Replace ``start:end`` of the original sequence by `bases`.

    Attributes
    ----------
    start, end : int
        0-based, half-open, in the original sequence; ``start == end`` inserts before `start`.
    bases : str
        Letters A C G T N; empty for a deletion.
    """

    start: int
    end: int
    bases: str


def check_edits(edits: Sequence[Edit], length: int) -> list[Edit]:
    """The edits in order of position, checked against the sequence's length and each other.

    Raises
    ------
    BadInput
        An edit lies outside the sequence, overlaps another one, or names a letter other than A C G T N.
    """
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    for edit in ordered:
        if not 0 <= edit.start <= edit.end <= length:
            raise BadInput(
                f"An edit of positions {edit.start} to {edit.end} of a sequence of {length:,} bases.",
                f"Positions count from 0 and 0 <= start <= end <= {length:,} holds.",
                "Check the coordinates: they are 0-based and half-open, in the original sequence.",
            )
        _check_letters(edit.bases, "An edit")
    for left, right in pairwise(ordered):
        if right.start < left.end or (left.start, left.end) == (right.start, right.end):
            raise BadInput(
                f"Edits of {left.start}-{left.end} and {right.start}-{right.end} in one set overlap.",
                "The edits of a set may not overlap.",
                "Merge them into one edit, or put them into different sets.",
            )
    return ordered


def _check_letters(bases: str, what: str) -> None:
    wrong = next((letter for letter in bases if letter not in LETTERS), None)
    if wrong is not None:
        raise BadInput(
            f"{what} inserts the letter {wrong!r}.",
            "A, C, G, T and N are accepted, in upper case.",
            "Write the bases with these letters only.",
        )


def columns_of(bases: str) -> Tensor:
    """(4, letters): one-hot columns, zeros for N."""
    return _COLUMNS[[LETTERS.index(letter) for letter in bases]].t()


def letters_of(sequence: Tensor) -> Tensor:
    """(positions,) base 0-3 of clean columns of (4, positions), 4 for zeros and soft columns."""
    clean = (sequence.sum(0) == 1) & (sequence.max(0).values == 1) & (sequence.min(0).values == 0)
    return torch.where(clean, sequence.argmax(0), torch.full_like(clean, 4, dtype=torch.long))


def apply_edits(sequence: Tensor, edits: Sequence[Edit], *, flank: str = "") -> Tensor:
    """The edited sequence, at its old length.

    Bases right of a deletion move left, and `flank` (then N) enters at the right end. Bases right of an insertion move
    right and fall off the right end.

    Parameters
    ----------
    sequence : Tensor
        (4, length).
    edits : sequence of Edit
        Non-overlapping, in original coordinates.
    flank : str
        Bases that follow the sequence in the genome.

    Returns
    -------
    Tensor
        (4, length), a new tensor.
    """
    length = sequence.shape[1]
    ordered = check_edits(edits, length)
    if all(len(edit.bases) == edit.end - edit.start for edit in ordered):
        result = sequence.clone()
        for edit in ordered:
            if edit.bases:
                result[:, edit.start : edit.end] = columns_of(edit.bases)
        return result
    _check_letters(flank, "The flank")
    pieces, place = [], 0
    for edit in ordered:
        pieces.append(sequence[:, place : edit.start])
        if edit.bases:
            pieces.append(columns_of(edit.bases))
        place = edit.end
    pieces.append(sequence[:, place:])
    if flank:
        pieces.append(columns_of(flank))
    pieces.append(torch.zeros(4, length))
    return torch.cat(pieces, 1)[:, :length].contiguous()
