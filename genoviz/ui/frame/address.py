"""What stands in the page's address, and the switch that keeps the user's own input out of it.

An address that restores the view can be shared, but it also lands in the browser's history and, when the page is loaded, in
the logs of servers on the way. With the switch on, or with `GENOVIZ_PRIVATE_ADDRESS` set for the whole server, it holds
the model and how its answers are shown, and nothing of a sequence, place, variant or edit.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping

import streamlit as st

from genoviz.report.app_link import MAX_LINK_BASES
from genoviz.ui.frame.state import PRIVATE, View, write_link

log = logging.getLogger("genoviz.ui")

KEY = "private_address"
PARAMETER = "private"  # 1 in the address itself, so that the choice outlives a reload
VARIABLE = "GENOVIZ_PRIVATE_ADDRESS"
_ON, _OFF = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
_MEANING = (
    f"Off: a sequence of up to {MAX_LINK_BASES:,} bases, a place or a variant, and edits, stand in the page's address, so that "
    "a copied link restores the view. They are then in the browser's history and may be in logs of servers between you and "
    "the app. On: the address holds the model and the settings only. A session file (JSON) holds everything either way."
)


def of_server() -> bool:
    """Whether the server keeps input out of all addresses."""
    value = os.environ.get(VARIABLE, "").strip().lower()
    if value not in (*_ON, *_OFF):
        log.warning("%s is %r; 1 and 0 are understood. Input is kept out of addresses.", VARIABLE, value)
    return value not in _OFF


def is_private() -> bool:
    """Whether the user's input is kept out of this session's address."""
    return of_server() or bool(st.session_state.get(KEY, False))


def start() -> None:
    """Take the switch from the address, at the start of a session."""
    st.session_state[KEY] = st.query_params.get(PARAMETER) == "1"


def tidy() -> None:
    """Take out of the address what is not to be there, whoever wrote it."""
    if is_private():
        for name in PRIVATE:
            st.query_params.pop(name, None)
        if st.query_params.get(PARAMETER) != "1":
            st.query_params[PARAMETER] = "1"
    else:
        st.query_params.pop(PARAMETER, None)


def write(view: View, *, kept: tuple[str, ...] = (), more: Mapping[str, str] | None = None) -> None:
    """Keep the address in step with a view and `more` choices of the page. Parameters `kept` stay as they are; what is
    private is left out of all where that is wanted."""
    private = is_private()
    parameters = write_link(view, private=private)
    parameters |= {name: value for name, value in (more or {}).items() if not (private and name in PRIVATE)}
    if private:
        parameters[PARAMETER] = "1"
    for name in kept:
        if name in st.query_params and not (private and name in PRIVATE):
            parameters[name] = st.query_params[name]
    if st.query_params.to_dict() != parameters:
        st.query_params.from_dict(parameters)


def switch() -> None:
    """The switch, and what it means."""
    label = "Keep my input out of the address"
    if of_server():
        st.toggle(label, value=True, disabled=True, key=f"{KEY}_of_server", help=f"Set for this server. {_MEANING}")
        st.caption("Sequence, place, variant and edits are not in the page's address: this server keeps them out.")
        return
    st.toggle(label, key=KEY, help=_MEANING)
    if not st.session_state.get(KEY):
        st.caption(
            f"Up to {MAX_LINK_BASES:,} bases, the place or the variant, and edits stand in the page's address, which can be shared."
        )
