"""The table of cases that holds the viewer's display model to the edit model: what Python says, for node to check.

    python tests/viewer/viewer_cases.py    write cases.json anew

Positions are 0-based and half-open. What was done is given in columns of the display, as a person does it there; all
that is expected is worked out on the given strand by `genoviz.sequences.edits`, and turned only at the end.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from genoviz.errors import BadInput
from genoviz.sequences.edit_alignment import align, followed
from genoviz.sequences.edits import Edit, EditHistory
from genoviz.sequences.locus import Locus
from genoviz.sequences.sequence import Sequence
from genoviz.ui import viewer as gv

FILE = Path(__file__).with_name("cases.json")
ROWS = (*gv.HEAT_ROWS, "del", "ins")
TSS = 9
FIRST = -2

Case = dict[str, Any]


def table() -> dict[str, list[Case]]:
    """All cases by the test that reads them."""
    rng = random.Random(14)
    return {
        "edits": [edited_case(rng, k) for k in range(32)],
        "cells": [cells_case(rng, minus) for minus in (False, True)],
        "pairs": [pairs_case(rng, minus) for minus in (False, True) for _ in range(6)],
        "typed": [typed_case(text) for text in ("acgt", " AC gu\n", "N", "", "  ", "ACX", "RYK", "<b>", "A-C")],
    }


def text() -> str:
    """The table as JSON with one case on each line."""
    parts = [
        f'"{name}": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]" for name, cases in table().items()
    ]
    return "{" + ",\n".join(parts) + "}\n"


def edited_case(rng: random.Random, k: int) -> Case:
    """Edits that Python has answered and edits that it has not, on one of the strands."""
    minus = bool(k % 2)
    locus = Locus("chr8", 100, 124, "-" if k % 4 < 2 else "+", "GRCh38") if k % 8 < 6 else None
    answered = random_edits(EditHistory(Sequence(letters(rng, 24), "demo", locus)), rng, k % 5)
    items = [(start, start + rng.randint(1, 6)) for start in rng.sample(range(len(answered.current) - 6), 4)]
    message = gv.build(
        sequence=answered.current, edits=answered, view_id="v", revision="1", tss=TSS, first=FIRST,
        tracks=[gv.line(range(len(answered.current))), gv.spans({"start": a, "end": b, "label": f"{a}-{b}", "strand": "+"} for a, b in items)],
    )  # fmt: skip
    history, actions, events = answered, [], []
    for edit in random_edits(answered, rng, k % 4 + 1).done[len(answered.done) :]:
        actions.append(shown(edit, history.current, minus))
        events.append({"kind": edit.kind, "start": edit.start, "end": edit.end, "bases": edit.bases})
        history = gv.handle(history, events[-1])
    since = EditHistory.replay(Sequence(answered.current.bases), history.done[len(answered.done) :])
    followed_items = {f"{a}-{b}": followed(since, a, b) for a, b in items}
    length = len(history.current)
    origin = {here + i: there + i for here, there, size in history.blocks for i in range(size)}
    value = {here + i: there + i for here, there, size in since.blocks for i in range(size)}
    columns = [length - 1 - i if minus else i for i in range(length)]
    origins = [origin.get(i) for i in columns]
    return {
        "name": f"{', '.join(edit.label for edit in history.done)} on the {'other' if minus else 'given'} strand",
        "message": {name: message[name] for name in ("seq", "original", "blocks", "edits", "locus", "tss", "first", "tracks")},
        "minus": minus,
        "actions": actions,
        "events": [event | {"strand": "-" if minus else "+"} for event in events],
        "bases": turned(history.current, minus).bases,
        "marks": [flipped(site.current, length, minus) for site in history.sites() if site.current is not None],
        "positions": [i + 1 for i in columns],
        "origins": origins,
        "genome": None if locus is None else [None if o is None else locus.to_genomic(o) + 1 for o in origins],
        "from_tss": [None if o is None else o - TSS + (o >= TSS) for o in origins],
        "values": [value.get(i) for i in columns],
        "items": {label: flipped(at, length, minus) for label, at in followed_items.items() if at is not None},
    }  # fmt: skip


def cells_case(rng: random.Random, minus: bool) -> Case:
    """A mutation map: each cell of the display shows what the edit does that a click on it makes."""
    sequence = Sequence(letters(rng, 12))
    length = len(sequence)
    effect: dict[tuple[str, int, str], float] = {}
    for r, name in enumerate(ROWS):
        for i in range(length):
            effect[change(name, i)] = float(100 * r + i + 1)
    given = [[effect[change(name, i)] for i in range(length)] for name in ROWS]
    message = gv.build(
        sequence=sequence, view_id="v", revision="1", tracks=[gv.heat(given, rows=ROWS)]
    )  # a page gives the values of the given strand
    cells = []
    for name in ROWS:
        row = []
        for column in range(length):
            kind, start, bases = change(name, column)
            edit = Edit(start, start + (kind != "insert"), bases or ("A" if kind == "insert" else ""))
            done = shown(edit, sequence, minus)  # turning is its own opposite
            bases = str(done["bases"]) if kind == "substitute" else ""
            row.append(effect.get((kind, int(done["start"]), bases)))
        cells.append(row)
    return {"message": message, "minus": minus, "rows": cells}


def change(row: str, place: int) -> tuple[str, int, str]:
    """What a cell of a mutation map changes: kind, place and base; an insertion is the strongest of all bases."""
    return {"del": ("delete", place, ""), "ins": ("insert", place, "")}.get(row, ("substitute", place, row))


def pairs_case(rng: random.Random, minus: bool) -> Case:
    """Two edited forms of one original, side by side: bases that belong together."""
    original = Sequence(letters(rng, 24))
    one, other = (random_edits(EditHistory(original), rng, 4) for _ in range(2))
    kept = {here + i for here, _, size in one.blocks for i in range(size)}
    pairs = [(a, b) for a, b in align(one, other) if a is not None and b is not None and a in kept]
    sides = []
    for k, history in enumerate((one, other)):
        message = gv.build(sequence=history.current, edits=history, view_id="v", revision="1", tracks=[])
        n = len(history.current)
        sides.append(
            {
                "message": message,
                "columns": [n - 1 - pair[k] if minus else pair[k] for pair in pairs if pair[k] is not None],
            }
        )
    return {"minus": minus, "sides": sides}


def typed_case(text: str) -> Case:
    """What a person typed, and the bases that an edit makes of it; None when it refuses."""
    try:
        return {"text": text, "bases": Edit(0, 0, text).bases}
    except BadInput:
        return {"text": text, "bases": None}


def letters(rng: random.Random, length: int) -> str:
    return "".join(rng.choice("ACGTACGTACGTN") for _ in range(length))


def random_edits(history: EditHistory, rng: random.Random, n: int) -> EditHistory:
    """`n` more edits, close together so that they touch, cover and cut each other."""
    goal = len(history.done) + n
    while len(history.done) < goal:
        length = len(history.current)
        start = min(rng.randint(4, 12), length)
        end = min(start + rng.choice((0, 0, 1, 1, 2, 5)), length)
        bases = "".join(rng.choice("ACGTN") for _ in range(rng.choice((0, 1, 1, end - start, 3))))
        if start == end and not bases:
            continue
        history = history.apply(Edit(start, end, bases))  # one that changes no letter is left out
    return history


def turned(sequence: Sequence, minus: bool) -> Sequence:
    return sequence.reverse_complement() if minus else sequence


def flipped(place: tuple[int, int], length: int, minus: bool) -> list[int]:
    return [length - place[1], length - place[0]] if minus else list(place)


def shown(edit: Edit, sequence: Sequence, minus: bool) -> dict[str, Any]:
    """The edit as it is made in the display of `sequence`."""
    start, end = flipped((edit.start, edit.end), len(sequence), minus)
    bases = turned(Sequence(edit.bases), minus).bases if edit.bases else ""
    return {"kind": edit.kind, "start": start, "end": end, "bases": bases}


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
