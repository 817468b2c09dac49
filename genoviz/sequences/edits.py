"""Edits of a sequence: what a person changed, with undo, redo and the way back to the original's positions.

An `Edit` replaces a stretch of the sequence as it was when the edit was made, so a list of edits is replayed in
order. Fields are 0-based and half-open; text (`A57G`, `del 60-62`, `ins 61 ACG`) is 1-based with both ends included.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from genoviz.errors import BadInput
from genoviz.sequences.bases import base_count
from genoviz.sequences.locus import clip
from genoviz.sequences.sequence import Sequence

LETTERS = "ACGTN"
ACCEPTED = (
    "An edit is `A57G` (A at base 57 becomes G), `57G`, `del 60-62`, `ins 61 ACG` (before base 61) or `sub 60-62 ACG`; "
    "positions are 1-based."
)
MAX_BASES = 10_000
MAX_EDITS = 1_000

Interval = tuple[int, int]


@dataclass(frozen=True)
class Edit:
    """One action of a person: bases `start` to `end` of the sequence at that time become `bases`.

    Parameters
    ----------
    start, end
        0-based and half-open; equal for an insertion, which goes before base `start`.
    bases
        New letters (A, C, G, T or N); empty for a deletion.
    was
        The letters that were replaced, when known; filled in by `EditHistory.apply`. Not compared.

    Raises
    ------
    BadInput
        If nothing would change or a letter is not accepted.
    """

    start: int
    end: int
    bases: str
    was: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        bases = "".join(self.bases.split()).upper().replace("U", "T")
        object.__setattr__(self, "bases", bases)
        object.__setattr__(self, "was", self.was.upper())
        if self.start < 0 or self.end < self.start or (self.start == self.end and not bases):
            raise BadInput(
                f"The edit of bases {self.start + 1:,} to {self.end:,} changes nothing.",
                ACCEPTED,
                "Choose at least one base to change, or letters to insert.",
            )
        unknown = next((letter for letter in bases if letter not in LETTERS), "")
        if unknown:
            raise BadInput(
                f"{clip(bases, 20)} holds the letter {clip(unknown)}.",
                "New bases are A, C, G, T (or U) and N.",
                "Type only these letters.",
            )
        if len(bases) > MAX_BASES:
            raise BadInput(
                f"The edit brings {base_count(len(bases))}.",
                f"One edit brings at most {base_count(MAX_BASES)}.",
                "Paste the whole sequence as a new one instead.",
            )

    @property
    def kind(self) -> str:
        """`"insert"`, `"delete"` or `"substitute"`."""
        if self.start == self.end:
            return "insert"
        return "substitute" if self.bases else "delete"

    @property
    def shift(self) -> int:
        """By how much the edit moves everything to its right."""
        return len(self.bases) - (self.end - self.start)

    @property
    def label(self) -> str:
        """What `parse_edit` reads back: `A57G`, `del 60-62`, `ins 61 ACG`, `sub 60-62 ACG`."""
        if self.kind == "insert":
            return f"ins {self.start + 1} {self.bases}"
        if self.kind == "substitute" and self.end - self.start == len(self.bases) == 1:
            return f"{self.was if self.was in LETTERS else ''}{self.start + 1}{self.bases}"
        where = f"{self.start + 1}" if self.end - self.start == 1 else f"{self.start + 1}-{self.end}"
        return f"del {where}" if self.kind == "delete" else f"sub {where} {self.bases}"

    @property
    def inverse(self) -> Edit:
        """The edit that takes this one back; needs `was` when bases were replaced."""
        return Edit(self.start, self.start + len(self.bases), self.was, self.bases)

    def on(self, bases: str) -> str:
        """`bases` with this edit made.

        Raises
        ------
        BadInput
            If the edit reaches outside, or would leave no base.
        """
        if self.end > len(bases):
            raise BadInput(
                f"The edit reaches base {self.end:,}."
                if self.kind != "insert"
                else f"The edit inserts before base {self.start + 1:,}.",
                f"The sequence has {base_count(len(bases))}.",
                f"Choose a base from 1 to {len(bases):,}.",
            )
        if self.shift == -len(bases):
            raise BadInput(
                f"The edit would delete all {base_count(len(bases))}.",
                "At least one base must stay.",
                "Delete fewer, or start from a new sequence.",
            )
        return bases[: self.start] + self.bases + bases[self.end :]


@dataclass(frozen=True)
class Site:
    """Where one edit of a history lies.

    Parameters
    ----------
    label
        The edit as text, in the coordinates of its time.
    current
        Bases of the current sequence that the edit made (0-based, half-open; empty for a deletion, whose place is
        the seam), or None when later edits removed or replaced all of it.
    original
        Bases of the original that it replaced (empty for an insertion), or None when it changed only bases that
        the original does not have.
    """

    label: str
    current: Interval | None
    original: Interval | None


@dataclass(frozen=True)
class EditHistory:
    """An original sequence, the edits made to it and the ones taken back. Every method returns a new history.

    Parameters
    ----------
    original
        The sequence before any edit.
    done
        Edits in the order they were made.
    undone
        Edits taken back, the next one to redo last.
    """

    original: Sequence
    done: tuple[Edit, ...] = ()
    undone: tuple[Edit, ...] = ()

    @classmethod
    def replay(cls, original: Sequence, edits: Iterable[Edit]) -> EditHistory:
        """Make `edits` one after the other; see `apply` for the errors."""
        history = cls(original)
        for edit in edits:
            history = history.apply(edit)
        return history

    @cached_property
    def current(self) -> Sequence:
        """The edited sequence. The locus is kept only while no edit moved a base."""
        bases = self.original.bases
        for edit in self.done:
            bases = edit.on(bases)
        moved = any(edit.shift for edit in self.done)
        return Sequence(bases, self.original.name, None if moved else self.original.locus)

    def apply(self, edit: Edit) -> EditHistory:
        """The history with one more edit; what was undone is forgotten. An edit that changes no letter is ignored.

        Raises
        ------
        BadInput
            If the edit does not fit the current sequence, or there are too many.
        """
        before = self.current.bases
        after = edit.on(before)
        if after == before:
            return self
        if len(self.done) >= MAX_EDITS:
            raise BadInput(
                f"The sequence already has {len(self.done):,} edits.",
                f"At most {MAX_EDITS:,} are kept.",
                "Take the edited sequence as a new original and go on from there.",
            )
        return EditHistory(self.original, (*self.done, replace(edit, was=before[edit.start : edit.end])))

    def undo(self) -> EditHistory:
        """The history without its last edit; itself when there is none."""
        if not self.done:
            return self
        return EditHistory(self.original, self.done[:-1], (*self.undone, self.done[-1]))

    def redo(self) -> EditHistory:
        """The history with the edit that was undone last; itself when there is none."""
        if not self.undone:
            return self
        return EditHistory(self.original, (*self.done, self.undone[-1]), self.undone[:-1])

    def reset(self) -> EditHistory:
        """The original without edits; all of them can be redone one by one."""
        history = self
        while history.done:
            history = history.undo()
        return history

    def at(self, step: int) -> EditHistory:
        """The history after the first `step` of all its edits, made or taken back; the rest can be redone.

        Raises
        ------
        BadInput
            If there are fewer edits.
        """
        edits = (*self.done, *reversed(self.undone))
        if not 0 <= step <= len(edits):
            raise BadInput(
                f"The state after {step:,} edits was asked for.",
                f"The history has the states after 0 to {len(edits):,} edits.",
                "Choose one of these.",
            )
        return EditHistory(self.original, edits[:step], tuple(reversed(edits[step:])))

    def sites(self) -> tuple[Site, ...]:
        """Where each edit of `done` lies in the current sequence and in the original."""
        found = []
        for k, edit in enumerate(self.done):
            current: Interval | None = (edit.start, edit.start + len(edit.bases))
            for later in self.done[k + 1 :]:
                current = _through(current, later, replaced_is_gone=True)
            original: Interval | None = (edit.start, edit.end)
            for earlier in reversed(self.done[:k]):
                # As `inverse`, of which only the place counts here: the old bases may be letters that no edit brings.
                back = Edit(earlier.start, earlier.start + len(earlier.bases), "N" * (earlier.end - earlier.start))
                original = _through(original, back)
            found.append(Site(edit.label, current, original))
        return tuple(found)

    def singles(self) -> tuple[Sequence | None, ...]:
        """For each edit, the original with only that edit made: for 'sum of singles against all together'.

        None where that is impossible: nothing of the edit is left in the current sequence, or the original does
        not have all the bases it changed.
        """
        alone: list[Sequence | None] = []
        for edit, site in zip(self.done, self.sites(), strict=True):
            place = site.original
            if site.current is None or place is None or place[1] - place[0] != edit.end - edit.start:
                alone.append(None)
                continue
            bases = Edit(*place, edit.bases).on(self.original.bases)
            alone.append(Sequence(bases, self.original.name, None if edit.shift else self.original.locus))
        return tuple(alone)

    @cached_property
    def blocks(self) -> tuple[tuple[int, int, int], ...]:
        """Stretches that both have: `(start in current, start in original, length)`, in order.

        Bases replaced one for one stay in a block; inserted bases are in none.
        """
        blocks = [(0, 0, len(self.original))]
        for edit in self.done:
            if not edit.shift:
                continue
            moved = []
            for here, there, length in blocks:
                left = min(length, edit.start - here)
                if left > 0:
                    moved.append((here, there, left))
                skip = max(0, edit.end - here)
                if skip < length:
                    moved.append((here + skip + edit.shift, there + skip, length - skip))
            blocks = moved
        merged: list[tuple[int, int, int]] = []
        for here, there, length in blocks:
            if merged and merged[-1][0] + merged[-1][2] == here and merged[-1][1] + merged[-1][2] == there:
                merged[-1] = (merged[-1][0], merged[-1][1], merged[-1][2] + length)
            else:
                merged.append((here, there, length))
        return tuple(merged)

    def net(self) -> tuple[Edit, ...]:
        """The differences from original to current, each in original coordinates, left to right.

        Changes that cancel out are left out. To rebuild the current sequence, make them from right to left.
        """
        before, after = self.original.bases, self.current.bases
        ends = [(0, 0, 0), *self.blocks, (len(after), len(before), 0)]
        found: list[Edit] = []
        for (here, there, length), (next_here, next_there, _) in pairwise(ends):
            found.extend(_substitutions(before, after, here, there, length))
            edit = _trimmed(before, there + length, next_there, after[here + length : next_here])
            if edit is not None:
                found.append(edit)
        return tuple(found)

    def fasta(self, width: int = 60) -> str:
        """The edited sequence as FASTA, with the net edits in the header."""
        net = self.net()
        listed = ",".join(edit.label.replace(" ", "_") for edit in net[:20]) + (",..." if len(net) > 20 else "")
        named = Sequence(self.current.bases, self.original.name)
        return named.fasta(f"edited:{listed}" if net else "", width=width)


def _through(place: Interval | None, edit: Edit, *, replaced_is_gone: bool = False) -> Interval | None:
    """Where `place` lies after `edit`, or None when nothing of it is left."""
    if place is None:
        return None
    start, end = place
    if end <= edit.start:
        return place
    if start >= edit.end:
        return start + edit.shift, end + edit.shift
    if not edit.shift and not (replaced_is_gone and edit.start <= start and end <= edit.end):
        return place  # replaced one for one: every position is still there
    if edit.start <= start and end <= edit.end:
        return None
    return (
        start if start < edit.start else edit.start + len(edit.bases),
        end + edit.shift if end > edit.end else edit.start,
    )


def _substitutions(before: str, after: str, here: int, there: int, length: int) -> list[Edit]:
    """One edit for each run of differing letters in a block."""
    old, new = before[there : there + length], after[here : here + length]
    if old == new:
        return []
    found, start = [], None
    for i in range(length + 1):
        differs = i < length and old[i] != new[i]
        if differs and start is None:
            start = i
        elif not differs and start is not None:
            found.append(Edit(there + start, there + i, new[start:i], old[start:i]))
            start = None
    return found


def _trimmed(before: str, start: int, end: int, bases: str) -> Edit | None:
    """The edit of `before[start:end]` to `bases` without the letters that stay the same, or None."""
    while start < end and bases and before[start] == bases[0]:
        start, bases = start + 1, bases[1:]
    while start < end and bases and before[end - 1] == bases[-1]:
        end, bases = end - 1, bases[:-1]
    return Edit(start, end, bases, before[start:end]) if start < end or bases else None
