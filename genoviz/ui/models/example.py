"""The example output on the card of a published model: what it says of one sequence, also where its weights are not here."""

from __future__ import annotations

import numpy as np
import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.sequences.bases import BASES
from genoviz.ui.frame.outputs import escape, is_dark


def example_output(card: ModelCard) -> None:
    """Value and importance of the card's example, drawn as a logo."""
    from genoviz.plots.palette import colours
    from genoviz.plots.small_logo import small_logo

    shown = card.example
    st.subheader("An example output", anchor=False)
    st.markdown(escape(f"{shown['title']}: {shown['track']} {shown['value']:.3g} {shown['unit']}."))
    importance = np.asarray(shown["importance"], dtype=np.float64)
    heights = np.zeros((len(importance), 4))
    rows = [BASES.find(base) for base in shown["bases"]]
    for i, row in enumerate(rows):
        if row >= 0:
            heights[i, row] = importance[i]
    st.html(small_logo(heights, colours("classic", is_dark()), label=f"Importance of each base: {shown['title']}"))
    st.caption(
        f"Height of a letter: its importance in {shown.get('effect_unit', shown['unit'])}, minus the mean effect of its three substitutions. "
        "Computed once with the published weights; with them here, every page shows this for sequences of yours."
    )
