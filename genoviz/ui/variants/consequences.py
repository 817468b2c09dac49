"""What the variant does, in words, beside its effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.consequences.rules import get_rule
from genoviz.ui.frame.outputs import escape

if TYPE_CHECKING:
    from genoviz.effects.effect import VariantEffect


def show(effect: VariantEffect) -> None:
    """A line for each finding, with how it was decided as a hover text; nothing where the rules have nothing to say."""
    for finding in effect.consequences:
        rule = get_rule(finding.rule)
        more = f" ({finding.more})" if finding.more else ""
        words = f"{finding.words[:1].upper()}{finding.words[1:]}{more}."
        st.markdown(f":material/biotech: {escape(words)}", help=f"{rule.judged} {rule.citation}.")
