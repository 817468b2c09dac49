"""Mark the bases that you expect to matter; then see the truth, the model and the class."""

import streamlit as st

from genoviz.ui.frame import inputs
from genoviz.ui.frame.outputs import footer
from genoviz.ui.peek import page as peek_page

st.title("Predict first", anchor=False)
peek_page.show(inputs.frame("explain"))
footer()
