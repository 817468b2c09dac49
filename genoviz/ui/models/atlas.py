"""ENCODE's atlases on the page Models: a table of the models that fit its search, and the card of the chosen one."""

from __future__ import annotations

from collections.abc import Sequence as Seq

import streamlit as st

from genoviz.models.atlas import Row, card_of, rows
from genoviz.models.weights import at_hand, is_ready
from genoviz.ui.frame.cards import model_card
from genoviz.ui.frame.outputs import digest, escape, messages
from genoviz.ui.frame.weights import fetch_button
from genoviz.ui.models.tiles import explore_button

HEIGHT, ROW = 280, 35  # pixels of the table at most, and of a row


@st.fragment
def atlas_panel(found: Seq[Row]) -> None:
    """What the atlases are, the table of the models that were found, and the chosen one; how to fill an empty table."""
    total = len(rows())
    st.header(f"ENCODE's atlases: {total:,} published models" if total else "ENCODE's atlases", anchor=False)
    if not total:
        st.markdown(
            "ENCODE published a model for each of some 3,800 experiments: where a factor binds (BPNet) and where chromatin is "
            "open (ChromBPNet), in many cells. `genoviz atlas --build` on the command line fills a table of them from the "
            "public indexes; then they are found here."
        )
        return
    st.markdown(
        "Where a factor binds (BPNet) and where chromatin is open (ChromBPNet), each model of one experiment. A model is "
        "several networks, each trained without some chromosomes (folds): for each effect it says how many folds agree."
    )
    st.caption(
        f"{len(found):,} of {total:,} models fit the search above, which looks at target, cells, assay, assembly and "
        "accession, too. Click the box before a row to choose it."
    )
    chosen = found[0] if len(found) == 1 else _table(found)
    if chosen is not None:
        with messages():
            _model(chosen)


def _table(found: Seq[Row]) -> Row | None:
    """The table; gives the row that is chosen in it."""
    files = at_hand()
    columns = {
        "Target": [row.target or "open chromatin" for row in found],
        "Cells": [row.biosample for row in found],
        "Assay": [row.assay for row in found],
        "Quality": [row.said for row in found],
        "Folds": [len(row.folds) for row in found],
        "Assembly": [row.assembly for row in found],
        "Accession": [row.accession for row in found],
        "Here": [all(file.name in files for file in row.folds) for row in found],
    }
    event = st.dataframe(
        columns,
        hide_index=True,
        width="stretch",
        height=min(HEIGHT, ROW * (len(found) + 1) + 2),
        key=f"atlas_table_{digest(' '.join(row.accession for row in found))}",  # another table begins without a choice
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Quality": st.column_config.TextColumn(
                help="What its authors say: whether it passed their check (QC), and scores. Not measured here."
            ),
            "Folds": st.column_config.NumberColumn(help="Networks, each trained without some chromosomes."),
            "Here": st.column_config.CheckboxColumn(help="Whether the weights are on this computer."),
        },
    )
    chosen = event.selection.rows
    return found[chosen[0]] if chosen else None


def _model(row: Row) -> None:
    card = card_of(row)
    with st.container(border=True):
        st.markdown(f"**{escape(card.title)}**")
        st.caption(f"`{card.name}` · {row.family} · {len(row.folds)} folds · {escape(card.licence.split(':')[0])}")
        explore_button(card, main=is_ready(card))
        if not is_ready(card):
            fetch_button(card)
        model_card(card)
