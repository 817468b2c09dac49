"""The model in the sidebar: which one, for what, and which of its numbers is explained."""

from __future__ import annotations

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.models.uses import USES, by_fitness, reasons, said_of, unfit
from genoviz.ui.frame import opening
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.frame.state import SCALES, all_tracks, output_of
from genoviz.ui.frame.weights import fetch_button, ready_models

KEYS = ("model", "track", "scale")


def use_model(name: str, track: str) -> None:
    """Choose a model and one of its tracks (for button callbacks); the first one stands for none in particular."""
    st.session_state.update(model=name, track=track)
    opening.mark("model")
    (opening.leave_open if track == all_tracks(get_card(name))[0] else opening.mark)("track")


def change_model(name: str) -> None:
    """Choose another model and keep all else, the track where it has one of the name (for button callbacks)."""
    st.session_state["model"] = name
    opening.mark("model")


def use_track(track: str) -> None:
    """Choose another track of the model (for button callbacks)."""
    st.session_state["track"] = track
    opening.mark("track")


def use_scale(scale: str) -> None:
    """Choose the scale of the explained number: `logit` or `value`."""
    st.session_state["scale"] = scale


def chosen(use: str) -> ModelCard:
    """The choice of the model; those that are not for `use`, a row of `USES`, come last and say so."""
    cards = {card.name: card for card in by_fitness(ready_models(also=st.session_state.get("model", "")), use)}
    name = st.selectbox(
        "Model",
        list(cards),
        format_func=lambda n: cards[n].title + (f" (not for {USES[use].words})" if use in cards[n].not_for else ""),
        key="model",
        on_change=opening.mark,
        args=("model",),
        help="A network trained to predict something from DNA. The page Models describes each with its scores.",
    )
    card = get_card(name)
    st.caption(f"{card.family} · reads {card.length:,} bases · {card.organism or 'synthetic'}")
    if use in card.not_for:
        st.markdown(f":orange-badge[:material/block: Not for {USES[use].words}]", help=escape(unfit(card, use)))
    elif said := said_of(card):
        st.caption(escape(f"{said}."), help="  \n".join(escape(line) for line in reasons(card)))
    return card


def offer_weights(card: ModelCard) -> None:
    """What the page holds while the weights of the chosen model are not on this computer."""
    st.title(card.title, anchor=False)
    st.markdown(escape(card.summary))
    with messages():
        fetch_button(card)
    st.caption("Or choose another model in the sidebar. The page Models says all about this one.")


def chosen_target(card: ModelCard) -> tuple[str, str]:
    """The choice of the track that is explained, and of the scale."""
    tracks = all_tracks(card)
    if st.session_state.get("track") not in tracks:
        st.session_state["track"] = tracks[0]
        opening.leave_open("track")
    track = st.selectbox(
        "Explain",
        tracks,
        key="track",
        on_change=opening.mark,
        args=("track",),
        help="The output that is explained and mutated: one number of the model.",
    )
    output = card.output(output_of(card, track))
    if output.activation == "identity":
        return track, "logit"
    scale = st.segmented_control(
        "on the scale of the",
        SCALES,
        key="scale",
        required=True,
        format_func=lambda s: output.logit_unit if s == "logit" else output.unit,
        help="Effects add up on the logit scale (log odds). Near 0 and 1 the probability hardly moves even if the logit does.",
    )
    return track, scale or "logit"
