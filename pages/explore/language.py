"""Language models: which bases they expect, what hangs on what, and what they write."""

import streamlit as st

from genoviz.ui.frame import inputs, page_settings
from genoviz.ui.frame.outputs import footer
from genoviz.ui.language import page as language_page

inputs.keep_choices(language_page.KEYS, language_page.FIRST)
page_settings.open_link("language", language_page.SETTINGS)
st.title("Language", anchor=False)
choice = inputs.frame("explain")
language_page.show(choice)
page_settings.write(choice, language_page.SETTINGS)
footer()
