"""What the page opens with: which choices of model and track are the user's, and what is opened for him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

# Parameters of a link that name positions in what a model reads: they hold for one model, which is then the link's.
POSITIONS = frozenset({"edits", "first", "mutate", "window"})
_HAND, _NEXT = "chosen_by_hand", "open_next"


@dataclass(frozen=True)
class Opened:
    """What the next run of the page opens: model, track, and the first base to read (from 1; 0 leaves it open).

    What is `named` of `model` and `track` stays for other sequences, as if it had been chosen by hand.
    """

    model: str
    track: str
    first: int = 0
    named: tuple[str, ...] = ()


def by_hand(what: str) -> bool:
    """Whether the user, a link or a session file named the `model` or the `track`."""
    return what in st.session_state.get(_HAND, ())


def mark(*what: str) -> None:
    """Remember that these were named (also for callbacks of widgets)."""
    st.session_state[_HAND] = {*st.session_state.get(_HAND, ()), *what}


def leave_open(*what: str) -> None:
    """Take these for not named: the page may choose them."""
    st.session_state[_HAND] = {one for one in st.session_state.get(_HAND, ()) if one not in what}


def of_link(parameters: Mapping[str, str]) -> None:
    """Take for named what a link names, and leave the rest open."""
    for name in ("model", "track"):
        (mark if name in parameters or POSITIONS & set(parameters) else leave_open)(name)


def open_next(opened: Opened) -> None:
    """Open this at the next run of the whole page."""
    st.session_state[_NEXT] = opened


def take() -> Opened | None:
    """What is to be opened now; said once."""
    opened: Opened | None = st.session_state.pop(_NEXT, None)
    return opened
