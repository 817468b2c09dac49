"""What the viewer is sent: sequence, tracks and options as one message."""

from __future__ import annotations

import re
from collections.abc import Sequence as Ordered
from typing import Any

from genoviz.errors import BadInput
from genoviz.sequences.bases import base_count
from genoviz.sequences.edits import EditHistory
from genoviz.sequences.sequence import Sequence
from genoviz.viewer.events import PALETTES, REPORTS
from genoviz.viewer.tracks import Track


def build(
    *,
    sequence: Sequence,
    tracks: Ordered[Track],
    view_id: str,
    revision: str,
    edits: EditHistory | None = None,
    palette: str = "classic",
    minus: bool = False,
    summary: str = "",
    title: str | None = None,
    window: tuple[int, int] | None = None,
    selection: tuple[int, int] | None = None,
    tss: int | None = None,
    first: int = 1,
    given: tuple[int, int] | None = None,
    motifs: Ordered[str] = (),
    editable: bool = True,
    picks: bool = False,
    updating: bool = False,
    report: Ordered[str] = (),
    link: str = "",
    group: str = "",
) -> dict[str, Any]:
    """The message; see `genoviz.ui.viewer.viewer` for the parameters and errors."""
    if palette not in PALETTES:
        raise BadInput(f"The palette is `{palette}`.", f"Palettes are {', '.join(PALETTES)}.", "Choose one of these.")
    if not set(report) <= set(REPORTS):
        raise BadInput(f"`report` is {', '.join(report)}.", f"It can hold {' and '.join(REPORTS)}.")
    if edits is not None and edits.current.bases != sequence.bases:
        raise BadInput("The sequence is not the one its edits lead to.", "With edits, the sequence is `edits.current`.")
    for track in tracks:
        if track.length not in (None, len(sequence)):
            raise BadInput(
                f"The track `{track.payload['title']}` has values for {base_count(track.length or 0)}, "
                f"but the sequence has {base_count(len(sequence))}.",
                "Every track covers the whole sequence.",
                "Compute it again for this sequence.",
            )
    original = edits.original if edits is not None else sequence
    locus = original.locus
    sites = edits.sites() if edits is not None else ()
    return {
        "id": view_id,
        "rev": revision,
        "title": original.name if title is None else title,
        "filename": _filename(original),
        "seq": sequence.bases,
        "original": original.bases if edits is not None and edits.done else None,
        "blocks": [list(block) for block in edits.blocks] if edits is not None else [[0, 0, len(sequence)]],
        "edits": [
            {"start": s.current[0], "end": s.current[1], "label": s.label} for s in sites if s.current is not None
        ],
        "can_undo": bool(edits is not None and edits.done),
        "can_redo": bool(edits is not None and edits.undone),
        "locus": None
        if locus is None
        else {
            "chrom": locus.chrom,
            "start": locus.start,
            "end": locus.end,
            "strand": locus.strand,
            "assembly": locus.assembly,
        },
        "tss": tss,
        "first": first,
        "given": None if given is None or given == (0, len(original)) else list(given),
        "tracks": [track.payload for track in tracks],
        "palette": palette,
        "minus": minus,
        "window": _range(window, len(sequence), "window"),
        "selection": _range(selection, len(sequence), "selection"),
        "summary": summary,
        "motifs": list(motifs),
        "editable": editable,
        "picks": picks and not editable,
        "updating": updating,
        "report": list(report),
        "link": link,
        "group": group,
    }


def _range(pair: tuple[int, int] | None, length: int, what: str) -> list[int] | None:
    if pair is None:
        return None
    start, end = int(pair[0]), int(pair[1])
    if not 0 <= start < end:
        raise BadInput(f"The {what} goes from base {start + 1:,} to {end:,}.", f"It lies within 1 to {length:,}.")
    # A deletion may have cut off what an old link or selection named.
    return [start, min(end, length)] if start < length else None


def _filename(sequence: Sequence) -> str:
    locus = sequence.locus
    place = f"{locus.chrom}-{locus.start + 1}-{locus.end}-{locus.assembly}" if locus is not None else ""
    parts = [re.sub(r"[^A-Za-z0-9._-]+", "-", part).strip("-.")[:60] for part in (sequence.name, place)]
    return "_".join(part for part in parts if part) or "sequence"
