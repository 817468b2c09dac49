"""What single units of a network respond to, with controls."""

import streamlit as st

from genoviz.ui.frame import inputs, page_settings
from genoviz.ui.frame.outputs import footer
from genoviz.ui.units import page as units_page
from genoviz.ui.units import source

inputs.keep_choices(units_page.KEYS, units_page.FIRST)
page_settings.open_link("units", units_page.SETTINGS)
st.title("Units", anchor=False)
choice = inputs.frame("explain", sequences=source.reads_records())
units_page.show(choice)
page_settings.write(choice, units_page.SETTINGS)
footer()
