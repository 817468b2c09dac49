"""Which positions of two edited sequences belong together."""

from __future__ import annotations

from genoviz.errors import BadInput
from genoviz.sequences.edits import EditHistory, Interval

Pair = tuple[int | None, int | None]


def align(first: EditHistory, second: EditHistory) -> list[Pair]:
    """Pair the positions of two edited forms of one original, without guessing: the edits say what belongs together.

    Returns
    -------
    list of (int or None, int or None)
        0-based positions in the current sequence of `first` and of `second`, left to right; None where the other has
        no such base. Bases inserted at the same place are paired from the left.

    Raises
    ------
    BadInput
        If the originals differ.
    """
    if first.original.bases != second.original.bases:
        raise BadInput(
            "Two edited sequences with different originals were given.",
            "Only edited forms of the same sequence can be aligned by their edits.",
            "Pin a state of the same sequence.",
        )
    (kept_a, added_a), (kept_b, added_b) = _places(first), _places(second)
    pairs: list[Pair] = []
    for place in range(len(first.original) + 1):
        a, b = added_a.get(place, []), added_b.get(place, [])
        for k in range(max(len(a), len(b))):
            pairs.append((a[k] if k < len(a) else None, b[k] if k < len(b) else None))
        pair = (kept_a.get(place), kept_b.get(place))
        if pair != (None, None):
            pairs.append(pair)
    return pairs


def followed(history: EditHistory, start: int, end: int) -> Interval | None:
    """Where bases `start` to `end` (0-based, half-open) of the original lie now; None unless all of them are still there
    side by side."""
    for here, there, length in history.blocks:
        if there <= start and end <= there + length:
            return start - there + here, end - there + here
    return None


def _places(history: EditHistory) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Current position of each kept original base, and current positions of the bases inserted before each one."""
    kept = {there + i: here + i for here, there, length in history.blocks for i in range(length)}
    original_of = {here: there for there, here in kept.items()}
    added: dict[int, list[int]] = {}
    place = 0
    for position in range(len(history.current)):
        if position in original_of:
            place = original_of[position] + 1
        else:
            added.setdefault(place, []).append(position)
    return kept, added
