"""The page Help: the viewer as an annotated picture, how-tos, keys, words and methods, with one search over all."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from genoviz.ui.frame.glossary import PARAMETER, TERMS, Term, linked
from genoviz.ui.frame.outputs import escape, is_dark
from genoviz.ui.help.how_to import HOW_TO, HowTo
from genoviz.ui.help.picture import DARK, LIGHT, PARTS, as_image
from genoviz.viewer.keys import keys

QUERY = "help_query"
KEYS = (QUERY,)


def show() -> None:
    """Draw the page; with words in the search, or a word in the address, only what has them."""
    from genoviz.attribute.methods import METHODS  # brings torch, for which the first page must not wait

    if word := st.query_params.get(PARAMETER):
        st.session_state[QUERY] = str(word)[:60]
        del st.query_params[PARAMETER]
    query = st.text_input(
        "Search", key=QUERY, placeholder="logo, variant, AUROC, undo ...", help="All words must occur. Empty shows all."
    )
    words = query.lower().split()
    parts = [(i, name, says) for i, (name, says) in enumerate(PARTS, start=1) if _has(words, name, says)]
    how_to = [row for row in HOW_TO if _has(words, row.question, *row.steps, row.words)]
    pressed = [(key, does) for key, does in keys() if _has(words, key, does)]
    # A word of the address is a name, and stands first.
    terms = sorted(
        (t for t in TERMS if _has(words, t.name, t.meaning, *t.spelled)), key=lambda t: t.name.lower() != query.lower()
    )
    methods = [m for m in METHODS.values() if _has(words, m.title, m.note, m.name, m.citation)]
    if not any((parts, how_to, pressed, terms, methods)):
        st.info("Nothing here has all of these words. Try one of them, or another.")
        return
    named = bool(query) and any(t.name.lower() == query.lower() for t in terms)
    if named:
        _words(terms)
    if parts:
        _viewer(parts)
    if how_to:
        _how_to(how_to, opened=bool(words))
    if pressed:
        _keys(pressed)
    if terms and not named:
        _words(terms)
    if methods:
        st.header("Attribution methods", anchor=False)
        st.table(
            {
                "Method": [m.title + (" (teaching only)" if m.teaching_only else "") for m in methods],
                "What it does": [m.note for m in methods],
                "Source": [m.citation for m in methods],
                "Name in commands": [m.name for m in methods],
            }
        )


def _has(words: Iterable[str], *texts: str) -> bool:
    """Whether each word occurs in one of the texts."""
    text = " ".join(texts).lower()
    return all(word in text for word in words)


def _viewer(parts: Iterable[tuple[int, str, str]]) -> None:
    st.header("What the picture shows", anchor=False)
    st.html(as_image(DARK if is_dark() else LIGHT))
    done: set[str] = set()
    st.markdown("\n".join(f"{number}. **{name}.** {linked(says, done)}" for number, name, says in parts))


def _how_to(rows: Iterable[HowTo], *, opened: bool) -> None:
    st.header("How do I ...", anchor=False)
    for row in rows:
        with st.expander(escape(row.question), expanded=opened):
            done: set[str] = set()
            st.markdown("\n".join(f"{i}. {linked(step, done)}" for i, step in enumerate(row.steps, start=1)))
            st.page_link(row.page, icon=":material/arrow_forward:")


def _keys(rows: Iterable[tuple[str, str]]) -> None:
    st.header("Keys and mouse in the picture", anchor=False)
    lines = [f"| {escape(key)} | {escape(does)} |" for key, does in rows]
    st.markdown("\n".join(["| Key or mouse | What it does |", "| --- | --- |", *lines]))
    st.caption("Click into the picture first. The table also opens with ? there.")


def _words(terms: Iterable[Term]) -> None:
    st.header("Words", anchor=False)
    for term in terms:
        st.markdown(f"**{escape(term.name)}** · {escape(term.meaning)}")
