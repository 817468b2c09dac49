"""What to mind about the splice scores of a variant: in words, with the longer network and the other placements at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.models.weights import is_ready
from genoviz.ui.frame import model_choice
from genoviz.ui.frame.outputs import escape

if TYPE_CHECKING:
    from genoviz.splicing.effect import SpliceEffect
    from genoviz.splicing.usage import SpliceUsageEffect


def show(card: ModelCard, effect: SpliceEffect | SpliceUsageEffect) -> None:
    """Notices on this variant, those on the model, the longer network, and the scores of each placement."""
    from genoviz.splicing.tables import common_notices

    common = common_notices(card, effect.windows.locus.assembly)
    for notice in effect.notices:
        if notice not in common:
            st.warning(escape(notice), icon=":material/warning:")
    _placements(card, effect)
    for notice in effect.notices:
        if notice in common:
            st.caption(f":material/info: {escape(notice)}")
    _longer(card)


def _longer(card: ModelCard) -> None:
    """A button that changes to the network of the same kind with most context, and keeps all else."""
    from genoviz.splicing.context import context, longer_network, siblings

    longest = longer_network(card)
    if longest is None:
        return
    ready = [one for one in siblings(card) if context(one) > context(card) and is_ready(one)]
    if ready:
        st.button(
            f"Score with {escape(ready[-1].title)}",
            key=f"longer network {card.name}",
            icon=":material/zoom_out_map:",
            on_click=model_choice.change_model,
            args=(ready[-1].name,),
            help="Changes the model in the sidebar; the variant and all choices stay.",
        )
    if not is_ready(longest):
        st.caption(
            f"The weights of [{escape(longest.title)}](/models?card={longest.name}) are not on this computer: its card says "
            "how to get them."
        )


def _placements(card: ModelCard, effect: SpliceEffect | SpliceUsageEffect) -> None:
    """Scores of each place at which the change can be written; open where they differ."""
    if len(effect.placements) < 2:
        return
    agree = "" if effect.placements_differ else ", which agree"
    with st.expander(f"Scores at {len(effect.placements)} equivalent places{agree}", expanded=effect.placements_differ):
        st.dataframe(pd.DataFrame(placement_table(effect)), hide_index=True, width="stretch")
        st.caption(
            "An insertion or deletion in a repeat can be written at several places, all the same DNA. Distances count from "
            "the place (plus strand). VCF writes the left-most, HGVS the last one on its strand."
        )


def placement_table(effect: SpliceEffect | SpliceUsageEffect) -> list[dict[str, object]]:
    """One row per placement: gains and losses over all tissues where there are tissues, each with its distance."""
    from genoviz.splicing.effect import SpliceScore

    rows = []
    for one in effect.placements:
        row: dict[str, object] = {"Place": one.placement.name, "Variant": str(one.placement.variant)}
        scores = one.scores(masked=effect.masked)
        for score in scores if isinstance(scores[0], SpliceScore) else scores[:2]:
            name = f"{score.site} {score.change}" if isinstance(score, SpliceScore) else score.change
            where = f" at {score.distance:+d} bp" if score.value else ""
            row[name.capitalize()] = f"{score.value:.3f}{where}"
        rows.append(row)
    return rows
