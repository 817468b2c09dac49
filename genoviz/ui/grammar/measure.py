"""What the page Grammar measures: the prediction, or the scores of some bases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.models.card import ModelCard

if TYPE_CHECKING:
    from genoviz.attribute.explained import Explained

MEASURES = {"prediction": "Prediction", "scores": "Scores of bases"}
FIRST_METHOD = "inputxgradient"  # one pass for each sequence; others take tens
_HELP = (
    "A site may leave the prediction where it is and still take over what another one did. The scores of the bases of that "
    "one then fall: choose them, and a method that scores them."
)


def ask_measure(card: ModelCard, start: int, end: int) -> Explained | None:
    """The scores that were chosen, or None for the prediction.

    Parameters
    ----------
    card
        Of the model.
    start, end
        Bases that are measured while none are typed (0-based, half-open).

    Raises
    ------
    BadInput
        If what was typed are no bases of the input.
    """
    what, where, how = st.columns([2, 2, 3])
    with what:
        chosen = st.segmented_control(
            "Measure",
            list(MEASURES),
            key="grammar_measure",
            format_func=MEASURES.__getitem__,
            required=True,
            help=_HELP,
        )
    if chosen != "scores":
        return None
    from genoviz.attribute.explained import Explained
    from genoviz.attribute.methods import METHODS, offered
    from genoviz.mutagenesis.saturation import parse_window

    with where:
        text = st.text_input(
            "Bases, from 1",
            key="grammar_scored",
            placeholder=f"{start + 1}-{end}",
            help="START-END. Their scores are added up. Empty: those of the site that stays, or of the first block.",
        )
    methods = [name for name in offered(card) if not METHODS[name].teaching_only and not METHODS[name].hooks]
    with how:
        if st.session_state.get("grammar_method") not in methods:
            st.session_state["grammar_method"] = FIRST_METHOD if FIRST_METHOD in methods else methods[0]
        method = st.selectbox(
            "Scored by",
            methods,
            key="grammar_method",
            format_func=lambda name: METHODS[name].title,
            help="A method with references takes some forty times as long as a gradient.",
        )
    found = Explained(*(parse_window(text) or (start, end)), method)
    found.check(card)
    return found
