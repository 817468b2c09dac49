"""The attribution on the page: at once when short, else on request, with its cost, progress and a stop."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from streamlit.delta_generator import DeltaGenerator

from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache, estimate
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.frame.planned import is_long, planned, rounded

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.models.target import Target


def attribution(
    choice: Choice,
    read: Sequence,
    target: Target,
    method: str,
    baseline: str | None,
    other: Sequence | None,
    *,
    state: str,
    busy: DeltaGenerator | None = None,
) -> Attribution | None:
    """The attribution of `read`; None while there is none. `state` as in `mutation_map`; a spinner stands in `busy`."""
    from genoviz.attribute.attribution import attribute
    from genoviz.attribute.methods import METHODS, REFERENCES

    card, place = choice.card, f"attribution of {state}"
    with messages():
        n = METHODS[method].predictions(len(read))
        seconds = n * estimate.row(card) if n > 100 else 0.0
        key = ("attribution", card.name, card.sha256, read.bases, target, method, baseline, other)
        if not is_long(place, key, seconds):
            with busy or nullcontext():
                return cache.attribution(card.name, card.sha256, read, target, method, baseline, REFERENCES, other, 0)
        model = cache.loaded(card)

        def work(progress: Callable[[float], None]) -> Attribution:
            return attribute(
                model, read, target, method, baseline=baseline, references=REFERENCES, other=other, progress=progress
            )

        title = METHODS[method].title
        result = planned(
            place,
            key,
            seconds,
            work,
            cost=f"{escape(title)} takes the work of some {n:,} predictions, about {rounded(seconds)} on this computer.",
            start="Explain",
            doing=title,
            stop="Stop",
            shared=True,
        )
        return result and replace(result, sequence=read)
    return None
