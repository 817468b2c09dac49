"""Models as a table that sorts by any column; the chosen row opens."""

from __future__ import annotations

from collections.abc import Sequence as Seq

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.models.comparable import score_of
from genoviz.models.fetch import megabytes
from genoviz.models.metrics import METRICS
from genoviz.models.organisms import organisms_of
from genoviz.models.questions import question_of
from genoviz.models.weights import at_hand, is_ready
from genoviz.models.words import short_licence
from genoviz.ui.frame.outputs import digest, escape
from genoviz.ui.models.tiles import explore_button, open_card

ROW, HEAD, MOST = 35, 38, 720  # pixels of a row, of the head, and of the table at most


def table(cards: Seq[ModelCard]) -> None:
    """The table, and what can be done with the row that is chosen in it."""
    st.caption(
        "Click a head to sort, the box before a row to choose it. Scores may be compared where Test names the same one."
    )
    event = st.dataframe(
        _columns(cards),
        hide_index=True,
        width="stretch",
        height=min(MOST, ROW * len(cards) + HEAD),
        key=f"models_table_{digest(' '.join(card.name for card in cards))}",  # another table begins without a choice
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Model": st.column_config.TextColumn(pinned=True, width="medium"),
            "Year": st.column_config.NumberColumn(format="%d", help="Of the paper of the model or its architecture."),
            "Bases": st.column_config.NumberColumn(help="Bases that the model reads.", format="localized"),
            "Score": st.column_config.NumberColumn(
                format="%.3f", help="On held-out sequences: the measure of the next column."
            ),
            "Parameters": st.column_config.NumberColumn(format="compact"),
        },
        alt="All models with their facts and scores",
    )
    if event.selection.rows:
        card = cards[event.selection.rows[0]]
        with st.container(border=True):
            st.markdown(f"**{escape(card.title)}**  \n{escape(card.summary)}")
            with st.container(horizontal=True, gap="small"):
                explore_button(card, main=True)
                st.button("Details", key=f"details_{card.name}", on_click=open_card, args=(card.name,))


def _columns(cards: Seq[ModelCard]) -> dict[str, list[object]]:
    files, scores = at_hand(), [score_of(card) for card in cards]
    origins = [card.origin for card in cards]
    return {
        "Model": [card.title for card in cards],
        "Question": [question_of(card).name for card in cards],
        "Organism": [", ".join(organisms_of(card)) for card in cards],
        "Reads": [card.molecule for card in cards],
        "Bases": [card.length for card in cards],
        "Weights": [
            "ready" if is_ready(card, files) else f"fetch {megabytes(card.bytes)}" if card.bytes else "to fetch"
            for card in cards
        ],
        "Year": [origin.year or None if origin else None for origin in origins],
        "Authors": [origin.authors if origin else "" for origin in origins],
        "Family": [card.family for card in cards],
        "Made of": [", ".join(card.layers) for card in cards],
        "Score": [score.value if score else None for score in scores],
        "Measure": [METRICS[score.metric].title if score else "" for score in scores],
        "Test": [card.benchmark for card in cards],
        "Licence": [short_licence(card) for card in cards],
        "Parameters": [card.parameters for card in cards],
        "Name": [card.name for card in cards],
    }
