"""Start codons in front of a gene's own: upstream reading frames, their stops, and how well a start is recognised.

The models that these rules are for read what lies in front of the start codon, so that the main start follows on the last
base. N at the right end stand for bases that are not there where the unedited sequence has them, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from genoviz.consequences.findings import Change, Context, Found, Signal, bases_words, lost

START, STOPS = "ATG", ("TAA", "TAG", "TGA")
CONTEXTS = ("weak", "moderate", "strong")
_REACH = 2  # bases next to a change that share a codon with it


def is_start(bases: str, place: int) -> bool:
    """Whether a start codon begins there."""
    return bases[place : place + 3] == START


def starts_of(bases: str, end: int) -> list[int]:
    """Where start codons begin that end in front of the main start."""
    found, place = [], bases.find(START)
    while 0 <= place <= end - 3:
        found.append(place)
        place = bases.find(START, place + 1)
    return found


def first_stop(bases: str, start: int, end: int) -> int | None:
    """Where the first stop codon in the frame of a start begins; None if there is none in front of the main start."""
    return next((place for place in range(start + 3, end - 2, 3) if bases[place : place + 3] in STOPS), None)


def kozak(bases: str, start: int) -> str:
    """Strength of a start's surroundings: `strong` with A or G at -3 and G at +4, `moderate` with one of them, else `weak`.

    A base that is not known counts as neither.
    """
    purine = start >= 3 and bases[start - 3] in "AG"
    guanine = bases[start + 3 : start + 4] == "G"
    return CONTEXTS[purine + guanine]


def main_starts(change: Change) -> tuple[int, int]:
    """Where the main start begins, before and after."""
    if change.before.endswith("N"):
        return len(change.before.rstrip("N")), len(change.after.rstrip("N"))
    return len(change.before), len(change.after)


def _frame(start: int, end: int) -> str:
    return "out of frame" if (end - start) % 3 else "in frame"


def _reading(bases: str, start: int, end: int) -> str:
    """What the reading frame of a start runs into."""
    stop = first_stop(bases, start, end)
    if stop is not None:
        codons = (stop - start) // 3
        return f"its reading frame of {codons} codon{'s' * (codons != 1)} ends at {bases_words(stop, stop + 3)}"
    if (end - start) % 3:
        return "no stop before the main start: its reading frame overlaps the gene's"
    return "no stop before the main start: it lengthens the protein"


def judge_starts(change: Change, context: Context) -> Iterator[Found]:
    """Start codons that an edit makes, takes away, or moves into another frame."""
    ends = main_starts(change)
    for kind, turned, end in (("made", change.inverse, ends[1]), ("lost", change, ends[0])):
        for place in lost(turned, 3, is_start):
            if place <= end - 3:
                more = f"{_reading(turned.before, place, end)}; Kozak context {kozak(turned.before, place)}"
                yield Found(kind, place, place + 3, {"frame": _frame(place, end)}, more)
    if change.shift:
        for place in starts_of(change.before, ends[0]):
            for there in change.there(place, 3):
                frames = _frame(place, ends[0]), _frame(there, ends[1])
                if is_start(change.after, there) and there <= ends[1] - 3 and frames[0] != frames[1]:
                    kind = "moved_in" if frames[1] == "in frame" else "moved_out"
                    yield Found(kind, place, place + 3, {"at": place + 1}, _reading(change.after, there, ends[1]))
                    break


def judge_stops(change: Change, context: Context) -> Iterator[Found]:
    """Stops of upstream reading frames that an edit makes or takes away."""
    low, high = max(0, change.start - _REACH), change.end + _REACH
    around = change.before[low:high], change.after[low : high + change.shift]
    if not change.shift and not any(stop in bases for stop in STOPS for bases in around):
        return
    ends, said = main_starts(change), set()
    for start in starts_of(change.before, ends[0]):
        if start + 3 > change.start or not is_start(change.after, start):
            break
        old, new = first_stop(change.before, start, ends[0]), first_stop(change.after, start, ends[1])
        moved = old is not None and old >= change.end and new == old + change.shift
        if old == new or moved or (old, new) in said or (old is not None and old + 3 <= change.start):
            continue
        said.add((old, new))  # starts in one frame share the stop
        made = new is not None and (old is None or new < old)
        at = new if made else old
        if at is not None:
            parts = {"start": start + 1}
            yield Found("made" if made else "lost", at, at + 3, parts, _reading(change.after, start, ends[1]))


def judge_kozak(change: Change, context: Context) -> Iterator[Found]:
    """Starts, upstream and the main one, whose surroundings an edit makes better or worse."""
    ends = main_starts(change)
    for place in range(max(0, change.start - 3), min(change.end + 3, ends[0] - 3) + 1):
        if not is_start(change.before, place):
            continue
        kept = [there for there in change.there(place, 3) if is_start(change.after, there) and there <= ends[1] - 3]
        if not kept:
            continue
        before, after = (
            kozak(change.before, place),
            max((kozak(change.after, there) for there in kept), key=CONTEXTS.index),
        )
        if before != after:
            kind = "stronger" if CONTEXTS.index(after) > CONTEXTS.index(before) else "weaker"
            parts = {"at": place + 1, "before": before, "after": after}
            yield Found(kind, place, place + 3, parts, _frame(place, ends[0]))
    old, new = (bases[end - 3 : end - 2] for bases, end in ((change.before, ends[0]), (change.after, ends[1])))
    if old in ("A", "C", "G", "T") and new in ("A", "C", "G", "T") and (old in "AG") != (new in "AG"):
        yield Found("main_stronger" if new in "AG" else "main_weaker", ends[0] - 3, ends[0] - 2, {"base": new})


def upstream_starts(bases: str, context: Context) -> Iterator[Signal]:
    """Upstream start codons with their reading frames."""
    end = len(bases.rstrip("N"))
    for start in starts_of(bases, end):
        stop = first_stop(bases, start, end)
        note = f"{_frame(start, end)}; {_reading(bases, start, end)}; Kozak context {kozak(bases, start)}"
        label = "uATG" if stop is None else "uORF"
        yield Signal(start, end if stop is None else stop + 3, label, f"upstream ATG, {note}")
