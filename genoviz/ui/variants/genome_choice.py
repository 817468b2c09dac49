"""The genome of the page's variant: the one that it fits, said and with the others one click away."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from genoviz.errors import GenovizError
from genoviz.genomes.registry import GenomeEntry
from genoviz.question.fitting import Fit, chromosome_in, fitting_genome, genomes_with
from genoviz.ui.frame import box, genomes
from genoviz.ui.frame.outputs import escape

_FITTED, _FIT = "variant_fitted", "variant_fit"


def settle(text: str, *, build: str = "") -> None:
    """Choose the genome of a new variant, before the choice is drawn; one that was chosen and fits is kept.

    `build` leaves genomes of one build only, as a link names it.
    """
    state = st.session_state
    if not text or state.get(_FITTED) == text:
        return
    fit = fitting_genome(text, box.library(), build=build)
    state.update({_FITTED: text, _FIT: fit})
    if fit is not None and fit.entry is not None and fit.changed:
        genomes.use(fit.entry.name)


def keep(text: str) -> None:
    """Take the chosen genome for that of this variant, as a link says it."""
    st.session_state.update({_FITTED: text, _FIT: None})


def say(entry: GenomeEntry | None, text: str) -> None:
    """How the genome was found, and others that the variant fits, where the choice is still that."""
    fit: Fit | None = st.session_state.get(_FIT)
    if fit is None or st.session_state.get(_FITTED) != text.strip():
        return
    if fit.entry is None:
        online = [one for one in fit.online if entry is None or one.name != entry.name]
        if online:
            st.caption(f":material/public: {escape(fit.sentence)}")
            _buttons(online)
    elif entry is not None and fit.entry.name == entry.name and (fit.changed or fit.others):
        st.caption(f":material/check_circle: {escape(fit.sentence)}")
        _buttons(fit.others)


def offer(entry: GenomeEntry, text: str) -> None:
    """Where the genome does not have the chromosome: the registered ones that do."""
    chrom = chromosome_in(text)
    if not chrom or _has(entry, chrom):
        return
    found = [one for one in genomes_with(chrom, box.library()) if one.name != entry.name]
    fit: Fit | None = st.session_state.get(_FIT)
    shown = {one.name for one in fit.online} if fit is not None and fit.entry is None else set()
    if found := [one for one in found if one.name not in shown]:
        st.caption(f"{escape(chrom)} is in:")
        _buttons(found)


def _has(entry: GenomeEntry, chrom: str) -> bool:
    try:
        return bool(genomes.reference(entry).resolve(chrom))
    except GenovizError:
        return False


def _buttons(entries: Iterable[GenomeEntry]) -> None:
    with st.container(horizontal=True):
        for entry in entries:
            st.button(
                f"Look in {escape(genomes.title_of(entry))}",
                key=f"genome {entry.name}",
                on_click=genomes.use,
                args=(entry.name,),
                help="Asks a service for the bases around the variant." if entry.remote else None,
            )
