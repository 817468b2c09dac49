"""Texts of lessons on the page."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from genoviz.lessons.lesson import fill
from genoviz.ui.frame.glossary import linked_markdown

_START = re.compile(r"\]\(sequence\?")  # the start page has no name of its own in addresses


def say(text: str, facts: Mapping[str, str] | None = None) -> None:
    """Write a lesson's text, with facts in place of their names, links that open pages of the app, and words explained."""
    st.markdown(linked_markdown(_START.sub("](./?", fill(text, facts or {}))))
