"""The page's own script: the box is read while somebody types, the keyboard stays in that for edits, the sidebar closes on a phone."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import streamlit as st

from genoviz.ui.frame import genomes, model_choice, places
from genoviz.ui.frame.outputs import digest

_FILE = Path(__file__).with_name("page.mjs")
KEY = "page_script"
STYLE = f".st-key-{KEY} {{ display: none; }}"


def page_script() -> None:
    """Put the script on the page; it runs again when a choice of the sidebar has changed."""
    choices = [str(st.session_state.get(key)) for key in (*model_choice.KEYS, *genomes.KEYS, *places.KEYS)]
    with st.container(key="page_script"):
        st.html(
            f"<script>(() => {{{_text()}\nstart({json.dumps(digest(str(choices)))});}})()</script>",
            unsafe_allow_javascript=True,
        )


@cache
def _text() -> str:
    return _FILE.read_text(encoding="utf-8").replace("export function", "function")  # no module: nothing imports it
