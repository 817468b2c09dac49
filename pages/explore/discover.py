"""Which patterns a model uses over many sequences."""

import streamlit as st

from genoviz.ui.discover import page as discover_page
from genoviz.ui.frame import inputs, page_settings
from genoviz.ui.frame.outputs import footer

inputs.keep_choices(discover_page.KEYS, discover_page.FIRST)
page_settings.open_link("discover", discover_page.SETTINGS)
st.title("Discover motifs", anchor=False)
choice = inputs.frame("explain", sequences=discover_page.reads_records())
discover_page.show(choice)
page_settings.write(choice, discover_page.SETTINGS)
footer()
