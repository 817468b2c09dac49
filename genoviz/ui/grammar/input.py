"""Inputs of the page Grammar: sites by name or as bases, and the backgrounds they are written into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from genoviz.errors import BadSequence, UnknownName
from genoviz.models.card import ModelCard
from genoviz.motifs.sites import SITES, get_site
from genoviz.sequences.bases import BASES
from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import genomes
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape, show_error

if TYPE_CHECKING:
    from genoviz.grammar.backgrounds import Backgrounds
    from genoviz.motifs.motif import Motif

BACKGROUNDS = {"random": "Random bases", "shuffled": "Shuffles of a sequence", "genome": "Windows of a genome"}
COUNTS = (50, 100, 200)
_HELP = (
    "Bases (A C G T; N keeps the base of the background), or a name: "
    + ", ".join(site.name for site in SITES)
    + ", or any motif of JASPAR CORE by factor or accession, such as Reb1 or MA0139."
)


def read_site(text: str) -> Sequence:
    """A site from what was typed: the name of a known site, bases, or a motif's name (its best word).

    Raises
    ------
    BadSequence, UnknownName
        If it is none of these.
    """
    words = " ".join(text.split())
    known = get_site(words)
    if known is not None:
        return Sequence(known.bases, known.name)
    if words and not set(words.upper().replace(" ", "")) - set("ACGTUN"):
        return Sequence(words.upper().replace(" ", "").replace("U", "T"))
    from genoviz.motifs.collection import find

    try:
        motif = find(words)
    except UnknownName as error:
        raise BadSequence(f"`{words}` is neither bases nor the name of a motif.", error.accepted, _HELP) from None
    return Sequence(best_word(motif), motif.name)


def best_word(motif: Motif) -> str:
    """The most probable base at each position, without the positions at both ends that tell little."""
    return "".join(BASES[int(i)] for i in motif.trim().matrix.argmax(1))


def ask_site(label: str, key: str, placeholder: str) -> Sequence | None:
    """A text box; None while it is empty or can't be read."""
    text = st.text_input(label, key=key, placeholder=placeholder, help=_HELP)
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
    """Whether backgrounds are shuffles of the sequence in the sidebar."""
    return st.session_state.get("grammar_background") == "shuffled"


def ask_backgrounds(choice: Choice) -> Backgrounds | None:
    """Backgrounds as chosen; None while something is missing."""
    from genoviz.grammar.backgrounds import genome_windows, random_bases, shuffled

    kind_column, option, count = st.columns([2, 2, 1])
    kind = kind_column.selectbox(
        "Written into",
        list(BACKGROUNDS),
        key="grammar_background",
        format_func=BACKGROUNDS.__getitem__,
        help="The effect of a site depends on what surrounds it: it is averaged over many sequences.",
    )
    n = count.selectbox("How many", COUNTS, key="grammar_n", help="More backgrounds, narrower intervals.")
    length = choice.card.length
    if kind == "random":
        gc = option.slider("G and C (%)", 10, 90, key="grammar_gc")
        return random_bases(length, gc=gc / 100, n=n)
    if kind == "shuffled":
        if choice.sequence is None:
            option.caption("Give a sequence in the sidebar: its dinucleotide shuffles keep its composition.")
            return None
        option.caption("Dinucleotide shuffles of the sequence in the sidebar.")
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
