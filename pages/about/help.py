"""How to read the pages."""

import streamlit as st

from genoviz.ui.frame import inputs
from genoviz.ui.frame.outputs import footer
from genoviz.ui.help import page as help_page

inputs.keep_choices(help_page.KEYS)
st.title("Help", anchor=False)
help_page.show()
footer()
