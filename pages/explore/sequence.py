"""Explore one sequence: prediction, the bases behind it, every mutation."""

import streamlit as st

from genoviz.ui import explain, inputs
from genoviz.ui.outputs import footer

choice = inputs.frame()
st.title("Explore a sequence", anchor=False)
if choice.sequence is None:
    explain.welcome(choice)
    inputs.example_cards()
else:
    from genoviz.ui.workbench import workbench  # the viewer is needed only with a sequence

    workbench(choice)
    explain.details(choice)
footer()
