"""The grammar bench: sites written into many backgrounds, blocks taken away, pairs of mutations."""

import streamlit as st

from genoviz.ui import grammar_page, inputs
from genoviz.ui.outputs import footer

inputs.keep_choices(grammar_page.KEYS, grammar_page.FIRST)
choice = inputs.frame(sequences=grammar_page.reads_sequence())
st.title("Grammar of sites", anchor=False)
grammar_page.show(choice)
footer()
