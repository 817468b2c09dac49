"""What variants of a genome do to a prediction: one in detail, or a file of them."""

import streamlit as st

from genoviz.ui import inputs, variant_page
from genoviz.ui.outputs import footer

inputs.keep_choices(variant_page.KEYS, variant_page.FIRST)
choice = inputs.frame(sequences=False)
st.title("Variants", anchor=False)
variant_page.show(choice)
footer()
