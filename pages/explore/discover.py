"""Which patterns a model uses over many sequences."""

import streamlit as st

from genoviz.ui.discover import page as discover_page
from genoviz.ui.frame import inputs
from genoviz.ui.frame.outputs import footer

inputs.keep_choices(discover_page.KEYS, discover_page.FIRST)
st.title("Discover motifs", anchor=False)
choice = inputs.frame("explain", sequences=discover_page.reads_records())
discover_page.show(choice)
footer()
