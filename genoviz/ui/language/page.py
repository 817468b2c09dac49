"""The page Language: what is asked of a model, and the way to a model that can answer."""

from __future__ import annotations

import streamlit as st

from genoviz.language.options import DRAWN, MAX_DRAWN, MAX_TEMPERATURE, TEMPERATURE
from genoviz.lessons.examples import get_example
from genoviz.ui.frame import model_choice
from genoviz.ui.frame.example_cards import open_example
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.frame.page_settings import Setting, number, one_of, words
from genoviz.ui.frame.planned import release
from genoviz.ui.language import attention, dependency, expected, writing
from genoviz.ui.language.work import expects

MODES = {
    "expected": "Expected bases",
    "dependency": "Dependency map",
    "written": "Fill in and write",
    "attention": "Attention",
}
_ABOUT = {
    "expected": "Each base is hidden in turn, and the model says which it expects there. Click a base to see what all others are "
    "expected to be when it changes.",
    "dependency": "Every base is changed, and the expectation of every other one is read: who depends on whom. Motifs are blocks at the "
    "diagonal, the stems of a folded RNA are lines across it.",
    "written": "A stretch is hidden, and the model writes it anew: what would it put there?",
    "attention": "A transformer weighs which positions it reads at each other one. Is that where mutations matter?",
}
EXAMPLE = "lm"
KEYS = ("language_mode", *expected.KEYS, *dependency.KEYS, *writing.KEYS, *attention.KEYS)
SETTINGS = (
    Setting("language", "language_mode", one_of(MODES), "expected"),
    Setting("depends", "language_window", words),
    Setting("written", "language_stretch", words),
    Setting("drawn", "language_count", number(1, MAX_DRAWN), DRAWN),
    Setting("temperature", "language_temperature", number(0, MAX_TEMPERATURE, whole=False), TEMPERATURE, "{:g}".format),
    Setting("draw", "language_seed", number(0, 9999), 0),
)
FIRST = {
    "language_mode": "expected",
    "language_count": DRAWN,
    "language_temperature": TEMPERATURE,
    "language_seed": 0,
}


def show(choice: Choice) -> None:
    """The page below its title."""
    mode = st.segmented_control(
        "What", list(MODES), key="language_mode", format_func=MODES.__getitem__,
        required=True, label_visibility="collapsed",
    )  # fmt: skip
    mode = mode or "expected"
    st.caption(_ABOUT[mode])
    others = {
        "expected": (expected.PLACE, expected.CHANGED),
        "dependency": (dependency.PLACE,),
        "written": (writing.PLACE,),
        "attention": (attention.PLACE,),
    }
    release(*(place for one, places in others.items() for place in places if one != mode))
    with messages():
        able = expects(choice.card)
        if mode == "attention" and not attention.reads(choice):
            attention.other_model(choice)
        elif not able and (mode not in ("dependency", "attention") or choice.sequence is None):
            _other_model(choice)
        elif choice.sequence is None:
            _welcome()
        else:
            {
                "expected": expected.show,
                "dependency": dependency.show,
                "written": writing.show,
                "attention": attention.show,
            }[mode](choice, choice.sequence)


def _other_model(choice: Choice) -> None:
    """Language models to choose instead of the one in the sidebar."""
    from genoviz.models.abilities import models_with
    from genoviz.models.catalogue import get_card
    from genoviz.models.weights import is_ready

    st.info(
        f"**{escape(choice.card.title)}** was trained on labels and expects no bases. Choose a language model:",
        icon=":material/info:",
    )
    cards = [card for card in map(get_card, models_with("base_probabilities")) if is_ready(card)]
    with st.container(horizontal=True):
        for card in cards:
            st.button(
                escape(card.title),
                key=f"language model {card.name}",
                on_click=model_choice.change_model,
                args=(card.name,),
                help=escape(card.summary),
            )


def _welcome() -> None:
    example = get_example(EXAMPLE)
    st.markdown("Give a sequence in the box above, or open an example:")
    if example is not None:
        with st.container(border=True):
            st.markdown(f"**{escape(example.title)}**")
            st.caption(escape(example.note))
            st.button("Open example", key="language example", on_click=open_example, args=(EXAMPLE,))
