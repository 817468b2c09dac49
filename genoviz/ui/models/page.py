"""The page Models: one model's card, or all of them, found by what they answer."""

from __future__ import annotations

import streamlit as st

from genoviz.models import atlas, deepbind_index
from genoviz.models.catalogue import get_card, left_out
from genoviz.ui.frame.outputs import messages, show_error
from genoviz.ui.models import finder
from genoviz.ui.models.atlas import atlas_panel
from genoviz.ui.models.deepbind import deepbind_panel
from genoviz.ui.models.details import details
from genoviz.ui.models.table import table
from genoviz.ui.models.tiles import by_answer, through_time

VIEW = "models_view"
ANSWER, TABLE, TIME = "By question", "Table", "Through time"
KEYS = (*finder.KEYS, VIEW)
FIRST = {VIEW: ANSWER}


def show() -> None:
    """Draw the page: the card that the address names, else the list."""
    card = None
    with messages():
        card = get_card(name) if (name := st.query_params.get("card")) else None
    if card is None:  # none was asked for, or an unknown one
        with messages():
            _list()
    else:
        with messages():
            details(card)


def _list() -> None:
    st.markdown(
        "Find a model by what it answers. Each has its data, its known limits and, where it was tested, its scores."
    )
    for fault in left_out().values():
        show_error(fault)
    found = finder.search()
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        view = st.segmented_control(
            "View", (ANSWER, TABLE, TIME), key=VIEW, required=True, label_visibility="collapsed"
        )
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            of_atlas = f", {len(found.atlas):,} of ENCODE's atlases" if atlas.rows() else ""
            st.caption(f"{found.sentence}, and {len(found.deepbind):,} of DeepBind{of_atlas}", width="content")
            if found.asked:
                st.button("Clear search", on_click=finder.clear, type="tertiary")
    if not found.cards and not found.deepbind and not found.atlas:
        st.info("No model fits all of that. Take a filter away, or try fewer or other words.")
        return
    if view == TABLE:
        of_deepbind = [deepbind_index.card(row.id) for row in found.deepbind]
        table([*found.cards, *(of_deepbind if found.asked else ())])
    elif view == TIME:
        through_time(found.cards)
    else:
        by_answer(found.cards)
    if found.deepbind and (view != TABLE or not found.asked):
        deepbind_panel(found.deepbind)
    if found.atlas or not (found.asked or atlas.rows()):
        atlas_panel(found.atlas)
