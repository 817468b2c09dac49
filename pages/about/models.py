"""The models: what each predicts, how well, and under which licence."""

import streamlit as st

from genoviz import list_models
from genoviz.ui.cards import model_card
from genoviz.ui.outputs import footer

st.title("Models", anchor=False)
st.markdown("Each model with its data, its held-out scores and its known limits.")
query = st.text_input("Search", placeholder="CNN, GABPA, human ...", help="Looks in names, tasks, families and tracks.")
cards = [
    card
    for card in list_models()
    if all(
        word
        in f"{card.name} {card.title} {card.family} {card.task} {card.organism} "
        f"{' '.join(t for o in card.outputs for t in o.tracks)}".lower()
        for word in query.lower().split()
    )
]
if not cards:
    st.info("No model matches. Try fewer or other words.")
for card in cards:
    with st.container(border=True):
        st.subheader(card.title, anchor=False)
        st.caption(f"`{card.name}` · {card.family} · {card.task} · {card.parameters:,} parameters")
        model_card(card)
footer()
