"""The models: what each predicts, how well, and under which licence."""

import streamlit as st

from genoviz import get_card, list_models
from genoviz.models.catalogue import left_out
from genoviz.models.selection import matching
from genoviz.ui.frame.outputs import footer, messages, show_error
from genoviz.ui.models import gallery
from genoviz.ui.models.deepbind import deepbind_panel

st.title("Models", anchor=False)
chosen = st.query_params.get("card")
if chosen:
    with messages():
        gallery.details(get_card(chosen))
else:
    st.markdown("From early neural nets on: each model with its held-out scores, its data and its known limits.")
    query = st.text_input(
        "Search", placeholder="CNN, GABPA, yeast ...", help="Looks in names, tasks, families and tracks."
    )
    for fault in left_out().values():
        show_error(fault)
    cards = matching(list_models(), query)
    if not cards:
        st.info("No model matches. Try fewer or other words.")
    gallery.tiles(cards)
    deepbind_panel()
footer()
