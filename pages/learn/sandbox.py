"""Plant sites, train a small network on them, and see which method finds them again."""

import streamlit as st

from genoviz.ui.frame import inputs
from genoviz.ui.frame.outputs import footer
from genoviz.ui.sandbox import page as sandbox_page

inputs.keep_choices(sandbox_page.KEYS, sandbox_page.FIRST)
st.title("Planted truth", anchor=False)
sandbox_page.show()
footer()
