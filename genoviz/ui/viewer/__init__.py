"""The sequence viewer: tracks over one base axis, zoomed and edited in the browser.

A page builds tracks with `logo`, `heat`, `line` and `spans`, and calls `viewer`. What a person does there comes
back as an event (a plain dict), either to `on_event` before the page runs again or as the return value:

    def on_event(event):
        edit = to_edit(event)
        if edit is not None:
            st.session_state.history = st.session_state.history.apply(edit)

Nothing is fetched from another host: the script, style and letter outlines travel with the page.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Ordered
from functools import cache
from typing import Any

import streamlit as st

from genoviz.errors import GenovizError
from genoviz.sequences.edits import EditHistory
from genoviz.sequences.sequence import Sequence
from genoviz.viewer.events import PALETTES, Event, handle, take, to_edit
from genoviz.viewer.markup import HTML
from genoviz.viewer.message import build
from genoviz.viewer.script import script, style
from genoviz.viewer.tracks import HEAT_ROWS, Track, heat, line, logo, spans, stale

__all__ = [
    "HEAT_ROWS",
    "PALETTES",
    "Event",
    "Track",
    "build",
    "handle",
    "heat",
    "line",
    "logo",
    "refuses",
    "spans",
    "stale",
    "style",
    "take",
    "to_edit",
    "viewer",
]


def viewer(
    key: str,
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
    on_event: Callable[[Event], None] | None = None,
) -> Event | None:
    """Show the viewer and return what was done in it.

    Parameters
    ----------
    key
        Streamlit's key; one for each viewer on a page.
    sequence
        What is shown now: `edits.current` when there are edits.
    tracks
        From top to bottom; all of the sequence's length.
    view_id
        Names what is looked at. The window and the cursor are kept while it stays the same, so it must not change
        with an edit: the original's name or hash is a good one.
    revision
        Names the data; another one whenever the sequence or a track changes.
    edits
        The history, for the marks of edited bases, undo and redo, and genome coordinates that skip inserted bases.
    palette
        `"classic"`, `"colour-safe"` or `"mono"`: the letters' colours to begin with.
    minus
        Begin on the other strand.
    summary
        A sentence saying what the picture shows, read out by screen readers and shown below.
    title
        Name above the picture; the sequence's own when None.
    window
        Bases shown at first (0-based, half-open).
    selection
        Selected bases (0-based, half-open), for example from a link.
    tss
        0-based place of the transcription start in the original; adds a ruler on which it is +1 and there is no 0.
    first
        Number, in the sequence that was given, of the original's base 1; another than 1 adds a ruler for it. Zero and
        less: that many letters and one were added on the left.
    given
        Bases of the original that were given (0-based, half-open); rulers end with them, and the rest is greyed.
    motifs
        Names offered in the base menu; choosing one gives an event of kind `motif`.
    editable
        Offer edits.
    picks
        A click on a base (or Enter at the cursor) selects it, which gives an event of kind `select`. Not with edits.
    updating
        Show that newer values are on their way.
    report
        Other events wanted: `"view"` (the window was moved) and `"display"` (strand or palette was changed). Each
        costs a rerun of the page.
    link
        Name of the query parameter that takes the window, as `61-160`; adds a button that copies such a link.
    group
        Viewers on a page with the same group show the same window on the same scales: moving one moves all.
    on_event
        Called with each event, in order and exactly once, before the page or fragment runs again. A `GenovizError`
        that it raises is raised again by this function, after the viewer is on the page.

    Returns
    -------
    dict or None
        The last event of this run: `kind` (`substitute`, `delete`, `insert`, `motif`, `select`, `undo`, `redo`,
        `reset`, `view`, `display`), `start` and `end` (0-based, half-open, in `sequence` as given whatever strand is
        shown), `bases` (already turned to the given strand; the name for `motif`), `strand` (the one shown) and
        `nonce`. `view` and `display` also have `minus` and `palette`.

    Raises
    ------
    BadInput
        If a track has another length than the sequence, or an option is not one of the choices.
    GenovizError
        What `on_event` raised.
    """
    payload = build(
        sequence=sequence, tracks=tracks, view_id=view_id, revision=revision, edits=edits, palette=palette, minus=minus, summary=summary,
        title=title, window=window, selection=selection, tss=tss, first=first, given=given, motifs=motifs, editable=editable, picks=picks, updating=updating, report=report, link=link, group=group,
    )  # fmt: skip
    inbox_key = f"{key}:inbox"
    inbox: dict[str, Any] = st.session_state.setdefault(inbox_key, {"ack": None, "last": None, "problem": None})

    def receive() -> None:
        box = st.session_state.setdefault(inbox_key, {"ack": None, "last": None, "problem": None})
        state = st.session_state.get(key) or {}
        for event in take(box, state.get("event")):
            box["last"] = event
            if on_event is None:
                continue
            try:
                on_event(event)
            except GenovizError as problem:  # a callback has no place on the page; see below
                box["problem"] = problem

    payload["ack"] = inbox["ack"]
    component()(key=key, data=payload, on_event_change=receive)
    last: Event | None = inbox["last"]
    problem: GenovizError | None = inbox["problem"]
    inbox["last"] = inbox["problem"] = None
    if problem is not None:
        raise problem
    return last


def refuses(key: str) -> bool:
    """Whether this viewer, when it is shown next, raises what an event was refused for."""
    return st.session_state.get(f"{key}:inbox", {}).get("problem") is not None


def component() -> Any:
    """Streamlit's component, registered once in each server process."""
    return _component()


@cache
def _component() -> Any:
    return st.components.v2.component("genoviz_viewer", html=HTML, css=style(), js=script())
