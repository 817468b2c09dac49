"""The models: what each predicts, how well, and under which licence."""

import streamlit as st

from genoviz.ui.frame import inputs
from genoviz.ui.frame.outputs import footer
from genoviz.ui.models import page as models_page

inputs.keep_choices(models_page.KEYS, models_page.FIRST)
st.title("Models", anchor=False)
models_page.show()
footer()
