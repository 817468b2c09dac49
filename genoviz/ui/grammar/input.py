"""Inputs of the page Grammar: sites by name or as bases, and the backgrounds they are written into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.errors import BadSequence
from genoviz.grammar.options import BACKGROUNDS
from genoviz.models.card import ModelCard
from genoviz.motifs.sites import SITE_HELP, read_site
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import genomes
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape, show_error

if TYPE_CHECKING:
    from genoviz.grammar.backgrounds import Backgrounds

KINDS = {"random": "Random bases", "shuffled": "Shuffles of a sequence", "genome": "Windows of a genome"}
COUNTS = (BACKGROUNDS, 100, 200)


def a_count(text: str) -> object:
    """How many backgrounds a link asks for."""
    found = next((count for count in COUNTS if str(count) == text), None)
    if found is None:
        raise ValueError(f"one of {', '.join(map(str, COUNTS))}")
    return found


def ask_site(label: str, key: str, placeholder: str) -> Sequence | None:
    """A text box; None while it is empty or can't be read."""
    text = st.text_input(label, key=key, placeholder=placeholder, help=SITE_HELP)
    if not text.strip():
        return None
    try:
        site = read_site(text)
    except BadSequence as error:
        show_error(error)
        return None
    if site.name:
        st.caption(f"Read as the site {escape(site.name)}: `{site.bases}`, {len(site)} bases.")
    return site


def shuffles() -> bool:
    """Whether backgrounds are shuffles of the sequence that is open."""
    return st.session_state.get("grammar_background") == "shuffled"


def ask_backgrounds(choice: Choice) -> Backgrounds | None:
    """Backgrounds as chosen; None while something is missing."""
    from genoviz.grammar.backgrounds import genome_windows, random_bases, shuffled

    kind_column, option, count = st.columns([2, 2, 1])
    kind = kind_column.selectbox(
        "Written into",
        list(KINDS),
        key="grammar_background",
        format_func=KINDS.__getitem__,
        help="The effect of a site depends on what surrounds it: it is averaged over many sequences.",
    )
    n = count.selectbox("How many", COUNTS, key="grammar_n", help="More backgrounds, narrower intervals.")
    length = choice.card.length
    if kind == "random":
        gc = option.slider("G and C (%)", 10, 90, key="grammar_gc")
        return random_bases(length, gc=gc / 100, n=n)
    if kind == "shuffled":
        if choice.sequence is None:
            option.caption("Give a sequence in the box above: its dinucleotide shuffles keep its composition.")
            return None
        option.caption("Dinucleotide shuffles of the sequence that is open.")
        return shuffled(choice.sequence, n=n)
    with option:
        entry = genomes.choose()
    if entry is None:
        return None
    if entry.remote:
        option.caption("Windows are drawn from a genome on this computer; choose another one.")
        return None
    return genome_windows(genomes.reference(entry), length, n=n)


def ask_number(label: str, key: str, low: int, high: int, default: int, help_text: str = "") -> int:
    """A number box whose kept value is brought into the range of the model."""
    st.session_state[key] = min(max(low, int(st.session_state.get(key) or default)), high)
    return int(st.number_input(label, low, high, key=key, help=help_text or None))


def middle(card: ModelCard, site: Sequence) -> int:
    """First base (from 1) of a site in the middle."""
    return (card.length - len(site)) // 2 + 1
