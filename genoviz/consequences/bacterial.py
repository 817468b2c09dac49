"""Promoters of bacteria as the polymerase with sigma factor 70 reads them: -35 box, -10 box, and the bases between.

Boxes are judged by letters that agree with the consensus: nearly all known mutations that weaken a promoter take it away
from the consensus, and those that strengthen it bring it nearer (Hawley and McClure 1983).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from genoviz.consequences.findings import Change, Context, Found, Signal, bases_words

MINUS_35, MINUS_10, WIDTH = "TTGACA", "TATAAT", 6
SPACERS, BEST_SPACER = range(15, 20), 17
TO_START, USUAL = range(5, 10), 7  # bases between the -10 box and the transcription start
LEAST = 7  # letters of both boxes, less half a letter for each base that the spacer is off


@dataclass(frozen=True)
class Boxes:
    """First bases (0-based) of the two boxes of a promoter."""

    minus_35: int
    minus_10: int

    @property
    def spacer(self) -> int:
        """Bases between them."""
        return self.minus_10 - self.minus_35 - WIDTH


def letters(bases: str, place: int, consensus: str) -> int:
    """How many letters agree with the consensus."""
    return sum(a == b for a, b in zip(bases[place : place + len(consensus)], consensus, strict=False))


@lru_cache(maxsize=4096)
def boxes_of(bases: str, start: int) -> Boxes | None:
    """The boxes in front of a transcription start (0-based) that agree best; None where they agree in too few letters."""
    best: tuple[float, int, int] | None = None
    found = None
    for gap in TO_START:
        minus_10 = start - gap - WIDTH
        tens = letters(bases, minus_10, MINUS_10)
        for spacer in SPACERS:
            minus_35 = minus_10 - spacer - WIDTH
            if minus_35 < 0 or start > len(bases):
                continue
            off = abs(spacer - BEST_SPACER)
            score = tens + letters(bases, minus_35, MINUS_35) - off / 2, -off, -abs(gap - USUAL)
            if best is None or score > best:
                best, found = score, Boxes(minus_35, minus_10)
    return found if best is not None and best[0] >= LEAST else None


def _start(context: Context) -> int:
    return -1 if context.card.tss is None else context.card.tss


def _near(change: Change, context: Context) -> bool:
    """Whether an edit can matter: what lies behind the boxes moves none, and what lies before them only if it shifts."""
    start = _start(context)
    first = start - max(TO_START) - 2 * WIDTH - max(SPACERS)
    return change.start < start - min(TO_START) and (change.shift != 0 or change.end > first)


def _box(change: Change, context: Context, which: str, consensus: str) -> Iterator[Found]:
    """One box brought nearer to its consensus or further from it, or found at a better place."""
    if not _near(change, context):
        return
    old, new = boxes_of(change.before, _start(context)), boxes_of(change.after, _start(context))
    if old is not None:
        here, turned, ahead = getattr(old, which), change, True
    elif new is not None:
        here, turned, ahead = getattr(new, which), change.inverse, False
    else:
        return
    places = turned.there(here, WIDTH)
    first = letters(turned.before, here, consensus)
    second = max((letters(turned.after, place, consensus) for place in places), default=0)
    before, after = (first, second) if ahead else (second, first)
    if before != after:
        few = "" if old and new else f"both boxes together have {'fewer than' if not new else 'now'} {LEAST} letters"
        kind = "stronger" if after > before else "weaker"
        yield Found(kind, here, here + WIDTH, {"before": before, "after": after}, few)
    elif old and new and getattr(new, which) not in places:
        at = getattr(new, which)
        agreeing = letters(change.after, at, consensus)
        if agreeing > letters(change.before, at, consensus):
            where = bases_words(at, at + WIDTH)
            yield Found("made", at, at + WIDTH, {"where": where, "after": agreeing})


def judge_minus_10(change: Change, context: Context) -> Iterator[Found]:
    """Letters of the -10 box."""
    return _box(change, context, "minus_10", MINUS_10)


def judge_minus_35(change: Change, context: Context) -> Iterator[Found]:
    """Letters of the -35 box."""
    return _box(change, context, "minus_35", MINUS_35)


def judge_spacer(change: Change, context: Context) -> Iterator[Found]:
    """Bases gained or lost between the two boxes."""
    old = boxes_of(change.before, _start(context)) if change.shift and _near(change, context) else None
    if old is None or not (old.minus_35 + WIDTH <= change.start and change.end <= old.minus_10):
        return
    spacer = old.spacer + change.shift
    kind = "better" if abs(spacer - BEST_SPACER) < abs(old.spacer - BEST_SPACER) else "worse"
    yield Found(kind, old.minus_35 + WIDTH, old.minus_10, {"before": old.spacer, "after": spacer})


def judge_extended(change: Change, context: Context) -> Iterator[Found]:
    """The TG one base in front of the -10 box."""
    if not _near(change, context):
        return
    old, new = boxes_of(change.before, _start(context)), boxes_of(change.after, _start(context))
    if old is None or new is None or new.minus_10 not in change.there(old.minus_10, WIDTH):
        return
    places = old.minus_10 - 3, new.minus_10 - 3
    had, has = (bases[p : p + 2] == "TG" for bases, p in zip((change.before, change.after), places, strict=True))
    if had != has:
        place = places[1] if has else places[0]
        yield Found("made" if has else "lost", place, place + 2)


def promoter_boxes(bases: str, context: Context) -> Iterator[Signal]:
    """The two boxes."""
    found = boxes_of(bases, _start(context))
    if found is None:
        return
    for label, place, consensus in (("-35", found.minus_35, MINUS_35), ("-10", found.minus_10, MINUS_10)):
        agreeing = letters(bases, place, consensus)
        note = f"{agreeing} of the 6 letters of {consensus}; {found.spacer} bases between the boxes, {BEST_SPACER} are best"
        yield Signal(place, place + WIDTH, label, note)
