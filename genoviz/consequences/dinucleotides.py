"""CpG: a C before a G, where vertebrates and plants methylate their DNA and mutate most."""

from __future__ import annotations

from collections.abc import Iterator

from genoviz.consequences.findings import Change, Context, Found, lost


def judge_cpg(change: Change, context: Context) -> Iterator[Found]:
    """CpG that an edit makes or takes away."""

    low, high = max(0, change.start - 1), change.end + 1
    if "CG" not in change.before[low:high] and "CG" not in change.after[low : high + change.shift]:
        return

    def is_cpg(bases: str, place: int) -> bool:
        return bases[place : place + 2] == "CG"

    places = {kind: list(lost(turned, 2, is_cpg)) for kind, turned in (("made", change.inverse), ("lost", change))}
    # Where bases move, one CpG that is taken apart and one that comes beside it are the same.
    same = min(map(len, places.values())) if change.shift else 0
    for kind, found in places.items():
        for place in found[same:]:
            yield Found(kind, place, place + 2)
