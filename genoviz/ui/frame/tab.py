"""The browser's tab: its title names what is shown, so that ten open tabs can be told apart."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

MARK = str(Path(__file__).with_name("mark.svg"))
WORDMARK = str(Path(__file__).with_name("wordmark.svg"))
LONGEST = 60  # letters of what is shown; tabs are narrow


def start() -> None:
    """Title, icon and logo as every page has them."""
    st.set_page_config(page_title="genoviz", page_icon=MARK, layout="wide", initial_sidebar_state="auto")
    st.logo(WORDMARK, icon_image=MARK, size="large")


def title(shown: str) -> None:
    """Name what is shown in the tab's title."""
    cut = shown if len(shown) <= LONGEST else shown[: LONGEST - 3].rstrip() + "..."
    st.set_page_config(page_title=f"{cut} · genoviz" if cut else "genoviz")
