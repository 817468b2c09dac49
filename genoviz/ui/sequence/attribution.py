"""The attribution on the page: at once when short, else on request, with its cost, progress and a stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genoviz.sequences.sequence import Sequence
from genoviz.ui.frame import cache
from genoviz.ui.frame.inputs import Choice
from genoviz.ui.frame.outputs import escape, messages
from genoviz.ui.frame.planned import is_long, planned, rounded

if TYPE_CHECKING:
    from genoviz.attribute.attribution import Attribution
    from genoviz.models.target import Target

REFERENCES = 20
GRADIENT = 3  # a prediction with its gradient costs about three without


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
    from genoviz.attribute.methods import METHODS

    card, place = choice.card, f"attribution of {state}"
    with messages():
        n = evaluations(method, len(read))
        seconds = n * seconds_per_row(card.name, card.sha256, card.length) if n > 100 else 0.0
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
        )
        return result and replace(result, sequence=read)
    return None


def evaluations(method: str, length: int) -> int:
    """Predictions that a method usually costs, one with a gradient counted as `GRADIENT`."""
    samples = 400  # the default of `attribute`
    many = {
        "ig": GRADIENT * 100,  # steps and rounds are added until the scores add up
        "gradientshap": GRADIENT * 4 * samples,
        "smoothgrad": GRADIENT * samples,
        "occlusion": length,
        "ablation": 3 * length,
    }
    return many.get(method, GRADIENT * REFERENCES)


@st.cache_data(max_entries=64, show_spinner=False)
def seconds_per_row(name: str, sha256: str, length: int) -> float:
    """Measured on this computer: time per prediction in a batch, after a first run."""
    from genoviz.mutagenesis.long import LONG, cost_of
    from genoviz.predict.prediction import predict

    if length >= LONG:
        return cost_of(cache.model(name, sha256)).prediction
    rows = [Sequence(("ACGT"[i % 4] + "ACGT" * (length // 4 + 1))[:length]) for i in range(16)]
    for _ in range(2):
        began = time.perf_counter()
        predict(cache.model(name, sha256), rows)
        seconds = time.perf_counter() - began
    return seconds / len(rows)
