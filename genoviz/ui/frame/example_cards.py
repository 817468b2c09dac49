"""The examples on a page without a sequence: cards that open one, and what is said of the one that is open."""

from __future__ import annotations

import streamlit as st

from genoviz.lessons.example import Example
from genoviz.lessons.example_scores import letter_heights
from genoviz.lessons.examples import SHELVES, get_example
from genoviz.models.catalogue import get_card
from genoviz.plots.palette import colours
from genoviz.plots.small_logo import small_logo
from genoviz.sequences.edit_text import from_text
from genoviz.sequences.edits import EditHistory
from genoviz.ui.frame import edited, focus, inputs, opening
from genoviz.ui.frame.outputs import escape, is_dark, palette
from genoviz.ui.frame.state import View

ABREAST = 3  # cards beside each other


def example_cards() -> None:
    """The examples as cards on their shelves; one click opens one."""
    for shelf, keys in SHELVES.items():
        st.header(shelf, anchor=False)
        examples = [example for key in keys if (example := get_example(key)) is not None]
        rows = [examples[i : i + ABREAST] for i in range(0, len(examples), ABREAST)]
        for column, example in ((c, e) for row in rows for c, e in zip(st.columns(ABREAST), row, strict=False)):
            with column:
                _card(example)


def open_example(key: str) -> None:
    """Open an example as its link does, at the bases that tell most (button callback)."""
    example = get_example(key)
    if example is None:
        return
    inputs.use_view(View(example.model, example.track, example=key, palette=palette()), [])
    opening.leave_open("model", "track")  # the next sequence may be another kind
    st.query_params.pop("window", None)
    if example.window:
        st.query_params["window"] = example.window
    focus.ask()


def example_note(example: Example, history: EditHistory) -> None:
    """What to look for in the example that is open, and its edit as a button."""
    st.caption(f"{escape(example.note)} *{escape(_origin(example))}.*")
    if example.edits:
        st.button(
            escape(example.edit_name),
            icon=":material/edit:",
            key="example_edit",
            on_click=_edit,
            args=(history, example),
        )


def _edit(history: EditHistory, example: Example) -> None:
    edited.use(EditHistory.replay(history.original, from_text(example.edits)))


def _origin(example: Example) -> str:
    return "Synthetic" if example.synthetic else f"{example.sequence.name}, {example.origin}"


def _card(example: Example) -> None:
    with st.container(border=True, height="stretch", vertical_alignment="distribute", gap="small"):
        with st.container(gap="small"):
            label = f"Logo of {example.title}: the taller a letter, the more it counts"
            st.html(small_logo(letter_heights(example), colours(palette(), is_dark()), label=label, tall="4rem"))
            with st.container(horizontal=True, horizontal_alignment="distribute"):
                st.markdown(f"**{escape(example.title)}**", width="content")
                if example.synthetic:
                    st.badge("synthetic", color="gray")
            st.caption(f"{escape(example.teaser)}  \n{escape(get_card(example.model).title)} · {escape(example.track)}")
        st.button(
            "Open example", key=f"example_{example.key}", on_click=open_example, args=(example.key,), width="stretch"
        )
