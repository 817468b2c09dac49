"""What Streamlit's look lacks: room on small screens, targets for a finger, contrast on dark pages."""

from __future__ import annotations

import streamlit as st

from genoviz.ui.frame import glossary
from genoviz.ui.frame.outputs import is_dark

# Streamlit leaves a hand's breadth above every page, a third of a phone's first screen, and its crosses that clear a box are
# smaller than the 24 pixels that WCAG 2.2 asks for.
_ALWAYS = """
.stMainBlockContainer { padding-top: 3.5rem; }
button[aria-label^=Clear] { min-width: 24px; min-height: 24px; }
"""
# One colour has to bear white letters on buttons and be read as letters on a dark ground; none does both.
_DARK = """
[data-selected=true] p, [data-testid=stSliderThumbValue] p { color: #8fb8ea; }
"""


def use(more: str = "") -> None:
    """Add it to the page, and `more` rules."""
    st.html(f"<style>{_ALWAYS}{glossary.STYLE}{more}{_DARK if is_dark() else ''}</style>")
