"""Where the changes of a table lie in their element: its reference, how the table counts, and on which strand."""

from __future__ import annotations

from collections.abc import Sequence as Seq
from dataclasses import dataclass

import numpy as np

from genoviz.errors import BadInput, RefMismatch
from genoviz.measured.experiment import Change
from genoviz.sequences.bases import base_count
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence

MOST_BASES = 20_000  # of an element whose reference is rebuilt from its rows
MOST_SHIFTS = 20_000  # places in a longer sequence that an element is looked for at
GOOD = 0.9  # share of the reference bases that must be those of the sequence


@dataclass(frozen=True)
class Placed:
    """Changes in their element.

    Attributes
    ----------
    sequence
        The reference.
    changes
        Each counted from 0 in it; None where its reference base is another one.
    sentence
        Where the reference is from and how the table counts, in words.
    """

    sequence: Sequence
    changes: tuple[Change | None, ...]
    sentence: str


def placed(
    changes: Seq[Change], chromosome: str, assembly: str, name: str, references: Seq[Sequence], reference_named: str
) -> Placed:
    """Place the changes of a table, whose starts are as the table counts.

    Without `references` the reference is rebuilt from the bases that the changes replace. With them, the sequence, the
    beginning of the count (1, 0, or a place on the chromosome) and the strand are those that fit the reference bases best.

    Raises
    ------
    RefMismatch
        If bases contradict each other, or fit none of the sequences.
    BadInput
        If an element without `references` would have more than `MOST_BASES`.
    """
    if not references:
        return _rebuilt(changes, chromosome, assembly, name)
    tried = [(*_fit(changes, one), one) for one in references]
    share, offset, turned, best = max(tried, key=lambda t: (t[0], -t[2]))
    if share < GOOD:
        raise RefMismatch(
            f"At best {100 * share:.0f} % of the reference bases of {name} are those of {reference_named}, wherever the "
            "count begins and on either strand.",
            f"At least {100 * GOOD:.0f} % must be.",
            "Check that sequence and table are of the same element and genome build, or leave the sequence out.",
        )
    sequence = Sequence(best.bases, best.name or name, best.locus)
    read = sequence.reverse_complement() if turned else sequence
    moved = tuple(_moved(change, offset, read.bases) for change in changes)
    if turned:
        moved = tuple(None if one is None else one.turned(len(read)) for one in moved)
    first = min(change.start for change in changes)
    strand = ", on the minus strand of it" if turned else ""
    return Placed(sequence, moved, f"Reference from {reference_named}. {_count(offset, first, best)}{strand}.")


def _rebuilt(changes: Seq[Change], chromosome: str, assembly: str, name: str) -> Placed:
    """The reference from the bases that are replaced; N where no change says."""
    first = min(change.start for change in changes)
    last = max(change.start + max(len(change.ref), 1) for change in changes)
    if last - first > MOST_BASES:
        raise BadInput(
            f"The changes of {name} lie {last - first:,} bases apart.",
            f"Without a sequence, elements of up to {MOST_BASES:,} bases are put together from the table.",
            "Give the sequence, or name the column that tells elements apart.",
        )
    letters: dict[int, str] = {}
    for change in changes:
        for i, base in enumerate(change.ref, start=change.start - first):
            if letters.setdefault(i, base) != base:
                raise RefMismatch(
                    f"The table has two reference bases at position {first + i:,} of {name}: {letters[i]} and {base}.",
                    "All changes of an element replace the same bases.",
                    "Perhaps rows of several elements or genome builds are together: name the column that tells them apart.",
                )
    bases = "".join(letters.get(i, "N") for i in range(last - first))
    gaps = bases.count("N")
    locus = Locus(chromosome, first - 1, last - 1, assembly=assembly) if chromosome and first > 0 else None
    said = f"The reference is put together from the table's reference bases: base 1 is its position {first:,}"
    if chromosome:
        said += " (taken as counted from 1: nothing tells)"
    said += f"; N stands for {base_count(gaps)} that nothing was measured at." if gaps else "."
    moved = tuple(Change(change.start - first, change.ref, change.alt) for change in changes)
    return Placed(Sequence(bases, name, locus), moved, said)


def _fit(changes: Seq[Change], reference: Sequence) -> tuple[float, int, bool]:
    """Share of the reference bases that fit at best, what is taken off the table's positions, and on which strand."""
    spelled = [(change.start + i, base) for change in changes for i, base in enumerate(change.ref)]
    if not spelled:
        return 0.0, 1, False
    at = np.array([place for place, _ in spelled])
    letters = np.frombuffer("".join(base for _, base in spelled).encode(), dtype=np.uint8)
    best = (0.0, 1, False)
    for turned in (False, True):
        read = reference.reverse_complement() if turned else reference
        bases = np.frombuffer(read.bases.encode(), dtype=np.uint8)
        for offset in _offsets(int(at.min()), int(at.max()), read):
            inside = (at >= offset) & (at - offset < len(bases))
            share = float((bases[(at - offset)[inside]] == letters[inside]).sum()) / len(at)
            if share > best[0]:
                best = (share, offset, turned)
            if share == 1:
                return best
    return best


def _offsets(first: int, last: int, read: Sequence) -> list[int]:
    """What may be taken off positions, the likeliest first: counts from 1 and 0, on the chromosome, and all that fit in.

    On the minus strand of a place the table still counts along the plus strand, so that only shifts are left there.
    """
    likely = [1, 0]
    if read.locus is not None and read.locus.strand == "+":
        likely = [read.locus.start + 1, read.locus.start, *likely]
    shifts = range(last + 1 - len(read), first + 1)
    return [*likely, *(shift for shift in shifts if shift not in likely)] if len(shifts) <= MOST_SHIFTS else likely


def _moved(change: Change, offset: int, bases: str) -> Change | None:
    start = change.start - offset
    inside = start >= 0 and start + len(change.ref) <= len(bases)
    return (
        Change(start, change.ref, change.alt)
        if inside and bases[start : start + len(change.ref)] == change.ref
        else None
    )


def _count(offset: int, first: int, reference: Sequence) -> str:
    """How the table counts, in words."""
    begins = reference.locus.start if reference.locus is not None else None
    if begins is not None and offset - begins in (0, 1):
        return f"Positions are those of {reference.locus.chrom}, counted from {offset - begins}"  # type: ignore[union-attr]
    if offset in (0, 1):
        return f"Positions count from {offset} in it, as its bases show"
    return f"Position {first:,} of the table is base {first - offset + 1:,} of it, as its bases show"
