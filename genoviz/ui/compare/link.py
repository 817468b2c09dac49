"""The choices of the page Compare in its address: what is compared, by which methods, with which other models.

They name models and methods only and nothing of the user's own, so the switch that keeps input out of addresses leaves them.
"""

from __future__ import annotations

import streamlit as st

from genoviz.errors import GenovizError
from genoviz.models.catalogue import get_card
from genoviz.ui.frame import address
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import palette
from genoviz.ui.frame.state import View

PARAMETERS = ("compare", "methods", "models")
_TAKEN = "compare_link_taken"


def take(modes: tuple[str, ...]) -> None:
    """Take the choices from the address, once a session."""
    if st.session_state.get(_TAKEN):
        return
    st.session_state[_TAKEN] = True
    mode, methods, models = (st.query_params.get(name, "") for name in PARAMETERS)
    if mode in modes:
        st.session_state["compare_mode"] = mode
    if methods:
        st.session_state["compare_methods"] = methods.split(",")[
            :20
        ]  # those that don't fit the model are dropped there
    if models:
        st.session_state["compare_models"] = [name for name in models.split(",")[:20] if _is_known(name)]


def write(choice: Choice) -> None:
    """Keep the address in step."""
    state = st.session_state
    st.query_params["compare"] = str(state.get("compare_mode", ""))
    for name, key in (("methods", "compare_methods"), ("models", "compare_models")):
        chosen = ",".join(map(str, state.get(key) or ()))
        if chosen:
            st.query_params[name] = chosen
        else:
            st.query_params.pop(name, None)
    record = choice.record.sequence if choice.record else None
    view = View(
        choice.card.name,
        choice.track,
        choice.scale,
        sequence=record.bases if record and not choice.example else "",
        example=choice.example.key if choice.example else "",
        name=record.name if record and not choice.example else "",
        palette=palette(),
    )
    address.write(view, kept=PARAMETERS)


def _is_known(name: str) -> bool:
    try:
        get_card(name)
    except GenovizError:
        return False
    return True
