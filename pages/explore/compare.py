"""Whether explanations agree: methods, models, sequences, bins, mutants, sets."""

import streamlit as st

from genoviz.ui.compare import page as compare_page
from genoviz.ui.frame import inputs
from genoviz.ui.frame.outputs import footer

inputs.keep_choices(compare_page.KEYS, compare_page.FIRST)
compare_page.take_link()
st.title("Compare explanations", anchor=False)
choice = inputs.frame("explain", sequences=compare_page.reads_sequence())
compare_page.show(choice)
footer()
