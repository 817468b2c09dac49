"""Weights of published models on pages: whether they are here, and fetching them, licence first."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from genoviz.errors import Cancelled
from genoviz.models.card import ModelCard
from genoviz.models.fetch import fetch, is_free, megabytes, terms
from genoviz.models.weights import is_ready, weights_folder
from genoviz.ui.frame.outputs import escape
from genoviz.ui.frame.planned import forget, is_long, planned, release

BYTES_A_SECOND = 5e6  # of a usual connection, for the estimate


def state_of(card: ModelCard) -> str:
    """Whether the weights of a published model are here, in a few words; empty for other models."""
    if not card.files:
        return ""
    if is_ready(card):
        return "published weights, on this computer"
    if not all(file.can_be_fetched for file in card.files):
        return "published weights, a file to get by hand"
    return f"published weights, to fetch ({megabytes(card.bytes)})" if card.bytes else "published weights, to fetch"


def fetch_button(card: ModelCard) -> None:
    """Licence, size and source, then the download with progress and a stop; says so where the weights are here."""
    if not card.files:
        return
    if is_ready(card):
        st.caption("The published weights are on this computer.")
        return
    asked, key = f"fetch {card.name}", ("fetch", card.name)
    with st.container(border=True):
        st.markdown("**Get the weights**")
        st.markdown("\n".join(f"- **{name}**: {escape(text)}" for name, text in terms(card).items()))
        if not all(file.can_be_fetched for file in card.files):
            names = ", ".join(f"`{file.name}`" for file in card.files)
            st.caption(
                f"The file has no address of its own. Get {names} once, as said under Source, and put it into "
                f"`{weights_folder()}`, or name its folder in `GENOVIZ_WEIGHTS` before the app is started."
            )
            return
        if not st.session_state.get(asked):
            agreed = is_free(card) or st.checkbox(
                "I use the weights under this licence.", key=f"licence {card.name}", help="Read it at the source first."
            )
            if st.button(
                "Download", type="primary", icon=":material/download:", disabled=not agreed, key=f"get {card.name}"
            ):
                st.session_state[asked] = True
                st.rerun()
            st.caption(
                f"Without a browser: `genoviz fetch {card.name}`. Files that you have already: put them into "
                f"`{weights_folder()}`, or name their folder in `GENOVIZ_WEIGHTS` before the app is started."
            )
            return
        seconds = card.bytes / BYTES_A_SECOND
        is_long("fetch", key, seconds)  # marks the download as wanted, so that work of other pages doesn't stop it
        try:
            ended = planned(
                "fetch",
                key,
                seconds,
                _work(card),
                cost="",
                start="",
                doing=f"Downloading to {weights_folder()}",
                stop="Stop",
                ask=False,
                shared=True,
                computes=False,
            )
        except Exception:
            st.session_state[asked] = False
            raise
    if ended is not None:  # complete or stopped: offer it again, or show that it is here
        st.session_state[asked] = False
        forget(key)
        release("fetch")
        st.rerun()


def _work(card: ModelCard) -> Callable[[Callable[[float], None]], bool]:
    def work(progress: Callable[[float], None]) -> bool:
        try:
            fetch(card, progress=progress)
        except Cancelled:  # what has arrived is kept for the next time
            return False
        return True

    return work
