"""Models as tiles: by the question that they answer, or by their kind through time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Seq
from pathlib import Path

import streamlit as st

from genoviz.models.card import ModelCard
from genoviz.models.comparable import Comparison, comparisons, score_of
from genoviz.models.families import by_family
from genoviz.models.fetch import megabytes
from genoviz.models.metrics import METRICS
from genoviz.models.organisms import organisms_of
from genoviz.models.questions import by_question
from genoviz.models.uses import said_of
from genoviz.models.weights import at_hand, is_ready
from genoviz.models.words import byline, first_sentence
from genoviz.ui.frame import model_choice
from genoviz.ui.frame.glossary import linked
from genoviz.ui.frame.outputs import escape

ABREAST = 3  # tiles beside each other
EXPLORE = "Explore with this model"


def by_answer(cards: Seq[ModelCard]) -> None:
    """Tiles under the questions that biologists ask; under each group the scores that may be compared."""
    for question, found in by_question(cards):
        st.header(question.name, anchor=False)
        st.caption(f"{question.words} {len(found)} model{'s' if len(found) != 1 else ''}.")
        _grid(found)
        for comparison in comparisons(found):
            comparison_table(comparison)


def through_time(cards: Seq[ModelCard]) -> None:
    """Tiles by family, oldest family first."""
    for family, found in by_family(cards):
        year = f"{family.year} · " if family.year else ""
        st.header(f"{year}{escape(family.name)}", anchor=False)
        if family.idea:
            st.markdown(linked(family.idea), help=f"Source: {escape(family.source)}")
        _grid(sorted(found, key=lambda card: (card.origin.year if card.origin else 0) or 9999))


def explore_button(card: ModelCard, *, main: bool = False) -> None:
    """Goes to the page Sequence with the model chosen; where its weights are not here, that page gets them."""
    kind = "primary" if main else "secondary"
    if st.button(EXPLORE, key=f"use_{card.name}", on_click=_use, args=(card,), type=kind):  # type: ignore[arg-type]
        st.switch_page("pages/explore/sequence.py")


def weights_badge(card: ModelCard, files: Mapping[str, Path]) -> str:
    """Whether the model can be used now, as a badge in Markdown."""
    if is_ready(card, files):
        return ":green-badge[ready]"
    size = f", {megabytes(card.bytes)}" if card.bytes else ""
    return (
        f":orange-badge[to fetch{size}]"
        if all(file.can_be_fetched for file in card.files)
        else ":orange-badge[file to get by hand]"
    )


def unseen_badge(card: ModelCard) -> str:
    """Says of a loader that it never saw the real weights, as a badge in Markdown; empty for all others."""
    return " :blue-badge[never run on the real weights]" if card.never_run else ""


def comparison_table(comparison: Comparison) -> None:
    """The models of one test, best first."""
    _, score = comparison.rows[0]
    metric = METRICS[score.metric]
    column = metric.title + (f", mean of {score.tracks} tracks" if score.tracks > 1 else "")
    rows = [
        f"| {escape(card.title)} | {one.value:.3f} | {f'{one.interval[0]:.3f} to {one.interval[1]:.3f}' if one.interval else '-'} |"
        for card, one in comparison.rows
    ]
    with st.expander(f"{len(rows)} models on one test: {escape(comparison.benchmark)}"):
        st.markdown("\n".join([f"| Model | {column} | 95 % interval |", "| --- | ---: | ---: |", *rows]))
        st.caption(f"{metric.title}: {escape(metric.help)}. Only scores on one test may stand beside each other.")


def open_card(name: str) -> None:
    """Show all about one model (button callback); an empty name goes back to the list."""
    if name:
        st.query_params["card"] = name
    else:
        st.query_params.pop("card", None)


def _grid(cards: Iterable[ModelCard]) -> None:
    listed, files = list(cards), at_hand()
    rows = [listed[i : i + ABREAST] for i in range(0, len(listed), ABREAST)]
    for column, card in ((c, card) for row in rows for c, card in zip(st.columns(ABREAST), row, strict=False)):
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            with st.container(gap="xsmall"):
                st.markdown(f"**{escape(card.title)}** {weights_badge(card, files)}{unseen_badge(card)}")
                st.markdown(f":small[{escape(first_sentence(card.summary))}]")
                st.caption("  \n".join(_lines(card)))
            with st.container(horizontal=True, gap="small"):
                explore_button(card)
                st.button("Details", key=f"details_{card.name}", type="tertiary", on_click=open_card, args=(card.name,))


def _lines(card: ModelCard) -> list[str]:
    """What a tile says of a model, a line each."""
    made_of = ", ".join(card.layers) or card.family
    lines = [
        f"{', '.join(organisms_of(card))} · {card.length:,} bases{f' of {card.molecule}' if card.molecule else ''}",
        " · ".join(filter(None, (byline(card), made_of))),
        _score(card),
        said_of(card),
    ]
    return [escape(line) for line in lines if line]


def _score(card: ModelCard) -> str:
    score = score_of(card)
    if score is not None:
        return score.sentence
    if card.files:
        return ""
    return "No held-out score" if card.trained else "Not trained: set by hand"


def _use(card: ModelCard) -> None:
    model_choice.use_model(card.name, card.outputs[0].tracks[0])
