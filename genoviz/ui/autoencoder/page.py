"""The page Autoencoder: which part of it is looked at, and the supervised model that scores what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.lessons.examples import get_example
from genoviz.models.card import ModelCard
from genoviz.models.catalogue import get_card
from genoviz.ui.autoencoder import denoise, dimensions, encode, sample, walk
from genoviz.ui.frame import cache, inputs, model_choice
from genoviz.ui.frame.glossary import linked
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.frame.page_settings import Setting, number, one_of

if TYPE_CHECKING:
    from genoviz.latent.scorer import Scorer

LOOKS = {
    "encode": "Encode",
    "walk": "Walk",
    "dimensions": "Dimensions",
    "denoise": "Denoise",
    "sample": "Draw new ones",
}
FIRST: dict[str, object] = {
    "latent_look": "encode",
    **walk.FIRST,
    **dimensions.FIRST,
    **denoise.FIRST,
    **sample.FIRST,
}
KEYS = (*FIRST, "latent_scorer")
SETTINGS = (
    Setting("look", "latent_look", one_of(LOOKS), "encode"),
    Setting("to", "walk_to", one_of(walk.ENDS), "shuffle"),
    Setting("steps", "walk_steps", number(3, 15), 9),
    Setting("errors", "denoise_share", number(1, 50), 10),
    Setting("error", "denoise_kind", one_of(denoise.KINDS), "hide"),
)
EXAMPLE_MODEL, EXAMPLE = "vae.ecoli-promoters", "typical"
_ALONE = ("dimensions", "sample")  # looks that need no sequence


def show(choice: Choice) -> None:
    """The page below its title."""
    st.markdown(
        linked(
            "An autoencoder squeezes a sequence into a few numbers and writes it again from them. What comes back is what the "
        )
        + linked(
            "numbers keep; it was never told what a sequence does. A supervised model of the same organism says that."
        )
    )
    able = _able()
    if choice.card.name not in able:
        _other_model(choice.card, able)
        return
    look = st.segmented_control("Look at", list(LOOKS), key="latent_look", format_func=LOOKS.__getitem__, required=True)
    with messages():
        if choice.sequence is None and look not in _ALONE:
            st.info("Paste a sequence into the box above, or open the example.")
            _example_button()
            return
        scorer = _scorer(choice.card) if look != "encode" else None
        if look == "walk":
            walk.show(choice, scorer)
        elif look == "dimensions":
            dimensions.show(choice, scorer)
        elif look == "denoise":
            denoise.show(choice, scorer)
        elif look == "sample":
            sample.show(choice, scorer)
        else:
            encode.show(choice)


@st.cache_data(show_spinner=False)
def _able() -> list[str]:
    """Names of the models with a latent space."""
    from genoviz.models.abilities import models_with

    return models_with("decode")


def _other_model(card: ModelCard, able: list[str]) -> None:
    st.info(
        f"{escape(card.title)} is no autoencoder: it has no space from which sequences are written. Choose one in the sidebar: "
        f"{escape(', '.join(get_card(name).title for name in able))}."
    )
    _example_button()


def _example_button() -> None:
    title = get_card(EXAMPLE_MODEL).title
    st.button(f"Open example: serW with {title}", key="latent_example", on_click=_use_example, type="primary")


def _use_example() -> None:
    model_choice.use_model(EXAMPLE_MODEL, get_card(EXAMPLE_MODEL).outputs[0].tracks[0])
    if (found := get_example(EXAMPLE)) is not None:
        inputs.use_sequence(found.sequence.bases, example=EXAMPLE)


@st.cache_data(max_entries=32, show_spinner=False)
def _fitting(name: str, sha256: str) -> list[str]:
    """Names of the models that can score what this one writes."""
    from genoviz.latent.scorer import scorers_of

    return [card.name for card in scorers_of(get_card(name))]


def _scorer(card: ModelCard) -> Scorer | None:
    """The choice of the supervised model; None where none fits or none is wanted."""
    from genoviz.latent.scorer import NONE, Scorer
    from genoviz.models.target import Target

    names = _fitting(card.name, card.sha256)
    if not names:
        st.caption(
            f"No supervised model of {escape(card.organism or 'this organism')} reads {card.length:,} bases: nothing is scored."
        )
        return None
    options = [*names, NONE]
    if st.session_state.get("latent_scorer") not in options:
        st.session_state["latent_scorer"] = options[0]
    chosen = st.selectbox(
        "Scored by",
        options,
        key="latent_scorer",
        format_func=lambda name: "Nobody" if name == NONE else get_card(name).title,
        help="A model that learned from measurements of the same organism. It says what a sequence that the autoencoder writes "
        "would do. It did not learn from such sequences, so differences are safer than single numbers.",
    )
    if chosen == NONE:
        return None
    scoring = get_card(chosen)
    return Scorer(cache.loaded(scoring), Target.default(scoring))
