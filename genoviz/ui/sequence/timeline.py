"""The timeline: every state of the sequence from the original on, with its prediction; a click goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.errors import GenovizError
from genoviz.sequences.edit_text import parse_edit
from genoviz.sequences.edited_window import read_window
from genoviz.sequences.edits import EditHistory
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache, edited, estimate
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape, show_error
from genoviz.ui.sequence.pinned import pin

if TYPE_CHECKING:
    from genoviz.models.target import Target

BEFORE, AFTER = 8, 4  # states shown around the current one
QUICK = 0.25  # seconds of a prediction; slower models predict only the original and the current state here


def timeline(choice: Choice, history: EditHistory, target: Target, flank: str) -> None:
    """A box for typed edits, the states, and what keeps one of them for comparison."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Type an edit",
            key=_box(),
            on_change=_type_edit,
            args=(_box(),),
            width=240,
            placeholder="A57G, del 60-62, ins 61 ACG",
            help="Or click a letter or a cell of the map. Positions count from 1 in the sequence as it is now.",
        )
        if st.button("Pin this state", help="Keep it to compare another state or another sequence with it."):
            pin((history, read_window(history.current, choice.card.length, flank), choice.example))
    if st.session_state.get("typed_problem") is not None:
        show_error(st.session_state["typed_problem"])
    if history.done or history.undone:
        _states(choice, history, target, flank)


def _states(choice: Choice, history: EditHistory, target: Target, flank: str) -> None:
    """The states as a row of buttons; the shown one is marked, those taken back are grey and can come again."""
    now, last = len(history.done), len(history.done) + len(history.undone)
    edits = [edit.label for edit in (*history.done, *reversed(history.undone))]
    shown = [0, *range(max(1, now - BEFORE), min(last, now + AFTER) + 1)]
    quick = estimate.row(choice.card) < QUICK

    def words(step: int) -> str:
        name = escape(edits[step - 1]) if step else "Original"
        if quick or step in (0, now):
            value = value_of(choice, history.at(step).current, target, flank)
            name += f" · **{value:.3g}**"
        return f":gray[{name}]" if step > now else name

    labels = {step: words(step) for step in shown}
    st.session_state["timeline"] = now
    st.pills(
        f"Timeline, with the prediction after each edit ({target.unit(choice.card)})",
        shown,
        key="timeline",
        required=True,
        format_func=labels.__getitem__,
        on_change=_go,
        help="Click a state to show it. Those after it stay until you edit again. Ctrl+Z and Ctrl+Shift+Z in the picture "
        "go back and forth."
        + ("" if len(shown) == last + 1 else f" {last + 1 - len(shown)} more states lie further back or ahead."),
    )


def value_of(choice: Choice, sequence: Sequence, target: Target, flank: str) -> float:
    """The target's number for a sequence, refilled to what the model reads."""
    read = read_window(sequence, choice.card.length, flank)
    return cache.target_value(choice.card.name, choice.card.sha256, read, target)


def _go() -> None:
    """Show the chosen state (callback of the row)."""
    history, step = edited.current(), st.session_state.get("timeline")
    if history is not None and step is not None:
        edited.use(history.at(int(step)))


def _box() -> str:
    """Key of the box for edits. Each edit gets a new, empty one: a part of the page that draws itself anew sends what is in the
    old one again for as long as the browser has no answer, and on a busy server the edit would be made twice."""
    return f"typed_edit {st.session_state.get('typed_edits', 0)}"


def _type_edit(box: str) -> None:
    """Make the typed edit (callback of the box)."""
    state = st.session_state
    if box != _box():
        return
    text = state.get(box, "")
    state["typed_problem"] = None
    if not text.strip():
        return
    try:
        history = edited.current()
        if history is not None:
            edited.use(history.apply(parse_edit(text, history.current)))
        state["typed_edits"] = state.get("typed_edits", 0) + 1
    except GenovizError as error:
        state["typed_problem"] = error
