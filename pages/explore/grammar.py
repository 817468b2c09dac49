"""The grammar bench: sites written into many backgrounds, blocks taken away, pairs of mutations."""

import streamlit as st

from genoviz.ui.frame import inputs, page_settings
from genoviz.ui.frame.outputs import footer
from genoviz.ui.grammar import page as grammar_page

inputs.keep_choices(grammar_page.KEYS, grammar_page.FIRST)
page_settings.open_link("grammar", grammar_page.SETTINGS)
st.title("Grammar of sites", anchor=False)
choice = inputs.frame("explain", sequences=grammar_page.reads_sequence())
grammar_page.show(choice)
page_settings.write(choice, grammar_page.SETTINGS)
footer()
