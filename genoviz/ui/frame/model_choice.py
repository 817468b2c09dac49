"""The model in the sidebar: which one, for what, and which of its numbers is explained."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card, list_models
from genoviz.models.organisms import organisms_of
from genoviz.models.questions import Question, by_question
from genoviz.models.uses import USES, by_fitness, reasons, said_of, unfit
from genoviz.models.weights import at_hand, is_ready
from genoviz.ui.frame import opening
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.frame.state import SCALES, all_tracks, output_of
from genoviz.ui.frame.weights import fetch_button

KEYS = ("model", "track", "scale")
HEADING = "question: "  # begins the options that are headings
TO_FETCH = "⤓ "


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
    """The choice of the model, under headings by the question that it answers; a heading stands for its first model.

    Under each question those that are good for `use`, a row of `USES`, come first, then others, then published ones whose
    weights are not here, and last what is not for it; the last two say so.
    """
    groups, here = _offered(use)
    cards = {card.name: card for _, found in groups for card in found}
    first = {f"{HEADING}{question.name}": found[0].name for question, found in groups}

    def label(option: str) -> str:
        if option in first:
            return f"— {option.removeprefix(HEADING)} —"
        card = cards[option]
        unsuited = f" (not for {USES[use].words})" if use in card.not_for else ""
        return f"{'' if option in here else TO_FETCH}{card.title}{unsuited}"

    name = st.selectbox(
        "Model",
        [option for question, found in groups for option in (f"{HEADING}{question.name}", *(c.name for c in found))],
        format_func=label,
        key="model",
        on_change=_skip_heading,
        args=(first,),
        help="A network trained to predict something from a sequence, listed by what it answers; type to search the list. "
        f"{TO_FETCH.strip()} marks published models whose weights are fetched first. The page Models describes each with its "
        "scores.",
    )
    card = get_card(name)
    st.caption(
        f"{card.family} · reads {card.length:,} bases{f' of {card.molecule}' if card.molecule else ''} · "
        f"{', '.join(organisms_of(card))}"
    )
    if use in card.not_for:
        st.markdown(f":orange-badge[:material/block: Not for {USES[use].words}]", help=escape(unfit(card, use)))
    elif said := said_of(card):
        st.caption(escape(f"{said}."), help="  \n".join(escape(line) for line in reasons(card)))
    return card


def _offered(use: str) -> tuple[list[tuple[Question, list[ModelCard]]], set[str]]:
    """All models by question, in the order of the choice, that of a link among them; and the names of those that are here."""
    cards, also = list_models(), str(st.session_state.get("model", ""))
    if also and not also.startswith(HEADING) and all(card.name != also for card in cards):
        cards.append(get_card(also))
    files = at_hand()
    here = {card.name for card in cards if is_ready(card, files)}
    ordered = sorted(by_fitness(cards, use), key=lambda card: (use in card.not_for, card.name not in here))
    return by_question(ordered), here


def _skip_heading(first: Mapping[str, str]) -> None:
    """Take the first model where a heading was chosen (callback)."""
    name = st.session_state["model"]
    st.session_state["model"] = first.get(name, name)
    opening.mark("model")


def offer_weights(card: ModelCard) -> None:
    """What the page holds while the weights of the chosen model are not on this computer."""
    st.header(card.title, anchor=False)
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
