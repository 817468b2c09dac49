"""What was done in the viewer besides edits: the selected stretch, the strand on top."""

from __future__ import annotations

import streamlit as st


def selection() -> tuple[int, int] | None:
    """The selected bases, 0-based and half-open."""
    found: tuple[int, int] | None = st.session_state.get("selection")
    return found


def select(start: int = 0, end: int = 0) -> None:
    """Select a stretch; an empty one selects nothing."""
    st.session_state["selection"] = (start, end) if end > start else None


def minus() -> bool:
    """Whether the other strand is drawn."""
    return bool(st.session_state.get("minus", False))


def show_minus(minus: bool) -> None:
    """Draw the other strand, or this one."""
    st.session_state["minus"] = minus
