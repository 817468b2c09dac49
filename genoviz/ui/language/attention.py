"""What a transformer reads where: attention by head or through all layers, beside the mutation map that it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.dependency.options import ATTENTIVE
from genoviz.files.tsv import tsv
from genoviz.predict.tables import reading
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache, estimate, model_choice
from genoviz.ui.frame.downloads import download
from genoviz.ui.frame.inputs import Choice, make_target
from genoviz.ui.frame.outputs import escape, is_dark
from genoviz.ui.frame.planned import is_long, planned, rounded
from genoviz.ui.language.dependency import DRAWN, frame

if TYPE_CHECKING:
    from genoviz.dependency.attention import AttentionMap

PLACE = "attention"  # of the work that runs
KEYS = ("language_head", "language_tower")
ROLLOUT = "all layers (rollout)"
TOWERS = ("from the left", "from the right")


def reads(choice: Choice) -> bool:
    """Whether the chosen model's attention can be shown."""
    return choice.card.name in ATTENTIVE


def other_model(choice: Choice) -> None:
    """The models that have attention."""
    from genoviz.models.catalogue import get_card

    st.info(
        f"**{escape(choice.card.title)}** has no attention that can be read here. Choose a model that has:",
        icon=":material/info:",
    )
    with st.container(horizontal=True):
        for card in map(get_card, ATTENTIVE):
            st.button(
                escape(card.title),
                key=f"attentive model {card.name}",
                on_click=model_choice.change_model,
                args=(card.name,),
                help=escape(card.summary),
            )


def show(choice: Choice, sequence: Sequence) -> None:
    """The notice with its figure, the map, what bases receive, and the file."""
    found = _computed(choice, sequence)
    if found is None:
        return
    st.warning(escape(found.sentence), icon=":material/info:")
    _map(found)
    _received(found)
    from genoviz.dependency.tables import attention_provenance, attention_table

    download(
        "Table (TSV)",
        lambda: tsv(attention_table(found), attention_provenance(choice.card, found) | reading(choice.fitted)),
        f"genoviz_{choice.card.name}_attention.tsv",
        "text/tab-separated-values",
        key="file attention",
    )


def _computed(choice: Choice, sequence: Sequence) -> AttentionMap | None:
    from genoviz.dependency.attention import attention

    card, target, model = choice.card, make_target(choice), cache.loaded(choice.card)
    seconds = 3 * len(sequence) * estimate.mutant(card, target)
    key = ("attention", card.name, card.sha256, target, sequence)

    def work(progress: Callable[[float], None]) -> AttentionMap:
        return attention(model, sequence, target, progress=progress)

    return planned(
        PLACE,
        key,
        seconds,
        work,
        cost=f"One pass for the attention, and the mutation map that it is held against: some {rounded(seconds)} on this computer.",
        start="Compute",
        doing="Mutating bases",
        stop="Stop",
        ask=is_long(PLACE, key, seconds),
    )


def _map(found: AttentionMap) -> None:
    from genoviz.plots.attention import attention_figure
    from genoviz.plots.palette import colours

    towers, layers, heads = found.weights.shape[:3]
    names = {ROLLOUT: None} | {
        f"layer {layer + 1}, head {head + 1}": (layer, head) for layer in range(layers) for head in range(heads)
    }
    with st.container(horizontal=True):
        chosen = st.selectbox(
            "What is read by",
            list(names),
            key="language_head",
            width=260,
            help="A head is one way of reading. Rollout (Abnar and Zuidema 2020) takes the mean over heads and follows it through the layers.",
        )
        tower = 0
        if towers > 1:
            side = st.selectbox(
                "Reading",
                TOWERS,
                key="language_tower",
                width=200,
                help="One part of the model reads the bases before a position, the other, on the other strand, those after it.",
            )
            tower = TOWERS.index(side or TOWERS[0])
    head = names[chosen or ROLLOUT]
    weights = found.rollout[tower] if head is None else found.weights[tower, head[0], head[1]]
    with frame():
        st.plotly_chart(attention_figure(weights, colours("colour-safe", is_dark())), key="figure attention", **DRAWN)
    st.caption(
        "A row is a position that reads; its shares add up to 1. Empty: positions that this part of the model cannot see."
    )


def _received(found: AttentionMap) -> None:
    from genoviz.plots.attention import received_figure
    from genoviz.plots.palette import colours

    st.markdown(
        "**What each base receives, and what its mutations do**",
        help="Attention received through all layers, shared among the bases that the first filters read. Below it the mean size of the effects of the "
        "three substitutions. Bases that are read first can be read by more positions, so they receive more.",
    )
    st.plotly_chart(
        received_figure(found, colours("colour-safe", is_dark())),
        key="figure received",
        config={"displayModeBar": False},
    )
