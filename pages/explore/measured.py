"""Measured effects beside predicted ones."""

import streamlit as st

from genoviz.ui.frame import inputs, page_settings
from genoviz.ui.frame.outputs import footer
from genoviz.ui.measured import page as measured_page

inputs.keep_choices(measured_page.KEYS, measured_page.FIRST)
page_settings.open_link("measured", measured_page.SETTINGS)
st.title("Measured and predicted", anchor=False)
choice = inputs.frame("variants", sequences=measured_page.reads_sequence())
measured_page.show(choice)
page_settings.write(choice, measured_page.SETTINGS)
footer()
