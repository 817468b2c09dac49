"""What variants of a genome do to a prediction: one in detail, or a file of them."""

import streamlit as st

from genoviz.ui.frame import inputs
from genoviz.ui.frame.outputs import footer
from genoviz.ui.variants import page as variant_page
from genoviz.ui.variants import splice_panel

inputs.keep_choices((*variant_page.KEYS, *splice_panel.KEYS), variant_page.FIRST | splice_panel.FIRST)
st.title("Variants", anchor=False)
choice = inputs.frame("variants", sequences=False)
variant_page.show(choice)
footer()
