"""The null band on the page: the card's, or one from shuffles of this sequence on request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from genoviz.sequences.sequence import Sequence
from genoviz.sequences.shuffle import dinucleotide_shuffle
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape
from genoviz.ui.frame.planned import finished, is_long, planned, release, rounded

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.mutagenesis.saturation import Mutagenesis
    from genoviz.trust.null_band import NullBand

ON_REQUEST = 20  # shuffles of the sequence itself
PLACE = "null band"


def null_band_of(
    choice: Choice, original: Sequence, result: Attribution | None, mutations: Mutagenesis | None
) -> NullBand | None:
    """The band for what is shown; None where there is none. Offers to compute what is missing.

    It is that of the original, so that it stays while bases are edited.
    """
    from genoviz.models.size import is_long as reads_long
    from genoviz.trust.null_band import stored_band

    release(PLACE)  # of what is shown no longer
    shown = result or mutations
    if shown is None or reads_long(choice.card):
        return None
    card, target = choice.card, shown.target
    method, baseline = (result.method, result.baseline) if result is not None else (None, None)
    band = stored_band(card, target, method, baseline)
    letters = result is not None and (band is None or band.letters is None)
    cells = mutations is not None and (band is None or band.cells is None)
    if not letters and not cells:
        return band
    own = _of_this_sequence(choice, original, shown, method, baseline, letters, cells)
    if own is None or band is None:
        return own or band
    return replace(own, cells=band.cells, means=band.means) if letters else band


def _of_this_sequence(
    choice: Choice,
    original: Sequence,
    shown: Attribution | Mutagenesis,
    method: str | None,
    baseline: str | None,
    letters: bool,
    cells: bool,
) -> NullBand | None:
    """The band of shuffles of the original, once a person asked for it."""
    from genoviz.attribute.methods import METHODS
    from genoviz.mutagenesis.saturation import count_variants
    from genoviz.trust.null_band import null_band

    card, target = choice.card, shown.target
    key = (PLACE, card.name, card.sha256, original.bases, target, method, baseline, letters, cells)
    if baseline == "sequence":
        return None
    if (found := finished(key)) is not None:
        return found
    seconds = 0.0
    if letters and method is not None:
        seconds += METHODS[method].predictions(len(original)) * estimate.row(card)
    if cells:
        seconds += count_variants(original) * estimate.mutant(card, target)
    seconds *= ON_REQUEST
    what = METHODS[method].title if letters and method is not None else "the mutation map"
    with st.expander(f"Null band: none for {escape(what)} yet"):
        model = cache.loaded(card)

        def work(progress: Callable[[float], None]) -> NullBand:
            shuffles = [Sequence(text) for text in dinucleotide_shuffle(original.bases, ON_REQUEST)]
            return null_band(
                model, target, shuffles, method=method, baseline=baseline, letters=letters, cells=cells, progress=progress
            )  # fmt: skip

        is_long(PLACE, key, seconds)  # what it works on goes on while the page is drawn anew
        computed = planned(
            PLACE,
            key,
            seconds,
            work,
            cost=f"How tall do scores get by chance? Scoring {ON_REQUEST} shuffles of this sequence tells, about "
            f"{rounded(seconds)} on this computer. What stays below is then faded.",
            start="Compute the null band",
            doing="Scoring shuffles",
            stop="Stop",
            shared=True,
        )
        if computed is not None:
            st.rerun()  # what is above offered it still
        return computed
