"""Propose a few edits that raise or lower a prediction, and ask a second model about them."""

import streamlit as st

from genoviz.ui.design import page as design_page
from genoviz.ui.frame import inputs, page_settings
from genoviz.ui.frame.outputs import footer

inputs.keep_choices(design_page.KEYS, design_page.FIRST)
page_settings.open_link("design", design_page.SETTINGS)
st.title("Design", anchor=False)
choice = inputs.frame("design")
design_page.show(choice)
page_settings.write(choice, design_page.SETTINGS)
footer()
