"""How to read the pages."""

import streamlit as st

from genoviz.ui.frame import glossary
from genoviz.ui.frame.outputs import footer

st.title("Help", anchor=False)
st.markdown(glossary.HOW_TO_READ)
st.header("Words", anchor=False)
for term, meaning in glossary.TERMS.items():
    st.markdown(f"**{term}** · {meaning}")
st.header("Attribution methods", anchor=False)
glossary.methods_table()
footer()
