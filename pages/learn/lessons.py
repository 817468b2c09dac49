"""Lessons: the list, or the one that the address names."""

import streamlit as st

from genoviz.ui.frame.outputs import footer
from genoviz.ui.learn import page as lessons_page

st.title("Lessons", anchor=False)
lessons_page.show()
footer()
