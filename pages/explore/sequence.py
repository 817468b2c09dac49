"""Explore one sequence: prediction, the bases behind it, every mutation."""

import streamlit as st

from genoviz.ui import explain, inputs, long_panel
from genoviz.ui.outputs import footer

choice = inputs.frame()
st.title("Explore a sequence", anchor=False)
if choice.sequence is None:
    explain.welcome(choice)
    inputs.example_cards()
elif long_panel.reads_long(choice.card):
    long_panel.long_panel(choice)
    explain.details(choice)
else:
    from genoviz.ui.workbench import workbench  # the viewer is needed only with a sequence

    workbench(choice)
    explain.details(choice)
footer()
