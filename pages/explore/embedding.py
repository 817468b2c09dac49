"""Sequences as points of a model's space: a map, neighbours, and a linear probe."""

import streamlit as st

from genoviz.ui.embedding import page as embedding_page
from genoviz.ui.embedding import source
from genoviz.ui.frame import inputs, page_settings
from genoviz.ui.frame.outputs import footer

inputs.keep_choices(embedding_page.KEYS, embedding_page.FIRST)
page_settings.open_link("embedding", embedding_page.SETTINGS)
st.title("Embedding map", anchor=False)
choice = inputs.frame("teach", sequences=source.reads_records())
embedding_page.show(choice)
page_settings.write(choice, embedding_page.SETTINGS)
footer()
