"""A predicted change of a protein: its HGVS name and what kind of change it is.

`p.(...)`: brackets say that it is predicted from the DNA, not measured on the protein (den Dunnen et al. 2016,
https://doi.org/10.1002/humu.22981). Of equal places the last one is named.
"""

from __future__ import annotations

from dataclasses import dataclass

from genoviz.isoforms.genetic_code import NAMES, STOP, spelled

UNCHANGED, FRAMESHIFT, STOP_GAINED, STOP_LOST = "unchanged", "frameshift", "stop gained", "stop lost"
MISSENSE, START_LOST, IN_FRAME, SYNONYMOUS = "missense", "start lost", "in-frame change", "synonymous"
UNKNOWN = "not predicted"
_SPELLED = 20  # inserted residues that are written out


@dataclass(frozen=True)
class ProteinChange:
    """What changes.

    Attributes
    ----------
    name
        In HGVS: `p.(Val7del)`, `p.(Arg97ProfsTer23)`, `p.(=)`, `p.?`.
    kind
        One of the words at the top of this file.
    length
        Residues of the changed protein, without the stop.
    """

    name: str
    kind: str
    length: int = 0


def protein_change(before: str, after: str, *, in_frame: bool, adds_only: bool = False) -> ProteinChange:
    """Compare two proteins.

    Parameters
    ----------
    before, after
        Residues with the stop as `*`; `after` lacks it where no stop follows.
    in_frame
        Whether the reading frame behind the change is that of before.
    adds_only
        The change adds bases and takes none, so that a stop among them is part of an insertion.
    """
    length = len(after.rstrip(STOP))
    at = next(
        (i for i, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]),
        min(len(before), len(after)),
    )
    if before == after:
        return ProteinChange("p.(=)", UNCHANGED, length)
    if at >= len(before) or before[at] == STOP:
        return ProteinChange(_extended(before, after, at), STOP_LOST, length)
    if at >= len(after):  # the message ends before a stop
        return ProteinChange("p.?", UNKNOWN, length)
    here = f"{NAMES[before[at]]}{at + 1}"
    if after[at] == STOP and not (in_frame and len(before) - at == 1):
        return ProteinChange(f"p.({here}Ter)", STOP_GAINED, length)
    stop = after.find(STOP, at)
    if not in_frame:
        ends = f"Ter{stop - at + 1}" if stop >= 0 else "Ter?"
        return ProteinChange(f"p.({here}{NAMES[after[at]]}fs{ends})", FRAMESHIFT, length)
    if stop >= 0 and not _same_end(before, after, at):
        return ProteinChange(_cut_short(before, after, at, insertion=adds_only), STOP_GAINED, length)
    return _within(before, after, at, length)


def _same_end(before: str, after: str, at: int) -> bool:
    """Whether residues, and not only the stop, are shared behind a change; or the change reaches the stop itself."""
    return before[-2:] == after[-2:] or len(before) - at <= 2


def _extended(before: str, after: str, at: int) -> str:
    if at >= len(after):
        return "p.?"
    stop = after.find(STOP, at)
    return f"p.(Ter{len(before)}{NAMES[after[at]]}extTer{stop - at if stop >= 0 else '?'})"


def _cut_short(before: str, after: str, at: int, *, insertion: bool) -> str:
    """An in-frame change that brings a stop."""
    added = _listed(after[at:])
    if insertion and at:
        return f"p.({NAMES[before[at - 1]]}{at}_{NAMES[before[at]]}{at + 1}ins{added})"
    return f"p.({NAMES[before[at]]}{at + 1}delins{added})"


def _within(before: str, after: str, at: int, length: int) -> ProteinChange:
    """A change with the same end: residues substituted, lost, added, copied or replaced."""
    end = 0
    while end < min(len(before), len(after)) - at and before[-1 - end] == after[-1 - end]:
        end += 1
    gone, added = before[at : len(before) - end], after[at : len(after) - end]
    first, last = at, at + len(gone) - 1
    where = f"{NAMES[before[first]]}{first + 1}"
    if len(gone) > 1:
        where += f"_{NAMES[before[last]]}{last + 1}"
    if not added:
        return ProteinChange(f"p.({where}del)", IN_FRAME, length)
    if not gone:
        if before[at - len(added) : at] == added and at >= len(added):
            low = at - len(added)
            where = f"{NAMES[before[low]]}{low + 1}" + (f"_{NAMES[before[at - 1]]}{at}" if len(added) > 1 else "")
            return ProteinChange(f"p.({where}dup)", IN_FRAME, length)
        where = f"{NAMES[before[at - 1]]}{at}_{NAMES[before[at]]}{at + 1}"
        return ProteinChange(f"p.({where}ins{_listed(added)})", IN_FRAME, length)
    if len(gone) == len(added) == 1:
        return ProteinChange(f"p.({where}{NAMES[added]})", MISSENSE, length)
    return ProteinChange(f"p.({where}delins{_listed(added)})", IN_FRAME, length)


def _listed(residues: str) -> str:
    """Residues in three letters; of many only how many they are."""
    stop = "Ter" if residues.endswith(STOP) else ""
    body = residues.rstrip(STOP)
    return spelled(residues) if len(body) <= _SPELLED else f"Xaa[{len(body)}]{stop}"
