"""What is said first of a variant: where it lies, and which models can speak about that place. The best one answers."""

from __future__ import annotations

import streamlit as st

from genoviz.effects.relevance import Relevance, relevant_models
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.ui.frame import model_choice, opening
from genoviz.ui.frame.outputs import escape
from genoviz.ui.frame.state import all_tracks
from genoviz.ui.variants import input as variant_input
from genoviz.ui.variants.input import Asked

MOST = 8  # models offered beside each other; the sidebar has all
_ANSWERED = "variant_answered"


def relevance_of(asked: Asked) -> Relevance:
    """The models for the place of the page's variant."""
    return relevant_models(asked.where, asked.entry.assembly, synthetic=asked.entry.synthetic)


def keep(variant: str) -> None:
    """Keep the model for this variant, as a link or an example says it."""
    st.session_state[_ANSWERED] = variant


def show(card: ModelCard, asked: Asked) -> Relevance:
    """Choose the model of a new variant, unless somebody named one that can speak, and say what was chosen and why."""
    found = relevance_of(asked)
    _choose(card, asked, found)
    with st.container(border=True):
        st.markdown(f":material/location_on: {escape(asked.where.sentence)}")
        _transcripts(asked)
        st.markdown(f":material/forum: {escape(found.reason)}")
        _models(card, found)
    return found


def _choose(card: ModelCard, asked: Asked, found: Relevance) -> None:
    state, text = st.session_state, variant_input.written()[0]
    if state.get(_ANSWERED) == text:
        return
    state[_ANSWERED] = text
    foreign = found.why_not(card).startswith("made for")
    if found.best is None or (opening.by_hand("model") and not foreign):
        return
    best = found.best.card
    if best.name != card.name:
        opening.open_next(opening.Opened(best.name, all_tracks(best)[0]))
        st.rerun()


def _transcripts(asked: Asked) -> None:
    """Other transcripts and genes that hold the place; one of the other strand is a click away."""
    others = asked.where.others
    if not others:
        return
    with st.popover(f"{len(others)} other {'transcript' if len(others) == 1 else 'transcripts'} here"):
        st.caption(
            "Splice models read along one transcript: choose it below. A gene of the other strand is read from there."
        )
        for one in others[:20]:
            same = one.strand == asked.strand
            st.button(
                f"{escape(one.gene)} · {escape(one.identifier)} · {'plus' if one.strand == '+' else 'minus'} strand",
                key=f"transcript {one.identifier} {one.locus}",
                disabled=same,
                help="Read from this strand already." if same else "Read the strand of this gene.",
                on_click=variant_input.use,
                args=(variant_input.written()[0], one.strand),
            )


def _models(card: ModelCard, found: Relevance) -> None:
    """The models as buttons, the one that answers marked; a doubt about it where there is one."""
    ready = [one for one in found.speakers if one.ready]
    if why := found.why_not(card):
        st.warning(escape(f"{card.title} was chosen by hand: {why}."), icon=":material/help:")
    names = [one.card.name for one in ready[:MOST]]
    if not names:
        return
    why_of = {one.card.name: one for one in ready}
    st.session_state["variant_model"] = card.name if card.name in names else None
    st.pills(
        "Models that can speak about this place",
        names,
        key="variant_model",
        format_func=lambda name: why_of[name].card.title,
        on_change=_use,
        help="The most telling first: splice models in genes, then promoters and what binds near starts. The sidebar has all "
        "models.",
    )
    if len(ready) > MOST:
        st.caption(f"{len(ready) - MOST} more: see *All models side by side* below, or the sidebar.")


def _use() -> None:
    name = st.session_state.get("variant_model")
    if name:
        model_choice.use_model(name, all_tracks(get_card(name))[0])
