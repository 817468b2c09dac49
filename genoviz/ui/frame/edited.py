"""The edited sequence: the page *Sequence* edits it, other pages read it."""

from __future__ import annotations

import streamlit as st

from genoviz.sequences.edits import EditHistory

MAX_HISTORIES = 20  # sequences whose edits are kept while others are looked at


def current() -> EditHistory | None:
    """The edits of the sequence that was looked at last; None before there was one."""
    history: EditHistory | None = st.session_state.get("history")
    return history


def use(history: EditHistory) -> None:
    """Take this as the edited sequence."""
    st.session_state["history"] = history


def before(bases: str) -> EditHistory | None:
    """The edits made to these bases before another sequence was looked at; those of the current one are kept."""
    kept: dict[str, EditHistory] = st.session_state.setdefault("histories", {})
    if (history := current()) is not None:
        kept[history.original.bases] = history
    while len(kept) > MAX_HISTORIES:
        kept.pop(next(iter(kept)))
    return kept.get(bases)


def forget() -> None:
    """Start anew, as a link does."""
    st.session_state.update(history=None, histories={})
