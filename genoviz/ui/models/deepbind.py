"""The 927 DeepBind models on the page Models: a table of those that fit its search, and all about the one that is chosen."""

from __future__ import annotations

from collections.abc import Sequence as Seq

import streamlit as st

from genoviz.models import deepbind_index
from genoviz.models.card import ModelCard
from genoviz.models.deepbind_index import Row
from genoviz.models.weights import at_hand, is_ready
from genoviz.ui.frame.cards import model_card
from genoviz.ui.frame.outputs import digest, escape, messages
from genoviz.ui.frame.weights import fetch_button
from genoviz.ui.models.example import example_output
from genoviz.ui.models.tiles import explore_button

HEIGHT, ROW = 280, 35  # pixels of the table at most, and of a row


@st.fragment
def deepbind_panel(found: Seq[Row]) -> None:
    """The collection in two sentences, the table of the models that were found, and the chosen one."""
    total = len(deepbind_index.names())
    st.header(f"DeepBind: {total} published models", anchor=False)
    st.markdown(
        "The networks that began deep learning on DNA and RNA (Alipanahi et al. 2015): each learned from one experiment what "
        "one protein binds. Choose one to read its card; its weights are a text file of about 30 kB."
    )
    st.caption(
        f"{len(found)} of {total} models fit the search above, which looks at protein, species, domains, experiment (SELEX, "
        "PBM, RNAcompete, ChIP-seq; cells) and ID, too. Click the box before a row to choose it."
    )
    chosen = found[0] if len(found) == 1 else _table(found)
    if chosen is not None:
        with messages():
            _model(deepbind_index.card(chosen.id))


def _table(found: Seq[Row]) -> Row | None:
    """The table; gives the row that is chosen in it."""
    files = at_hand()
    columns = {
        "ID": [row.id for row in found],
        "Protein": [row.protein for row in found],
        "Species": [row.organism for row in found],
        "Experiment": [row.experiment for row in found],
        "Bases": [row.window for row in found],
        "Measured": [row.details for row in found],
        "Here": [row.file in files for row in found],
    }
    event = st.dataframe(
        columns,
        hide_index=True,
        width="stretch",
        height=min(HEIGHT, ROW * (len(found) + 1) + 2),
        key=f"deepbind_table_{digest(' '.join(row.id for row in found))}",  # another table begins without a choice
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Bases": st.column_config.NumberColumn(help="Bases that decide together: one and a half detectors."),
            "Here": st.column_config.CheckboxColumn(help="Whether the weights are on this computer."),
        },
    )
    rows = event.selection.rows
    return found[rows[0]] if rows else None


def _model(card: ModelCard) -> None:
    with st.container(border=True):
        st.markdown(f"**{escape(card.title)}**")
        st.caption(f"`{card.name}` · {card.length:,} bases · {card.parameters:,} parameters")
        explore_button(card, main=is_ready(card))
        if not is_ready(card):
            fetch_button(card)
        if card.example:
            example_output(card)
        model_card(card)
