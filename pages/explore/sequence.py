"""Explore one sequence: prediction, the bases behind it, every mutation."""

import streamlit as st

from genoviz.ui.frame import inputs, tab
from genoviz.ui.frame.example_cards import example_cards
from genoviz.ui.frame.outputs import footer
from genoviz.ui.sequence import long_panel
from genoviz.ui.sequence import prediction as explain

st.title("Explore a sequence", anchor=False)
choice = inputs.frame("explain")
tab.title(f"{inputs.title_of(choice)}, {choice.track}" if choice.sequence else "Sequence")
if choice.sequence is None:
    explain.welcome()
    example_cards()
elif long_panel.reads_long(choice.card):
    long_panel.long_panel(choice)
    explain.details(choice)
else:
    from genoviz.ui.sequence.stands_out import stands_out
    from genoviz.ui.sequence.workbench import KEYS, workbench  # the viewer is needed only with a sequence

    inputs.keep_choices(KEYS)
    if choice.example is None:
        stands_out(choice)
    workbench(choice)
    if choice.example is not None:  # it is about its own track: the picture comes first
        stands_out(choice)
    explain.details(choice)
footer()
