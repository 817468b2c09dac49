"""The mutation map on the page: at once when short, else on request, with its cost, progress and a stop."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.frame.planned import is_long, note_stopped, planned, rounded
from genoviz.ui.frame.speed import SPEEDS, worked

if TYPE_CHECKING:
    from genoviz.models.target import Target
    from genoviz.mutagenesis.saturation import Mutagenesis


def mutation_map(
    choice: Choice,
    read: Sequence,
    target: Target,
    window: tuple[int, int] | None,
    indels: bool,
    *,
    state: str,
    cost: DeltaGenerator | None = None,
) -> Mutagenesis | None:
    """The map of `read`; None while there is none.

    `state` names what is mapped (`current`, `pinned`): one long map at a time runs for each. The cost of a short map
    goes to `cost`, if given; a long one shows it with the button that starts it.
    """
    from genoviz.mutagenesis.saturation import count_variants, saturate

    card, place = choice.card, f"map of {state}"
    with messages():
        n = count_variants(read, window=window, indels=indels)
        seconds = n * estimate.mutant(card, target)
        key = ("map", card.name, card.sha256, read.bases, target, window, indels)
        if not is_long(place, key, seconds):
            if cost is not None:
                cost.caption(f"{n:,} mutations, about {rounded(seconds)} to compute.")
            with cost or nullcontext():  # elsewhere its spinner would lie over the viewer's tools
                short = cache.mutation_map(card.name, card.sha256, read, target, window, indels)
            for notice in short.notices:
                st.warning(escape(notice), icon=":material/warning:")
            return short
        model = cache.loaded(card)

        def work(progress: Callable[[float], None]) -> Mutagenesis:
            found: list[Mutagenesis] = []
            seconds = worked(
                lambda: found.append(saturate(model, read, target, window=window, indels=indels, progress=progress))
            )
            if found[0].complete:  # the next map of this model may be short enough to come at once
                SPEEDS.ran(cache.mutant_key(card.name, card.sha256, target), seconds / max(1, n))
            return found[0]

        result = planned(
            place,
            key,
            seconds,
            work,
            cost=f"The mutation map takes {n:,} predictions, about {rounded(seconds)} on this computer. "
            "Mutating fewer positions takes less.",
            start="Compute the mutation map",
            doing="Mutating every base",
            stop="Stop and keep what is done",
            shared=True,
        )
        for notice in result.notices if result is not None else ():
            st.warning(escape(notice), icon=":material/warning:")
        if result is not None and not result.complete:
            note_stopped(place, key, "Stopped: the map shows what was done until then.")
        return result and replace(result, sequence=read)  # the same bases may have another name
    return None
